"""What is done by hand today: two institutions swap one for one, the best swap first. The baseline to compare with."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from heapq import heapify, heappop, heappush

from ayni.matching.problem import Pair, Problem
from ayni.matching.solution import Placement

Way = tuple[str, str]  # from home to host


def greedy(problem: Problem) -> tuple[Placement, ...]:
    """Swaps by joint quality, best first, until none is left; equals by id. In order of candidates.

    As many leave each institution for each other as come back; only a locked pair may find nobody in return.
    Balances so far, shares, budgets and days are not looked at, and who is in a cohort stays at home.
    """
    table = _Table(problem)
    table.place_locked()
    swaps = [swap for way in table.offers if way[0] < way[1] and (swap := table.best_swap(way))]
    heapify(swaps)
    while swaps:
        worth, way = heappop(swaps)
        best = table.best_swap(way)
        if best and best[0] == worth:
            table.swap(way)
            best = table.best_swap(way)
        if best:
            heappush(swaps, best)
    return tuple(sorted(table.placed))


class _Table:
    """Where coordinators sit: what is still on offer each way, best last, and what was agreed."""

    def __init__(self, problem: Problem) -> None:
        self.placed: list[Placement] = []
        self._seats = {one.id: one.capacity for one in problem.positions}
        self._free = {one.id: one.cohort is None for one in problem.candidates}
        self._homes = {one.id: one.institution for one in problem.candidates}
        self._hosts = {one.id: one.institution for one in problem.positions}
        self._locked = sorted(problem.locked)
        self.offers: defaultdict[Way, list[Pair]] = defaultdict(list)
        open_pairs = (pair for pair in problem.pairs if pair.key not in problem.forbidden)
        for pair in sorted(open_pairs, key=lambda pair: (-pair.quality, pair.key), reverse=True):
            self.offers[self._homes[pair.candidate], self._hosts[pair.position]].append(pair)

    def place_locked(self) -> None:
        """What is promised comes first, each with the best that can be had in return."""
        owed: Counter[Way] = Counter()
        for candidate, position in self._locked:
            home, host = self._homes[candidate], self._hosts[position]
            self._place(candidate, position)
            owed[host, home] += 1
        for home, host in sorted(owed):
            for pair in self._best(home, host, owed[home, host] - owed[host, home]):
                self._place(pair.candidate, pair.position)

    def best_swap(self, way: Way) -> tuple[int, Way] | None:
        """The joint quality, negative so that the best comes first."""
        there, back = self._next(way), self._next(way[::-1])
        return (-there.quality - back.quality, way) if there and back else None

    def swap(self, way: Way) -> None:
        for pair in (self._next(way), self._next(way[::-1])):
            if pair:
                self._place(pair.candidate, pair.position)

    def _best(self, home: str, host: str, most: int) -> Iterator[Pair]:
        while most > 0 and (pair := self._next((home, host))):
            yield pair
            most -= 1

    def _next(self, way: Way) -> Pair | None:
        """The best that can still go; what cannot is struck out."""
        offers = self.offers.get(way, [])
        while offers and not (self._free[offers[-1].candidate] and self._seats[offers[-1].position]):
            offers.pop()
        return offers[-1] if offers else None

    def _place(self, candidate: str, position: str) -> None:
        self._free[candidate] = False
        self._seats[position] -= 1
        self.placed.append(Placement(candidate, position))
