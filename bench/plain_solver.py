"""A round given to HiGHS in one go: a column a pair, a row a rule, one weighted goal, shares as ratios."""

from collections import defaultdict
from collections.abc import Iterator
from time import perf_counter

import highspy
import numpy as np

from ayni.matching.linear import quiet
from ayni.matching.problem import Problem, Share

_COUNTED = 10_000.0  # one person more, beside quality of at most 1,000
_NO_LIMIT = highspy.kHighsInf
Terms = dict[int, float]


def seconds_of_plain(problem: Problem, limit: float) -> float:
    """Until HiGHS says that it is done, or the limit. Only goals of rounds in people."""
    solver = quiet()
    solver.setOptionValue("time_limit", limit)
    pairs = problem.pairs
    gains = np.array([-_COUNTED - pair.quality for pair in pairs])
    solver.addCols(len(pairs), gains, np.zeros(len(pairs)), np.ones(len(pairs)), 0, [], [], [])
    columns = np.arange(len(pairs), dtype=np.int32)
    if problem.shares or problem.budgets:
        kinds = np.full(len(pairs), highspy.HighsVarType.kInteger.value, dtype=np.uint8)
        solver.changeColsIntegrality(len(pairs), columns, kinds)
    for low, high, terms in _rows(problem):
        used = np.fromiter(terms, np.int32, len(terms))
        solver.addRow(low, high, len(terms), used, np.fromiter(terms.values(), float, len(terms)))
    begun = perf_counter()
    solver.run()
    return perf_counter() - begun


def _rows(problem: Problem) -> Iterator[tuple[float, float, Terms]]:
    homes = {one.id: one.institution for one in problem.candidates}
    hosts = {one.id: one.institution for one in problem.positions}
    people: defaultdict[str, Terms] = defaultdict(dict)
    places: defaultdict[str, Terms] = defaultdict(dict)
    balance: defaultdict[str, Terms] = defaultdict(dict)
    spent: defaultdict[str | None, Terms] = defaultdict(dict)
    for column, pair in enumerate(problem.pairs):
        people[pair.candidate][column] = places[pair.position][column] = 1.0
        balance[homes[pair.candidate]][column] = -1.0
        balance[hosts[pair.position]][column] = 1.0
        spent[pair.payer][column] = float(pair.cost)
    yield from ((0.0, 1.0, terms) for terms in people.values())
    yield from ((0.0, float(one.capacity), places[one.id]) for one in problem.positions if one.id in places)
    for one in problem.institutions:
        yield -one.tolerance - one.balance, one.tolerance - one.balance, balance[one.id]
    yield from ((0.0, float(one.limit), spent[one.payer]) for one in problem.budgets)
    for share in problem.shares:
        yield from _ratio(problem, share, homes, hosts)


def _ratio(
    problem: Problem, share: Share, homes: dict[str, str], hosts: dict[str, str]
) -> Iterator[tuple[float, float, Terms]]:
    groups = {one.id: one.groups for one in (*problem.institutions, *problem.candidates)}
    for part, low, high in ((share.floor, 0.0, _NO_LIMIT), (share.cap, -_NO_LIMIT, 0.0)):
        if part is None:
            continue
        terms: Terms = {}
        for column, pair in enumerate(problem.pairs):
            who = {"candidate": pair.candidate, "sender": homes[pair.candidate], "host": hosts[pair.position]}
            terms[column] = (share.group in groups[who[share.side]]) - float(part)
        yield low, high, terms
