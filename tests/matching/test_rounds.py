"""The best round: against every answer of small rounds, and the hard cases by name."""


from hypothesis import given, settings

from ayni.matching.certifying import certify
from ayni.matching.rounds import solve
from tests.matching.worlds import a_round, best_by_hand, circle, rounds, tolerating, worth


def where(solution) -> list[str]:
    return [f"{one.candidate}>{one.position}" for one in solution.placements]


@settings(max_examples=150, deadline=None)
@given(rounds())
def test_no_answer_is_better_and_the_proof_needs_no_solver(problem):
    solution = solve(problem)
    assert certify(problem, solution).is_proven
    assert solution.status == "proven"
    assert worth(problem, solution.keys) == best_by_hand(problem)


def test_a_circle_of_three_is_found_where_nobody_can_swap():
    assert where(solve(a_round(circle("a", "b", "c")))) == ["a1>b1", "b1>c1", "c1>a1"]


def test_nobody_goes_where_nobody_can_come_back():
    assert solve(a_round({"a1>b1": 900})).count == 0
    assert solve(tolerating(a_round({"a1>b1": 900}), 1)).count == 1
