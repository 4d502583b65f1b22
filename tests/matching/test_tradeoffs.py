"""What each goal changes, alone and together."""

from dataclasses import replace
from fractions import Fraction

from ayni.matching.problem import Budget, Share
from ayni.matching.tradeoffs import tradeoffs
from tests.matching.worlds import a_round

# Two swaps; the second, of women, is worth less. c1 could go without coming back.
ROUND = a_round({"a1>b1": 900, "b1>a1": 900, "a2>b2": 300, "b2>a2": 300, "c1>a3": 500})
WOMEN = Share("women", "women", floor=Fraction(3, 4))
MONEY = Budget("north", "north", 100)


def with_goals(*goals):
    people = tuple(
        replace(one, groups=frozenset({"women"}) if one.id in {"a2", "b2"} else frozenset())
        for one in ROUND.candidates
    )
    pairs = tuple(
        replace(pair, cost=60, payer="north" if pair.quality == 300 else None) for pair in ROUND.pairs
    )
    return replace(
        ROUND,
        candidates=people,
        pairs=pairs,
        shares=tuple(one for one in goals if isinstance(one, Share)),
        budgets=tuple(one for one in goals if isinstance(one, Budget)),
    )


def told(problem):
    return [(one.case, one.goal, one.count, one.quality) for one in tradeoffs(problem)]


def test_reciprocity_itself_has_its_price():
    assert told(with_goals()) == [("unbalanced", "", 5, 2900), ("balanced", "", 4, 2400)]


def test_one_goal_stands_beside_the_round_without_it():
    assert told(with_goals(WOMEN))[2:] == [("alone", "women", 2, 600)]


def test_several_goals_are_shown_alone_together_and_each_left_out():
    assert told(with_goals(WOMEN, MONEY))[2:] == [
        ("alone", "women", 2, 600),
        ("alone", "north", 2, 1800),
        ("all", "", 2, 1200),  # nobody could go with both: the share gives way, and one of two is a woman
        ("all but", "women", 2, 1800),
        ("all but", "north", 2, 600),
    ]
