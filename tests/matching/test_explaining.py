"""Why somebody goes where they go, and what it would take to send them elsewhere."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ayni.matching.explaining import Change, Explainer, Explanation, why, why_not
from ayni.matching.problem import Reciprocity, Share
from ayni.matching.rounds import solve
from ayni.matching.telling_why import why_as_text, why_not_as_text
from tests.matching.test_mixed import shares
from tests.matching.worlds import a_round, all_answers, examples, rounds, worth

# A share that everybody keeps: no longer a flow.
IDLE = Share("idle", "nobody", cap=Fraction(1))


def told_of(problem, placed):
    """What is promised and kept, then as `worth`."""
    return len(problem.locked & set(placed)), *worth(problem, placed)


def forced(problem, key):
    """The best of all answers that have the pair, by hand; None if none has."""
    return max((told_of(problem, placed) for placed in all_answers(problem) if key in placed), default=None)


def agrees_with_every_answer(problem):
    solution = solve(problem)
    explainer = Explainer(problem, solution)
    now = told_of(problem, solution.keys)
    for pair in problem.pairs:
        answer, by_hand = explainer.why_not(*pair.key), forced(problem, pair.key)
        if answer.proof == "open":
            continue
        if answer.kind == "placed":
            assert pair.key in solution.keys
        elif answer.kind == "impossible":
            assert by_hand is None
        else:
            deltas = dict(answer.deltas)
            lost = tuple(after - before for before, after in zip(now, by_hand, strict=True))
            found = (deltas.get("locked", 0), -deltas.get("balance", 0), answer.delta_count)
            assert (*found, answer.delta_quality) == lost
            after = {**dict(solution.keys), **{one.candidate: one.after for one in answer.changes}}
            after[pair.candidate] = pair.position
            moved = [(one, place) for one, place in after.items() if place]
            assert told_of(problem, moved) == by_hand


@st.composite
def promised(draw, problem):
    """The same round with up to three promises, which may exclude each other."""
    keys = [pair.key for pair in problem.pairs]
    locked = draw(st.sets(st.sampled_from(keys), max_size=3)) if keys else set()
    return replace(problem, locked=frozenset(locked))


@examples(40)
@given(rounds().flatmap(promised))
def test_the_cheapest_chain_is_what_the_best_other_round_differs_by(problem):
    agrees_with_every_answer(problem)


@examples(10)
@given(rounds().flatmap(promised), shares())
def test_with_shares_the_round_is_solved_again(problem, some):
    problem = replace(problem, shares=some)
    assume(not any(note.code.startswith("share-") for note in solve(problem).notes))
    agrees_with_every_answer(problem)


@pytest.mark.parametrize("some", [(), (IDLE,)])
def test_a_promise_that_would_be_lost_is_told_first(some):
    """The promised one does not tie with the one asked about, though the quality would be better."""
    problem = a_round(
        {"a0>b0": 500, "a9>b0": 900, "b1>a1": 500}, locked=frozenset({("a0", "b0")}), shares=some
    )
    answer = why_not(problem, solve(problem), "a9", "b0")
    assert answer == Explanation(
        "a9", "b0", "costs", (("locked", -1), ("count", 0), ("quality", 400)), (Change("a0", "b0", None),)
    )


@pytest.mark.parametrize("some", [(), (IDLE,)])
def test_of_two_promises_the_better_one_is_kept(some):
    problem = a_round(
        {"a0>b0": 500, "a1>b0": 700, "a9>b0": 100, "b1>a1": 1, "b2>a1": 1},
        capacity={"b0": 2, "a1": 2},
        locked=frozenset({("a0", "b0"), ("a1", "b0")}),
        shares=some,
    )
    answer = why_not(problem, solve(problem), "a9", "b0")
    assert answer.deltas == (("locked", -1), ("count", 0), ("quality", -400))
    assert answer.changes == (Change("a0", "b0", None),)


def test_what_no_round_has_is_impossible_with_promises_too():
    problem = a_round(
        {"a0>b0": 500, "b1>a1": 500, "a9>c0": 900}, locked=frozenset({("a0", "b0")}), shares=(IDLE,)
    )
    answer = why_not(problem, solve(problem), "a9", "c0")
    assert (answer.kind, answer.proof) == ("impossible", "exact")


def test_a_share_does_not_give_way_for_a_pair_that_is_asked_about():
    few = Share("few", "nobody", floor=Fraction(1, 2))
    problem = a_round({"a0>b0": 500, "a9>b0": 900, "b1>a1": 500}, shares=(few,))
    people = tuple(
        replace(one, groups=frozenset({"nobody"})) if one.id == "a0" else one for one in problem.candidates
    )
    problem = replace(problem, candidates=people)
    answer = why_not(problem, solve(problem), "a9", "b0")
    assert answer.kind == "impossible"


# One of a goes to b and one of d to c, and one of each comes back.
CALM = {"a0>b0": 500, "d0>c0": 500, "b1>a1": 500, "c1>d1": 500}


def kinds(problem, candidate):
    return [(one.position, one.kind) for one in why(problem, solve(problem), candidate)]


@pytest.mark.parametrize("some", [(), (IDLE,)])
def test_positions_that_cannot_be_come_last(some):
    problem = a_round(
        {**CALM, "a9>b0": 100, "a9>b2": 900, "a9>b3": 900, "a9>b4": 300},
        capacity={"b3": 0},
        forbidden=frozenset({("a9", "b2")}),
        shares=some,
    )
    assert kinds(problem, "a9") == [
        ("b4", "costs"),
        ("b0", "costs"),
        ("b2", "forbidden"),
        ("b3", "impossible"),
    ]


@pytest.mark.parametrize("some", [(), (IDLE,)])
def test_more_out_of_balance_is_worse_not_better(some):
    problem = a_round(
        {**CALM, "a9>b0": 100, "a9>c0": 900}, reciprocity=Reciprocity(strict=False), shares=some
    )
    at_b, at_c = why(problem, solve(problem), "a9")
    assert (at_b.position, dict(at_b.deltas)) == ("b0", {"count": 0, "balance": 0, "quality": -400})
    assert (at_c.position, dict(at_c.deltas)) == ("c0", {"count": 0, "balance": 2, "quality": 400})


def test_of_a_pair_that_is_not_there_no_rule_is_known():
    problem = a_round(CALM)
    assert why_not_as_text(solve(problem), why_not(problem, solve(problem), "a0", "c0")) == (
        "a0 cannot go to c0: the round holds only the pairs that are allowed, so it does not say which rule "
        "forbids this one.\na0 goes to b0 now.\n"
    )


@pytest.mark.parametrize(
    ("proof", "told"),
    [
        ("exact", ""),
        ("solver", "This is so as far as the solver knows; it was not checked without it.\n"),
        ("open", "Not proven: not every round was looked at, so there may be a better one.\n"),
    ],
)
def test_how_far_it_is_proven_is_told(proof, told):
    problem = a_round({**CALM, "a9>b0": 100})
    solution = solve(problem)
    answer = replace(why_not(problem, solution, "a9", "b0"), proof=proof)
    assert why_not_as_text(solution, answer) == (
        "Sending a9 to b0 would mean that the quality of the round falls by 400. 1 other would have to change: "
        f"a0 would stay at home instead of going to b0.\n{told}a9 stays at home now.\n"
    )
    assert why_as_text(problem, [answer], "a9").endswith(
        f"1 other would change\n{told}`why-not` with one of them names the people.\n"
    )


def test_what_was_not_found_is_not_called_impossible():
    answer = Explanation("a9", "b0", "impossible", rule="none has it", proof="open")
    assert why_not_as_text(solve(a_round(CALM)), answer).startswith(
        "No round was found that sends a9 to b0.\nNot proven: "
    )


@pytest.mark.parametrize("weak", ["solver", "open"])
def test_an_answer_is_no_better_proven_than_the_round(weak):
    """Up to the level that decides; what comes after it does not matter."""
    problem = a_round({**CALM, "a9>b0": 100}, shares=(IDLE,))
    solution = solve(problem)
    assert why_not(problem, solution, "a9", "b0").proof == "exact"
    doubted = tuple(replace(one, proof=weak) for one in solution.levels)
    assert why_not(problem, replace(solution, levels=doubted), "a9", "b0").proof == weak
