"""Promises that are hard to keep together: ledgers, locked pairs, cohorts, and who has waited."""

from dataclasses import replace

import pytest

from ayni.matching.certifying import certify
from ayni.matching.problem import (
    Problem,
    Reciprocity,
    faults,
)
from ayni.matching.rounds import solve
from tests.matching.worlds import (
    a_round,
    circle,
    codes,
    reached,
    told,
    tolerating,
    where,
    with_institutions,
)

NOBODY = Reciprocity("nobody")


def test_a_ledger_out_of_balance_is_paid_back_before_more_people_go():
    """a hosted two more than it sent. With b1 three could go, but a would still owe one."""
    problem = a_round({"a1>b1": 100, "a2>b2": 100, "b1>a1": 900})
    owing = with_institutions(problem, a={"balance": 2}, b={"balance": -2})
    solution = solve(owing)
    assert where(solution) == ["a1>b1", "a2>b2"]
    assert (solution.balance, solution.notes) == ({"a": 0, "b": 0}, ())


def test_a_ledger_that_cannot_be_paid_back_goes_no_further_out_and_says_so():
    owing = with_institutions(a_round({"b1>a1": 900}), a={"balance": 2}, b={"balance": -2})
    solution = solve(owing)
    assert (solution.count, solution.balance) == (0, {"a": 2, "b": -2})
    assert codes(solution) == [("out-of-balance", "a"), ("out-of-balance", "b")]
    assert reached(solution)["balance"] == 4
    assert certify(owing, solution).is_proven


@pytest.mark.parametrize("owes", [2, -2])
def test_not_even_a_locked_pair_takes_a_ledger_further_out(owes):
    """The other may tolerate anything."""
    way = "b1>a1" if owes > 0 else "a1>b1"
    problem = a_round({way: 900}, locked=frozenset({tuple(way.split(">"))}))
    solution = solve(with_institutions(problem, a={"balance": owes}, b={"tolerance": 9}))
    assert (solution.count, solution.balance["a"]) == (0, owes)
    assert codes(solution) == [("locked-not-kept", way[:2]), ("out-of-balance", "a")]


def test_a_ledger_is_paid_back_as_far_as_it_can_be():
    problem = a_round({"a1>b1": 100, "b1>a1": 900})
    solution = solve(with_institutions(problem, a={"balance": 3}, b={"balance": -3}))
    assert (where(solution), solution.balance) == (["a1>b1"], {"a": 2, "b": -2})


def test_days_that_cannot_be_paid_back_go_no_further_out():
    problem = a_round({"b1>a1": 900}, unit="days")
    problem = replace(problem, pairs=(replace(problem.pairs[0], days=30),))
    owing = with_institutions(problem, a={"balance": 60}, b={"balance": -60})
    solution = solve(owing)
    assert (solution.count, codes(solution)) == (0, [("out-of-balance", "a"), ("out-of-balance", "b")])


def test_locked_pairs_that_exclude_each_other():
    problem = a_round({"a1>b1": 100, "a1>b2": 900, "b1>a1": 500})
    problem = replace(problem, locked=frozenset({("a1", "b1"), ("a1", "b2")}))
    solution = solve(problem)
    assert (where(solution), codes(solution)) == (["a1>b2", "b1>a1"], [("locked-not-kept", "a1")])
    assert certify(problem, solution).is_proven


def test_a_locked_pair_goes_before_more_people():
    """Without the lock three go around; with it, two swap."""
    problem = a_round(circle("a", "b", "c") | {"b1>a1": 10})
    assert solve(problem).count == 3
    assert where(solve(replace(problem, locked=frozenset({("b1", "a1")})))) == ["a1>b1", "b1>a1"]


def test_a_locked_pair_goes_before_paying_back():
    """a should send and not host. That b1 comes is promised; so a sends as well, and stays where it is."""
    problem = a_round({"a1>b1": 100, "b1>a1": 100}, locked=frozenset({("b1", "a1")}))
    solution = solve(with_institutions(problem, a={"balance": 1}, b={"balance": -1}))
    assert (where(solution), solution.balance) == (["a1>b1", "b1>a1"], {"a": 1, "b": -1})


def test_a_locked_pair_does_not_go_beyond_what_is_tolerated():
    solution = solve(a_round({"a1>b1": 100}, locked=frozenset({("a1", "b1")})))
    assert (solution.count, codes(solution)) == (0, [("locked-not-kept", "a1")])


def test_a_forbidden_pair_does_not_travel():
    problem = a_round({"a1>b1": 900, "a2>b1": 100, "b1>a1": 500}, forbidden=frozenset({("a1", "b1")}))
    assert where(solve(problem)) == ["a2>b1", "b1>a1"]


def test_locked_and_forbidden_at_once_is_a_fault():
    both = frozenset({("a1", "b1")})
    assert list(faults(a_round(circle("a", "b"), locked=both, forbidden=both))) == [
        "locked: 'a1' at 'b1' is forbidden too"
    ]


def cohort(problem: Problem, *names: str) -> Problem:
    people = tuple(replace(one, cohort="c" if one.id in names else None) for one in problem.candidates)
    return replace(problem, candidates=people)


def test_a_cohort_travels_together_or_not_at_all():
    problem = a_round({"a1>b1": 100, "a2>b2": 100, "a3>b1": 900, "b1>a1": 500, "b2>a2": 500})
    assert where(solve(cohort(problem, "a1", "a2"))) == told("a1>b1 a2>b2 b1>a1 b2>a2")
    only_one_back = replace(problem, pairs=problem.pairs[:-1])
    assert where(solve(cohort(only_one_back, "a1", "a2"))) == ["a3>b1", "b1>a1"]


def test_one_of_a_cohort_without_any_pair_keeps_the_others_at_home():
    problem = cohort(a_round(circle("a", "b")), "a1")
    alone = replace(problem, candidates=(*problem.candidates, replace(problem.candidates[0], id="a2")))
    assert solve(alone).count == 0


def test_where_balance_is_not_strict_more_people_go_and_the_excess_is_the_smallest():
    """Three go either way; with c1 the excess is two rather than four, whatever the quality."""
    ways = {"a1>b1": 900, "a2>b1": 900, "c1>a1": 100, "a1>c1": 900, "a2>c2": 900}
    problem = a_round(ways, capacity={"b1": 2}, reciprocity=Reciprocity(strict=False))
    solution = solve(problem)
    assert list(reached(solution)) == ["count", "balance", "quality"]
    assert (solution.count, reached(solution)["balance"]) == (3, 2)
    assert [note.code for note in solution.notes] == ["out-of-balance"] * 2
    assert certify(problem, solution).is_proven


def test_where_nobody_asks_for_balance_all_who_can_go():
    problem = a_round({"a1>b1": 900, "a2>b2": 900, "a3>b3": 1}, reciprocity=NOBODY)
    solution = solve(problem)
    assert (solution.count, solution.balance, solution.notes) == (3, {"a": -3, "b": 3}, ())


def test_between_pairs_a_circle_of_three_does_not_count_as_a_return():
    problem = a_round(circle("a", "b", "c") | {"b1>a1": 100}, reciprocity=Reciprocity("pairs"))
    assert where(solve(problem)) == ["a1>b1", "b1>a1"]
    assert solve(replace(problem, reciprocity=Reciprocity("pairs", tolerance=1))).count == 3


def test_between_pairs_what_was_hosted_before_comes_back():
    """b hosted two from a that a did not host from b; a hosts one now, and no more of a's go there."""
    problem = a_round({"a1>b1": 900, "b1>a1": 100}, reciprocity=Reciprocity("pairs", so_far=(("b", "a", 2),)))
    solution = solve(problem)
    assert (where(solution), codes(solution)) == (["b1>a1"], [("out-of-balance", "a")])


def test_coverage_puts_those_who_waited_before_more_people():
    """Three go around without d; d waited twice and can only swap with a."""
    problem = a_round(circle("a", "b", "c") | {"d1>a1": 1, "a1>d1": 1})
    waiting = with_institutions(problem, d={"waiting": 2}, a={"waiting": 0})
    assert solve(waiting).count == 3
    covered = solve(waiting, order=("coverage", "count", "quality", "lottery"))
    assert (where(covered), reached(covered)["coverage"]) == (["a1>d1", "d1>a1"], 2)
    assert certify(waiting, covered).is_proven


def test_coverage_counts_an_institution_once():
    ways = {"a1>b1": 900, "b1>a1": 900, "a2>b2": 900, "b2>a2": 900, "c1>a2": 1, "a2>c1": 1}
    problem = with_institutions(a_round(ways), **{name: {"waiting": 1} for name in "abc"})
    covered = solve(problem, order=("coverage", "count", "quality", "lottery"))
    assert (covered.count, reached(covered)["coverage"]) == (4, 3)


def test_a_tolerance_of_its_own():
    """b tolerates one, a does not: nobody goes one way alone."""
    problem = a_round({"a1>b1": 900})
    assert solve(with_institutions(problem, b={"tolerance": 1})).count == 0
    assert solve(tolerating(problem, 1)).balance == {"a": -1, "b": 1}
