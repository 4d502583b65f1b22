"""The figures of docs/explanation, computed again from the rounds they name."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain, combinations
from random import Random

import numpy as np
import pytest

from ayni.matching.base import best
from ayni.matching.explaining import Explainer
from ayni.matching.generating import Habits, generate
from ayni.matching.greedy import greedy
from ayni.matching.levels import full_order, levels_of
from ayni.matching.linear import first_flow
from ayni.matching.network import network_of
from ayni.matching.problem import Candidate, Institution, Pair, Position, Problem, Reciprocity
from ayni.matching.resolving import resolve
from ayni.matching.rounds import solve
from ayni.matching.solution import Placement
from ayni.matching.trading import ttc
from tests.matching.worlds import tolerating
from tools.draw_round import ROOT

FOLDER = ROOT / "docs" / "explanation"
MODEL = (FOLDER / "matching-model.md").read_text(encoding="utf-8")
ROUNDS = (FOLDER / "rounds.md").read_text(encoding="utf-8")
THOUSAND, TEN = (1000, 120), (10_000, 800)


@pytest.mark.parametrize("size", [THOUSAND, TEN])
@pytest.mark.parametrize(("name", "agreements_only"), [("same agreements", True), ("open", False)])
def test_swaps_trading_and_the_best_round(size, name, agreements_only):
    problem = generate(*size, "1", Habits(agreements_only=agreements_only))
    counts = len(problem.pairs), len(greedy(problem)), len(ttc(problem)), solve(problem).count
    told = " | ".join(f"{count:,}" for count in counts)
    assert f"| {size[0]:,} at {size[1]}, {name} | {told} |" in MODEL


def test_the_price_of_trading_as_coordinators_read_it():
    problem = generate(*THOUSAND, "1")
    traded, optimum, swapped = len(ttc(problem)), solve(problem).count, len(greedy(problem))
    assert f"it places {traded}, the best round {optimum}, swaps made by hand {swapped}." in ROUNDS


def test_what_tolerance_is_worth():
    problem = generate(*THOUSAND, "1")
    counts = [solve(tolerating(problem, tolerance)).count for tolerance in (0, 1, 2, 5)]
    assert "places {}, {}, {} and {};".format(*counts) in MODEL
    free = solve(replace(problem, reciprocity=Reciprocity("nobody")))
    assert f"the largest imbalance is {max(map(abs, free.balance.values()))}." in MODEL


def test_the_face_left_open_to_the_lottery():
    problem = generate(*TEN, "1").in_order()
    network = network_of(problem)
    levels = levels_of(network, full_order(("count", "quality"), strict=True), "", [], network.excess)
    begin = first_flow(network, levels)
    proof = best(network, levels, begin)
    assert f"{len(problem.pairs):,} pairs" in MODEL
    assert f"{int(proof.is_open.sum()):,} of {len(begin):,} arcs" in MODEL
    assert np.array_equal(proof.flow, begin)


def test_the_way_down_to_the_count():
    problem = generate(*THOUSAND, "1", Habits(with_shares=True, with_budgets=True))
    heard: list[str] = []
    solution = solve(problem, told=heard.append)
    assert f"{len(problem.shares)} shares, {len(problem.budgets)} budgets" in MODEL
    assert "count: at most 461" in heard
    assert "461 is refuted by prices, and 460 is the answer" in MODEL
    assert [(one.value, one.proof) for one in solution.levels if one.level == "count"] == [(460, "exact")]


def test_what_each_goal_costs():
    problem = generate(*THOUSAND, "1", Habits(with_shares=True, with_budgets=True))
    plain = replace(problem, shares=(), budgets=())
    variants = {
        "none, no balance": replace(plain, reciprocity=Reciprocity("nobody")),
        "balance": plain,
        "balance, 45 % women": replace(plain, shares=problem.shares[:1]),
        "balance, 53.9 % from least developed countries": replace(plain, shares=problem.shares[1:2]),
        "balance and all goals": problem,
    }
    for name, variant in variants.items():
        solution = solve(variant)
        assert f"| {name} | {solution.count} | {solution.quality:,} |" in MODEL


def test_few_are_moved_when_a_round_is_solved_again():
    problem = generate(*TEN, "1")
    before = solve(problem)
    gone = [one.candidate for one in before.placements][::50]
    again = resolve(problem, before, people=gone)
    fresh = solve(again.problem)
    stay = {one for one in before.placements if one.candidate not in gone}
    moved = [len(stay - set(answer.placements)) for answer in (again.solution, fresh)]
    assert again.solution.count == fresh.count
    assert f"{len(gone)} people: {fresh.count:,} travel" in MODEL
    assert "but {} of the others are moved instead of {}.".format(*moved) in MODEL


def _others_moved(problem: Problem) -> list[int]:
    solution = solve(problem)
    explainer = Explainer(problem, solution)
    placed = set(solution.keys)
    others = [pair.key for pair in problem.pairs if pair.key not in placed]
    asked = others[:: max(1, len(problem.pairs) // 60)]
    return sorted(len(explainer.why_not(*key).changes) for key in asked)


def test_chains_of_moves_are_long():
    thousand, ten = _others_moved(generate(*THOUSAND, "1")), _others_moved(generate(*TEN, "1"))
    medians = thousand[len(thousand) // 2], ten[len(ten) // 2], ten[-1]
    assert medians == (10, 29, 70)
    assert "move 10 others or more, at 10,000 (800 institutions, seed 1) 29, and up to 70." in MODEL


def _crowded(seed: int) -> Problem:
    """Eight people of four institutions, six positions, three acceptable to each."""
    chance = Random(seed)
    people = [(f"{name}{row}", name) for row, name in enumerate("ABCDABCD")]
    places = [(f"p{name}{row}", name) for row, name in enumerate("ABCDAB")]
    pairs = [
        Pair(person, place, chance.randint(0, 1000))
        for person, home in people
        for place in chance.sample([one for one, host in places if host != home], 3)
    ]
    return Problem(
        tuple(Institution(name) for name in "ABCD"),
        tuple(Candidate(*one) for one in people),
        tuple(Position(*one) for one in places),
        tuple(pairs),
        seed="s",
    )


Rule = Callable[[Problem], Iterable[Placement]]


def best_of(problem: Problem) -> Iterable[Placement]:
    return solve(problem).placements


def _somebody_gains(problem: Problem, rule: Rule) -> bool:
    """Whether hiding some acceptable positions brings anybody one of higher quality."""
    quality = {pair.key: pair.quality for pair in problem.pairs}
    now = dict(one.key for one in rule(problem))
    return any(
        any(
            quality.get((who, place), -1) > quality.get((who, now.get(who)), -1)
            for place in _after_hiding(problem, rule, who)
        )
        for who in (one.id for one in problem.candidates)
    )


def _after_hiding(problem: Problem, rule: Rule, who: str) -> Iterator[str | None]:
    mine = [pair.key for pair in problem.pairs if pair.candidate == who]
    for hidden in chain.from_iterable(combinations(mine, many) for many in range(1, len(mine))):
        left = replace(problem, pairs=tuple(pair for pair in problem.pairs if pair.key not in hidden))
        yield dict(one.key for one in rule(left)).get(who)


def test_hiding_in_crowded_rounds():
    problems = [_crowded(seed) for seed in range(300)]
    assert sum(_somebody_gains(one, best_of) for one in problems) == 274
    assert not any(_somebody_gains(one, ttc) for one in problems)
    traded, optimum = sum(len(ttc(one)) for one in problems), sum(solve(one).count for one in problems)
    assert "somebody could in 274, and in none with `ttc`" in MODEL
    assert f"which placed {traded:,} people where the best rounds placed {optimum:,}." in MODEL


def test_hiding_in_thin_rounds():
    problems = [generate(16, 4, str(seed)) for seed in range(1, 201)]
    problems = [one for one in problems if len(one.pairs) <= 60 and solve(one).count]
    assert (len(problems), sum(_somebody_gains(one, best_of) for one in problems)) == (54, 1)
    assert "In 54 thin ones" in MODEL


def test_who_stays_at_home_cannot_get_in_by_hiding():
    for problem in map(_crowded, range(40)):
        travel = {one.candidate for one in best_of(problem)}
        for who in (one.id for one in problem.candidates if one.id not in travel):
            assert not any(_after_hiding(problem, best_of, who))
