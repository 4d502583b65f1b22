"""What could still change in a flow: the residual network, its cheapest ways and the circles that would gain.

A flow is the cheapest circulation exactly if no circle of its residual network has a negative cost (Klein 1967);
potentials under which no residual arc has a negative reduced cost prove that there is none. They come from
Bellman and Ford's method, one whole round of arcs at a time.
"""

from collections.abc import Iterator
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
        if not len(self.arc):
            return far, []
        turn, look = 0, 16
        while True:
            reached = np.minimum.reduceat(far[self.tail] + self.cost, self.begins)
            better = reached < far[self.heads]
            if not better.any():
                return far, []
            turn += 1
            if turn == look:
                look *= 2
                if circles := list(self._gaining(far)):
                    return far, circles
            far[self.heads[better]] = reached[better]

    def _gaining(self, far: Ints) -> Iterator[Ints]:
        """Circles without a node in common, along the best arc into each node."""
        length = far[self.tail] + self.cost
        best = np.full(self.nodes, -1, np.int64)
        reached = np.minimum.reduceat(length, self.begins)
        sizes = np.diff(self.begins, append=len(self.arc))
        rows = np.flatnonzero((length == np.repeat(reached, sizes)) & (length <= far[self.head]))
        best[self.head[rows[::-1]]] = rows[::-1]
        into, back = best.tolist(), self.tail.tolist()
        seen = [0] * self.nodes
        for start in range(self.nodes):
            node, way = start, []
            while not seen[node] and into[node] >= 0:
                seen[node] = start + 1
                way.append(node)
                node = back[into[node]]
            if way and seen[node] == start + 1:
                circle = np.array([into[one] for one in way[way.index(node) :]])
                if self.cost[circle].sum() < 0:
                    yield circle
            if not way:
                seen[node] = seen[node] or start + 1


def apply(residual: Residual, flow: Ints, circle: Ints) -> None:
    """One unit around a circle of residual arcs; `flow` is changed."""
    np.add.at(flow, residual.arc[circle], np.where(residual.forward[circle], 1, -1))
