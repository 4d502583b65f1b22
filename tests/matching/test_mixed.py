"""Rounds with rows across the network, against every answer of small rounds."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ayni.matching.certifying import certify
from ayni.matching.problem import Budget, Problem, Reciprocity, Share
from ayni.matching.rounds import solve
from tests.matching.worlds import all_answers, examples, rounds, worth

PARTS = st.sampled_from([Fraction(1, 4), Fraction(2, 5), Fraction(1, 2), Fraction(2, 3)])


@st.composite
def shares(draw) -> tuple[Share, ...]:
    kinds = [("women", "candidate"), ("disability", "candidate"), ("ldc", "sender"), ("ldc", "host")]
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3, unique=True))
    made = []
    for row, (group, side) in enumerate(chosen):
        part = draw(PARTS)
        limits = {"floor": part} if draw(st.booleans()) else {"cap": part}
        made.append(Share(f"{row}", group, side, **limits))
    return tuple(made)


def best_that_keeps(problem: Problem, solution) -> tuple[int, int, int]:
    """The best of all answers that keep the shares which the solution says it kept."""
    excused = {note.about for note in solution.notes if note.code.startswith("share-")}
    asked = replace(problem, shares=tuple(one for one in problem.shares if one.name not in excused))
    return max(worth(problem, placed) for placed in all_answers(asked))


def check(problem: Problem, seed: str = "") -> None:
    solution = solve(problem, seed=seed)
    assert solution.status == "proven"
    certificate = certify(problem, solution)
    assert certificate.broken == ()
    assert [(one.level, one.value) for one in certificate.levels] == [
        (one.level, one.value) for one in solution.levels
    ]
    if not any(note.code == "share-gave-way" for note in solution.notes):
        assert worth(problem, solution.keys) == best_that_keeps(problem, solution)


@examples(30)
@given(rounds(), shares())
def test_shares(problem, some):
    check(replace(problem, shares=some))


@examples(20)
@given(rounds(), st.lists(st.integers(0, 400), min_size=2, max_size=2))
def test_budgets(problem, limits):
    pairs = tuple(
        replace(pair, cost=pair.days + pair.quality // 10, payer="north" if row % 3 else "south")
        for row, pair in enumerate(problem.pairs)
    )
    budgets = tuple(
        Budget(payer, payer, limit) for payer, limit in zip(("north", "south"), limits, strict=True)
    )
    check(replace(problem, pairs=pairs, budgets=budgets))


@examples(20)
@given(rounds(), st.integers(0, 2))
def test_person_days(problem, months):
    houses = tuple(
        replace(one, balance=30 * one.balance, tolerance=30 * months) for one in problem.institutions
    )
    check(replace(problem, unit="days", institutions=houses))


@examples(20)
@given(rounds())
def test_cohorts(problem):
    people = tuple(replace(one, cohort=f"c{row // 2}") for row, one in enumerate(problem.candidates))
    check(replace(problem, candidates=people))


@examples(20)
@given(rounds(), st.integers(0, 1), st.integers(-2, 2))
def test_balance_between_pairs(problem, tolerance, before):
    check(
        replace(problem, reciprocity=Reciprocity("pairs", tolerance=tolerance, so_far=(("b", "a", before),)))
    )


@examples(20)
@given(rounds(), st.sampled_from(["people", "days"]), st.sampled_from(["institutions", "pairs"]))
def test_where_balance_is_not_strict_people_come_first_and_then_the_least_excess(problem, unit, between):
    soft = replace(problem, unit=unit, reciprocity=Reciprocity(between, strict=False))
    solution = solve(soft)
    assert solution.status == "proven"
    assert certify(soft, solution).broken == ()

    def rank(placed):
        back, count, quality = worth(soft, placed)
        return count, back, quality

    assert rank(solution.keys) == max(rank(placed) for placed in all_answers(soft))


@examples(15)
@given(rounds(), shares(), st.integers(100, 900))
def test_all_of_them_in_days(problem, some, limit):
    houses = tuple(replace(one, balance=30 * one.balance, tolerance=30) for one in problem.institutions)
    pairs = tuple(replace(pair, cost=pair.quality, payer="north") for pair in problem.pairs)
    people = tuple(
        replace(one, cohort="both" if row < 2 else None) for row, one in enumerate(problem.candidates)
    )
    check(
        replace(
            problem, unit="days", institutions=houses, pairs=pairs, candidates=people, shares=some,
            budgets=(Budget("north", "north", limit),),
        )
    )  # fmt: skip
