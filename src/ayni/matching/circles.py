"""Partners who have not met: swaps and circles of institutions in which each gives and each receives.

An arc says that what one institution offers meets what another needs. A circle A -> B -> C -> A is as good as a
swap: everybody gives once and receives once. Circles are short, because one who drops out breaks the circle.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from ayni.matching.solution import Reached

SHORTEST, LONGEST = 2, 4
# So that sums stay exact in the machine's whole numbers.
MOST_SCORE, SCORE_DECIMALS = 1_000_000, 9
Ids = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """An institution. With `supports`, a funder or host that nominates nobody and may begin so many chains."""

    id: str
    supports: int = 0


@dataclass(frozen=True, slots=True)
class Arc:
    """What `giver` offers meets what `taker` needs; `score` (exact, not below 0) says how well."""

    giver: str
    taker: str
    score: int | Fraction = 1

    @property
    def key(self) -> tuple[str, str]:
        return self.giver, self.taker


@dataclass(frozen=True, slots=True)
class Graph:
    """Who could give to whom. Arcs towards a supporter lead nowhere: it takes part in no circle."""

    nodes: tuple[Node, ...]
    arcs: tuple[Arc, ...]

    def in_order(self) -> "Graph":
        return Graph(
            tuple(sorted(self.nodes, key=lambda one: one.id)),
            tuple(sorted(self.arcs, key=lambda arc: arc.key)),
        )

    def hash(self) -> str:
        """The same for the same graph, however its lists are ordered."""
        ordered = self.in_order()
        plain = [
            [[one.id, one.supports] for one in ordered.nodes],
            [[arc.giver, arc.taker, str(Fraction(arc.score))] for arc in ordered.arcs],
        ]
        return hashlib.sha256(json.dumps(plain, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Prices:
    """What a place in a circle is worth, in whole parts of `unit`: with these a bound is checked again.

    `nodes` of each institution, a chain's for each that its supporter can begin; `kept`: what a unit of each
    level before is worth.
    """

    unit: int
    nodes: tuple[tuple[str, int], ...]
    kept: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Circles and chains that have no institution in common.

    `value`: institutions in circles, which is made as large as it can be before anything else. `covered`: these
    and the ones reached by chains (the same number where nobody supports). Then come `reached` by chains, and
    the sum of scores of all arcs used. `bound`, `gap`: no answer has a larger value than the bound; the gap is
    the part of the value that could still be added. `levels` say the same of each level; the score there
    counts in parts of `scale`. A circle begins with its smallest id.
    """

    value: int
    covered: int
    score: Fraction
    circles: tuple[Ids, ...]
    chains: tuple[Ids, ...]
    bound: int
    gap: float
    status: str
    levels: tuple[Reached, ...]
    scale: int
    max_circle: int
    seed: str
    graph: str
    prices: tuple[Prices, ...] = ()


def faults(graph: Graph) -> Iterator[str]:
    """Everything that keeps it from being a graph of institutions, a line each, beginning with the element."""
    names = Counter(one.id for one in graph.nodes)
    yield from (f"nodes: {name!r} is there {times} times" for name, times in names.items() if times > 1)
    for row, one in enumerate(graph.nodes):
        if one.supports < 0:
            yield f"nodes[{row}] {one.id!r}: supports cannot be below 0"
    seen: set[tuple[str, str]] = set()
    for row, arc in enumerate(graph.arcs):
        name = f"arcs[{row}] from {arc.giver!r} to {arc.taker!r}"
        for end in dict.fromkeys(arc.key):
            if end not in names:
                yield f"{name}: there is no node {end!r}"
        if arc.giver == arc.taker:
            yield f"{name}: an institution cannot give to itself"
        if arc.key in seen:
            yield f"{name}: is there twice"
        seen.add(arc.key)
        if not 0 <= arc.score <= MOST_SCORE or (Fraction(arc.score) * 10**SCORE_DECIMALS).denominator > 1:
            yield f"{name}: score is a number from 0 to {MOST_SCORE:,} with at most nine decimals"


def turned(circle: Iterable[str]) -> Ids:
    """The same circle, told from its smallest id."""
    circle = tuple(circle)
    first = circle.index(min(circle))
    return circle[first:] + circle[:first]
