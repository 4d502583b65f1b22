"""Arcs of a residual network by where they begin, and the cheapest ways along them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ayni.matching.network import Ints
from ayni.matching.residual import FAR, Residual


@dataclass(frozen=True)
class Arcs:
    """Some rows of a residual network, sorted by tail; those of node n are `begins[n]:begins[n + 1]`."""

    rows: Ints
    tail: Ints
    head: Ints
    begins: Ints

    @classmethod
    def of(cls, residual: Residual) -> "Arcs":
        rows = np.argsort(residual.tail, kind="stable")
        tail = residual.tail[rows]
        return cls(rows, tail, residual.head[rows], np.searchsorted(tail, np.arange(residual.nodes + 1)))

    def only(self, chosen: NDArray[np.bool_]) -> "Arcs":
        kept = np.concatenate([[0], np.cumsum(chosen)])
        return Arcs(self.rows[chosen], self.tail[chosen], self.head[chosen], kept[self.begins])

    def _from(self, nodes: Ints) -> tuple[Ints, Ints]:
        """All arcs that begin at these nodes, and how many each has."""
        begins, counts = self.begins[nodes], self.begins[nodes + 1] - self.begins[nodes]
        ends = np.cumsum(counts)
        return np.repeat(begins - ends + counts, counts) + np.arange(ends[-1]), counts

    def _once(self, nodes: Ints) -> Ints:
        """Each node once, in order (quicker than sorting them)."""
        there = np.zeros(len(self.begins) - 1, bool)
        there[nodes] = True
        return np.flatnonzero(there)

    def distances(self, cost: Ints, start: int, goal: int, *, never_below_zero: bool) -> Ints:
        """The cost of the cheapest way from `start`; FAR where there is none, or none that may lead to `goal`.

        `cost` of each arc. No circle costs less than nothing; where no arc does either, what is
        farther than the goal is left out.
        """
        far = np.full(len(self.begins) - 1, FAR)
        far[start] = 0
        turn = np.array([start])
        while len(turn):
            arcs, counts = self._from(turn)
            reached = np.repeat(far[turn], counts) + cost[arcs]
            heads = self.head[arcs]
            better = reached < far[heads]
            if never_below_zero:
                better &= reached <= far[goal]
            heads, reached = heads[better], reached[better]
            np.minimum.at(far, heads, reached)
            turn = self._once(heads)
        return far

    def tight(self, cost: Ints, far: Ints) -> NDArray[np.bool_]:
        """Whether an arc is part of a cheapest way."""
        return (far[self.tail] < FAR) & (far[self.tail] + cost == far[self.head])

    def shortest(self, start: int, goal: int) -> list[int]:
        """The rows of a way with the fewest arcs, in order."""
        into = np.full(len(self.begins) - 1, -1)
        turn = np.array([start])
        while into[goal] < 0 and len(turn):
            arcs, _ = self._from(turn)
            heads = self.head[arcs]
            new = (into[heads] < 0) & (heads != start)
            into[heads[new][::-1]] = arcs[new][::-1]
            turn = self._once(heads[new])
        way, node = [], goal
        while node != start:
            arc = int(into[node])
            way.append(int(self.rows[arc]))
            node = int(self.tail[arc])
        return way[::-1]
