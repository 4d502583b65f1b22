"""What is not true is never certified, however it is told; and no solver is asked."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from math import inf

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ayni.matching.certifying import certify
from ayni.matching.checking import broken_rules
from ayni.matching.files import problem_as_json, solution_as_json
from ayni.matching.model import bound, model_of
from ayni.matching.problem import Budget, Problem, Reciprocity, Share
from ayni.matching.rounds import solve
from ayni.matching.solution import Note, Placement, Reached, Solution, balances
from tests.matching.worlds import (
    a_round,
    all_answers,
    best_by_hand,
    circle,
    examples,
    grouped,
    paid,
    priced,
    rounds,
    shared,
    told,
    tolerating,
    where,
    worth,
)

HALF = Fraction(1, 2)
TWO_SWAPS = a_round(circle("a", "b") | circle("c", "d"))
NO_LIMIT = (Budget("travel", "donor", 1000),)


def going(problem: Problem, solution: Solution, ways: str) -> Solution:
    """The solution with other people, with sums that fit them, and no word of how good that is."""
    placements = tuple(Placement(*way.split(">")) for way in sorted(ways.split()))
    keys = [one.key for one in placements]
    return replace(
        solution, placements=placements, count=len(keys), quality=worth(problem, keys)[2],
        balance=balances(problem, keys), levels=(), status="not proven", gap=inf,
    )  # fmt: skip


@pytest.mark.parametrize("more", [{}, {"budgets": NO_LIMIT}], ids=["flow", "rows"])
def test_a_swap_left_out_could_be_added(more):
    problem = replace(TWO_SWAPS, **more)
    certificate = certify(problem, going(problem, solve(problem), "a1>b1 b1>a1"))
    assert certificate.broken == ()
    assert certificate.levels[0] == Reached("count", 2, 4, "open")
    assert not certificate.is_proven
    assert certificate.text.splitlines()[1] == "count: 2, not proven (no better than 4)"


@pytest.mark.parametrize("more", [{}, {"budgets": NO_LIMIT}], ids=["flow", "rows"])
def test_a_worse_quality_could_be_better(more):
    problem = a_round({"a1>b1": 900, "a2>b1": 200, "b1>a1": 100}, **more)
    certificate = certify(problem, going(problem, solve(problem), "a2>b1 b1>a1"))
    assert [(one.level, one.value, one.bound, one.proof) for one in certificate.levels][:2] == [
        ("count", 2, 2, "exact"),
        ("quality", 300, 1000, "open"),
    ]
    assert not certificate.is_proven


def test_who_was_not_drawn_could_be():
    problem = a_round({"a1>b1": 500, "a2>b1": 500, "b1>a1": 500})
    drawn = where(solve(problem))[0]
    other = going(problem, solve(problem), {"a1>b1": "a2>b1", "a2>b1": "a1>b1"}[drawn] + " b1>a1")
    assert [one.proof for one in certify(problem, other).levels] == ["exact", "exact", "open"]


BROKEN = [
    ("a stranger", "a1>d1", {}, "'a1' at 'd1' is not an allowed pair"),
    (
        "forbidden",
        "a1>b1 b1>a1",
        {"forbidden": frozenset({("a1", "b1")})},
        "'a1' at 'b1' is not an allowed pair",
    ),
    ("balance", "a1>b1", {}, "'a' ends with a balance of -1, tolerated are 0"),
    ("two places", "a1>b1 a1>c1 b1>a1 c1>a1", {}, "'a1' is placed 2 times"),
    ("room", "a1>b1 a2>b1 b1>a1 b2>a2", {}, "'b1' has room for 1, not 2"),
    ("cohort", "a2>b1 b1>a1", {"cohort": "a1 a2"}, "the cohort 'c' is torn apart"),
    (
        "pairs",
        "a1>b1",
        {"reciprocity": Reciprocity("pairs")},
        "'a' and 'b' end with a balance of -1, tolerated are 0",
    ),
    (
        "floor",
        "a1>b1 b1>a1",
        {"shares": (Share("w", "women", floor=Fraction(1, 4)),)},
        "share 'w': 0 of 2, at least 1 are asked for",
    ),
    (
        "cap",
        "a1>b1 b1>a1",
        {"shares": (Share("b", "big", "sender", cap=Fraction(1, 4)),)},
        "share 'b': 1 of 2, at most 0 are allowed",
    ),
    ("budget", "a1>b1 b1>a1", {"budgets": (Budget("t", "donor", 19),)}, "budget 't': 20 of 19"),
]


@pytest.mark.parametrize(
    ("ways", "more", "line"), [case[1:] for case in BROKEN], ids=[name for name, *_ in BROKEN]
)
def test_a_broken_rule_is_named(ways, more, line):
    problem = a_round(dict.fromkeys(told("a1>b1 a2>b1 b1>a1 b2>a2 a1>c1 c1>a1 d1>a1 c2>d1"), 500))
    problem = grouped(paid(problem, "donor", 10), candidates={"women": "d1"}, institutions={"big": "b"})
    more = dict(more)
    together = more.pop("cohort", "").split()
    people = tuple(replace(one, cohort="c" if one.id in together else None) for one in problem.candidates)
    problem = replace(problem, candidates=people, **more)
    solution = solve(problem)
    assert certify(problem, solution).broken == ()
    placements = tuple(Placement(*way.split(">")) for way in ways.split())
    certificate = certify(problem, replace(solution, placements=placements))
    assert line in certificate.broken
    assert (certificate.levels, certificate.is_proven) == ((), False)


def test_days_out_of_balance_are_named():
    problem = a_round(circle("a", "b"), unit="days")
    problem = replace(
        problem, pairs=tuple(replace(pair, days=30 * row) for row, pair in enumerate(problem.pairs, 1))
    )
    certificate = certify(problem, going(problem, solve(problem), "a1>b1 b1>a1"))
    assert certificate.broken == (
        "'a' ends with a balance of +30, tolerated are 0",
        "'b' ends with a balance of -30, tolerated are 0",
    )


def test_the_answer_to_another_problem_proves_nothing():
    other = tolerating(TWO_SWAPS, 1)
    certificate = certify(other, solve(TWO_SWAPS))
    assert certificate.broken == ("the solution answers another problem",)
    assert not certificate.is_proven


@pytest.mark.parametrize(
    ("told_as", "line"),
    [
        ({"count": 5}, "count: the solution says 5, its placements come to 4"),
        ({"quality": 1}, "quality: the solution says 1, its placements come to 2000"),
        (
            {"balance": {"a": 1, "b": -1, "c": 0, "d": 0}},
            (
                "balance: the solution says {'a': 1, 'b': -1, 'c': 0, 'd': 0}, "
                "its placements come to {'a': 0, 'b': 0, 'c': 0, 'd': 0}"
            ),
        ),
    ],
    ids=["count", "quality", "balance"],
)
@pytest.mark.parametrize("more", [{}, {"budgets": NO_LIMIT}], ids=["flow", "rows"])
def test_sums_that_are_not_the_placements_are_named(told_as, line, more):
    problem = replace(TWO_SWAPS, **more)
    assert certify(problem, replace(solve(problem), **told_as)).broken == (line,)


@pytest.mark.parametrize("levels", ["none", "all", "one"])
def test_what_a_solution_says_of_itself_proves_nothing(levels):
    """Whatever levels it names, and however sure of them it is: all are looked at, and none is believed."""
    problem = replace(TWO_SWAPS, budgets=NO_LIMIT)
    told = Reached("count", 2, 2, "exact"), Reached("quality", 1000, 1000, "exact")
    said = {
        "none": {},
        "all": {"levels": told, "status": "proven", "gap": 0.0, "bound": 2},
        "one": {"levels": told[:1], "bound": 2},
    }[levels]
    worse = replace(going(problem, solve(problem), "a1>b1 b1>a1"), **said, duals=())
    certificate = certify(problem, worse)
    assert [(one.level, one.value, one.proof) for one in certificate.levels] == [
        ("count", 2, "open"),
        ("quality", 1000, "open"),
    ]


def test_without_the_prices_the_best_answer_is_not_proven_here():
    """Four could go in parts; that only three can as whole people is no longer shown."""
    problem = paid(a_round(circle("a", "b", "c") | circle("d", "e", "f")), "donor", 1)
    problem = replace(problem, budgets=(Budget("travel", "donor", 4),))
    certificate = certify(problem, replace(solve(problem), duals=()))
    assert (certificate.broken, certificate.levels[0].value) == ((), 3)
    assert certificate.levels[0].proof != "exact"
    assert not certificate.is_proven


def test_a_share_cannot_be_excused_because_it_is_said_to_be_small():
    problem = replace(TWO_SWAPS, shares=(Share("w", "women", floor=HALF),))
    excuse = Note("share-too-small", "w", "Believe me.")
    free = going(problem, replace(solve(problem), notes=(excuse,)), "a1>b1 b1>a1 c1>d1 d1>c1")
    assert certify(problem, free).broken == ("share 'w': 0 of 4, at least 2 are asked for",)


def test_that_a_share_had_to_give_way_is_not_proven_here():
    problem = grouped(TWO_SWAPS, candidates={"women": "a1"})
    problem = replace(problem, shares=(Share("w", "women", floor=HALF),))
    assert where(solve(problem)) == ["a1>b1", "b1>a1"]
    free = replace(solve(problem), notes=(Note("share-gave-way", "w", "Believe me."),))
    certificate = certify(problem, going(problem, free, "a1>b1 b1>a1 c1>d1 d1>c1"))
    assert not certificate.is_proven
    assert [one.proof for one in certificate.levels if one.level == "share w"] != ["exact"]


def test_a_share_that_did_give_way_is_the_solvers_word():
    problem = replace(TWO_SWAPS, shares=(Share("w", "women", floor=HALF),))
    certificate = certify(problem, solve(problem))
    assert [(one.level, one.value, one.proof) for one in certificate.levels] == [
        ("count", 4, "exact"),
        ("share w", 0, "solver"),
        ("quality", 2000, "solver"),
    ]
    assert certificate.waived == ("share 'w': not kept, on the file's word that it had to give way",)
    assert not certificate.is_proven


@st.composite
def with_rows(draw) -> Problem:
    kind = draw(st.sampled_from(["budget", "shares", "days", "pairs", "cohorts"]))
    problem = draw(priced())
    if kind == "budget":
        return replace(problem, budgets=(Budget("north", "north", draw(st.integers(20, 300))),))
    if kind == "shares":
        return replace(problem, shares=draw(shared()))
    if kind == "days":
        return tolerating(replace(problem, unit="days"), draw(st.integers(0, 2)) * 30)
    if kind == "pairs":
        return replace(problem, reciprocity=Reciprocity("pairs", strict=draw(st.booleans())))
    people = tuple(replace(one, cohort=f"c{row // 2}") for row, one in enumerate(problem.candidates))
    return replace(problem, candidates=people)


PRICE = (
    st.integers(-(2**26), 2**26) | st.sampled_from([0, 2**62, -(2**62), 2**63 - 1, -(2**63)]) | st.integers()
)


def forged(draw, duals: tuple) -> tuple:
    """Prices that came from anywhere, now and then as many as there should be."""
    kind = draw(st.sampled_from(["random", "zeros", "short", "none", "scaled", "swapped"]))
    made = {
        "random": lambda row: draw(st.lists(PRICE, min_size=len(row), max_size=len(row))),
        "zeros": lambda row: [0] * len(row),
        "short": lambda row: row[: draw(st.integers(0, len(row)))],
        "none": lambda _: [],
        "scaled": lambda row: [price * draw(st.sampled_from([-(2**40), -1, 2, 2**40])) for price in row],
        "swapped": lambda row: row[::-1],
    }[kind]
    return tuple((name, tuple(made(row))) for name, row in duals)


@pytest.mark.parametrize("price", [1, -1, 2**62, -(2**62), 2**70])
def test_prices_that_cannot_be_bound_nothing(price):
    """A budget has no lower limit, what was reached no upper one."""
    problem = replace(TWO_SWAPS, budgets=NO_LIMIT)
    solution = solve(problem)
    duals = tuple((name, (price,) * len(row)) for name, row in solution.duals)
    certificate = certify(problem, replace(solution, duals=duals))
    assert [(one.level, one.value) for one in certificate.levels] == [("count", 4), ("quality", 2000)]
    assert all(one.bound >= one.value for one in certificate.levels)


def test_a_bound_is_exact_however_large_its_prices():
    """Differences of these do not fit into 64 bits."""
    model = model_of(replace(TWO_SWAPS, budgets=NO_LIMIT).in_order(), ())
    prices = np.array([2**62, -(2**62)] * len(model.low))[: model.network.nodes + len(model.rows)]
    prices[-1] = 0
    gain = model.count.gain(len(model.low))
    assert bound(model, gain, prices) == bound(model, gain, prices.astype(object))
    assert bound(model, gain, prices) >= 4


def of_levels(solution: Solution) -> Mapping[str, Reached]:
    return {one.level: one for one in solution.levels}


@examples(15)
@given(with_rows(), st.data())
def test_a_bound_from_forged_prices_is_still_a_bound(problem, data):
    solution = solve(problem)
    assume(not solution.notes and solution.levels)
    lie = replace(
        solution,
        duals=forged(data.draw, solution.duals),
        levels=tuple(replace(one, proof="open") for one in solution.levels),
        status="not proven",
        gap=inf,
    )
    true = of_levels(solution)
    for one in certify(problem, lie).levels:
        best = true[one.level].value
        assert one.bound <= best if one.level == "balance" else one.bound >= best
        assert one.proof == ("exact" if one.bound == best else "open")


@examples(15)
@given(rounds() | with_rows(), st.data())
def test_another_answer_is_proven_only_if_it_is_as_good(problem, data):
    """Any answer that keeps the rules, told with the solution's own prices."""
    solution = solve(problem)
    assume(not any(note.code.startswith("share-") for note in solution.notes))
    other = data.draw(st.sampled_from(list(all_answers(problem))[:200]))
    lie = going(problem, solution, " ".join(">".join(key) for key in other))
    certificate = certify(problem, lie)
    assert certificate.broken == ()
    if certificate.is_proven and problem.reciprocity.strict:
        assert worth(problem, other) == best_by_hand(problem)


@examples(15)
@given(rounds() | with_rows(), st.data())
def test_what_is_broken_in_any_way_is_not_proven(problem, data):
    """Any set of pairs at all."""
    assume(problem.pairs)
    solution = solve(problem)
    keys = data.draw(st.lists(st.sampled_from([pair.key for pair in problem.pairs]), unique=True))
    lie = going(problem, solution, " ".join(">".join(key) for key in keys))
    small = {note.about for note in solution.notes if note.code.startswith("share-")}
    assert certify(problem, lie).broken == tuple(broken_rules(problem.in_order(), lie.keys, small))


WITHOUT_A_SOLVER = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("highspy", "ortools", "scipy"):
            raise ImportError(name)

sys.meta_path.insert(0, Refuse())
from ayni.matching.certifying import certify
from ayni.matching.files import read_problem, read_solution

problem = read_problem(open(sys.argv[1]).read())
print(certify(problem, read_solution(open(sys.argv[2]).read(), problem)).is_proven)
"""


@pytest.mark.parametrize("more", [{}, {"budgets": NO_LIMIT}], ids=["flow", "rows"])
def test_no_solver_need_be_there(tmp_path, more):
    problem = replace(TWO_SWAPS, **more)
    places = tmp_path / "problem.json", tmp_path / "solution.json"
    for place, text in zip(places, (problem_as_json(problem), solution_as_json(solve(problem))), strict=True):
        place.write_text(text)
    said = subprocess.run(
        [sys.executable, "-c", WITHOUT_A_SOLVER, *places], capture_output=True, text=True, check=True
    )
    assert said.stdout == "True\n"
