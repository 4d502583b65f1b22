"""What people who coordinate a round read: whole texts of small rounds, and the turns of their sentences."""

from dataclasses import replace
from fractions import Fraction

import pytest

from ayni.matching.certifying import certify
from ayni.matching.columns import aligned, counted, people, signed
from ayni.matching.explaining import Change, Explanation, why, why_not
from ayni.matching.problem import Budget, Reciprocity, Share
from ayni.matching.resolving import resolve
from ayni.matching.rounds import solve
from ayni.matching.solution import Note, Reached
from ayni.matching.telling import certificate_as_text, proofs, resolved_as_text, solution_as_text
from ayni.matching.telling_goals import tradeoffs_as_text, ways, ways_as_text
from ayni.matching.telling_why import why_as_text, why_not_as_text
from ayni.matching.tradeoffs import Tradeoff, tradeoffs
from tests.matching.worlds import a_round, grouped, paid, with_institutions

RING = a_round({"a1>b1": 900, "a2>b1": 500, "b1>c1": 400, "c1>a1": 700, "a2>c1": 300, "b2>a1": 100})


def test_a_round_from_who_goes_to_where() -> None:
    assert (
        solution_as_text(RING, solve(RING))
        == """\
3 of 5 people nominated go.
2 people stay at home.
Quality: 2,000 in all, on average 667 of 1,000.

How good it is (what stands higher is more important):
  People who go      3  proven: more is impossible
  Quality        2,000  proven: more is impossible

Balances (hosted minus sent, in people):
  institution  before  sent  hosted  after  agreed
  a                 0     1       1      0       0
  b                 0     1       1      0       0
  c                 0     1       1      0       0

Who goes where, host by host:
  a hosts 1 person
    c1  from c  a1  quality 700
  b hosts 1 person
    a1  from a  b1  quality 900
  c hosts 1 person
    b1  from b  c1  quality 400
"""
    )


def test_nobody_can_go() -> None:
    alone = a_round({"a1>b1": 900})
    lonely = replace(alone, pairs=())
    assert solution_as_text(alone, solve(alone)).startswith(
        "0 of 1 person nominated go.\n1 person stays at home.\n\n"
    )
    assert "1 person stays at home, 1 of them because there is no position for them.\n" in solution_as_text(
        lonely, solve(lonely)
    )
    nothing = a_round({})
    assert solution_as_text(nothing, solve(nothing)) == "0 of 0 people nominated go.\n"


def test_a_pair_that_was_ruled_out_is_no_position() -> None:
    ruled_out = a_round({"a1>b1": 1, "b1>a1": 1}, forbidden=frozenset({("a1", "b1")}))
    assert "2 people stay at home, 1 of them because" in solution_as_text(ruled_out, solve(ruled_out))


def test_long_lists_are_cut_and_told_so() -> None:
    many = a_round({f"{one}{n:02}>{other}{n:02}": 1 for n in range(11) for one, other in ("ab", "ba")})
    short, whole = (solution_as_text(many, solve(many), everything=all_of_it) for all_of_it in (False, True))
    assert short.splitlines()[-1] == "  ... and 2 more: --all shows them."
    assert len(whole.splitlines()) == len(short.splitlines()) + 1
    assert "--all" not in whole


def test_who_ends_beyond_what_was_agreed_stands_first() -> None:
    late = with_institutions(RING, c={"balance": 5, "tolerance": 1}, b={"tolerance": 2})
    balances = solution_as_text(late, solve(late)).split("\n\n")[3]
    assert (
        balances
        == """\
Balances (hosted minus sent, in people):
  institution  before  sent  hosted  after    agreed
  c                +5     1       0     +4  -1 to +1  !
  a                 0     1       1      0         0
  b                 0     0       1     +1  -2 to +2
  ! 1 institution ends outside of what was agreed."""
    )


def test_days_and_pairs_of_institutions() -> None:
    swap = a_round({"a1>b1": 500, "b1>a1": 500})
    days = replace(swap, unit="days", pairs=tuple(replace(pair, days=30) for pair in swap.pairs))
    assert (
        "in days):\n  institution  before  sent  hosted  after  agreed\n  a                 0    30      30"
        in (solution_as_text(days, solve(days)))
    )
    each = replace(swap, reciprocity=Reciprocity("pairs", strict=False, so_far=(("a", "b", 2),)))
    told = solution_as_text(each, solve(each))
    assert "agreed" not in told.split("Balances")[1].split("\n\n")[0]
    assert "  first  other  before  after  agreed\n  a      b          +2     +2       0  !" in told
    assert "\n  ! 1 of these pairs ends outside of what was agreed." in told
    nobody = replace(swap, reciprocity=Reciprocity("nobody"))
    assert "agreed" not in solution_as_text(nobody, solve(nobody))


def test_goals_that_matter_stand_before_caps_that_are_far() -> None:
    goals = grouped(
        paid(RING, "fund", 10), candidates={"women": "a1 b1"}, institutions={"south": "a", "north": "b"}
    )
    goals = replace(
        goals,
        shares=(
            Share("not all to a", "south", "host", cap=Fraction(9, 10)),
            Share("women", "women", floor=Fraction(2, 3)),
            Share("few from b", "north", "sender", cap=Fraction(1, 3)),
        ),
        budgets=(Budget("fund", "fund", 45),),
    )
    told = solution_as_text(goals, solve(goals)).split("Goals")[1].split("\n\n")[0]
    assert (
        told
        == """ for the 3 people who go:
  goal          asked for            reached
  fund          at most 45          30 spent  66.6%
  women         at least 2 (66.7%)  2 people  at its limit
  few from b    at most 1 (33.3%)   1 person  at its limit
  not all to a  at most 2 (90.0%)   1 person"""
    )


def test_what_could_not_be_kept_is_noted_and_marked() -> None:
    """The last share gives way first, and is kept by chance; the round says nothing of it."""
    shares = (Share("elders", "old", floor=Fraction(1, 2)), Share("not all old", "old", cap=Fraction(1, 2)))
    goal = replace(grouped(RING, candidates={"old": ""}), shares=shares)
    solution = solve(goal)
    assert {note.about for note in solution.notes} == {"elders", "not all old"}
    told = solution_as_text(goal, solution)
    assert "Please note:\n  The share 'elders' gave way" in told
    assert told.split("Goals")[1].split("\n\n")[0].splitlines()[2:] == [
        "  elders       at least 2 (50.0%)  0 people  not kept, see above",
        "  not all old  at most 1 (50.0%)   0 people",
    ]
    assert "In the share" not in told
    assert "In the share elders, which gave way" in certificate_as_text(certify(goal, solution))


def test_a_share_that_is_too_small_is_marked() -> None:
    goal = replace(
        grouped(RING, candidates={"old": "a1"}), shares=(Share("some old", "old", cap=Fraction(1, 9)),)
    )
    told = solution_as_text(goal, solve(goal))
    assert "some old  at most 0 (11.1%)  1 person  not asked for, see above" in told


def test_each_kind_of_proof_has_its_words() -> None:
    levels = [
        Reached("locked", 1, 1, "exact"), Reached("balance", 4, 3, "open"), Reached("count", 10, 12, "open"),
        Reached("coverage", 2, 2, "solver"), Reached("balance", 1, 1, "exact"), Reached("lottery", 9, 9, "exact"),
        Reached("lottery", 9, 8, "open"),
    ]  # fmt: skip
    assert list(proofs(levels)) == [
        "How good it is (what stands higher is more important):",
        "  Promised pairs kept          1  proven: more is impossible",
        "  Beyond what is tolerated     4  not proven: 3 might be possible",
        "  People who go               10  not proven: 12 might be possible",
        "  Rounds of waiting that end   2  the solver says that more is impossible; not proven without it",
        "  Beyond what is tolerated     1  proven: less is impossible",
        "  Lots                            drawn as the seed says",
        "  Lots                            not drawn as the seed says",
    ]


def test_after_withdrawals_the_changes_come_first() -> None:
    before = solve(RING)
    again = resolve(RING, before, people={"a1"})
    assert resolved_as_text(again, before).startswith(
        "Until now 3 people went; now 3 people can go.\n"
        "Of those who are still there, 1 person would go elsewhere than before:\n  a2  at home  ->  b1\n\n"
        "3 of 4 people nominated go.\n"
    )
    kept = resolve(RING, before, people={"b2"})
    assert "\nNothing changes for those who are still there.\n\n3 of 4" in resolved_as_text(kept, before)


@pytest.mark.parametrize(
    ("candidate", "told"),
    [
        ("a1", ["a1 goes to b1 at b, with quality 900.", "No other position is possible."]),
        (
            "a2",
            [
                "a2 stays at home. 2 positions are possible. What each would mean for the round, the least first:",
                "  b1  at b  quality 500  the quality of the round falls by 400  1 other would change",
                "  c1  at c  quality 300  one person fewer goes                  2 others would change",
                "`why-not` with one of them names the people.",
            ],
        ),
    ],
)
def test_why(candidate: str, told: list[str]) -> None:
    assert why_as_text(RING, why(RING, solve(RING), candidate), candidate).splitlines() == told


def test_why_with_better_positions_and_with_none() -> None:
    one = a_round(
        {"a1>b1": 500, "a1>b2": 700, "a2>b1": 100, "a2>b2": 900, "b1>a1": 1, "b2>a2": 1, "a3>b1": 0}
    )
    told = why_as_text(one, why(one, solve(one), "a1"), "a1").splitlines()
    assert told == [
        "a1 goes to b1 at b, with quality 500.",
        "Of 2 possible positions 1 has a better quality: b2.",
        "The round as a whole is better like this: `why-not` with such a position says by what.",
    ]
    assert "Of 2 possible positions none has a better quality." in why_as_text(
        one, why(one, solve(one), "a2"), "a2"
    )
    alone = replace(one, pairs=tuple(pair for pair in one.pairs if pair.candidate != "a3"))
    assert why_as_text(alone, why(alone, solve(alone), "a3"), "a3").startswith(
        "a3 stays at home: no position is possible.\n"
    )


@pytest.mark.parametrize(
    ("way", "first", "changes"),
    [
        (
            "a2>b1",
            "Sending a2 to b1 would mean that the quality of the round falls by 400. 1 other would have to change: ",
            "a1 would stay at home instead of going to b1.\na2 stays at home now.\n",
        ),
        (
            "b2>a1",
            "Sending b2 to a1 would mean that one person fewer goes. 2 others would have to change: ",
            "b1 would stay at home instead of going to c1; c1 would stay at home instead of going to a1.\nb2 stays at home now.\n",
        ),
        ("a1>b1", "a1 does go to b1.\n", ""),
        (
            "a1>c1",
            "a1 cannot go to c1: the round holds only the pairs that are allowed, so it does not say which rule forbids this one.\n",
            "a1 goes to b1 now.\n",
        ),
    ],
)
def test_why_not(way: str, first: str, changes: str) -> None:
    candidate, _, position = way.partition(">")
    solution = solve(RING)
    assert why_not_as_text(solution, why_not(RING, solution, candidate, position)) == first + changes


def test_of_many_changes_five_are_told() -> None:
    changes = (
        Change("p0", "x", "y"),
        Change("p1", None, "x"),
        *(Change(f"p{n}", "z", None) for n in range(2, 8)),
    )
    answer = Explanation("a2", "b1", "costs", (("count", -2),), changes)
    short, whole = (why_not_as_text(solve(RING), answer, everything=all_of_it) for all_of_it in (False, True))
    assert short.startswith(
        "Sending a2 to b1 would mean that 2 people fewer go. 8 others would have to change: p0 would go to y instead "
        "of x; p1 would go to x instead of staying at home; p2 would stay at home instead of going to z; "
    )
    assert short.endswith("; and 3 more.\na2 stays at home now.\n")
    assert whole.count("p7 would stay at home") == 1


@pytest.mark.parametrize(
    ("deltas", "told"),
    [
        ((("count", 0), ("quality", 12)), "would mean that the quality of the round rises by 12."),
        ((("stay", -1),), "would mean that one person fewer stays where they were before."),
        ((("stay", -3),), "would mean that 3 people fewer stay where they were before."),
        ((("locked", -1),), "would mean that 1 promised pair fewer is kept."),
        ((("balance", 2),), "would mean that balances end 2 further beyond what is tolerated."),
        ((("coverage", -2),), "would mean that 2 rounds of waiting fewer come to an end."),
        ((("share women", -1),), "would mean that one person fewer of the share women goes."),
    ],
)
def test_each_level_has_its_words(deltas, told: str) -> None:
    answer = Explanation("a2", "b1", "costs", deltas)
    assert f"{told} Nobody else would have to change." in why_not_as_text(solve(RING), answer)


def test_equals_are_decided_by_lot() -> None:
    equal = a_round({"a1>b1": 500, "a2>b1": 500, "b1>a1": 500})
    solution = solve(equal)
    out, inside = ("a2", "a1") if dict(solution.keys).get("a1") else ("a1", "a2")
    assert why_not_as_text(solution, why_not(equal, solution, out, "b1")) == (
        f"Sending {out} to b1 would be exactly as good: a lot decided. 1 other would have to change: "
        f"{inside} would stay at home instead of going to b1.\n{out} stays at home now.\n"
    )
    assert "as good as now: a lot decided" in why_as_text(equal, why(equal, solution, out), out)
    without = solve(equal, order=("count", "quality"))
    assert "nothing asked for decides between the two" in why_not_as_text(
        without, Explanation(out, "b1", "equal", (("count", 0),))
    )


def test_what_balance_changes() -> None:
    open_end = a_round({"a1>b1": 900, "a2>b1": 500, "b1>a1": 100, "c1>a2": 300})
    assert (
        tradeoffs_as_text(tradeoffs(open_end))
        == """\
How many go, and the difference to the round in balance:
  round                           people      quality
  Without balance, without goals       3  +1    1,300  +300
  In balance, without goals            2        1,000
"""
    )


def test_goals_that_change_nothing_share_a_line() -> None:
    def of(case, goal="", count=10, quality=100, status="proven"):
        return Tradeoff(case, goal, count, quality, status)

    goals = ["women", "slow", *(f"host country {name}" for name in ("ABCDEFGH"))]
    found = [
        of("unbalanced", count=12), of("balanced"),
        *(of("alone", goal, 9 if goal == "women" else 10, status="not proven" if goal == "slow" else "proven") for goal in goals),
        of("all", count=9),
        *(of("all but", goal, 10 if goal == "women" else 9) for goal in goals),
    ]  # fmt: skip
    assert (
        tradeoffs_as_text(found)
        == """\
How many go, and the difference to the round in balance:
  round                           people      quality
  Without balance, without goals      12  +2      100  0
  In balance, without goals           10          100
  In balance, with all goals           9  -1      100  0

What each goal changes: asked for by itself (compared with no goals),
and left out while the others are asked for (compared with all goals):
          alone           left out
  goal   people  quality    people  quality
  women      -1        0        +1        0
  slow        0       0?         0        0
Neither alone nor left out, these change nothing: host country A, host country B, host country C,
host country D, host country E, host country F, host country G, host country H.

? marks rounds of which it is not proven that there are no better ones.
"""
    )
    only = tradeoffs_as_text([of("unbalanced"), of("balanced"), of("alone", "women", 8)])
    assert only.splitlines()[-1].split() == ["In", "balance,", "with", "women", "8", "-2", "100", "0"]


def test_other_ways_to_decide() -> None:
    solution = solve(RING)
    assert [(one.way, one.count, one.quality, one.broken) for one in ways(RING, solution)] == [
        ("this round", 3, 2000, 0), ("swaps by hand", 2, 1000, 0), ("trading cycles", 3, 2000, 0)
    ]  # fmt: skip
    assert ways_as_text(ways(RING, solution)).splitlines()[:4] == [
        "This round sends 3 people; the same people and positions, decided in other ways:",
        "  way             people      quality          rules broken",
        "  this round           3        2,000                     0",
        "  swaps by hand        2  -1    1,000  -1,000             0",
    ]


def test_ways_do_not_count_a_share_that_gave_way_here_too() -> None:
    solution = solve(RING)
    share = replace(
        grouped(RING, candidates={"elders": "b2"}), shares=(Share("elders", "elders", floor=Fraction(1)),)
    )
    excused = replace(solution, notes=(Note("share-gave-way", "elders", ""),))
    assert [one.broken for one in ways(share, excused)] == [0, 0, 0]
    assert [one.broken for one in ways(share, solution)] == [1, 1, 1]


def test_numbers_and_columns() -> None:
    assert [people(0), people(1), people(1200)] == ["0 people", "1 person", "1,200 people"]
    assert [counted(1, "other"), counted(2, "other")] == ["1 other", "2 others"]
    assert [signed(0), signed(-1200), signed(3)] == ["0", "-1,200", "+3"]
    assert list(aligned([])) == []
    assert list(aligned([("内罗毕", "1", "", "x"), ("Se\u0301vare\u0301", "10", "", "")], right={1})) == [
        "  内罗毕   1  x", "  Se\u0301vare\u0301  10"
    ]  # fmt: skip
