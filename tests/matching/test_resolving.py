"""After withdrawals: as many as can be, and the fewest changes for those who are still there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayni.matching.explaining import Change
from ayni.matching.generating import generate
from ayni.matching.resolving import resolve, without
from ayni.matching.rounds import solve
from tests.matching.worlds import a_round, all_answers, examples, rounds, worth


def stayed(before, placed) -> int:
    return len(set(before.keys) & set(placed))


@examples(20)
@given(rounds(), st.data())
def test_no_round_of_as_many_keeps_more_people_where_they_were(problem, data):
    before = solve(problem)
    people = data.draw(st.sets(st.sampled_from([one.id for one in problem.candidates]), max_size=2))
    positions = data.draw(st.sets(st.sampled_from([one.id for one in problem.positions]), max_size=1))
    after = resolve(problem, before, people=people, positions=positions)
    left = without(problem, people=people, positions=positions)
    assert after.problem == left

    def rank(placed):
        return *worth(left, placed)[:2], stayed(before, placed), worth(left, placed)[2]

    assert rank(after.solution.keys) == max(rank(placed) for placed in all_answers(left))


def test_nothing_changes_when_nobody_withdraws():
    problem = generate(60, 8, "resolve")
    before = solve(problem)
    after = resolve(problem, before)
    assert (after.solution.placements, after.changes) == (before.placements, ())


def test_a_swap_ends_when_one_side_withdraws_and_who_can_go_instead_goes():
    problem = a_round({"a1>b1": 900, "b1>a1": 900, "a2>b1": 100})
    after = resolve(problem, solve(problem), people=["a1"])
    assert after.changes == (Change("a2", None, "b1"),)


def test_who_is_unknown_is_named():
    problem = a_round({"a1>b1": 900, "b1>a1": 900})
    with pytest.raises(ValueError, match="there is no candidate 'z9'"):
        resolve(problem, solve(problem), people=["z9"])
    with pytest.raises(ValueError, match="there is no position 'z8'"):
        resolve(problem, solve(problem), positions=["z8"])
