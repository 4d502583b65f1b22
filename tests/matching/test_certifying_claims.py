"""What a solution claims is compared with what it holds, and told as its word where it cannot be."""

from dataclasses import replace
from fractions import Fraction
from math import inf

import pytest

from ayni.matching.certifying import certify
from ayni.matching.problem import Budget, Share
from ayni.matching.rounds import solve
from ayni.matching.solution import Note, Placement, Reached
from ayni.matching.telling import certificate_as_text
from tests.matching.command_worlds import RING
from tests.matching.worlds import a_round, circle, grouped, paid

TWO_SWAPS = a_round(circle("a", "b") | circle("c", "d"))
WITH_ROWS = replace(TWO_SWAPS, budgets=(Budget("travel", "donor", 1000),))
BOTH = pytest.mark.parametrize("problem", [TWO_SWAPS, WITH_ROWS], ids=["flow", "rows"])
WAIVED = "share 'w': {}, on the file's word that it had to give way"


def forged():
    """Half of those who go are to be women; the file has four go, and says that the share had to give way."""
    problem = grouped(TWO_SWAPS, candidates={"women": "a1"})
    problem = replace(problem, shares=(Share("w", "women", floor=Fraction(1, 2)),))
    excuse = replace(solve(TWO_SWAPS), problem=problem.hash(), notes=(Note("share-gave-way", "w", "So."),))
    levels = (
        Reached("count", 4, 4, "exact"),
        Reached("share w", 1, 1, "exact"),
        Reached("quality", 2000, 2000, "exact"),
    )
    return problem, replace(excuse, levels=levels)


def test_a_share_that_gave_way_by_the_files_word_is_never_proven():
    problem, lie = forged()
    certificate = certify(problem, lie)
    assert (certificate.broken, certificate.waived) == ((), (WAIVED.format("not kept"),))
    assert not certificate.is_proven
    after = [one.proof for one in certificate.levels if one.level != "count"]
    assert "exact" not in after
    assert certificate.text.splitlines()[:2] == [WAIVED.format("not kept"), "Every other rule is kept."]
    told = certificate_as_text(certificate)
    assert told.splitlines()[:2] == [
        "Share 'w': not kept, on the file's word that it had to give way.",
        "Every other rule is kept. That no better round is possible is not proven in every respect.",
    ]
    assert "  best if the file is right about the shares that gave way\n" in told


def test_nor_is_it_where_the_share_happens_to_be_kept():
    problem, lie = forged()
    problem = replace(problem, shares=(Share("w", "women", floor=Fraction(1, 4)),))
    certificate = certify(problem, replace(lie, problem=problem.hash()))
    assert certificate.waived == (WAIVED.format("kept, but not asked for"),)
    assert not certificate.is_proven


def test_a_note_on_a_share_that_the_round_does_not_have_changes_nothing():
    solution = replace(solve(TWO_SWAPS), notes=(Note("share-gave-way", "x", "So."),))
    assert certify(TWO_SWAPS, solution) == certify(TWO_SWAPS, solve(TWO_SWAPS))


@BOTH
def test_lots_drawn_with_another_seed_prove_nothing_of_this_round(problem):
    certificate = certify(problem, solve(problem, seed="mine"))
    line = f"lots were drawn with seed 'mine', the round's own is {problem.seed!r}"
    assert (certificate.doubts, certificate.is_proven) == ((line,), False)
    assert line in certificate.text.splitlines()
    assert f"  {line}\n" in certificate_as_text(certificate)


@BOTH
def test_the_order_and_an_earlier_answer_are_told(problem):
    first = solve(problem, order=("quality", "count"))
    second = solve(problem, previous=first)
    for solution, lines in (
        (first, ["in the order quality, count"]),
        (second, ["in the order count, stay, quality, lottery", "kept to an earlier answer of 4 placements"]),
    ):
        certificate = certify(problem, solution)
        assert certificate.is_proven
        assert certificate.text.splitlines()[-len(lines) :] == lines
        told = certificate_as_text(certificate).splitlines()
        assert told[-1 - len(lines) :] == ["As measured:", *(f"  {line}" for line in lines)]


def test_one_rule_is_broken():
    certificate = certify(TWO_SWAPS, replace(solve(TWO_SWAPS), count=5))
    lines = ["1 rule is broken.", "in the order count, stay, quality, lottery"]
    assert certificate.text.splitlines() == lines
    assert certificate_as_text(certificate).startswith("1 rule is broken:\n  count: ")


def test_the_solvers_proof_is_the_files_claim_and_the_bound_that_is_proven_stands_beside_it():
    problem = paid(a_round(circle("a", "b", "c") | circle("d", "e", "f")), "donor", 1)
    problem = replace(problem, budgets=(Budget("travel", "donor", 4),))
    solution = replace(solve(problem), duals=())
    levels = tuple(replace(one, proof="solver") for one in solution.levels)
    certificate = certify(problem, replace(solution, levels=levels))
    count = certificate.levels[0]
    assert (count.value, count.proof, count.bound > 3) == (3, "solver", True)
    words = f"the file says that the solver proved it; proven here: no more than {count.bound}"
    assert f"count: 3, {words}" in certificate.text.splitlines()
    assert words in certificate_as_text(certificate)


ALL = (Reached("count", 4, 4, "exact"), Reached("quality", 2000, 2000, "exact"))
OPEN = (ALL[0], Reached("quality", 2000, 2500, "open"))
CLAIMS = [
    ("value", {"levels": (Reached("count", 5, 5, "exact"), ALL[1]), "bound": 5},
     ["level count: the solution says 5, its placements come to 4"]),
    ("bound", {"levels": (Reached("count", 4, 6, "solver"), ALL[1]), "bound": 6},
     ["level count: the solution says that 4 is proven, and that 6 is possible"]),
    ("bound of all", {"bound": 3}, ["bound: the solution says 3, its levels come to 4"]),
    ("fame", {"levels": (*ALL, Reached("fame", 1, 1, "exact"))}, ["levels: this round has no level 'fame'"]),
    ("status", {"levels": OPEN, "gap": 0.25},
     ["status: the solution says proven, its levels come to proven count, quality gap 0.25"]),
    ("gap", {"levels": OPEN, "status": "proven count, quality gap 0.25"},
     ["gap: the solution says 0.0, its levels come to 0.25"]),
    ("a level left out", {"levels": ALL[:1]},
     ["status: the solution says proven, its levels come to not proven",
      "gap: the solution says 0.0, its levels come to inf"]),
]  # fmt: skip


@BOTH
@pytest.mark.parametrize(("said", "lines"), [case[1:] for case in CLAIMS], ids=[case[0] for case in CLAIMS])
def test_claims_that_do_not_fit_are_named(problem, said, lines):
    certificate = certify(problem, replace(solve(problem), **said))
    assert (list(certificate.broken), certificate.is_proven) == (lines, False)


@BOTH
def test_who_claims_nothing_claims_nothing_too_much(problem):
    modest = replace(solve(problem), levels=(), status="not proven", gap=inf)
    assert certify(problem, modest).is_proven


def test_placements_can_be_worse_than_the_levels_of_a_better_answer():
    fewer = (Placement("a1", "b1"), Placement("b1", "a1"))
    lie = replace(solve(TWO_SWAPS), placements=fewer, count=2, quality=1000)
    assert certify(TWO_SWAPS, lie).broken == (
        "level count: the solution says 4, its placements come to 2",
        "level quality: the solution says 2000, its placements come to 1000",
    )


def test_what_was_checked() -> None:
    solution = solve(RING)
    good = certificate_as_text(certify(RING, solution))
    assert good.startswith(
        "Every rule is kept, and no better round is possible. Checked without the solver.\n\nHow"
    )
    fewer = replace(solution, placements=solution.placements[:2], count=2)
    assert certificate_as_text(certify(RING, fewer)).splitlines() == [
        "2 rules are broken:",
        "  'a' ends with a balance of -1, tolerated are 0",
        "  'c' ends with a balance of +1, tolerated are 0",
        "",
        "As measured:",
        "  in the order count, stay, quality, lottery",
    ]
    nobody = replace(solution, placements=(), count=0, quality=0, levels=(), status="not proven", gap=inf)
    told = certificate_as_text(certify(RING, nobody))
    assert told.startswith(
        "Every rule is kept. That no better round is possible is not proven in every respect."
    )
    assert "People who go  0  not proven: 3 might be possible" in told
