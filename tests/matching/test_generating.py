from collections import Counter
from fractions import Fraction
from hashlib import sha256

import pytest

from ayni.matching.generating import MOST_ACCEPTABLE, Habits, generate
from ayni.matching.problem import faults


@pytest.fixture(scope="module")
def thousand():
    return generate(1000, 120, "seed", Habits(with_shares=True, with_budgets=True))


def test_the_same_seed_makes_the_same_round_on_every_machine():
    made = generate(80, 12, "pinned")
    assert made == generate(80, 12, "pinned")
    told = repr([(one.key, one.quality, one.days, one.cost, one.payer) for one in made.pairs])
    assert sha256(told.encode()).hexdigest()[:16] == "159cfaced09a1f69"


def test_another_seed_makes_another_round():
    assert generate(80, 12, "one").pairs != generate(80, 12, "other").pairs


@pytest.mark.parametrize(
    "habits",
    [
        Habits(),
        Habits(agreements_only=True),
        Habits(unit="days", tolerance=30, with_budgets=True),
        Habits(with_shares=True),
    ],
)
def test_made_up_rounds_are_rounds(habits):
    made = generate(200, 20, "any", habits)
    assert list(faults(made)) == []
    assert (made.unit, {one.tolerance for one in made.institutions}) == (habits.unit, {habits.tolerance})
    assert made == made.in_order()


def test_rounds_are_as_large_as_asked_for(thousand):
    assert (len(thousand.candidates), len(thousand.institutions)) == (1000, 120)
    assert sum(one.capacity for one in thousand.positions) == 1000
    assert 6_000 <= len(thousand.pairs) <= 8_000


def test_few_institutions_are_large_and_many_small(thousand):
    sizes = sorted(Counter(one.institution for one in thousand.candidates).values(), reverse=True)
    assert sum(sizes[:12]) > 3 * sum(sizes[60:]) / 2
    assert sizes[0] >= 4 * sizes[len(sizes) // 2]


def test_people_are_as_in_the_study(thousand):
    groups = Counter(group for one in thousand.candidates for group in one.groups)
    assert 340 <= groups["women"] <= 420
    assert 40 <= groups["disability"] <= 80
    assert groups["women-disability"] == sum(
        {"women", "disability"} <= one.groups for one in thousand.candidates
    )


def test_institutions_have_the_groups_that_shares_ask_for(thousand):
    groups = Counter(group for one in thousand.institutions for group in one.groups)
    assert groups["small"] == 60
    assert groups["ldc"] > 0 < groups["fragile"]
    assert all(f"country:{one.country}" in one.groups for one in thousand.institutions)


def test_nobody_has_more_acceptable_positions_than_the_study_allows(thousand):
    assert max(Counter(one.candidate for one in thousand.pairs).values()) == MOST_ACCEPTABLE


def test_pairs_keep_the_rules(thousand):
    countries = {one.id: one.country for one in thousand.institutions}
    people = {one.id: one for one in thousand.candidates}
    posts = {one.id: one for one in thousand.positions}
    for pair in thousand.pairs:
        person, post = people[pair.candidate], posts[pair.position]
        assert countries[person.institution] != countries[post.institution]
        assert "disability" not in person.groups or "accessible" in post.groups
        assert 1 <= pair.quality <= 1000
        assert 30 <= pair.days <= 270


def test_agreements_leave_fewer_ways_and_each_both_ways_open():
    free, bound = generate(1000, 120, "seed"), generate(1000, 120, "seed", Habits(agreements_only=True))
    assert len(bound.pairs) < len(free.pairs) / 2
    homes = {one.id: one.institution for one in bound.candidates}
    hosts = {one.id: one.institution for one in bound.positions}
    ways = {(homes[one.candidate], hosts[one.position]) for one in bound.pairs}
    assert len({frozenset(way) for way in ways}) < 5 * 120


def test_shares_are_those_of_the_study(thousand):
    women, ldc, disability, *hosts = thousand.shares
    poor = {one.id for one in thousand.institutions if "ldc" in one.groups}
    nominated = Fraction(sum(one.institution in poor for one in thousand.candidates), 1000)
    assert (women.group, women.side, women.floor) == ("women", "candidate", Fraction(45, 100))
    assert (ldc.group, ldc.side, ldc.floor) == ("ldc", "sender", nominated + Fraction(6, 100))
    assert (disability.group, disability.side, disability.floor) == (
        "disability",
        "candidate",
        Fraction(5, 100),
    )
    assert {one.group for one in hosts} == {
        f"country:{one.country}"
        for one in thousand.institutions
        if one.id in {post.institution for post in thousand.positions}
    }
    assert {(one.side, one.floor) for one in hosts} == {("host", None)}
    assert len({one.cap for one in hosts}) == 1


def test_budgets_are_those_of_donors(thousand):
    payers = {one.payer for one in thousand.pairs} - {None}
    assert {one.payer for one in thousand.budgets} == payers
    for one in thousand.budgets:
        most = Counter()
        for pair in thousand.pairs:
            if pair.payer == one.payer:
                most[pair.candidate] = max(most[pair.candidate], pair.cost)
        assert 0 < one.limit < most.total()


@pytest.mark.parametrize(("candidates", "institutions"), [(0, 2), (1, 1)])
def test_too_few_make_no_round(candidates, institutions):
    with pytest.raises(ValueError, match="a round needs a candidate and two institutions"):
        generate(candidates, institutions, "any")


@pytest.mark.parametrize("institutions", [2, 7])
def test_the_smallest_rounds_are_rounds(institutions):
    made = generate(1, institutions, "any", Habits(with_shares=True, with_budgets=True))
    assert list(faults(made)) == []
