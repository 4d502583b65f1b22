"""Top trading cycles between institutions: nobody gains by hiding a position, but fewer people travel.

Two-sided top trading cycles of Dur and Unver, "Two-Sided Matching via Balanced Exchange" (SSRN 2180357).
"""

from collections import defaultdict
from collections.abc import Mapping

from ayni.matching.levels import lot
from ayni.matching.problem import Pair, Problem
from ayni.matching.solution import Placement


def ttc(problem: Problem, priority: Mapping[str, int] | None = None) -> tuple[Placement, ...]:
    """What comes of trading, in order of candidates: each institution hosts as many as it sends.

    Each institution points to the first of its candidates, each candidate to the best position left, which
    belongs to an institution; those on a circle of pointers travel. Candidates prefer quality, equals by lot;
    institutions put their own in order of `priority`, smallest first, and equals, or those without, by id.
    Balances so far, shares, budgets, days and locked pairs are not looked at; who is in a cohort stays at home.
    """
    market = _Market(problem, priority or {})
    for start in sorted(one.id for one in problem.institutions):
        path = {start: 0}  # institution -> its place on the path of pointers
        while path:
            last = next(reversed(path))
            wish = market.wish(last)
            if wish is None:
                del path[last]
                continue
            host = market.hosts[wish.position]
            if host not in path:
                path[host] = len(path)
                continue
            for name in list(path)[path[host] :]:
                market.grant(name)
                del path[name]
            path = path or {start: 0}
    return tuple(sorted(market.placed))


class _Market:
    """Who is left, in order, and what each of them still wishes, best last."""

    def __init__(self, problem: Problem, priority: Mapping[str, int]) -> None:
        self.placed: list[Placement] = []
        self.hosts = {one.id: one.institution for one in problem.positions}
        self._seats = {one.id: one.capacity for one in problem.positions}
        self._wishes: defaultdict[str, list[Pair]] = defaultdict(list)
        self._own: defaultdict[str, list[str]] = defaultdict(list)
        self._left: set[str] = set()
        last = max(priority.values(), default=0) + 1
        for one in sorted(
            problem.candidates, key=lambda one: (priority.get(one.id, last), one.id), reverse=True
        ):
            if one.cohort is None:
                self._own[one.institution].append(one.id)
        open_pairs = (pair for pair in problem.pairs if pair.key not in problem.forbidden)
        for pair in sorted(open_pairs, key=lambda pair: (pair.quality, lot(problem.seed, pair), pair.key)):
            self._wishes[pair.candidate].append(pair)

    def wish(self, name: str) -> Pair | None:
        """Of the institution's first candidate who has one left. An institution without any leaves the market."""
        own = self._own[name]
        while own:
            wishes = self._wishes[own[-1]]
            while wishes and (
                self._seats[wishes[-1].position] == 0 or self.hosts[wishes[-1].position] in self._left
            ):
                wishes.pop()
            if wishes:
                return wishes[-1]
            own.pop()
        self._left.add(name)
        return None

    def grant(self, name: str) -> None:
        """What the institution's first candidate wishes."""
        wish = self._wishes[self._own[name].pop()][-1]
        self._seats[wish.position] -= 1
        self.placed.append(Placement(wish.candidate, wish.position))
