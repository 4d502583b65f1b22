"""Small rounds by name, every answer of them, and rounds that Hypothesis makes up."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

from hypothesis import settings
from hypothesis import strategies as st

from ayni.matching.checking import between_pairs, broken_rules
from ayni.matching.problem import Candidate, Institution, Key, Pair, Position, Problem, Share
from ayni.matching.solution import Solution, balances


def examples(many: int) -> settings:
    """So many made-up rounds; `make check-deep` looks at many times more."""
    return settings(max_examples=many * int(os.environ.get("AYNI_TEST_TIMES", "1")), deadline=None)


def a_round(qualities: Mapping[str, int], /, capacity: Mapping[str, int] | None = None, **changes) -> Problem:
    """`{"a1>b1": 500}`: candidate a1 of institution a could go to position b1 of institution b."""
    keys = [tuple(name.split(">")) for name in qualities]
    homes = sorted({name[0] for key in keys for name in key} | set(changes.pop("houses", "")))
    return replace(
        Problem(
            institutions=tuple(Institution(name) for name in homes),
            candidates=tuple(Candidate(one, one[0]) for one in sorted({one for one, _ in keys})),
            positions=tuple(
                Position(one, one[0], (capacity or {}).get(one, 1))
                for one in sorted({one for _, one in keys})
            ),
            pairs=tuple(Pair(*key, quality) for key, quality in zip(keys, qualities.values(), strict=True)),
        ),
        **changes,
    )


def with_institutions(problem: Problem, **changes: Mapping[str, object]) -> Problem:
    """`with_institutions(round, a={"tolerance": 1})`."""
    changed = tuple(replace(one, **changes.get(one.id, {})) for one in problem.institutions)
    return replace(problem, institutions=changed)


def tolerating(problem: Problem, tolerance: int) -> Problem:
    return replace(
        problem, institutions=tuple(replace(one, tolerance=tolerance) for one in problem.institutions)
    )


def circle(*houses: str, quality: int = 500) -> dict[str, int]:
    """One person of each house to the next, the last to the first."""
    return {f"{one}1>{other}1": quality for one, other in zip(houses, (*houses[1:], houses[0]), strict=True)}


def told(ways: str) -> list[str]:
    """`told("a1>b1 b1>a1")`, as `where` gives it."""
    return ways.split()


def where(solution: Solution) -> list[str]:
    return [f"{one.candidate}>{one.position}" for one in solution.placements]


def reached(solution: Solution) -> dict[str, int]:
    return {one.level: one.value for one in solution.levels}


def codes(solution: Solution) -> list[tuple[str, str]]:
    return [(note.code, note.about) for note in solution.notes]


def paid(problem: Problem, payer: str, cost: int) -> Problem:
    """Each pair costs this payer the same."""
    return replace(problem, pairs=tuple(replace(pair, payer=payer, cost=cost) for pair in problem.pairs))


def grouped(problem: Problem, **kinds: Mapping[str, str]) -> Problem:
    """`grouped(round, candidates={"women": "a1 b2"})`; in `institutions` too."""
    changed = {}
    for kind, groups in kinds.items():
        changed[kind] = tuple(
            replace(one, groups=frozenset(name for name, ids in groups.items() if one.id in ids.split()))
            for one in getattr(problem, kind)
        )
    return replace(problem, **changed)


def all_answers(problem: Problem) -> Iterator[tuple[Key, ...]]:
    """Every set of pairs that keeps every rule."""
    keys = [pair.key for pair in problem.pairs]
    most = min(len(problem.candidates), sum(one.capacity for one in problem.positions))
    for count in range(most + 1):
        for some in combinations(keys, count):
            if not broken_rules(problem, some):
                yield some


def worth(problem: Problem, placed: Iterable[Key]) -> tuple[int, int, int]:
    """How far balances are brought back (0: within what is tolerated), count, quality."""
    placed = list(placed)
    quality = {pair.key: pair.quality for pair in problem.pairs}
    return -excess(problem, placed), len(placed), sum(quality[key] for key in placed)


def excess(problem: Problem, placed: Sequence[Key]) -> int:
    if problem.reciprocity.between == "pairs":
        after = [
            (balance, problem.reciprocity.tolerance) for _, balance in between_pairs(problem, placed).values()
        ]
    elif problem.reciprocity.between == "institutions":
        tolerance = {one.id: one.tolerance for one in problem.institutions}
        after = [(balance, tolerance[name]) for name, balance in balances(problem, placed).items()]
    else:
        after = []
    return sum(max(0, abs(balance) - tolerated) for balance, tolerated in after)


def best_by_hand(problem: Problem) -> tuple[int, int, int]:
    """The worth of the best of all answers."""
    return max(worth(problem, placed) for placed in all_answers(problem))


QUALITIES = st.integers(0, 1000)


@st.composite
def rounds(draw, houses: int = 4, most: int = 9, tolerance: int = 2, qualities=QUALITIES) -> Problem:
    """Up to six people and five positions, with balances, tolerances and capacities."""
    names = "abcdef"[:houses]
    people = [f"{draw(st.sampled_from(names))}{row}" for row in range(draw(st.integers(1, 6)))]
    places = [f"{draw(st.sampled_from(names))}p{row}" for row in range(draw(st.integers(1, 5)))]
    possible = [(one, other) for one in people for other in places if one[0] != other[0]]
    keys = draw(st.lists(st.sampled_from(possible), max_size=most, unique=True)) if possible else []
    return Problem(
        institutions=tuple(
            Institution(
                name, balance=draw(st.integers(-1, 1)), tolerance=draw(st.integers(0, tolerance)),
                waiting=draw(st.integers(0, 2)), groups=frozenset(draw(st.sets(st.sampled_from(["ldc"])))),
            )
            for name in names
        ),
        candidates=tuple(
            Candidate(one, one[0], frozenset(draw(st.sets(st.sampled_from(["women", "disability"])))))
            for one in people
        ),
        positions=tuple(Position(one, one[0], draw(st.integers(0, 2))) for one in places),
        pairs=tuple(Pair(*key, draw(qualities), draw(st.integers(1, 3)) * 30) for key in keys),
    )  # fmt: skip


PARTS = st.sampled_from([Fraction(1, 4), Fraction(2, 5), Fraction(1, 2), Fraction(2, 3)])


@st.composite
def shared(draw) -> tuple[Share, ...]:
    """One share or several, of groups that `rounds` has."""
    kinds = [("women", "candidate"), ("disability", "candidate"), ("ldc", "sender"), ("ldc", "host")]
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3, unique=True))
    limits = st.sampled_from(["floor", "cap"])
    return tuple(Share(f"{row}", *kind, **{draw(limits): draw(PARTS)}) for row, kind in enumerate(chosen))


@st.composite
def priced(draw) -> Problem:
    """Each pair costs something, and one of two donors pays."""
    problem = draw(rounds())
    costs = [draw(st.integers(0, 100)) for _ in problem.pairs]
    payers = [draw(st.sampled_from(["north", "south"])) for _ in problem.pairs]
    pairs = zip(problem.pairs, costs, payers, strict=True)
    return replace(problem, pairs=tuple(replace(pair, cost=cost, payer=payer) for pair, cost, payer in pairs))
