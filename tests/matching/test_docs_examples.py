"""What docs/explanation/rounds.md tells of its example, told by the program."""

from dataclasses import replace
from fractions import Fraction

import pytest

from ayni.matching.certifying import certify
from ayni.matching.explaining import Change, why_not
from ayni.matching.files import read_problem
from ayni.matching.greedy import greedy
from ayni.matching.problem import Problem, Reciprocity, Share
from ayni.matching.resolving import resolve
from ayni.matching.rounds import solve
from ayni.matching.trading import ttc
from tests.matching.worlds import all_answers, tolerating, worth
from tools import draw_round

PAGE = (draw_round.ROOT / "docs" / "explanation" / "rounds.md").read_text(encoding="utf-8")
EXAMPLE = read_problem(draw_round.EXAMPLE.read_text(encoding="utf-8"))
BEST = solve(EXAMPLE)


def cells(first: str) -> list[list[str]]:
    """The rows of the table whose first heading this is."""
    lines = PAGE.split(f"\n| {first} |", 1)[1].split("\n\n", 1)[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def sharing(part: Fraction) -> Problem:
    return replace(EXAMPLE, shares=(Share("women", "women", floor=part),))


VARIANTS = {
    "as agreed": EXAMPLE,
    "without balance": replace(EXAMPLE, reciprocity=Reciprocity("nobody")),
    "each tolerates 1": tolerating(EXAMPLE, 1),
    "at least half women": sharing(Fraction(1, 2)),
    "at least two thirds women": sharing(Fraction(2, 3)),
}


def test_the_round_is_the_one_in_the_table():
    told = []
    for position in EXAMPLE.positions:
        pairs = [pair for pair in EXAMPLE.pairs if pair.position == position.id]
        homes = {one.id: one.institution for one in EXAMPLE.candidates}
        names = [
            f"{pair.candidate} of {homes[pair.candidate]} {pair.quality}"
            for pair in sorted(pairs, key=lambda pair: -pair.quality)
        ]
        told.append([position.id, str(position.capacity), ", ".join(names) or "nobody"])
    assert cells("position") == told


def test_the_proposal_is_the_one_in_the_table_and_proven():
    quality = {pair.key: str(pair.quality) for pair in EXAMPLE.pairs}
    homes = {one.id: one.institution for one in EXAMPLE.candidates}
    rows = [[one.candidate, homes[one.candidate], one.position, quality[one.key]] for one in BEST.placements]
    assert cells("who") == rows
    assert certify(EXAMPLE, BEST).is_proven
    assert set(BEST.balance.values()) == {0}
    assert f"So {BEST.count} people travel, with a quality of {BEST.quality:,} together." in PAGE
    assert f"by hand, one for one, {len(greedy(EXAMPLE))} people would travel" in PAGE


def test_there_is_one_best_answer_as_the_page_shows_by_hand():
    best = max(worth(EXAMPLE, answer) for answer in all_answers(EXAMPLE))
    found = [answer for answer in all_answers(EXAMPLE) if worth(EXAMPLE, answer) == best]
    assert [set(answer) for answer in found] == [set(BEST.keys)]


def test_why_not():
    assert why_not(EXAMPLE, BEST, "Dov", "Amber ward").kind == "impossible"
    bea = why_not(EXAMPLE, BEST, "Bea", "Cedar ward")
    assert bea.changes == (Change("Ben", "Cedar ward", None),)
    assert bea.delta_count == 0
    assert f"As many would travel, and quality would be {-bea.delta_quality} lower." in PAGE
    ada = why_not(EXAMPLE, BEST, "Ada", "Birch clinic")
    assert [(one.candidate, one.after) for one in ada.changes] == [("Abel", None), ("Cy", None)]
    assert f"Abel and Cy would have to stay at home: {-ada.delta_count} people fewer." in PAGE


def test_what_if():
    solved = {name: solve(variant) for name, variant in VARIANTS.items()}
    rows = [[name, str(one.count), f"{one.quality:,}"] for name, one in solved.items()]
    assert cells("the round") == rows
    assert solved["without balance"].balance == {"Amber": 2, "Birch": -1, "Cedar": 0, "Delta": -1}
    assert solved["each tolerates 1"].balance == {"Amber": 1, "Birch": 0, "Cedar": 0, "Delta": -1}
    half = dict(solved["at least half women"].keys)
    assert (half.get("Bea"), half.get("Ben")) == ("Cedar ward", None)


@pytest.mark.parametrize(
    ("who", "count", "changes"),
    [
        ("Ben", 5, (Change("Bea", None, "Cedar ward"),)),
        ("Abel", 3, (Change("Ada", "Cedar ward", "Birch clinic"), Change("Cy", "Amber ward", None))),
    ],
)
def test_somebody_withdraws(who, count, changes):
    again = resolve(EXAMPLE, BEST, people=[who])
    assert (again.solution.count, again.changes) == (count, changes)


def test_hiding_a_position():
    hidden = replace(
        EXAMPLE, pairs=tuple(pair for pair in EXAMPLE.pairs if pair.key != ("Ada", "Cedar ward"))
    )
    assert dict(solve(hidden).keys) == {"Ada": "Birch clinic", "Ben": "Cedar ward", "Chi": "Amber ward"}
    abel_first = dict(one.key for one in ttc(EXAMPLE, {"Abel": 0}))
    assert (len(abel_first), "Bea" in abel_first) == (5, True)
    ada_first = dict(one.key for one in ttc(EXAMPLE, {"Ada": 0}))
    assert (len(ada_first), ada_first["Ada"]) == (3, "Birch clinic")
    assert [one.key for one in ttc(hidden, {"Abel": 0}) if one.candidate == "Ada"] == []


def test_the_picture_is_that_of_the_example():
    assert draw_round.PICTURE.read_text(encoding="utf-8") == draw_round.picture()
