from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayni.matching.generating import generate
from ayni.matching.greedy import greedy
from ayni.matching.solution import Placement, balances
from tests.matching.worlds import a_round, examples


def world(pairs, **more):
    return a_round({f"{one}>{post}": quality for one, post, quality in pairs}, houses="abcd", **more)


def placed(problem):
    return [one.key for one in greedy(problem)]


def test_the_best_swap_comes_first():
    problem = world([("a1", "b1", 500), ("a1", "b2", 900), ("b1", "a1", 400), ("b2", "a1", 700)])
    assert placed(problem) == [("a1", "b2"), ("b2", "a1")]


def test_both_ways_count():
    pairs = [("a1", "b1", 900), ("b1", "a1", 100), ("a1", "c1", 600), ("c1", "a1", 600)]
    assert placed(world(pairs)) == [("a1", "c1"), ("c1", "a1")]


def test_a_swap_that_lost_its_best_waits_for_its_turn():
    pairs = [
        *[("a1", "b1", 1000), ("b1", "a1", 1000)],
        *[("a1", "c1", 990), ("a2", "c1", 10), ("c1", "a2", 990)],
        *[("c1", "d1", 600), ("d1", "c1", 600)],
    ]
    assert placed(world(pairs)) == [("a1", "b1"), ("b1", "a1"), ("c1", "d1"), ("d1", "c1")]


def test_nobody_leaves_for_an_institution_that_sends_nobody_back():
    assert placed(world([("a1", "b1", 900), ("b1", "c1", 900), ("c1", "a1", 900)])) == []


def test_a_swap_that_is_good_for_two_may_cost_others_theirs():
    problem = world(
        [
            ("a1", "b1", 900),
            ("b1", "a1", 900),
            ("a1", "c1", 800),
            ("c1", "a2", 800),
            ("b1", "d1", 800),
            ("d1", "b2", 800),
        ]
    )
    assert placed(problem) == [("a1", "b1"), ("b1", "a1")]


def test_positions_take_as_many_as_they_can():
    pairs = [(f"a{one}", "b1", 500) for one in range(3)] + [(f"b{one}", "a1", 500) for one in range(3)]
    assert placed(world(pairs, capacity={"a1": 2, "b1": 3})) == [
        ("a0", "b1"),
        ("a1", "b1"),
        ("b0", "a1"),
        ("b1", "a1"),
    ]
    assert placed(world(pairs, capacity={"a1": 0, "b1": 3})) == []


def test_what_is_locked_goes_and_brings_somebody_back():
    pairs = [("a1", "b1", 900), ("a1", "c1", 10), ("b1", "a1", 900), ("c1", "a1", 20), ("c2", "a1", 30)]
    assert placed(world(pairs, locked=frozenset([("a1", "c1")]))) == [("a1", "c1"), ("c2", "a1")]


def test_two_locked_pairs_are_each_others_return():
    pairs = [("a1", "b1", 1), ("b1", "a1", 1), ("a2", "b2", 900), ("b2", "a2", 900)]
    locked = frozenset([("a1", "b1"), ("b1", "a1")])
    assert placed(world(pairs[:2], locked=locked)) == sorted(locked)
    assert len(placed(world(pairs, locked=locked))) == 4
    assert placed(world(pairs[:3], locked=locked)) == sorted(locked)


def test_what_is_locked_goes_even_if_nobody_comes_back():
    assert placed(world([("a1", "b1", 1)], locked=frozenset([("a1", "b1")]))) == [("a1", "b1")]


def test_what_is_forbidden_does_not_go():
    pairs = [("a1", "b1", 900), ("a2", "b1", 1), ("b1", "a1", 900)]
    assert placed(world(pairs, forbidden=frozenset([("a1", "b1")]))) == [("a2", "b1"), ("b1", "a1")]


def test_cohorts_stay_at_home():
    problem = world([("a1", "b1", 900), ("b1", "a1", 900)])
    together = tuple(replace(one, cohort="choir") for one in problem.candidates)
    assert placed(replace(problem, candidates=together)) == []


WAYS = st.lists(
    st.tuples(
        st.sampled_from([f"{home}{one}" for home in "abc" for one in "12"]),
        st.sampled_from([f"{host}{one}" for host in "abc" for one in "12"]),
        st.integers(0, 1000),
    ).filter(lambda way: way[0][0] != way[1][0]),
    max_size=20,
    unique_by=lambda way: way[:2],
)


@examples(40)
@given(WAYS, st.dictionaries(st.sampled_from(["a1", "b1", "c1"]), st.integers(0, 2)), st.randoms())
def test_swaps_are_balanced_fit_and_leave_no_swap_behind(ways, capacity, shuffle):
    problem = world(ways, capacity=capacity)
    answer = greedy(problem)
    keys = {one.key for one in answer}
    assert len({one.candidate for one in answer}) == len(answer)
    assert keys <= {one.key for one in problem.pairs}
    left = {one.id: one.capacity - sum(post == one.id for _, post in keys) for one in problem.positions}
    assert min(left.values(), default=0) >= 0
    for one, other in combinations("abc", 2):
        assert sum(key[0][0] == one and key[1][0] == other for key in keys) == sum(
            key[0][0] == other and key[1][0] == one for key in keys
        )
    gone = {one.candidate for one in answer}
    free = {(way[0][0], way[1][0]) for way in ways if way[0] not in gone and left[way[1]]}
    assert not any((host, home) in free for home, host in free)
    mixed = list(ways)
    shuffle.shuffle(mixed)
    assert greedy(world(mixed, capacity=capacity)) == answer


@pytest.mark.parametrize("seed", ["one", "other"])
def test_a_made_up_round_is_balanced_by_swaps(seed):
    problem = generate(300, 30, seed)
    answer = greedy(problem)
    assert answer
    assert set(balances(problem, [one.key for one in answer]).values()) == {0}
    assert list(answer) == sorted(answer)
    assert all(isinstance(one, Placement) for one in answer)
