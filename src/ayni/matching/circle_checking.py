"""The proof of circles, checked again with whole numbers and without a solver."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from ayni.matching.circle_levels import Level, levels_of
from ayni.matching.circle_listing import Ints, Web, chains_worth, circles_worth, web_of
from ayni.matching.circles import LONGEST, SHORTEST, Found, Graph, Ids, Prices
from ayni.matching.solution import Certificate, Proof, Reached


def certify_circles(graph: Graph, found: Found) -> Certificate:
    """Whether the circles and chains are what they claim, and how far the prices prove that none are better.

    For every circle and chain there is, the places must be priced at no less than it gains; then no choice gains
    more than the sum of all prices. Each level is checked against all circles of the graph, in whole numbers.
    """
    web = web_of(graph, found.seed)
    broken = tuple(_broken(graph, found))
    values = _counted(graph, found) if not broken else {}
    levels: list[Reached] = []
    kept: list[tuple[Level, int]] = []
    for level, prices in zip(levels_of(web), found.prices, strict=False):
        if broken:
            break
        value = values[level.name]
        bound = bound_of(web, found.max_circle, level, kept, prices)
        claimed = next((one for one in found.levels if one.level == level.name), None)
        proof: Proof = "open"
        if bound == value:
            proof = "exact"
        elif claimed is not None and claimed.bound == value:
            proof = "solver"
        levels.append(Reached(level.name, value, value if proof != "open" or bound is None else bound, proof))
        kept.append((level, value))
    return Certificate(graph.hash(), broken, tuple(levels), _told(broken, levels))


def bound_of(
    web: Web, longest: int, level: Level, kept: Sequence[tuple[Level, int]], prices: Prices
) -> int | None:
    """No choice that keeps the levels before gains more; None where some circle is priced below its gain."""
    of = dict(prices.nodes)
    nodes = np.array([of.get(name, 0) for name in web.ids], np.int64)
    if (
        len(prices.kept) != len(kept)
        or prices.unit < 1
        or (nodes < 0).any()
        or min(prices.kept, default=0) < 0
    ):
        return None
    if dearest(web, longest, *beyond(web, level, kept, prices.unit, nodes, prices.kept)) > 0:
        return None
    total = sum(int(price) * max(1, int(many)) for price, many in zip(nodes, web.capacity, strict=True))
    total -= sum(price * value for price, (_, value) in zip(prices.kept, kept, strict=True))
    return total // prices.unit


def beyond(
    web: Web, level: Level, kept: Sequence[tuple[Level, int]], unit: int, nodes: Ints, prices: Sequence[int]
) -> tuple[Ints, Ints]:
    """What each arc gains, in a circle and in a chain, above the price of the place it takes."""
    circle, chain = level.in_circles * unit - nodes[web.head], level.in_chains * unit - nodes[web.head]
    for price, (before, _) in zip(prices, kept, strict=True):
        circle, chain = circle + price * before.in_circles, chain + price * before.in_chains
    return circle, chain - np.where(web.in_circles, 0, nodes[web.tail])


def dearest(web: Web, longest: int, circle: Ints, chain: Ints) -> int:
    """The most by which a circle or chain is worth more than its places; 0 if none is.

    Of each half circle only the best way back is looked at: it is enough, because a walk of four arcs that
    meets itself is two swaps, and is worth more than 0 only if one of them is.
    """
    most = 0
    for block in circles_worth(web, longest, circle, 0, each=1):
        most = max(most, int(circle[block].sum(axis=1).max(initial=0)))
    for block in chains_worth(web, chain, 0):
        most = max(most, int(chain[block].sum(axis=1).max(initial=0)))
    return most


def _broken(graph: Graph, found: Found) -> list[str]:
    arcs = {arc.key for arc in graph.arcs}
    supports = {one.id: one.supports for one in graph.nodes}
    lines = []
    if found.graph != graph.hash():
        lines.append("this was found in another graph")
    used: dict[str, Ids] = {}
    begun: dict[str, int] = {}
    for circle in found.circles:
        if not SHORTEST <= len(circle) <= min(found.max_circle, LONGEST):
            lines.append(f"circle {' -> '.join(circle)}: has {len(circle)} institutions")
        lines += _of_path((*circle, circle[0]), arcs)
        lines += _of_places(circle, circle, used)
        lines += [f"{name!r}: supports, and is in a circle" for name in circle if supports.get(name, 0)]
    for chain in found.chains:
        if len(chain) not in {2, 3}:
            lines.append(f"chain {' -> '.join(chain)}: has {len(chain)} nodes")
        lines += _of_path(chain, arcs)
        lines += _of_places(chain, chain[1:], used)
        begun[chain[0]] = begun.get(chain[0], 0) + 1
        lines += [
            f"{name!r}: supports, and is reached by a chain" for name in chain[1:] if supports.get(name, 0)
        ]
    lines += [
        f"{name!r}: begins {many} chains, and can begin {supports.get(name, 0)}"
        for name, many in begun.items()
        if many > supports.get(name, 0)
    ]
    return lines or _misstated(graph, found)


def _of_path(path: Ids, arcs: set[tuple[str, str]]) -> list[str]:
    return [
        f"{giver!r} has nothing for {taker!r}"
        for giver, taker in pairwise(path)
        if (giver, taker) not in arcs
    ]


def _of_places(path: Ids, names: Ids, used: dict[str, Ids]) -> list[str]:
    twice = [f"{name!r}: is in {used[name]} and in {path}" for name in names if name in used]
    if len(set(names)) < len(names):
        twice.append(f"{' -> '.join(path)}: comes through an institution twice")
    used.update(dict.fromkeys(names, path))
    return twice


def _misstated(graph: Graph, found: Found) -> list[str]:
    counted = _counted(graph, found)
    score = Fraction(counted["score"], found.scale)
    claims = (
        ("value", found.value, counted["institutions"]),
        ("covered", found.covered, counted["institutions"] + counted["reached"]),
        ("score", found.score, score),
    )
    return [f"{name}: says {said}, counted {true}" for name, said, true in claims if said != true]


def _counted(graph: Graph, found: Found) -> dict[str, int]:
    scores = {arc.key: Fraction(arc.score) for arc in graph.arcs}
    paths = [(*circle, circle[0]) for circle in found.circles] + list(found.chains)
    score = sum((scores[pair] for path in paths for pair in pairwise(path)), Fraction(0))
    return {
        "institutions": sum(map(len, found.circles)),
        "reached": sum(len(chain) - 1 for chain in found.chains),
        "score": int(score * found.scale),
    }


def _told(broken: Sequence[str], levels: Sequence[Reached]) -> str:
    if broken:
        return "These circles cannot be: " + "; ".join(broken)
    how = {
        "exact": "proven, checked against every circle without a solver",
        "solver": "proven by the solver only",
        "open": "not proven",
    }
    return "; ".join(f"{one.level}: {how[one.proof]}" for one in levels) or "nothing to prove"
