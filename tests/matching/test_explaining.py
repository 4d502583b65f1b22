"""Why somebody goes where they go, and what it would take to send them elsewhere."""

from dataclasses import replace

from hypothesis import assume, given

from ayni.matching.explaining import Explainer
from ayni.matching.rounds import solve
from tests.matching.test_mixed import shares
from tests.matching.worlds import all_answers, examples, rounds, worth


def forced(problem, key):
    """The best of all answers that have the pair, by hand; None if none has."""
    return max((worth(problem, placed) for placed in all_answers(problem) if key in placed), default=None)


def agrees_with_every_answer(problem, levels):
    solution = solve(problem)
    explainer = Explainer(problem, solution)
    now = worth(problem, solution.keys)
    for pair in problem.pairs:
        answer, by_hand = explainer.why_not(*pair.key), forced(problem, pair.key)
        if answer.kind == "placed":
            assert pair.key in solution.keys
        elif answer.kind == "impossible":
            assert by_hand is None
        else:
            deltas = dict(answer.deltas)
            lost = tuple(after - before for before, after in zip(now, by_hand, strict=True))
            assert (-deltas.get("balance", 0), deltas.get("count", 0), deltas.get("quality", 0)) == lost
            after = {**dict(solution.keys), **{one.candidate: one.after for one in answer.changes}}
            after[pair.candidate] = pair.position
            moved = [(one, place) for one, place in after.items() if place]
            assert worth(problem, moved) == by_hand


@examples(40)
@given(rounds())
def test_the_cheapest_chain_is_what_the_best_other_round_differs_by(problem):
    agrees_with_every_answer(problem, 3)


@examples(10)
@given(rounds(), shares())
def test_with_shares_the_round_is_solved_again(problem, some):
    problem = replace(problem, shares=some)
    assume(not solve(problem).notes)
    agrees_with_every_answer(problem, 3)
