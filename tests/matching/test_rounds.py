"""The best round: against every answer of small rounds, and the hard cases by name."""

import pytest
from hypothesis import given

from ayni.matching.base import best
from ayni.matching.certifying import certify
from ayni.matching.generating import generate
from ayni.matching.levels import ORDER, full_order, levels_of
from ayni.matching.network import flow_of, network_of
from ayni.matching.rounds import solve
from tests.matching.worlds import a_round, best_by_hand, circle, examples, rounds, tolerating, worth


def where(solution) -> list[str]:
    return [f"{one.candidate}>{one.position}" for one in solution.placements]


@examples(40)
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


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_mending_an_empty_round_leads_to_the_same_answer_as_the_solver(seed):
    problem = generate(120, 15, seed).in_order()
    network = network_of(problem)
    levels = levels_of(network, full_order(ORDER, strict=True), problem.seed, [], network.excess)
    mended = best(network, levels, flow_of(network, []))
    assert network.placed(mended.flow) == solve(problem).keys
