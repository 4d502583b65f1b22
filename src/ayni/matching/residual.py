"""What could still change in a flow: the residual network, its cheapest ways and the circles that would gain.

A flow is the cheapest circulation exactly if no circle of its residual network has a negative cost (Klein 1967);
potentials under which no residual arc has a negative reduced cost prove that there is none. They come from
Bellman and Ford's method, one whole round of arcs at a time.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ayni.matching.network import Ints, Network

FAR = np.int64(2**62)


@dataclass(frozen=True)
class Residual:
    """Residual arcs sorted by head: `arc` of the network each stands for, and whether it goes `forward`."""

    nodes: int
    arc: Ints
    forward: NDArray[np.bool_]
    tail: Ints
    head: Ints
    cost: Ints
    heads: Ints  # those that have arcs
    begins: Ints  # where each one's arcs begin

    @classmethod
    def of(cls, network: Network, flow: Ints, cost: Ints, is_open: NDArray[np.bool_]) -> "Residual":
        """Only arcs that are open may change."""
        more = np.flatnonzero(is_open & (flow < network.high))
        less = np.flatnonzero(is_open & (flow > network.low))
        arc = np.concatenate([more, less])
        forward = np.arange(len(arc)) < len(more)
        tail = np.where(forward, network.tail[arc], network.head[arc])
        head = np.where(forward, network.head[arc], network.tail[arc])
        order = np.argsort(head, kind="stable")
        arc, forward, tail, head = arc[order], forward[order], tail[order], head[order]
        begins = np.flatnonzero(np.diff(head, prepend=-1))
        signed = np.where(forward, cost[arc], -cost[arc])
        return cls(network.nodes, arc, forward, tail, head, signed, head[begins], begins)

    def potentials(self) -> tuple[Ints, list[Ints]]:
        """Potentials under which no arc costs less than nothing; or some circles that gain, as rows of arcs."""
        far = np.zeros(self.nodes, np.int64)
        into = np.full(self.nodes, -1, np.int64)  # the arc that last brought a node nearer
        sizes = np.diff(self.begins, append=len(self.arc))
        turn, look = 0, 16
        while len(self.arc):
            length = far[self.tail] + self.cost
            reached = np.minimum.reduceat(length, self.begins)
            better = np.flatnonzero(reached < far[self.heads])
            if not len(better):
                break
            ends = np.cumsum(sizes[better])
            rows = np.repeat(self.begins[better] - ends + sizes[better], sizes[better]) + np.arange(ends[-1])
            rows = rows[length[rows] == np.repeat(reached[better], sizes[better])]
            into[self.head[rows]] = rows
            far[self.heads[better]] = reached[better]
            turn += 1
            if turn == look:
                look *= 2
                if circles := self._circles(into.tolist()):
                    return far, circles
        return far, []

    def _circles(self, into: list[int]) -> list[Ints]:
        """Circles of the arcs that last brought a node nearer. They gain: the last node they reached says so."""
        back, seen, circles = self.tail.tolist(), [-1] * self.nodes, []
        for start in range(self.nodes):
            node, way = start, []
            while seen[node] < 0 and into[node] >= 0:
                seen[node] = start
                way.append(node)
                node = back[into[node]]
            if way and seen[node] == start:
                circles.append(np.array([into[one] for one in way[way.index(node) :]]))
        return circles


def apply(residual: Residual, flow: Ints, circle: Ints) -> None:
    """One unit around a circle of residual arcs; `flow` is changed."""
    np.add.at(flow, residual.arc[circle], np.where(residual.forward[circle], 1, -1))
