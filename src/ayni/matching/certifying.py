"""Is it really best? Answered again from problem and placements, with no solver: see `Certificate`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import floor

import numpy as np

from ayni.matching.base import best
from ayni.matching.checking import broken_rules
from ayni.matching.levels import Level, full_order, levels_of
from ayni.matching.model import (
    Model,
    answer_of,
    bound,
    count_bound,
    is_too_small,
    level_of_share,
    model_of,
    most_at_all,
    refutes,
    row_of,
)
from ayni.matching.network import Ints, flow_of, network_of
from ayni.matching.problem import Problem
from ayni.matching.solution import Certificate, Proof, Reached, Solution, balances, refutation

Prices = Mapping[str, tuple[int, ...]]
HIGHEST = 2**62  # of a price


def certify(problem: Problem, solution: Solution) -> Certificate:
    """A full proof for a round in people alone; with rows across it, the rules and the bounds of each level.

    The problem must be the one that was solved; placements that break a rule prove nothing further.
    """
    problem = problem.in_order()
    if solution.problem != problem.hash():
        return Certificate(
            problem.hash(), ("the solution answers another problem",), (), "Nothing was checked."
        )
    broken = tuple(broken_rules(problem, solution.keys, _excused(problem, solution)))
    broken = broken or tuple(_misstated(problem, solution))
    if broken:
        return Certificate(solution.problem, broken, (), f"{len(broken)} rules are broken.")
    levels = tuple(_of_a_flow(problem, solution) if problem.is_base else _of_rows(problem, solution))
    return Certificate(solution.problem, (), levels, _told(levels))


def _excused(problem: Problem, solution: Solution) -> set[str]:
    """Shares that are too small, whatever the solution says, and those that gave way, as it says."""
    small = {share.name for share in problem.shares if is_too_small(problem, share)}
    return small | {note.about for note in solution.notes if note.code == "share-gave-way"}


def _misstated(problem: Problem, solution: Solution) -> Iterator[str]:
    """Sums that are not what the placements come to."""
    quality = {pair.key: pair.quality for pair in problem.pairs}
    there = {
        "count": len(solution.keys),
        "quality": sum(quality[key] for key in solution.keys),
        "balance": balances(problem, solution.keys),
    }
    for name, value in there.items():
        if getattr(solution, name) != value:
            yield f"{name}: the solution says {getattr(solution, name)}, its placements come to {value}"


def _told(levels: tuple[Reached, ...]) -> str:
    words = {
        "exact": "proven best, checked without a solver",
        "solver": "proven by the solver only",
        "open": "not proven",
    }
    lines = [f"{one.level}: {one.value:,}, {words[one.proof]}" for one in levels]
    lines = [
        line + (f" (no better than {one.bound:,})" if one.proof == "open" else "")
        for line, one in zip(lines, levels, strict=True)
    ]
    return "\n".join(["Every rule is kept.", *lines])


def _of_a_flow(problem: Problem, solution: Solution) -> Iterator[Reached]:
    """Levels until one could be better; what comes after that would only be best by chance."""
    network = network_of(problem)
    order = full_order(solution.order, strict=problem.reciprocity.strict)
    stayed = [one.key for one in solution.previous]
    levels = levels_of(network, order, solution.seed, stayed, network.excess)
    flow = flow_of(network, solution.keys)
    best_flow = best(network, levels, flow).flow
    for level in levels:
        value, top = level.value(flow), level.value(best_flow)
        yield Reached(level.name, value, top, "exact" if value == top else "open")
        if value != top:
            return


def _of_rows(problem: Problem, solution: Solution) -> Iterator[Reached]:
    """Each bound again, from the prices that came with the solution; they need not be believed to be good ones.

    That a share had to give way is the solver's word, so its own level is no more than that.
    """
    excused = _excused(problem, solution)
    model = model_of(problem, [share for share in problem.shares if share.name not in excused])
    if not model.network.open_pairs:
        return
    order = full_order(solution.order, strict=problem.reciprocity.strict)
    stayed = [one.key for one in solution.previous]
    levels = levels_of(model.network, order, solution.seed, stayed, model.excess)
    answer = answer_of(model, solution.keys)
    prices, said = dict(solution.duals), {one.level: one.proof for one in solution.levels}
    for level in levels:
        if level.name == "count":
            yield _proven(level.name, solution.count, _most(model, prices), said)
            model = model.at(solution.count)
            for share in problem.shares:
                if share.name in excused and not is_too_small(problem, share):
                    yield _of_share(model, level_of_share(model, share), answer, prices, said)
                    model = model.with_rows(row_of(level_of_share(model, share), answer))
        elif level.name != "lottery":
            yield _checked(model.at(None), level, answer, prices, said)
            model = model.with_rows(row_of(level, answer))


def _most(model: Model, known: Prices) -> int:
    """Down from what parts of people could reach, as far as each number in turn is shown to be too many."""
    bounded = count_bound(model, _usable(model.at(0), known.get("count", ())))
    top = most_at_all(model.problem)
    top = top if bounded is None else min(top, max(bounded, 0))
    while refutes(model.at(top), _usable(model.at(top), known.get(refutation(top), ()))):
        top -= 1
    return top


def _usable(model: Model, given: Sequence[int]) -> Ints:
    """What is not a price for each node and row of this model bounds nothing; with no price at all a bound is poor."""
    size = model.network.nodes + len(model.rows)
    no_prices = np.zeros(size, np.int64)
    if len(given) != size or any(abs(price) > HIGHEST for price in given):
        return no_prices
    for row, price in zip(model.rows, given[model.network.nodes :], strict=True):
        if (price > 0 and row.high is None) or (price < 0 and row.low is None):
            return no_prices
    return np.array(given, np.int64)


def _checked(model: Model, level: Level, answer: Ints, known: Prices, said: Mapping[str, Proof]) -> Reached:
    value = int(level.gain @ answer)
    top = max(value, floor(bound(model, level.gain, _usable(model, known.get(level.name, ())))))
    return _proven(level.name, level.sign * value, level.sign * top, said)


def _of_share(model: Model, level: Level, answer: Ints, known: Prices, said: Mapping[str, Proof]) -> Reached:
    reached = _checked(model, level, answer, known, said)
    return replace(reached, proof="solver") if reached.proof == "exact" else reached


def _proven(name: str, value: int, top: int, said: Mapping[str, Proof]) -> Reached:
    """`top` is proven; that it is `value` may be the solver's word."""
    if top == value:
        return Reached(name, value, value, "exact")
    if said.get(name) == "solver":
        return Reached(name, value, value, "solver")
    return Reached(name, value, top, "open")
