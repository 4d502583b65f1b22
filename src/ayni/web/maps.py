"""Numbers by country as shades on the world map (`static/map/world.svg`, drawn by `tools/build_map`)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_DATA = json.loads((Path(__file__).parent / "static" / "map" / "points.json").read_text())
VIEWBOX: str = " ".join(str(round(number)) for number in _DATA["view_box"])
SHAPES: frozenset[str] = frozenset(_DATA["shapes"])  # country codes with an area of their own
DOTS: Mapping[str, tuple[int, int]] = {code: (x, y) for code, (x, y) in _DATA["dots"].items()}
LEVELS = 5


@dataclass(frozen=True)
class Shade:
    code: str
    count: int
    level: int  # 1 (least) to 5 (most)
    dot: tuple[int, int] | None  # where a country too small for an area is drawn


def shades(counts: Mapping[str, int]) -> list[Shade]:
    """One shade for each country with a number and a place on the map, in the order of their codes.

    Levels follow the rank among the numbers that occur, so that one large country does not make all others
    pale; equal numbers have equal shades.
    """
    placed = {code: count for code, count in counts.items() if count > 0 and (code in SHAPES or code in DOTS)}
    ranks = {count: rank for rank, count in enumerate(sorted(set(placed.values())))}
    highest = len(ranks) - 1
    levels = {
        count: 1 + round((rank / highest if highest else 1) * (LEVELS - 1)) for count, rank in ranks.items()
    }
    return [Shade(code, count, levels[count], DOTS.get(code)) for code, count in sorted(placed.items())]
