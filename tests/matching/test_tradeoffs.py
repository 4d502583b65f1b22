"""What each goal changes, alone and together."""

from dataclasses import replace
from fractions import Fraction

from ayni.matching.problem import Budget, Share
from ayni.matching.telling_goals import tradeoffs_as_text
from ayni.matching.tradeoffs import Tradeoff, tradeoffs
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


def test_shares_that_gave_way_or_were_too_small_are_named():
    everybody = Share("all women", "women", floor=Fraction(1))
    alone = replace(with_goals(everybody), candidates=ROUND.candidates)
    assert [one.gave_way for one in tradeoffs(alone)] == [(), (), ("all women",)]
    few = Share("few", "women", floor=Fraction(1, 100))
    assert [one.gave_way for one in tradeoffs(with_goals(few))] == [(), (), ("few",)]
    both = tradeoffs(with_goals(WOMEN, MONEY))
    assert [one.goal or one.case for one in both if one.gave_way] == ["all"]


def test_several_goals_are_shown_alone_together_and_each_left_out():
    assert told(with_goals(WOMEN, MONEY))[2:] == [
        ("alone", "women", 2, 600),
        ("alone", "north", 2, 1800),
        ("all", "", 2, 1200),  # nobody could go with both: the share gives way, and one of two is a woman
        ("all but", "women", 2, 1800),
        ("all but", "north", 2, 600),
    ]


def test_rounds_in_which_a_share_gave_way_are_marked() -> None:
    def of(case, goal="", count=10, status="proven", gave_way=()):
        return Tradeoff(case, goal, count, 100, status, gave_way)

    told = tradeoffs_as_text(
        [
            of("unbalanced"), of("balanced"), of("alone", "women", gave_way=("women",)), of("alone", "north"),
            of("all", status="not proven", gave_way=("women",)), of("all but", "women"),
            of("all but", "north", gave_way=("women",)),
        ]
    ).splitlines()  # fmt: skip
    assert told[4].split() == ["In", "balance,", "with", "all", "goals", "10", "0", "100?*", "0"]
    assert told[10].split() == ["women", "0", "0*", "0", "0"]
    assert told[11].split() == ["north", "0", "0", "0", "0*"]
    assert told[-1] == "* marks rounds in which shares gave way, or were too small to be asked for: women."
