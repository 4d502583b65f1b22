"""Rounds of a thousand, and those that are hard for a flow; each takes seconds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from random import Random

import highspy
import numpy as np
import pytest

from ayni.matching.certifying import certify
from ayni.matching.checking import broken_rules
from ayni.matching.generating import Habits, generate
from ayni.matching.greedy import greedy
from ayni.matching.problem import Candidate, Institution, Pair, Position, Problem
from ayni.matching.rounds import solve
from ayni.matching.trading import ttc
from tests.matching.worlds import tolerating


def most_and_best(problem: Problem) -> tuple[int, int]:
    """Count and quality of the best round, formulated another way: a column a pair, a row for each candidate,
    position and institution, no network."""
    count = _best(problem, np.ones(len(problem.pairs)), ())
    everybody = (float(count), float(count), range(len(problem.pairs)), np.ones(len(problem.pairs)))
    return count, _best(problem, np.array([float(pair.quality) for pair in problem.pairs]), (everybody,))


Row = tuple[float, float, Sequence[int], Sequence[float]]


def _best(problem: Problem, gain: np.ndarray, more: Iterable[Row]) -> int:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    for one in gain:
        solver.addCol(-one, 0.0, 1.0, 0, [], [])
    for low, high, columns, weights in (*_rows(problem), *more):
        solver.addRow(low, high, len(columns), np.array(columns, np.int32), np.array(weights, float))
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    value = -solver.getObjectiveValue()
    assert abs(value - round(value)) < 1e-5
    return round(value)


def _rows(problem: Problem) -> Iterable[Row]:
    homes = {one.id: one.institution for one in problem.candidates}
    hosts = {one.id: one.institution for one in problem.positions}
    of_candidate, of_position = defaultdict(list), defaultdict(list)
    hosted: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for column, pair in enumerate(problem.pairs):
        of_candidate[pair.candidate].append(column)
        of_position[pair.position].append(column)
        hosted[hosts[pair.position]][column] = 1.0
        hosted[homes[pair.candidate]][column] = -1.0
    for columns in of_candidate.values():
        yield 0.0, 1.0, columns, [1.0] * len(columns)
    for one in problem.positions:
        yield 0.0, float(one.capacity), of_position[one.id], [1.0] * len(of_position[one.id])
    for one in problem.institutions:
        low, high = -one.tolerance - one.balance, one.tolerance - one.balance
        yield float(low), float(high), list(hosted[one.id]), list(hosted[one.id].values())


def is_best(problem: Problem) -> tuple[int, int]:
    """Solved, certified level by level, and equal to the other formulation."""
    solution = solve(problem)
    certificate = certify(problem, solution)
    assert certificate.is_proven
    assert broken_rules(problem, solution.keys) == []
    assert (solution.count, solution.quality) == most_and_best(problem)
    assert {one.level for one in certificate.levels} >= {"count", "quality"} or not solution.count
    return solution.count, solution.quality


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "habits",
    [Habits(), Habits(agreements_only=True), Habits(tolerance=2)],
    ids=["open", "agreements", "tolerant"],
)
def test_rounds_of_a_thousand(habits, seed):
    problem = generate(1000, 120, str(seed), habits)
    count, _ = is_best(problem)
    if habits.tolerance == 0:
        assert count >= max(len(greedy(problem)), len(ttc(problem)))


def test_with_more_tolerance_more_go():
    problem = generate(1000, 120, "1")
    counts = [is_best(tolerating(problem, tolerance))[0] for tolerance in (0, 1, 2, 5, 1000)]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def house(number: int) -> str:
    return f"{number:03}"


def made_of(houses: int, pairs: Iterable[tuple[int, int, int, int]], capacity: int = 1) -> Problem:
    """Pairs of (home, which of its people, host, quality); each host has one position."""
    given = [
        (f"{house(home)}-{who}", house(home), house(host), quality) for home, who, host, quality in pairs
    ]
    return Problem(
        institutions=tuple(Institution(house(number)) for number in range(houses)),
        candidates=tuple(
            Candidate(one, home) for one, home in sorted({(one, home) for one, home, *_ in given})
        ),
        positions=tuple(Position(f"p{house(number)}", house(number), capacity) for number in range(houses)),
        pairs=tuple(Pair(one, f"p{host}", quality) for one, _, host, quality in given),
    )


def test_where_each_of_two_hundred_can_go_everywhere():
    chance = Random("dense")
    everywhere = (
        (one, 0, to, chance.randrange(1001)) for one in range(200) for to in range(200) if one != to
    )
    assert is_best(made_of(200, everywhere))[0] == 200


def test_where_all_are_equal_and_each_can_go_everywhere():
    everywhere = ((one, 0, to, 500) for one in range(100) for to in range(100) if one != to)
    problem = made_of(100, everywhere)
    assert is_best(problem) == (100, 50000)
    assert solve(problem, seed="x").placements != solve(problem, seed="y").placements
    assert solve(problem, seed="x") == solve(problem, seed="x")


def test_one_circle_of_four_hundred():
    around = [(one, 0, (one + 1) % 400, one % 7) for one in range(400)]
    assert is_best(made_of(400, around))[0] == 400
    assert is_best(made_of(400, around[1:]))[0] == 0


def test_one_circle_of_four_hundred_with_a_way_back_that_is_worth_a_little_less():
    """The first swaps look better; only all the way around does everybody go."""
    around = [(one, 0, (one + 1) % 400, 1) for one in range(399)] + [(399, 0, 0, 1)]
    back = [(one + 1, 0, one, 1000) for one in range(399)]
    assert is_best(made_of(400, around + back))[0] == 400


def test_chains_that_only_pay_at_their_end():
    """Forty circles of ten, each with a shortcut that is better for whoever takes it first."""
    chance = Random("chains")
    around = [(one, 0, one - 9 if one % 10 == 9 else one + 1, 500) for one in range(400)]
    shortcuts = [
        (one, 0, to, chance.randrange(1001))
        for one in range(400)
        for to in chance.sample(range(400), 3)
        if to not in (one, one - 9 if one % 10 == 9 else one + 1)
    ]
    assert is_best(made_of(400, around + shortcuts))[0] == 400


def test_a_star_host():
    """All want to the one that has room for ten; what it sends decides."""
    chance = Random("star")
    toward = [(one, who, 0, chance.randrange(900, 1001)) for one in range(1, 100) for who in range(3)]
    back = [(0, who, 1 + who * 7 % 99, chance.randrange(300)) for who in range(30)]
    assert is_best(made_of(100, toward + back, capacity=10))[0] == 20


def test_sizes_by_zipfs_law():
    chance = Random("zipf")
    weights = [1 / (number + 1) for number in range(60)]
    homes = chance.choices(range(60), weights, k=800)
    pairs = [
        (home, who, host, chance.choice((0, 250, 500, 1000)))
        for who, home in enumerate(homes)
        for host in set(chance.choices(range(60), weights, k=6)) - {home}
    ]
    assert is_best(made_of(60, pairs, capacity=12))[0] > 300


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    ("people", "habits"),
    [
        (500, Habits(with_shares=True)),
        (500, Habits(with_shares=True, with_budgets=True)),
        (500, Habits(with_budgets=True)),
        (100, Habits(unit="days", tolerance=60)),
    ],
    ids=["shares", "all", "budgets", "days"],
)
def test_rows_across_a_round(people, habits, seed):
    """The rules are kept, the certificate comes to the same, and a round without the rows is no worse."""
    problem = generate(people, people // 8, str(seed), habits)
    solution = solve(problem)
    assert solution.status.startswith("proven")
    assert solve(problem) == solution
    certificate = certify(problem, solution)
    assert certificate.broken == ()
    assert [(one.level, one.value) for one in certificate.levels] == [
        (one.level, one.value) for one in solution.levels
    ]
    in_people = tolerating(problem, 10**6) if habits.unit == "days" else problem
    assert solution.count <= most_and_best(in_people)[0]
