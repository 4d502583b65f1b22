"""A better choice of circles from a good one: free some neighbouring circles, choose anew among them, again and again.

Large neighbourhood search (Shaw 1998, "Using constraint programming and local search methods to solve vehicle routing
problems"). Which circles are freed is drawn by a fixed rule, so that the same graph gives the same answer.
"""

from collections.abc import Sequence

import numpy as np

from ayni.matching.circle_levels import Level
from ayni.matching.circle_listing import Ints, Web
from ayni.matching.circle_master import Columns, whole

# Institutions freed at once: at most so many, and no more than this part of all.
FREED, PART = 170, 6
# A circle among the freed may be chosen; mending ends when so many have been looked at.
EFFORT = 60_000
WAYS = 3  # circles through an institution that are followed to its neighbours
NODES = 20


class _Lots:
    """Numbers that look drawn and are always the same (a linear congruence)."""

    def __init__(self) -> None:
        self._state = 1

    def below(self, many: int) -> int:
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._state >> 33) % many


class _Board:
    """Which columns use which nodes, and which of them are chosen."""

    def __init__(self, web: Web, columns: Columns, chosen: Columns) -> None:
        column, node = columns.used(web)
        order = np.lexsort((node, column))
        self.nodes = np.split(node[order], np.cumsum(np.bincount(column, minlength=len(columns)))[:-1])
        order = np.lexsort((column, node))
        self.columns = np.split(column[order], np.cumsum(np.bincount(node, minlength=len(web.ids)))[:-1])
        self.chosen = columns.among(chosen)
        self.supports = web.capacity > 0

    def free_nodes(self) -> Ints:
        used = np.zeros(len(self.columns), bool)
        for one in np.flatnonzero(self.chosen):
            used[self.nodes[one]] = True
        return np.flatnonzero(~used & np.array([len(some) > 0 for some in self.columns]))

    def region(self, start: int, lots: _Lots) -> set[int]:
        """Nodes around the first, with every node of each chosen circle among them. Supporters stay outside."""
        owner = {int(node): one for one in np.flatnonzero(self.chosen) for node in self.nodes[one]}
        inside = {start}
        waiting = [start]
        while waiting and len(inside) < min(FREED, len(self.columns) // PART):
            node = waiting.pop(lots.below(len(waiting)))
            ways = self.columns[node]
            for _ in range(min(WAYS, len(ways))):
                for other in self.nodes[ways[lots.below(len(ways))]].tolist():
                    if other in inside or self.supports[other]:
                        continue
                    together = self.nodes[owner[other]].tolist() if other in owner else [other]
                    waiting += [one for one in together if one not in inside]
                    inside.update(together)
        return inside


def mended(
    web: Web,
    level: Level,
    kept: Sequence[tuple[Level, int]],
    columns: Columns,
    chosen: Columns,
    bound: int,
    share: int,
) -> Columns:
    """A choice at least as good, among `columns`; it stops early where the bound is reached.

    `share`: the effort is divided by this.
    """
    board = _Board(web, columns, chosen)
    gain = columns.gain(level)
    before = [columns.gain(one) for one, _ in kept]
    lots = _Lots()
    effort = EFFORT // share
    while effort > 0:
        effort -= 1
        free = board.free_nodes()
        if gain[board.chosen].sum() >= bound:
            break
        start = int(free[lots.below(len(free))]) if len(free) else lots.below(len(web.ids))
        if board.supports[start]:
            continue
        inside = np.zeros(len(web.ids), bool)
        inside[list(board.region(start, lots))] = True
        inside[free[~board.supports[free]]] = True
        some = np.unique(np.concatenate([board.columns[node] for node in np.flatnonzero(inside)]))
        some = some[[bool(inside[board.nodes[one]].all()) for one in some]]
        effort -= len(some)
        old = some[board.chosen[some]]
        part = [(one, int(counted[old].sum())) for (one, _), counted in zip(kept, before, strict=True)]
        better = whole(web, level, part, columns[some], columns[old], NODES)
        board.chosen[old] = False
        board.chosen[some[columns[some].among(better.chosen)]] = True
    return columns[np.flatnonzero(board.chosen)]
