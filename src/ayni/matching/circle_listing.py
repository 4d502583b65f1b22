"""All short circles and chains of a graph, as numpy arrays of arcs: no loop over single circles.

A circle of four is two paths of two arcs that meet at both ends, one of three a path and an arc, a swap two arcs.
What a circle is worth is the sum over its arcs, so halves without hope are dropped before they are joined.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ayni.matching.circles import Graph

Ints = NDArray[np.int64]
Numbers = NDArray[Any]
# Paths held in memory at once: about 50 MB.
MOST_PATHS = 1_000_000
SHORTEST_PATH = 2


@dataclass(frozen=True)
class Web:
    """A graph in numbers. Nodes are in an order drawn from seed and ids; arcs are sorted by `tail`, then `head`.

    `capacity`: chains that a node may begin; 0 for all that may be in circles. `score` in parts of `scale`.
    """

    ids: tuple[str, ...]
    capacity: Ints
    tail: Ints
    head: Ints
    score: Ints
    scale: int

    @cached_property
    def first_out(self) -> Ints:
        return np.searchsorted(self.tail, np.arange(len(self.ids) + 1))

    @cached_property
    def by_head(self) -> Ints:
        return np.argsort(self.head, kind="stable")

    @cached_property
    def first_in(self) -> Ints:
        return np.searchsorted(self.head[self.by_head], np.arange(len(self.ids) + 1))

    @cached_property
    def in_circles(self) -> NDArray[np.bool_]:
        """Arcs that may be part of a circle, or the second arc of a chain."""
        return self.capacity[self.tail] == 0

    def names(self, arcs: Ints) -> tuple[str, ...]:
        return tuple(self.ids[node] for node in self.tail[arcs])


def web_of(graph: Graph, seed: str) -> Web:
    """Arcs to a supporter are left out: they can be used by nobody."""
    nodes = sorted(
        graph.nodes, key=lambda one: (hashlib.sha256(f"{seed}\0{one.id}".encode()).digest(), one.id)
    )
    place = {one.id: row for row, one in enumerate(nodes)}
    capacity = np.array([one.supports for one in nodes], np.int64)
    arcs = sorted(
        (place[arc.giver], place[arc.taker], Fraction(arc.score))
        for arc in graph.arcs
        if not capacity[place[arc.taker]]
    )
    scale = lcm(*(score.denominator for *_, score in arcs))
    return Web(
        tuple(one.id for one in nodes),
        capacity,
        np.array([tail for tail, _, _ in arcs], np.int64),
        np.array([head for _, head, _ in arcs], np.int64),
        np.array([int(score * scale) for *_, score in arcs], np.int64),
        scale,
    )


def _each_with_all(first: Ints, count: Ints) -> tuple[Ints, Ints]:
    """Row numbers and, for each, the places first, first + 1, ... of that row."""
    rows = np.repeat(np.arange(len(count)), count)
    return rows, np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)


def _onward(web: Web, arcs: Ints) -> Ints:
    """All paths of two arcs that begin with these, as rows of arcs."""
    begin = web.first_out[web.head[arcs]]
    rows, places = _each_with_all(begin, web.first_out[web.head[arcs] + 1] - begin)
    return np.column_stack([arcs[rows], places])


def _backward(web: Web, arcs: Ints) -> Ints:
    """All paths of two arcs that end with these."""
    begin = web.first_in[web.tail[arcs]]
    rows, places = _each_with_all(begin, web.first_in[web.tail[arcs] + 1] - begin)
    return np.column_stack([web.by_head[places], arcs[rows]])


def _stretches(web: Web) -> Iterator[tuple[int, int]]:
    """Runs of first nodes that each lead to no more paths than memory holds (one node at the least)."""
    out, back = np.diff(web.first_out), np.diff(web.first_in)
    ahead, behind = np.zeros(len(web.ids), np.int64), np.zeros(len(web.ids), np.int64)
    np.add.at(ahead, web.tail, out[web.head])
    np.add.at(behind, web.head, back[web.tail])
    many = np.cumsum(np.maximum(ahead, behind))
    begin = 0
    while begin < len(web.ids):
        before = int(many[begin - 1]) if begin else 0
        end = max(begin + 1, int(np.searchsorted(many, before + MOST_PATHS, "right")))
        yield begin, end
        begin = end


def circles_worth(
    web: Web, longest: int, worth: Numbers, above: float, *, each: int | None = None
) -> Iterator[Ints]:
    """Circles of 2 to `longest` nodes whose arcs are together worth more than `above`, each once, as rows of arcs.

    With `each`, of the ways to close a path only the best so many are looked at: some circles are missed, but
    if no circle of two or three is above 0, none of four is above 0 without one being told.
    """
    for begin, end in _stretches(web):
        # Each circle is told from its lowest node, and that one only.
        leaving = np.arange(web.first_out[begin], web.first_out[end])
        leaving = leaving[(web.head[leaving] > web.tail[leaving]) & web.in_circles[leaving]]
        coming = web.by_head[web.first_in[begin] : web.first_in[end]]
        coming = coming[(web.tail[coming] > web.head[coming]) & web.in_circles[coming]]
        single = leaving[:, None], coming[:, None]
        yield from _closed(web, *single, worth, above, each)
        if longest > SHORTEST_PATH:
            ahead = _onward(web, leaving)
            ahead = ahead[web.head[ahead[:, 1]] > web.tail[ahead[:, 0]]]
            yield from _closed(web, ahead, single[1], worth, above, each)
        if longest > SHORTEST_PATH + 1:
            behind = _backward(web, coming)
            behind = behind[(web.tail[behind[:, 0]] > web.head[behind[:, 1]]) & web.in_circles[behind[:, 0]]]
            yield from _closed(web, ahead, behind, worth, above, each)


def _closed(
    web: Web, ahead: Ints, behind: Ints, worth: Numbers, above: float, each: int | None
) -> Iterator[Ints]:
    """Paths joined with those that lead back, without the ones that meet on the way."""
    gains, returns = worth[ahead].sum(axis=1), worth[behind].sum(axis=1)
    size = len(web.ids)
    there = web.tail[ahead[:, 0]] * size + web.head[ahead[:, -1]]
    back = web.head[behind[:, -1]] * size + web.tail[behind[:, 0]]
    order = np.lexsort((-returns, back))
    behind, returns, back = behind[order], returns[order], back[order]
    first = np.searchsorted(back, there)
    count = np.searchsorted(back, there, "right") - first
    hopeful = count > 0
    hopeful[hopeful] = gains[hopeful] + returns[first[hopeful]] > above
    ahead, gains, first, count = ahead[hopeful], gains[hopeful], first[hopeful], count[hopeful]
    count = count if each is None else np.minimum(count, each)
    many = np.cumsum(count)
    begin = 0
    while begin < len(count):
        before = int(many[begin - 1]) if begin else 0
        end = max(begin + 1, int(np.searchsorted(many, before + MOST_PATHS, "right")))
        rows, places = _each_with_all(first[begin:end], count[begin:end])
        kept = gains[begin:end][rows] + returns[places] > above
        found = np.column_stack([ahead[begin:end][rows[kept]], behind[places[kept]]])
        if found.shape[1] == 2 * SHORTEST_PATH:
            found = found[web.head[found[:, 0]] != web.head[found[:, 2]]]
        yield found
        begin = end


def chains_worth(web: Web, worth: Numbers, above: float) -> Iterator[Ints]:
    """Chains of a supporter and one or two institutions."""
    begun = np.flatnonzero(~web.in_circles)
    yield begun[worth[begun] > above][:, None]
    longer = _onward(web, begun)
    yield longer[worth[longer].sum(axis=1) > above]
