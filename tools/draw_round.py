"""Draw docs/pictures/round.svg from the worked example of docs/explanation/rounds.md, solved.

    python tools/draw_round.py

A test fails when the picture and the example have parted.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import hypot
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))
from ayni.matching.files import read_problem  # noqa: E402
from ayni.matching.problem import Problem  # noqa: E402
from ayni.matching.rounds import solve  # noqa: E402
from ayni.matching.solution import balances  # noqa: E402

EXAMPLE = ROOT / "docs" / "explanation" / "round-example.json"
PICTURE = ROOT / "docs" / "pictures" / "round.svg"
Point = tuple[float, float]

# Corners for the institutions in order of their ids: the first three make a ring, the fourth stands aside.
CORNERS: tuple[Point, ...] = ((204, 96), (404, 200), (204, 316), (56, 166))
CELL, LEFT, TOP = 60, 526, 96
WIDE, HIGH = 36, 18  # half of an institution's box
APART = 22  # between two people who travel between the same two
TIPS = {"out": "out", "back": "back", "not": "quiet"}  # kinds of arrows and the colours of their heads
STYLE = """
  svg { --paper: #fbf9f4; --ink: #1c2230; --quiet: #5a6172; --line: #dfd9cc; --wash: #f2ede2;
    --out: #2a3f8f; --back: #a3243b; font: 15px system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
  @media (prefers-color-scheme: dark) { svg { --paper: #14171f; --ink: #ece8df; --quiet: #a5abbb;
    --line: #343a49; --wash: #222735; --out: #a9b8ff; --back: #ff9aa5; } }
  text { fill: var(--ink); } .quiet { fill: var(--quiet); font-size: 13px; } .house { font-weight: 600; }
  .on-line { paint-order: stroke; stroke: var(--paper); stroke-width: 6px; }
  .way { fill: none; stroke-width: 3; } .out { stroke: var(--out); } .back { stroke: var(--back); }
  .not { stroke: var(--quiet); stroke-width: 2; stroke-dasharray: 6 5; }
"""


@dataclass(frozen=True)
class Way:
    """Somebody on the way from one institution to another, as places in the list of institutions."""

    person: str
    home: int
    host: int

    @property
    def kind(self) -> str:
        """Which half of the cloth, as in the weave."""
        return "out" if self.home < self.host else "back"


def picture() -> str:
    problem = read_problem(EXAMPLE.read_text(encoding="utf-8")).in_order()
    placed = solve(problem).keys
    tempting = max(problem.pairs, key=lambda pair: pair.quality * (pair.key not in placed))
    ways = [_way(problem, *key) for key in placed]
    return "\n".join(
        [
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 890 380" role="img" aria-labelledby="t d">',
            '<title id="t">A round of four institutions</title>',
            f'<desc id="d">{escape(_told(problem, ways, tempting.candidate))}</desc>',
            f"<style>{STYLE}</style>",
            *map(_tip, TIPS),
            '<rect width="890" height="380" rx="8" fill="var(--paper)"/>',
            *_ring(problem, ways, _way(problem, *tempting.key)),
            *_weave(problem, ways, balances(problem, placed)),
            "</svg>\n",
        ]
    )


def _tip(kind: str) -> str:
    return (
        f'<marker id="tip-{kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="5" markerHeight="5" orient="auto">'
        f'<path d="M0 0 10 5 0 10Z" fill="var(--{TIPS[kind]})"/></marker>'
    )


def _way(problem: Problem, candidate: str, position: str) -> Way:
    names = [one.id for one in problem.institutions]
    home = next(one.institution for one in problem.candidates if one.id == candidate)
    host = next(one.institution for one in problem.positions if one.id == position)
    return Way(candidate, names.index(home), names.index(host))


def _told(problem: Problem, ways: Sequence[Way], tempting: str) -> str:
    names = [one.id for one in problem.institutions]
    told = ", ".join(f"{way.person} from {names[way.home]} to {names[way.host]}" for way in ways)
    return f"{told}. {tempting}, dashed, stays at home. Left as arrows, right as a weave: rows send, columns host."


def _ring(problem: Problem, ways: Sequence[Way], tempting: Way) -> Iterator[str]:
    yield '<text x="28" y="34" class="house">Who goes where</text>'
    for way in ways:
        beside = [one for one in ways if {one.home, one.host} == {way.home, way.host}]
        shift = (beside.index(way) - (len(beside) - 1) / 2) * APART
        yield from _arrow(way, shift if way.home < way.host else -shift, way.kind)
    yield from _arrow(tempting, 0, "not")
    for (x, y), one in zip(CORNERS, problem.institutions, strict=True):
        yield f'<rect x="{x - WIDE}" y="{y - HIGH}" width="{2 * WIDE}" height="{2 * HIGH}" rx="8" fill="var(--wash)" stroke="var(--line)"/>'
        yield f'<text x="{x}" y="{y + 5}" text-anchor="middle" class="house">{escape(one.id)}</text>'


def _arrow(way: Way, shift: float, kind: str) -> Iterator[str]:
    """From edge to edge, moved aside; the name stands on it, nearer to where it begins."""
    (x, y), (to_x, to_y) = CORNERS[way.home], CORNERS[way.host]
    length = hypot(to_x - x, to_y - y)
    across, down = (to_x - x) / length, (to_y - y) / length
    aside = -down * shift, across * shift
    # As far from the corner's middle as its box reaches in this direction.
    gap = 6 + min(WIDE / max(abs(across), 0.01), HIGH / max(abs(down), 0.01))
    begin = x + across * gap + aside[0], y + down * gap + aside[1]
    end = to_x - across * gap + aside[0], to_y - down * gap + aside[1]
    part = 0.42 + shift / 200  # names of neighbours stand at different heights
    name = begin[0] + part * (end[0] - begin[0]), begin[1] + part * (end[1] - begin[1]) + 5
    yield (
        f'<path class="way {kind}" d="M{begin[0]:.1f} {begin[1]:.1f} {end[0]:.1f} {end[1]:.1f}" '
        f'marker-end="url(#tip-{kind})"/>'
    )
    yield f'<text x="{name[0]:.1f}" y="{name[1]:.1f}" text-anchor="middle" class="on-line">{escape(way.person)}</text>'


def _weave(problem: Problem, ways: Sequence[Way], after: dict[str, int]) -> Iterator[str]:
    """One stripe a person; a fair exchange looks like an even cloth."""
    houses = problem.institutions
    beside = LEFT + CELL * len(houses) + 44
    yield '<text x="462" y="34" class="house">The weave</text>'
    yield f'<text x="{LEFT - 10}" y="{TOP - 10}" text-anchor="end" class="quiet">sends ↓ hosts →</text>'
    yield f'<text x="{beside}" y="{TOP - 28}" text-anchor="middle" class="quiet">hosted −</text>'
    yield f'<text x="{beside}" y="{TOP - 10}" text-anchor="middle" class="quiet">sent</text>'
    for place, one in enumerate(houses):
        middle = place * CELL + CELL / 2
        yield f'<text x="{LEFT + middle:.0f}" y="{TOP - 28}" text-anchor="middle">{escape(one.id)}</text>'
        yield f'<text x="{LEFT - 10}" y="{TOP + middle + 5:.0f}" text-anchor="end">{escape(one.id)}</text>'
        yield f'<text x="{beside}" y="{TOP + middle + 5:.0f}" text-anchor="middle">{_signed(after[one.id])}</text>'
        for column in range(len(houses)):
            yield from _cell(place, column, [way for way in ways if (way.home, way.host) == (place, column)])


def _signed(balance: int) -> str:
    return f"{balance:+}" if balance else "0"


def _cell(row: int, column: int, ways: Sequence[Way]) -> Iterator[str]:
    x, y, size = LEFT + column * CELL, TOP + row * CELL, CELL - 2
    yield f'<rect x="{x}" y="{y}" width="{size}" height="{size}" fill="var(--wash)"/>'
    if row == column:
        yield f'<path d="M{x + 16} {y + size / 2}h26" stroke="var(--line)" stroke-width="2"/>'
    thick = min(12, (size - 10) / max(1, len(ways)) - 4)
    for place, way in enumerate(ways):
        top = y + size / 2 + (place - len(ways) / 2) * (thick + 4) + 2
        yield f'<rect x="{x + 5}" y="{top:.1f}" width="{size - 10}" height="{thick:.1f}" fill="var(--{way.kind})"/>'


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
