"""A round solved again after people or positions were withdrawn: as many as can be, with the fewest changes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from ayni.matching.base import Told
from ayni.matching.explaining import Change, differences
from ayni.matching.problem import Key, Problem
from ayni.matching.rounds import quietly, solve
from ayni.matching.solution import Solution


@dataclass(frozen=True, slots=True)
class Resolved:
    """The round without what was withdrawn, its answer, and what changes for those who are still there."""

    problem: Problem
    solution: Solution
    changes: tuple[Change, ...]


def resolve(
    problem: Problem,
    solution: Solution,
    *,
    people: Collection[str] = (),
    positions: Collection[str] = (),
    order: Sequence[str] | None = None,
    told: Told = quietly,
) -> Resolved:
    """`people` and `positions`: ids of what is withdrawn. A ValueError names those that are not in the round.

    The order is the solution's own, with "stay" after "count" where it is not: the same number go as if all were
    decided anew, and whoever can stay where they were, stays. Locked pairs of those withdrawn are locked no more.
    """
    left = without(problem, people=people, positions=positions)
    again = solve(
        left, seed=solution.seed, previous=solution, order=order or staying(solution.order), told=told
    )
    before = {one: place for one, place in solution.keys if one not in people}
    return Resolved(left, again, differences(before, dict(again.keys)))


def staying(order: Sequence[str]) -> tuple[str, ...]:
    """The order with "stay" in it."""
    if "stay" in order:
        return tuple(order)
    place = list(order).index("count") + 1
    return (*order[:place], "stay", *order[place:])


def without(problem: Problem, *, people: Collection[str] = (), positions: Collection[str] = ()) -> Problem:
    """The round without these people and positions, and the pairs they were in."""
    away, closed = set(people), set(positions)
    for kind, gone, known in (
        ("candidate", away, {one.id for one in problem.candidates}),
        ("position", closed, {one.id for one in problem.positions}),
    ):
        if unknown := sorted(gone - known):
            raise ValueError(f"there is no {kind} {', '.join(map(repr, unknown))}")

    def is_left(key: Key) -> bool:
        return key[0] not in away and key[1] not in closed

    return replace(
        problem,
        candidates=tuple(one for one in problem.candidates if one.id not in away),
        positions=tuple(one for one in problem.positions if one.id not in closed),
        pairs=tuple(pair for pair in problem.pairs if is_left(pair.key)),
        locked=frozenset(filter(is_left, problem.locked)),
        forbidden=frozenset(filter(is_left, problem.forbidden)),
    )
