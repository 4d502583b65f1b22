"""Rounds of exchange: how many go, how fast that is found and proven, beside manual practice and a plain solver.

Instances are made up (`ayni.matching.generating`): what they gain over manual practice depends on their habits.
The plain solver is HiGHS asked in one go, with one weighted goal, as a newcomer to it would.
"""

import json
import random
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter
from typing import TypeVar

from ayni.matching.certifying import certify
from ayni.matching.explaining import Explainer
from ayni.matching.generating import Habits, generate
from ayni.matching.greedy import greedy
from ayni.matching.problem import Problem
from ayni.matching.resolving import resolve
from ayni.matching.rounds import solve
from ayni.matching.solution import Solution
from ayni.matching.trading import ttc
from bench.figures import Figure, Outcome, progress
from bench.plain_solver import seconds_of_plain

_SEEDS = ("1", "2", "3")
_QUESTIONS = 200
_PEER_LIMIT = 60.0  # seconds the plain solver may take before it is said to take longer
_LARGE = "--large"
Kept = TypeVar("Kept")


def run() -> Outcome:
    thousand = [generate(1000, 120, seed) for seed in _SEEDS]
    ten = generate(10_000, 800, "1")
    return Outcome(
        [
            *_gains(thousand),
            *_base(ten),
            *_with_goals(),
            *_in_days(),
            *_explained(ten),
            *_solved_again(),
            *_large(),
        ]
    )


def _timed(work: Callable[[], Kept]) -> tuple[float, Kept]:
    begun = perf_counter()
    done = work()
    return perf_counter() - begun, done


def _medians(problems: Sequence[Problem]) -> tuple[float, list[Solution]]:
    times, solutions = zip(*[_timed(lambda one=one: solve(one)) for one in problems], strict=True)
    return median(times), list(solutions)


def _gains(problems: Sequence[Problem]) -> list[Figure]:
    """Placements over manual practice, in per cent, three rounds together."""
    figures = []
    same = [generate(1000, 120, seed, Habits(agreements_only=True)) for seed in _SEEDS]
    for name, some, goal in (("same agreements", same, 20), ("open round", problems, 31)):
        progress(f"1,000 candidates, {name}")
        best = sum(solve(one).count for one in some)
        manual = sum(len(greedy(one)) for one in some)
        traded = sum(len(ttc(one)) for one in some)
        gain = 100 * (best / manual - 1)
        peers = {"manual": manual, "strategy-proof": traded, "best": best}
        figures.append(Figure(f"1k, {name}: placed beyond manual practice", gain, "%", goal, True, peers))
    return figures


def _base(problem: Problem) -> list[Figure]:
    progress(f"10,000 candidates, {len(problem.pairs):,} pairs")
    time, solutions = _medians([problem] * 3)
    check, certificate = _timed(lambda: certify(problem, solutions[0]))
    peers = {"plain HiGHS": seconds_of_plain(problem, _PEER_LIMIT)}
    note = f"{solutions[0].count:,} placed, {solutions[0].status}"
    return [
        Figure(f"10k / {len(problem.pairs):,} pairs, base round", time, "s", 2, peers=peers, note=note),
        Figure("10k, proven again without a solver", check, "s", note=str(certificate.is_proven)),
    ]


def _with_goals() -> list[Figure]:
    figures = []
    for candidates, houses, budgets, goal in (
        (1000, 120, True, 1.5),
        (10_000, 800, False, 20),
        (10_000, 800, True, 60),
    ):
        habits = Habits(with_shares=True, with_budgets=budgets)
        name = f"{candidates // 1000}k, shares" + (" and budgets" if budgets else "")
        progress(name)
        seeds = _SEEDS if candidates == 1000 else _SEEDS[:1]
        problems = [generate(candidates, houses, seed, habits) for seed in seeds]
        time, solutions = _medians(problems)
        peers = {"plain HiGHS": seconds_of_plain(problems[0], _PEER_LIMIT)} if candidates == 1000 else {}
        note = "; ".join(f"{one.count:,} placed, {one.status}" for one in solutions)
        figures.append(Figure(name, time, "s", goal, peers=peers, note=note))
    return figures


def _in_days() -> list[Figure]:
    figures = []
    for tolerance in (30, 180):
        progress(f"1k in person-days, tolerance {tolerance} days")
        time, solutions = _medians([generate(1000, 120, "1", Habits(unit="days", tolerance=tolerance))])
        gap = 100 * (solutions[0].bound / solutions[0].count - 1)
        note = f"{solutions[0].count:,} placed, no more than {solutions[0].bound:,}, {solutions[0].status}"
        figures += [
            Figure(f"1k in person-days, tolerance {tolerance} days", time, "s", 10, note=note),
            Figure(f"1k in person-days, tolerance {tolerance} days, gap of the count", gap, "%", 0.1),
        ]
    return figures


def _explained(problem: Problem) -> list[Figure]:
    progress("why not")
    prepared, explainer = _timed(lambda: Explainer(problem, solve(problem)))
    pairs = random.Random(1).sample(problem.pairs, _QUESTIONS)
    times = [_timed(lambda pair=pair: explainer.why_not(*pair.key))[0] * 1000 for pair in pairs]
    return [
        Figure("10k, why not: one answer, p50", median(times), "ms", 10, note=f"prepared in {prepared:.1f} s")
    ]


def _solved_again() -> list[Figure]:
    """2 % of those placed withdraw, 1 % of positions close: medians of three rounds."""
    moved, anew, fewer = zip(*[_withdrawals(seed) for seed in _SEEDS], strict=True)
    note = "; ".join(f"{one:.2f} %" for one in moved) + ": the fewest possible at that count, proven"
    return [
        Figure(
            "10k, 2 % withdrew: others who must move", median(moved), "%", 2,
            peers={"decided anew": median(anew)}, note=note,
        ),
        Figure("10k, 2 % withdrew: fewer placed than if decided anew", max(fewer), "", 0, exactly=True),
    ]  # fmt: skip


def _withdrawals(seed: str) -> tuple[float, float, int]:
    """Per cent of the others who move, per cent if decided anew, and how many fewer go."""
    progress(f"withdrawals, round {seed}")
    problem = generate(10_000, 800, seed)
    before = solve(problem)
    chance = random.Random(1)
    people = chance.sample([one.candidate for one in before.placements], before.count // 50)
    places = chance.sample([one.id for one in problem.positions], len(problem.positions) // 100)
    again = resolve(problem, before, people=people, positions=places)
    fresh = solve(again.problem)
    gone, closed = set(people), set(places)
    others = {one for one in before.placements if one.candidate not in gone and one.position not in closed}
    moved, anew = (100 * len(others - set(one.placements)) / len(others) for one in (again.solution, fresh))
    return moved, anew, fresh.count - again.solution.count


def _large() -> list[Figure]:
    progress("100,000 candidates")
    done = subprocess.run(
        [sys.executable, "-m", "bench.rounds", _LARGE], check=True, capture_output=True, text=True
    )
    told = json.loads(done.stdout)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
    name = f"100k / {told['pairs']:,} pairs, base round"
    return [
        Figure(name, told["seconds"], "s", 60, note=told["note"]),
        Figure("100k, memory at most", peak, "GB", 1.5),
    ]


def _solve_a_large_one() -> None:
    problem = generate(100_000, 5000, "1")
    seconds, solution = _timed(lambda: solve(problem))
    told = {
        "pairs": len(problem.pairs),
        "seconds": seconds,
        "note": f"{solution.count:,} placed, {solution.status}",
    }
    print(json.dumps(told))


if __name__ == "__main__" and sys.argv[1:] == [_LARGE]:
    _solve_a_large_one()
