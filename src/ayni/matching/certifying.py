"""Is it really best? Answered again from problem and placements, with no solver: see `Certificate`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import floor, inf

import numpy as np

from ayni.matching.base import best
from ayni.matching.checking import broken_rules
from ayni.matching.columns import counted, rules_broken
from ayni.matching.levels import Level, levels_asked
from ayni.matching.model import (
    Model,
    answer_of,
    bound,
    count_bound,
    is_too_small,
    level_of_share,
    model_of,
    most_at_all,
    no_more_than_asked,
    refutes,
    row_of,
    row_of_share,
)
from ayni.matching.network import Ints, flow_of
from ayni.matching.problem import Problem, Share
from ayni.matching.solution import Certificate, Proof, Reached, Solution, balances, refutation, status_of

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
    basis = tuple(_basis(solution))
    if broken:
        text = "\n".join([f"{rules_broken(len(broken))}.", *basis])
        return Certificate(solution.problem, broken, (), text, basis=basis)
    levels = tuple(_of_a_flow(problem, solution) if problem.is_base else _of_rows(problem, solution))
    waived, doubts = tuple(_waived(problem, solution)), tuple(_doubts(problem, solution))
    kept = "Every other rule is kept." if waived else "Every rule is kept."
    text = "\n".join([*waived, kept, *map(_told, levels), *doubts, *basis])
    return Certificate(solution.problem, (), levels, text, waived, doubts, basis)


def _excused(problem: Problem, solution: Solution) -> set[str]:
    """Shares that are too small, whatever the solution says, and those that gave way, as it says."""
    small = {share.name for share in problem.shares if is_too_small(problem, share)}
    return small | {share.name for share in _given_way(problem, solution)}


def _given_way(problem: Problem, solution: Solution) -> list[Share]:
    said = solution.gave_way
    return [share for share in problem.shares if share.name in said and not is_too_small(problem, share)]


def _waived(problem: Problem, solution: Solution) -> Iterator[str]:
    """Everything else is kept, so what breaks without an excuse is the share itself."""
    excused = _excused(problem, solution)
    for share in _given_way(problem, solution):
        is_broken = broken_rules(problem, solution.keys, excused - {share.name})
        yield (
            f"share {share.name!r}: {'not kept' if is_broken else 'kept, but not asked for'}, "
            "on the file's word that it had to give way"
        )


def _doubts(problem: Problem, solution: Solution) -> Iterator[str]:
    if solution.seed != problem.seed:
        yield f"lots were drawn with seed {solution.seed!r}, the round's own is {problem.seed!r}"


def _basis(solution: Solution) -> Iterator[str]:
    """What the solution chose for itself: another order is another best round."""
    yield f"in the order {', '.join(solution.order)}"
    if solution.previous:
        yield f"kept to an earlier answer of {counted(len(solution.previous), 'placement')}"


def _misstated(problem: Problem, solution: Solution) -> Iterator[str]:
    """Sums that are not what the placements come to, and claims that go beyond the levels they rest on."""
    quality = {pair.key: pair.quality for pair in problem.pairs}
    there = {
        "count": len(solution.keys),
        "quality": sum(quality[key] for key in solution.keys),
        "balance": balances(problem, solution.keys),
    }
    for name, value in there.items():
        if getattr(solution, name) != value:
            yield f"{name}: the solution says {getattr(solution, name)}, its placements come to {value}"
    values = _values(problem, solution)
    for one in solution.levels:
        yield from _misstated_level(one, values)
    yield from _beyond_its_levels(solution, values)


def _misstated_level(said: Reached, values: Mapping[str, int]) -> Iterator[str]:
    name, value = said.level, values.get(said.level)
    if value is None:
        yield f"levels: this round has no level {name!r}"
    elif said.value != value:
        yield f"level {name}: the solution says {said.value}, its placements come to {value}"
    elif said.proof != "open" and said.bound != value:
        yield f"level {name}: the solution says that {value} is proven, and that {said.bound} is possible"


def _beyond_its_levels(solution: Solution, values: Mapping[str, int]) -> Iterator[str]:
    """Where a level is not told, nothing is known of it; to claim nothing is never too much."""
    said = {one.level: one for one in solution.levels}
    status, gap = status_of(solution.levels)
    if set(values) - set(said) - {"lottery"}:
        status, gap = "not proven", inf
    claims_nothing = (solution.status, solution.gap) == ("not proven", inf)
    there: dict[str, object] = {} if claims_nothing else {"status": status, "gap": gap}
    if "count" in said:
        there["bound"] = said["count"].bound
    for name, value in there.items():
        if getattr(solution, name) != value:
            yield f"{name}: the solution says {getattr(solution, name)}, its levels come to {value}"


def _values(problem: Problem, solution: Solution) -> dict[str, int]:
    """What the placements come to in each level."""
    model = model_of(problem, ())
    if not (problem.is_base or model.network.open_pairs):
        return {}
    answer = answer_of(model, solution.keys)
    values = {
        level.name: level.value(answer) for level in levels_asked(model.network, solution, model.excess)
    }
    for share in _given_way(problem, solution):
        level = level_of_share(model, share)
        values[level.name] = no_more_than_asked(share, solution.count, level.value(answer))
    return values


def _told(one: Reached) -> str:
    words = {
        "exact": "proven best, checked without a solver",
        "solver": only_said(one),
        "open": f"not proven (no better than {one.bound:,})",
    }
    return f"{one.level}: {one.value:,}, {words[one.proof]}"


def only_said(one: Reached) -> str:
    """In words, what is known of a level whose proof is the file's word."""
    if one.bound == one.value:
        return "best if the file is right about the shares that gave way"
    better = "less" if one.level == "balance" else "better" if one.level.startswith("share ") else "more"
    return f"the file says that the solver proved it; proven here: no {better} than {one.bound:,}"


def _of_a_flow(problem: Problem, solution: Solution) -> Iterator[Reached]:
    """Levels until one could be better; what comes after that would only be best by chance."""
    model = model_of(problem, ())
    network = model.network
    levels = levels_asked(model.network, solution, model.excess)
    flow = flow_of(network, solution.keys)
    best_flow = best(network, levels, flow).flow
    for level in levels:
        value, top = level.value(flow), level.value(best_flow)
        yield Reached(level.name, value, top, "exact" if value == top else "open")
        if value != top:
            return


def _of_rows(problem: Problem, solution: Solution) -> Iterator[Reached]:
    """Each bound again, from the prices that came with the solution; nobody need believe that they are good.

    That a share had to give way is the solver's word: its own level and those after are no more.
    """
    excused = _excused(problem, solution)
    model = model_of(problem, [share for share in problem.shares if share.name not in excused])
    if not model.network.open_pairs:
        return
    answer = answer_of(model, solution.keys)
    prices, said = dict(solution.duals), {one.level: one.proof for one in solution.levels}
    given_way = _given_way(problem, solution)
    is_capped = False
    for level in levels_asked(model.network, solution, model.excess):
        if level.name == "count":
            yield _proven(level.name, solution.count, _most(model, prices), said)
            model = model.at(solution.count)
            for share in given_way:
                nearest = level_of_share(model, share)
                yield _of_share(model, nearest, share, answer, prices, said)
                model = model.with_rows(row_of_share(nearest, share, solution.count, answer))
            is_capped = bool(given_way)
        elif level.name != "lottery":
            reached = _checked(model.at(None), level, answer, prices, said)
            yield _capped(reached) if is_capped else reached
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
    """What is not a price for each node and row of this model bounds nothing: none is used then."""
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


def _of_share(
    model: Model, level: Level, share: Share, answer: Ints, known: Prices, said: Mapping[str, Proof]
) -> Reached:
    reached, n = _checked(model, level, answer, known, said), model.count.value(answer)
    value, top = (no_more_than_asked(share, n, one) for one in (reached.value, reached.bound))
    return _capped(_proven(level.name, value, top, said))


def _capped(reached: Reached) -> Reached:
    return replace(reached, proof="solver") if reached.proof == "exact" else reached


def _proven(name: str, value: int, top: int, said: Mapping[str, Proof]) -> Reached:
    """`top` is proven; that it is `value` may be the solver's word."""
    if top == value:
        return Reached(name, value, value, "exact")
    if said.get(name) == "solver":
        return Reached(name, value, top, "solver")
    return Reached(name, value, top, "open")
