"""Each constraint of the model alone decides a round: were it dropped, another number would come out.

Each case is a round and what is best in it; `freed` is the same round with only that constraint out of the way.
"""

from dataclasses import replace
from fractions import Fraction

import pytest

from ayni.matching.certifying import certify
from ayni.matching.checking import broken_rules
from ayni.matching.problem import Budget, Problem, Reciprocity, Share, Side
from ayni.matching.rounds import solve
from tests.matching.worlds import a_round, circle, grouped, paid, told, tolerating, where, with_institutions

HALF = Fraction(1, 2)
NOBODY = Reciprocity("nobody")
FREE_BUDGET = (Budget("plenty", "donor", 10**6),)  # asks for nothing, but makes the round more than a flow
AS = ("flow", "rows")
FOUR = a_round({f"a{row}>b{row}": 900 - row for row in range(4)})


# The round, who travels in it, the round freed of the constraint, and how many travel then.
Case = tuple[Problem, str, Problem, int]


def of_the_flow() -> dict[str, Case]:
    one = tolerating(a_round({"a1>b1": 900, "a1>b2": 800, "a2>b3": 1}), 9)
    twin = tolerating(a_round({"a1>b1": 900, "a3>b2": 800, "a2>b3": 1}), 9)

    ways = {"a1>b1": 900, "a2>b1": 800, "a3>b1": 700, "a3>b2": 1}
    full = a_round(ways, capacity={"b2": 3}, reciprocity=NOBODY)
    roomy = replace(full, positions=tuple(replace(position, capacity=3) for position in full.positions))

    down = with_institutions(FOUR, a={"tolerance": 1}, b={"tolerance": 9})
    up = with_institutions(FOUR, a={"tolerance": 9}, b={"tolerance": 1})
    both = with_institutions(FOUR, a={"tolerance": 9}, b={"tolerance": 9})
    owing = with_institutions(down, a={"balance": 2}, b={"balance": -2})

    swap = a_round(circle("a", "b"))
    around = a_round(circle("a", "b", "c") | {"b1>a1": 1})
    return {
        "one place per candidate": (one, "a1>b1 a2>b3", twin, 3),
        "capacity": (full, "a1>b1 a3>b2", roomy, 3),
        "balance down": (down, "a0>b0", both, 4),
        "balance up": (up, "a0>b0", both, 4),
        "what was before": (owing, "a0>b0 a1>b1 a2>b2", with_institutions(owing, a={"balance": 9}), 4),
        "forbidden": (replace(swap, forbidden=frozenset({("a1", "b1")})), "", swap, 2),
        "locked": (replace(around, locked=frozenset({("b1", "a1")})), "a1>b1 b1>a1", around, 3),
    }


def of_rows() -> dict[str, Case]:
    free = grouped(a_round(circle("a", "b", "c") | circle("d", "e")), candidates={"women": "d1 e1"})
    free = grouped(paid(free, "donor", 10), institutions={"ldc": "d e"})
    triangle, swap = "a1>b1 b1>c1 c1>a1", "d1>e1 e1>d1"

    def shared(group: str, side: Side = "candidate", **limits: Fraction) -> Problem:
        return replace(free, shares=(Share("share", group, side, **limits),))

    def with_at_most(limit: int, problem: Problem = free) -> Problem:
        return replace(problem, budgets=(Budget("travel", "donor", limit),))

    other_pays = replace(free, pairs=(replace(free.pairs[0], payer="other"), *free.pairs[1:]))
    alone = a_round({"a1>b1": 900, "a2>b2": 900, "b1>a1": 900})
    travelling = tuple(replace(person, cohort=person.institution) for person in alone.candidates)
    return {
        "share floor": (shared("women", floor=HALF), swap, free, 5),
        "share cap": (shared("women", cap=Fraction(1, 3)), triangle, free, 5),
        "share of senders": (shared("ldc", "sender", floor=HALF), swap, free, 5),
        "share of hosts": (shared("ldc", "host", floor=HALF), swap, free, 5),
        "budget": (with_at_most(49), triangle, with_at_most(50), 5),
        "budget of its payer": (with_at_most(39, other_pays), triangle, with_at_most(40, other_pays), 5),
        "cost of each pair": (with_at_most(50, paid(free, "donor", 15)), triangle, with_at_most(50), 5),
        "cohort": (replace(alone, candidates=travelling), "", alone, 2),
    }


def of_pairs_and_days() -> dict[str, Case]:
    def within(tolerance: int, so_far: int = 0) -> Reciprocity:
        return Reciprocity("pairs", tolerance=tolerance, so_far=(("a", "b", so_far),))

    away = replace(FOUR, reciprocity=within(1))
    back = a_round({f"b{row}>a{row}": 900 - row for row in range(4)}, reciprocity=within(1))
    hosted, sent = (replace(away, reciprocity=within(1, so_far)) for so_far in (2, -1))

    days = replace(FOUR, unit="days", pairs=tuple(replace(pair, days=30) for pair in FOUR.pairs))
    down = with_institutions(days, a={"tolerance": 59}, b={"tolerance": 999})
    up = with_institutions(days, a={"tolerance": 999}, b={"tolerance": 59})
    owing = with_institutions(down, a={"balance": 60}, b={"balance": -60})
    later = tuple(replace(pair, days=45) for pair in days.pairs[2:])
    mixed = tolerating(replace(days, pairs=(*days.pairs[:2], *later)), 75)
    stays = replace(mixed, reciprocity=within(75))
    return {
        "pair balance down": (away, "a0>b0", replace(away, reciprocity=within(9)), 4),
        "pair balance up": (back, "b0>a0", replace(back, reciprocity=within(9)), 4),
        "pair balance before, hosted": (hosted, "a0>b0 a1>b1 a2>b2", away, 1),
        "pair balance before, sent": (sent, "", away, 1),
        "days down": (down, "a0>b0", tolerating(days, 999), 4),
        "days up": (up, "a0>b0", tolerating(days, 999), 4),
        "days before": (owing, "a0>b0 a1>b1 a2>b2", with_institutions(owing, a={"balance": 999}), 4),
        "days of each pair": (mixed, "a0>b0 a1>b1", tolerating(days, 90), 3),
        "days between pairs": (stays, "a0>b0 a1>b1", replace(stays, unit="people"), 4),
    }


CASES = of_the_flow() | of_rows() | of_pairs_and_days()


@pytest.mark.parametrize("kind", AS)
@pytest.mark.parametrize("name", CASES)
def test_it_decides_the_round(name, kind):
    """Also where a budget that asks for nothing has the other method solve it."""
    problem, ways, freed, count = CASES[name]
    if kind == "rows":
        problem, freed = (replace(one, budgets=one.budgets + FREE_BUDGET) for one in (problem, freed))
    solution = solve(problem)
    assert (where(solution), solution.status) == (told(ways), "proven")
    assert certify(problem, solution).broken == ()
    assert solve(freed).count == count


@pytest.mark.parametrize("name", [name for name in CASES if name != "locked"])
def test_the_checker_names_it_where_it_is_broken(name):
    """Who travels without the constraint may not travel with it (but a locked pair may be missing)."""
    problem, ways, freed, _ = CASES[name]
    keys = solve(freed).keys
    if name in {"one place per candidate", "pair balance before, hosted"}:
        keys = [pair.key for pair in problem.pairs]
    assert broken_rules(problem, [tuple(way.split(">")) for way in told(ways)]) == []
    assert broken_rules(problem, keys) != []
