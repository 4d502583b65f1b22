"""A measured figure beside its goal and its peers, and the table that shows it."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ayni.language.metrics import percentile


@dataclass
class Figure:
    """The goal is a ceiling; a floor (`at_least`), or the only value that will do (`exactly`).

    `peers`: the same measured elsewhere, by name.
    """

    name: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = False
    peers: dict[str, float] = field(default_factory=dict)
    note: str = ""
    exactly: bool = False

    @property
    def is_met(self) -> bool | None:
        if self.goal is None:
            return None
        if self.exactly:
            return self.value == self.goal
        return self.value >= self.goal if self.at_least else self.value <= self.goal


@dataclass
class Outcome:
    """What one benchmark has to say. `skipped`: why it did not run, or not all of it."""

    figures: list[Figure] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def spread(name: str, times: Sequence[float], *, goal: float | None = None, **rest: object) -> list[Figure]:
    """p50 and p95 of times in seconds, as milliseconds; the goal is for p95."""
    return [
        Figure(f"{name}, p50", p50(times), "ms"),
        Figure(f"{name}, p95", p95(times), "ms", goal, **rest),  # type: ignore[arg-type]
    ]


def p50(times: Sequence[float]) -> float:
    return percentile(times, 0.5) * 1000


def p95(times: Sequence[float]) -> float:
    return percentile(times, 0.95) * 1000


def progress(line: str) -> None:
    """For whoever waits at a terminal; not part of the results."""
    print(f"   ... {line}", file=sys.stderr, flush=True)


def number(value: float) -> str:
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}"
    return f"{value:,.3f}" if abs(value) < 1 else f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"


def table(figures: Iterable[Figure]) -> str:
    rows = [("figure", "Ayni", "", "goal", "met", "peers", "")]
    for one in figures:
        sign = "==" if one.exactly else ">=" if one.at_least else "<="
        goal = f"{sign} {number(one.goal)}" if one.goal is not None else ""
        met = {None: "", True: "yes", False: "NO"}[one.is_met]
        peers = "; ".join(f"{name} {number(value)}" for name, value in one.peers.items())
        rows.append((one.name, number(one.value), one.unit, goal, met, peers, one.note))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place == 1 else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def store(outcome: Outcome, path: Path) -> None:
    path.write_text(json.dumps(asdict(outcome)))


def load(path: Path) -> Outcome:
    stored = json.loads(path.read_text())
    return Outcome([Figure(**one) for one in stored["figures"]], stored["skipped"])
