"""Small graphs by name, graphs from chance, and slow sure answers to compare with."""

import os
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise, permutations, product
from pathlib import Path

from hypothesis import strategies as st

from ayni.matching.circles import Arc, Graph, Node

KIDNEY = Path(os.environ.get("AYNI_TEST_DATA", "../shared/data")) / "matching" / "kidney_fixtures"
NAMES = "ABCDEFG"


def graph(arcs: str, scores: dict[str, int] | None = None, supports: dict[str, int] | None = None) -> Graph:
    """`"AB BC"`: A offers what B needs, B offers what C needs."""
    scores, supports = scores or {}, supports or {}
    pairs = arcs.split()
    names = sorted({name for pair in pairs for name in pair} | set(supports))
    return Graph(
        tuple(Node(name, supports.get(name, 0)) for name in names),
        tuple(Arc(pair[0], pair[1], scores.get(pair, 1)) for pair in pairs),
    )


def ring(names: str) -> str:
    return " ".join(giver + taker for giver, taker in zip(names, names[1:] + names[0], strict=True))


@st.composite
def graphs(draw: st.DrawFn, *, supporters: bool = False, most: int = 7) -> Graph:
    names = NAMES[: draw(st.integers(2, most))]
    pairs = [giver + taker for giver, taker in permutations(names, 2)]
    used = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=len(pairs)))
    scores = {pair: draw(st.integers(0, 3)) for pair in used}
    many = {names[0]: draw(st.integers(1, 2))} if supporters and draw(st.booleans()) else {}
    nodes = tuple(Node(name, many.get(name, 0)) for name in names)
    return Graph(nodes, tuple(Arc(pair[0], pair[1], scores[pair]) for pair in used))


def _paths(given: Graph, longest: int) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    arcs = {arc.key for arc in given.arcs}
    plain = [one.id for one in given.nodes if not one.supports]
    sources = [one.id for one in given.nodes if one.supports]
    circles = [
        names
        for size in range(2, longest + 1)
        for names in permutations(plain, size)
        if names[0] == min(names)
        and all(pair in arcs for pair in zip(names, (*names[1:], names[0]), strict=True))
    ]
    chains = [
        (source, *names)
        for source in sources
        for size in (1, 2)
        for names in permutations(plain, size)
        if all(pair in arcs for pair in zip((source, *names), names, strict=False))
    ]
    return circles, chains


def best_by_hand(given: Graph, longest: int) -> tuple[int, int, Fraction]:
    """(in circles, reached by chains, score) of the best of all answers there are."""
    circles, chains = _paths(given, longest)
    score = {arc.key: Fraction(arc.score) for arc in given.arcs}
    limit = {one.id: one.supports for one in given.nodes}
    options = [
        (frozenset(names), "", (len(names), 0, _sum(score, (*names, names[0])))) for names in circles
    ] + [(frozenset(names[1:]), names[0], (0, len(names) - 1, _sum(score, names))) for names in chains]
    best = (0, 0, Fraction(0))

    def extend(
        first: int, used: frozenset[str], begun: dict[str, int], so_far: tuple[int, int, Fraction]
    ) -> None:
        nonlocal best
        best = max(best, so_far)
        for place in range(first, len(options)):
            names, source, gain = options[place]
            if names & used or (source and begun.get(source, 0) == limit[source]):
                continue
            more = {**begun, source: begun.get(source, 0) + 1} if source else begun
            extend(place + 1, used | names, more, tuple(map(sum, zip(so_far, gain, strict=True))))

    extend(0, frozenset(), {}, best)
    return best


def _sum(score: dict[tuple[str, str], Fraction], path: Iterable[str]) -> Fraction:
    return sum((score[pair] for pair in pairwise(path)), Fraction(0))


def complete(names: str) -> str:
    return " ".join(giver + taker for giver, taker in product(names, names) if giver != taker)
