"""Is it really best? Answered again from problem and placements, with no solver: see `Certificate`."""

from collections.abc import Iterator
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
    level_of_share,
    model_of,
    most_at_all,
    refutes,
    row_of,
)
from ayni.matching.network import flow_of, network_of
from ayni.matching.problem import Problem
from ayni.matching.solution import Certificate, Proof, Reached, Solution, refutation


def certify(problem: Problem, solution: Solution) -> Certificate:
    """A full proof for a round in people alone; with rows across it, the rules and the bounds of each level.

    The problem must be the one that was solved; placements that break a rule prove nothing further.
    """
    problem = problem.in_order()
    if solution.problem != problem.hash():
        return Certificate(
            problem.hash(), ("the solution answers another problem",), (), "Nothing was checked."
        )
    excused = {note.about for note in solution.notes if note.code.startswith("share-")}
    broken = tuple(broken_rules(problem, solution.keys, excused))
    if broken:
        return Certificate(solution.problem, broken, (), f"{len(broken)} rules are broken.")
    levels = tuple(_of_a_flow(problem, solution) if problem.is_base else _of_rows(problem, solution))
    return Certificate(solution.problem, (), levels, _told(levels))


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
    """Each bound again, from the prices that came with the solution; they need not be believed to be good ones."""
    excused = {note.about for note in solution.notes if note.code.startswith("share-")}
    model = model_of(problem, [share for share in problem.shares if share.name not in excused])
    order = full_order(solution.order, strict=problem.reciprocity.strict)
    stayed = [one.key for one in solution.previous]
    levels = {one.name: one for one in levels_of(model.network, order, solution.seed, stayed, model.excess)}
    shares = {f"share {share.name}": share for share in problem.shares}
    answer = answer_of(model, solution.keys)
    prices = dict(solution.duals)
    for reached in solution.levels:
        if reached.level in shares:
            level = level_of_share(model, shares[reached.level])
        else:
            level = levels[reached.level]
        given = np.array(prices.get(reached.level, ()), np.int64)
        if level.name == "count":
            yield _counted(model, reached, prices)
            model = model.at(solution.count)
        else:
            yield _checked(model.at(None), level, answer, reached, given)
            model = model.with_rows(row_of(level, answer))


def _counted(model: Model, said: Reached, prices: dict[str, tuple[int, ...]]) -> Reached:
    """Down from what parts of people could reach, as far as each number in turn is shown to be too many."""
    top, known = most_at_all(model.problem), {name: np.array(row, np.int64) for name, row in prices.items()}
    size = len(model.at(0).rows) + model.network.nodes
    if len(known.get("count", ())) == size:
        bounded = count_bound(model, known["count"])
        top = top if bounded is None else min(top, max(bounded, 0))
    while len(known.get(refutation(top), ())) == size and refutes(model.at(top), known[refutation(top)]):
        top -= 1
    return _proven(said, said.value, top)


def _checked(model: Model, level: Level, answer: np.ndarray, said: Reached, prices: np.ndarray) -> Reached:
    value = int(level.gain @ answer)
    if len(prices) != model.network.nodes + len(model.rows):
        return replace(said, value=level.sign * value)
    top = max(value, floor(bound(model, level.gain, prices)))
    return _proven(said, level.sign * value, level.sign * top)


def _proven(said: Reached, value: int, top: int) -> Reached:
    if top == value:
        return Reached(said.level, value, value, "exact")
    proof: Proof = "solver" if said.proof == "solver" else "open"
    return Reached(said.level, value, value if proof == "solver" else top, proof)
