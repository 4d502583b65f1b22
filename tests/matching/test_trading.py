from dataclasses import replace
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayni.matching.generating import generate
from ayni.matching.greedy import greedy
from ayni.matching.problem import Problem
from ayni.matching.solution import balances
from ayni.matching.trading import ttc
from tests.matching.worlds import a_round, examples


def world(wishes, **more):
    """`wishes`: of each candidate, positions, best first. Ids begin with the letter of their institution."""
    qualities = {
        f"{one}>{post}": 1000 - place for one, wished in wishes.items() for place, post in enumerate(wished)
    }
    return a_round(qualities, houses="abcd", **more)


def placed(problem, priority=None):
    return dict(one.key for one in ttc(problem, priority))


def test_three_trade_in_a_circle_where_no_two_can_swap():
    problem = world({"a": ["b1"], "b": ["c1"], "c": ["a1"]})
    assert placed(problem) == {"a": "b1", "b": "c1", "c": "a1"}
    assert greedy(problem) == ()


def test_wishes_come_before_the_sum_of_qualities():
    problem = world({"a": ["b1", "c1"], "b": ["a1", "c2"], "c": ["a1", "b1"]})
    assert placed(problem) == {"a": "b1", "b": "a1"}


def test_who_is_not_wanted_in_return_stays_and_the_next_goes():
    problem = world({"a1": ["d1"], "a2": ["b1"], "b": ["a1"]})
    assert placed(problem) == {"a2": "b1", "b": "a1"}


def test_an_institution_whose_people_are_gone_takes_nobody_more():
    problem = world({"a": ["b1"], "b": ["a1"], "c": ["a2", "b2"]})
    assert placed(problem) == {"a": "b1", "b": "a1"}


def test_positions_take_as_many_as_they_can():
    wishes = {"a1": ["b1"], "a2": ["b1"], "b1": ["a1"], "b2": ["a1"]}
    assert placed(world(wishes)) == {"a1": "b1", "b1": "a1"}
    assert placed(world(wishes, capacity={"a1": 2, "b1": 2})) == {
        "a1": "b1",
        "a2": "b1",
        "b1": "a1",
        "b2": "a1",
    }
    assert placed(world(wishes, capacity={"a1": 2, "b1": 0})) == {}


def test_institutions_say_which_of_theirs_comes_first():
    problem = world({"a1": ["b1"], "a2": ["b1"], "b": ["a1"]})
    assert placed(problem) == {"a1": "b1", "b": "a1"}
    assert placed(problem, {"a2": 1, "a1": 2}) == {"a2": "b1", "b": "a1"}
    assert placed(problem, {"a2": 1}) == {"a2": "b1", "b": "a1"}


def test_equal_wishes_are_settled_by_lot():
    problem = a_round({"a>b1": 500, "a>b2": 500, "b>a1": 500})
    drawn = {placed(replace(problem, seed=seed))["a"] for seed in "12345678"}
    assert drawn == {"b1", "b2"}


def test_what_is_forbidden_does_not_go():
    problem = world({"a": ["b1", "b2"], "b": ["a1"]}, forbidden=frozenset([("a", "b1")]))
    assert placed(problem) == {"a": "b2", "b": "a1"}


def test_cohorts_stay_at_home():
    problem = world({"a": ["b1"], "b": ["a1"]})
    together = tuple(replace(one, cohort="choir") for one in problem.candidates)
    assert ttc(replace(problem, candidates=together)) == ()


@st.composite
def all_wishes(draw):
    """Of up to five candidates of three institutions, up to three positions each."""
    wishes = {}
    for one in draw(st.lists(st.sampled_from(["a1", "a2", "b1", "b2", "c1", "c2"]), max_size=5, unique=True)):
        posts = [f"{host}{number}" for host in "abc" for number in "12" if host != one[0]]
        wishes[one] = draw(st.lists(st.sampled_from(posts), max_size=3, unique=True))
    return wishes


CAPACITY = st.dictionaries(st.sampled_from(["a1", "b1", "c1"]), st.integers(0, 2))


def rank(wishes, one, answer):
    """0 is best; who stays at home is after all wishes."""
    return wishes[one].index(answer[one]) if one in answer else len(wishes[one])


def balanced(wishes, capacity):
    """Every answer in which each institution hosts as many as it sends and no position has too many."""
    for choice in product(*([*wished, None] for wished in wishes.values())):
        answer = {one: post for one, post in zip(wishes, choice, strict=True) if post}
        taken = list(answer.values())
        if all(taken.count(post) <= capacity.get(post, 1) for post in taken) and (
            sorted(one[0] for one in answer) == sorted(post[0] for post in taken)
        ):
            yield answer


@examples(40)
@given(all_wishes(), CAPACITY)
def test_no_balanced_answer_is_better_for_one_and_worse_for_nobody(wishes, capacity):
    answer = placed(world(wishes, capacity=capacity))
    ranks = [rank(wishes, one, answer) for one in wishes]
    answers = list(balanced(wishes, capacity))
    assert answer in answers
    for other in answers:
        others = [rank(wishes, one, other) for one in wishes]
        assert others == ranks or any(theirs > ours for theirs, ours in zip(others, ranks, strict=True))


@examples(30)
@given(all_wishes(), CAPACITY)
def test_nobody_gains_by_saying_other_wishes_than_their_own(wishes, capacity):
    honest = placed(world(wishes, capacity=capacity))
    for one, wished in wishes.items():
        for told in (told for size in range(len(wished) + 1) for told in permutations(wished, size)):
            answer = placed(world(wishes | {one: list(told)}, capacity=capacity))
            assert rank(wishes, one, answer) >= rank(wishes, one, honest)


@examples(30)
@given(all_wishes(), CAPACITY, st.data())
def test_nobody_loses_by_coming_earlier_at_home(wishes, capacity, data):
    order = data.draw(st.permutations(sorted(wishes)))
    priority = {one: place for place, one in enumerate(order, 1)}
    problem = world(wishes, capacity=capacity)
    before = placed(problem, priority)
    for one in wishes:
        assert rank(wishes, one, placed(problem, priority | {one: 0})) <= rank(wishes, one, before)


@examples(20)
@given(all_wishes(), CAPACITY, st.randoms())
def test_the_order_of_lists_changes_nothing(wishes, capacity, shuffle):
    problem = world(wishes, capacity=capacity)
    kinds = ("institutions", "candidates", "positions", "pairs")
    mixed = {
        kind: tuple(shuffle.sample(getattr(problem, kind), len(getattr(problem, kind)))) for kind in kinds
    }
    assert ttc(Problem(**mixed)) == ttc(problem)


@pytest.mark.parametrize("seed", ["one", "other"])
def test_a_made_up_round_is_balanced_by_trading(seed):
    problem = generate(300, 30, seed)
    keys = [one.key for one in ttc(problem)]
    assert len(keys) > 50
    assert len({one for one, _ in keys}) == len(keys)
    assert set(keys) <= {pair.key for pair in problem.pairs}
    assert set(balances(problem, keys).values()) == {0}
    taken = [post for _, post in keys]
    assert all(taken.count(one.id) <= one.capacity for one in problem.positions)
