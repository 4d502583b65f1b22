"""What must be true of every round, whoever is in it."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from ayni.matching.checking import broken_rules
from ayni.matching.greedy import greedy
from ayni.matching.problem import Budget, Candidate, Institution, Pair, Position, Problem, Reciprocity, Share
from ayni.matching.rounds import solve
from ayni.matching.trading import ttc
from tests.matching.worlds import examples, priced, rounds, shared, tolerating, worth

few = examples(10)
NOBODY = Reciprocity("nobody")


def level(problem: Problem) -> Problem:
    """Nobody owes anything."""
    return replace(problem, institutions=tuple(replace(one, balance=0) for one in problem.institutions))


@few
@given(rounds(), st.integers(0, 2), st.integers(1, 2))
def test_more_tolerance_never_places_fewer(problem, tolerance, more):
    counts = [solve(tolerating(level(problem), most)).count for most in (tolerance, tolerance + more)]
    assert counts == sorted(counts)


def without(problem: Problem, kind: str, ids: set[str]) -> Problem:
    """Without some candidates or positions, and without their pairs."""
    rows = getattr(problem, f"{kind}s")
    return replace(
        problem,
        pairs=tuple(pair for pair in problem.pairs if getattr(pair, kind) not in ids),
        **{f"{kind}s": tuple(one for one in rows if one.id not in ids)},
    )


@few
@given(rounds(), st.sampled_from(["candidate", "position"]), st.data())
def test_more_candidates_or_positions_never_place_fewer(problem, kind, data):
    ids = [one.id for one in getattr(problem, f"{kind}s")]
    fewer = without(level(problem), kind, set(data.draw(st.lists(st.sampled_from(ids), unique=True))))
    assert solve(fewer).count <= solve(level(problem)).count


@few
@given(rounds(), st.integers(0, 9))
def test_more_pairs_never_place_fewer(problem, kept):
    problem = level(problem)
    assert solve(replace(problem, pairs=problem.pairs[:kept])).count <= solve(problem).count


@few
@given(rounds(), st.sampled_from(["institutions", "pairs"]))
def test_balance_never_places_more(problem, between):
    free = solve(replace(problem, reciprocity=NOBODY))
    balanced = solve(replace(problem, reciprocity=Reciprocity(between)))
    assert (balanced.count, balanced.quality) <= (free.count, free.quality)


def asked_for(problem: Problem) -> bool:
    """None of the shares gave way or was too small."""
    return not solve(problem).notes


@few
@given(rounds(most=12), shared())
def test_a_share_never_places_more(problem, shares):
    plain = tolerating(level(problem), 1)
    for kept in range(len(shares)):
        fewer, more = (replace(plain, shares=shares[:count]) for count in (kept, kept + 1))
        if asked_for(more):
            assert reached(more) <= reached(fewer)


@few
@given(priced(), st.integers(0, 300))
def test_a_budget_never_places_more(problem, limit):
    spending = replace(problem, budgets=(Budget("north", "north", limit),))
    assert reached(spending) <= reached(problem)
    saving = replace(problem, budgets=(Budget("north", "north", limit // 2),))
    assert reached(saving) <= reached(spending)


def reached(problem: Problem) -> tuple[int, int, int]:
    return worth(problem, solve(problem).keys)


@st.composite
def some_rows(draw) -> Problem:
    """With or without shares, a budget, days."""
    problem = draw(priced() | rounds())
    if draw(st.booleans()):
        problem = replace(problem, shares=draw(shared()))
    if draw(st.booleans()):
        problem = replace(problem, budgets=(Budget("north", "north", draw(st.integers(50, 500))),))
    if draw(st.booleans()):
        problem = tolerating(replace(level(problem), unit="days"), 30)
    return problem


@few
@given(some_rows(), st.randoms(use_true_random=False))
def test_the_order_of_lists_changes_nothing(problem, chance):
    def mixed(rows):
        return tuple(chance.sample(rows, len(rows)))

    kinds = ("institutions", "candidates", "positions", "pairs", "budgets")
    assert solve(replace(problem, **{kind: mixed(getattr(problem, kind)) for kind in kinds})) == solve(
        problem
    )


def renamed(problem: Problem, name) -> Problem:
    """Everybody under another name."""
    return replace(
        problem,
        institutions=tuple(replace(one, id=name(one.id)) for one in problem.institutions),
        candidates=tuple(
            replace(one, id=name(one.id), institution=name(one.institution)) for one in problem.candidates
        ),
        positions=tuple(
            replace(one, id=name(one.id), institution=name(one.institution)) for one in problem.positions
        ),
        pairs=tuple(
            replace(pair, candidate=name(pair.candidate), position=name(pair.position))
            for pair in problem.pairs
        ),
    )


@few
@given(some_rows())
def test_names_change_nothing_but_the_lot(problem):
    def name(one: str) -> str:
        return "".join(chr(0x7A - ord(letter) % 26) for letter in one) + one

    def told(solved):
        levels = [(one.level, one.value) for one in solved.levels]
        return solved.count, solved.quality, levels, [note.code for note in solved.notes]

    assert told(solve(renamed(problem, name))) == told(solve(problem))


@few
@given(rounds(qualities=st.integers(0, 100)), st.integers(2, 10))
def test_quality_on_another_scale_places_the_same_people(problem, times):
    pairs = tuple(replace(pair, quality=times * pair.quality) for pair in problem.pairs)
    assert solve(replace(problem, pairs=pairs)).placements == solve(problem).placements


def together(one: Problem, other: Problem) -> Problem:
    return replace(
        one,
        institutions=one.institutions + other.institutions,
        candidates=one.candidates + other.candidates,
        positions=one.positions + other.positions,
        pairs=one.pairs + other.pairs,
    )


@few
@given(rounds(most=6), rounds(most=6))
def test_two_rounds_with_nobody_in_common_are_solved_as_if_alone(one, other):
    other = renamed(other, str.upper)
    alone = [*solve(one).placements, *solve(other).placements]
    assert list(solve(together(one, other)).placements) == sorted(alone)


@few
@given(rounds())
def test_as_many_go_the_other_way_round(problem):
    """Whoever would host sends, to the one who would have come."""
    reverse = replace(
        level(problem),
        candidates=tuple(Candidate(one.id, one.institution) for one in problem.positions),
        positions=tuple(Position(one.id, one.institution) for one in problem.candidates),
        pairs=tuple(Pair(pair.position, pair.candidate, pair.quality) for pair in problem.pairs),
    )
    forward = replace(level(problem), positions=tuple(replace(one, capacity=1) for one in problem.positions))
    assert (solve(reverse).count, solve(reverse).quality) == (solve(forward).count, solve(forward).quality)


@examples(10)
@given(st.lists(rounds(), min_size=3, max_size=4), st.integers(0, 3), st.sampled_from(["people", "days"]))
def test_a_ledger_kept_over_rounds_never_leaves_its_limits(following, limit, unit):
    limit *= 30 if unit == "days" else 1
    ledger = dict.fromkeys("abcd", 0)
    for problem in following:
        houses = tuple(Institution(name, balance=ledger[name], tolerance=limit) for name in ledger)
        solution = solve(replace(problem, institutions=houses, unit=unit))
        ledger = solution.balance
        assert all(-limit <= balance <= limit for balance in ledger.values())
        assert (sum(ledger.values()), solution.notes) == (0, ())


@few
@given(some_rows(), st.text(max_size=3))
def test_the_same_question_has_the_same_answer(problem, seed):
    assert solve(problem, seed=seed) == solve(problem, seed=seed)


@few
@given(some_rows(), st.text(max_size=3))
def test_who_was_placed_stays_where_nothing_changed(problem, seed):
    """Even where another lot would have been drawn, and where a quality has become better."""
    before = solve(problem)
    pairs = tuple(replace(pair, quality=1000 - pair.quality) for pair in problem.pairs)
    again = solve(replace(problem, pairs=pairs), seed=seed, previous=before)
    assert again.placements == before.placements


@few
@given(some_rows())
def test_who_travels_keeps_every_rule(problem):
    solution = solve(problem)
    excused = {note.about for note in solution.notes if note.code.startswith("share-")}
    assert broken_rules(problem, solution.keys, excused) == []
    assert set(solution.keys) <= {pair.key for pair in problem.pairs}
    assert all(position.capacity >= 0 for position in problem.positions)


@few
@given(rounds(most=12, tolerance=0))
def test_neither_swaps_nor_trading_place_more(problem):
    problem = level(problem)
    best = solve(problem).count
    assert len(greedy(problem)) <= best
    assert len(ttc(problem)) <= best


@few
@given(rounds(), st.data())
def test_a_locked_pair_that_can_go_goes(problem, data):
    assume(problem.pairs)
    pair = data.draw(st.sampled_from(problem.pairs)).key
    free = replace(problem, reciprocity=NOBODY, locked=frozenset({pair}))
    room = {one.id: one.capacity for one in problem.positions}
    assert (pair in solve(free).keys) is (room[pair[1]] > 0)


@few
@given(rounds(), st.data())
def test_a_pair_that_does_not_travel_is_not_missed(problem, data):
    solution = solve(problem)
    assume(idle := [pair for pair in problem.pairs if pair.key not in solution.keys])
    unused = data.draw(st.lists(st.sampled_from(idle), unique=True))
    less = replace(problem, forbidden=frozenset(pair.key for pair in unused))
    assert solve(less).placements == solution.placements


@few
@given(rounds(), st.integers(0, 9))
def test_a_floor_of_nobody_and_a_cap_of_all_ask_for_nothing(problem, seed):
    asked = replace(problem, shares=(Share("all", "women", floor=Fraction(0), cap=Fraction(1)),))
    assert solve(asked, seed=str(seed)).placements == solve(problem, seed=str(seed)).placements
