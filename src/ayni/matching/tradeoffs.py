"""What each goal changes: the round with reciprocity alone, with each goal, with all, with all but one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ayni.matching.base import Told
from ayni.matching.levels import ORDER
from ayni.matching.problem import Problem, Reciprocity
from ayni.matching.rounds import quietly, solve

Case = Literal["unbalanced", "balanced", "alone", "all", "all but"]


@dataclass(frozen=True, slots=True)
class Tradeoff:
    """One variant of a round and its optimum. `goal`: the share or budget asked for alone, or left out.

    `gave_way`: shares that were not kept in it, because they gave way or were too small to be asked for.
    """

    case: Case
    goal: str
    count: int
    quality: int
    status: str
    gave_way: tuple[str, ...] = ()


def tradeoffs(
    problem: Problem, *, seed: str | None = None, order: Sequence[str] = ORDER, told: Told = quietly
) -> tuple[Tradeoff, ...]:
    """First without reciprocity and goals, then with reciprocity, then the goals: a round solved for each."""
    found = []
    for case, goal, variant in _variants(problem):
        told(f"{case} {goal}".strip())
        solution = solve(variant, seed=seed, order=order)
        gave_way = tuple(note.about for note in solution.notes if note.code.startswith("share-"))
        found.append(Tradeoff(case, goal, solution.count, solution.quality, solution.status, gave_way))
    return tuple(found)


def _variants(problem: Problem) -> Iterator[tuple[Case, str, Problem]]:
    plain = replace(problem, shares=(), budgets=())
    yield "unbalanced", "", replace(plain, reciprocity=Reciprocity("nobody"))
    yield "balanced", "", plain
    goals = [*(one.name for one in problem.shares), *(one.name for one in problem.budgets)]
    for name in goals:
        yield "alone", name, _with(problem, {name})
    if len(goals) > 1:
        yield "all", "", problem
        for name in goals:
            yield "all but", name, _with(problem, set(goals) - {name})


def _with(problem: Problem, goals: set[str]) -> Problem:
    return replace(
        problem,
        shares=tuple(one for one in problem.shares if one.name in goals),
        budgets=tuple(one for one in problem.budgets if one.name in goals),
    )
