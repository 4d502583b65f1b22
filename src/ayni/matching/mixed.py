"""Rounds with shares, budgets, person-days, cohorts or balance between pairs: decided level by level by HiGHS.

The count comes from its own relaxation: what shares as ratios allow is an interval from nobody upward, so the
relaxed optimum bounds every answer. From there downward, the first n for which whole people can keep the rounded
shares is the largest. Bounds are checked with whole numbers (`model.bound`), the rest is HiGHS' word.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

import numpy as np

from ayni.matching.base import Told
from ayni.matching.faults import NotSolved
from ayni.matching.levels import LOT_BITS, Level, levels_of
from ayni.matching.linear import Floats, Impossible, Programme, Relaxed, Whole, whole
from ayni.matching.model import (
    Model,
    answer_of,
    asked_of,
    bound,
    count_bound,
    is_too_small,
    level_of_share,
    model_of,
    most_at_all,
    no_more_than_asked,
    refutes,
    row_of,
    row_of_share,
)
from ayni.matching.network import Ints
from ayni.matching.problem import Key, Problem, Share
from ayni.matching.solution import Note, Proof, Reached, weakest

# Columns that would cost more than this part of the largest gain are left out at first.
NARROW = 0.01
COUNTED = 3000.0  # what one person more is worth beside quality, while n is looked for
NO_PRICES = np.zeros(0, np.int64)
NODES = 500  # of HiGHS' search tree, for one question
GAP = 1e-6  # the part of quality that may be left unproven
ROUGHLY = 0.01  # the same where the count is far below its bound
SMALL = 2000  # pairs
STEPS = 2  # so many counts below the bound are tried one by one


@dataclass(frozen=True)
class Step:
    """One level decided in one model. `prices` bound its value there, checked by `model.bound`."""

    answer: Ints
    reached: Reached
    prices: Ints


@dataclass(frozen=True)
class Settled:
    """The answer, how each level came about, and prices that show why a larger count is impossible."""

    answer: Ints
    steps: tuple[Step, ...]
    notes: tuple[Note, ...]
    refuted: tuple[tuple[int, Ints], ...] = ()

    @property
    def is_counted(self) -> bool:
        """Whether it is known that no more can go."""
        return all(step.reached.proof != "open" for step in self.steps if step.reached.level == "count")

    @property
    def count(self) -> int:
        return next((step.reached.value for step in self.steps if step.reached.level == "count"), 0)


def settle(problem: Problem, order: Sequence[str], seed: str, previous: Iterable[Key], told: Told) -> Settled:
    """`problem` in order; `order` with what is always asked."""
    plain = model_of(problem, ())
    levels = levels_of(plain.network, order, seed, previous, plain.excess)
    ties = _ties(plain, levels)
    levels = [level for level in levels if level.name != "lottery"]
    if not plain.network.open_pairs:
        return Settled(np.zeros(len(plain.low), np.int64), (), ())
    shares, notes = _large_enough(problem)
    with_all = _settled(problem, shares, [], levels, ties, told, notes)
    if with_all.count or not shares or not with_all.is_counted:
        return with_all
    place = [level.name for level in levels].index("count") + 1

    def somebody_goes(some: Sequence[Share]) -> bool:
        return _settled(problem, some, [], levels[:place], ties, told, ()).count > 0

    if not somebody_goes([]):
        return with_all
    kept: list[Share] = []
    for share in shares:
        if somebody_goes([*kept, share]):
            kept.append(share)
    given_way = [share for share in shares if share not in kept]
    told(f"nobody could go with all goals; giving way: {', '.join(share.name for share in given_way)}")
    return _settled(problem, kept, given_way, levels, ties, told, notes)


def _settled(
    problem: Problem, kept: Sequence[Share], given_way: Sequence[Share], levels: Sequence[Level], ties: Floats,
    told: Told, notes: Sequence[Note],
) -> Settled:  # fmt: skip
    search = _Search(model_of(problem, kept), given_way, levels, ties, told)
    steps = search.steps()
    return Settled(steps[-1].answer, tuple(steps), (*notes, *search.notes), tuple(search.refuted))


def _ties(model: Model, levels: Iterable[Level]) -> Floats:
    """The lottery, so small that all of it together is worth less than one of anything else."""
    drawn = next((level.gain for level in levels if level.name == "lottery"), np.zeros(len(model.low)))
    return drawn / 2**LOT_BITS / (2 * len(model.problem.candidates) + 2)


def _large_enough(problem: Problem) -> tuple[list[Share], list[Note]]:
    """A share asks for something where it is one person or more of all who could go."""
    most, kept, notes = most_at_all(problem), [], []
    for share in problem.shares:
        if is_too_small(problem, share):
            text = (
                f"The share {share.name!r} was not asked for: of the {most} who could go it is less than one."
            )
            notes.append(Note("share-too-small", share.name, text))
        else:
            kept.append(share)
    return kept, notes


class _Count:
    """How many could go if people came in parts, and the programme that answers for any number of them.

    Each number that is impossible comes with prices, which say what is possible at most: from far above, a few
    such steps lead down to the largest (as Dinkelbach's method does for ratios).
    """

    def __init__(self, model: Model, gain: Floats) -> None:
        self.programme = Programme(model, COUNTED * model.count.gain(len(model.low)) + gain, open_count=True)
        self.most, self.is_exact, self.prices = most_at_all(model.problem), True, NO_PRICES
        while self._steps_down(model):
            pass

    def _steps_down(self, model: Model) -> bool:
        """Whether so many are impossible; if so, the next number is one that prices leave possible."""
        parts = [
            (float((share.floor or 0) * self.most), _times(share.cap, self.most)) for share in model.shares
        ]
        self.programme.limit([(self.most, self.most), *parts])
        found = self.programme.relaxed()
        if isinstance(found, Relaxed) or not self.most:
            return False
        top = None if found.prices is None else count_bound(model, found.prices)
        self.is_exact = top is not None and top < self.most
        self.prices = found.prices if self.is_exact and found.prices is not None else NO_PRICES
        self.most = max(0, min(self.most - 1, top if top is not None else self.most))
        return True


def _times(part: Fraction | None, n: int) -> float | None:
    return None if part is None else float(part * n)


class _Search:
    """The levels in their order, each among the answers that keep those before it."""

    def __init__(
        self, model: Model, given_way: Sequence[Share], levels: Sequence[Level], ties: Floats, told: Told
    ) -> None:
        self._model, self._given_way, self._ties, self._told = model, given_way, ties, told
        place = [level.name for level in levels].index("count")
        self._before, self._count = levels[:place], levels[place]
        nearest = [level_of_share(model, share) for share in given_way]
        self._after = [*nearest, *levels[place + 1 :]] or [Level("", np.zeros(len(model.low), np.int64))]
        self._decided: list[Step] = []
        self.notes: list[Note] = []
        self.refuted: list[tuple[int, Ints]] = []

    def steps(self) -> list[Step]:
        for level in self._before:
            self._before_the_count(level)
        steps = self._decided
        count, first, programme = self._largest()
        steps.append(count)
        n = count.reached.value
        model = self._model.at(n)
        step = first
        for place, level in enumerate(self._after):
            if place:
                step = self._required(self._decide(programme, model, level, step.answer), level)
            row = row_of(level, step.answer)
            if place < len(self._given_way):
                share = self._given_way[place]
                value, top = (
                    no_more_than_asked(share, n, one) for one in (step.reached.value, step.reached.bound)
                )
                step = replace(step, reached=replace(step.reached, value=value, bound=top))
                row = row_of_share(level, share, n, step.answer)
                self.notes.append(_gave_way(share, step.reached.value, n))
            model = model.with_rows(row)
            if level is not self._after[-1]:
                programme.require(row)
            steps.append(step)
        final = steps[-1].answer
        for place, level in enumerate(self._before):
            steps[place] = replace(steps[place], reached=_improved(steps[place].reached, level, final))
        return [step for step in steps if step.reached.level]

    def _before_the_count(self, level: Level) -> None:
        """Where the count is open, shares are ratios."""
        ratios = self._model.at(None)
        programme = Programme(ratios, level.gain.astype(float))
        step = self._required(self._decide(programme, ratios, level, self._known()), level)
        self._model = self._model.with_rows(row_of(level, step.answer))
        self._decided.append(step)

    def _known(self) -> Ints:
        """An answer that keeps everything so far: the last one, at first that nobody goes."""
        return self._decided[-1].answer if self._decided else answer_of(self._model, [])

    def _largest(self) -> tuple[Step, Step, Programme]:
        """The largest n for which whole people can keep everything, and what is best first among n."""
        count = _Count(self._model, self._gain(self._after[0]))
        most = count.most
        self._told(f"count: at most {most:,}")
        proof: Proof = "exact" if count.is_exact else "solver"
        tries = 0
        for n in range(most, -1, -1):
            first, shown = self._among(count.programme, n)
            if first is not None:
                reached = Reached("count", n, n if proof != "open" else most, proof)
                return self._counted(first, reached, count.prices), first, count.programme
            proof = weakest(proof, shown)
            most = n - 1 if proof != "open" else most
            tries += shown != "exact"
            if tries == STEPS:
                break
        return self._far_below(count, most)

    def _among(self, programme: Programme, n: int, known: Ints | None = None) -> tuple[Step | None, Proof]:
        """What is best first among n people; if nothing, how that is known."""
        model, level = self._model.at(n), self._after[0]
        programme.limit([(row.low, row.high) for row in model.rows[len(self._model.rows) :]])
        programme.ask_for(self._gain(level))
        relaxed = programme.relaxed()
        if isinstance(relaxed, Impossible):
            is_shown = relaxed.prices is not None and refutes(model, relaxed.prices)
            if is_shown and relaxed.prices is not None:
                self.refuted.append((n, relaxed.prices))
            return None, "exact" if is_shown else "solver"
        self._told(f"count: is {n:,} possible in whole people?")
        try:
            return self._decide(programme, model, level, known), "solver"
        except NotSolved:
            return None, "open"

    def _far_below(self, count: _Count, most: int) -> tuple[Step, Step, Programme]:
        """The count is far below what parts of people could reach: a good answer, and in small rounds the best.

        In large ones HiGHS, asked for the count alone, finds next to nothing; so quality is weighed in.
        """
        ratios, nothing = self._model.at(None), np.zeros(0, np.int64)
        gain = COUNTED * self._count.gain.astype(float) + self._after[0].gain
        known = Whole(self._known(), 0.0, np.inf)
        found = whole(ratios, gain, nothing, nothing, start=known, nodes=NODES, gap=ROUGHLY)
        if found and len(ratios.network.open_pairs) <= SMALL:
            gain = self._count.gain.astype(float)
            found = whole(ratios, gain, nothing, nothing, start=found, nodes=NODES, gap=0.0)
            most = min(most, floor(found.bound + GAP)) if found else most
        if found is None:
            raise NotSolved("HiGHS found no whole people for the count")
        n = int(self._count.gain @ found.answer)
        first = self._required(self._among(count.programme, n, found.answer)[0], self._after[0])
        proof: Proof = "solver" if most == n else "open"
        return self._counted(first, Reached("count", n, most, proof), count.prices), first, count.programme

    def _counted(self, first: Step, reached: Reached, prices: Ints) -> Step:
        proven = ", proven" if reached.proof != "open" else f" of at most {reached.bound:,}"
        self._told(f"count: {reached.value:,}{proven}")
        return Step(first.answer, reached, prices)

    def _required(self, step: Step | None, level: Level) -> Step:
        if step is None:
            raise NotSolved(f"HiGHS found no whole people for the level {level.name!r}")
        return step

    def _gain(self, level: Level) -> Floats:
        """What is otherwise equal is settled together with the last level."""
        return level.gain + self._ties * (level is self._after[-1])

    def _decide(
        self, programme: Programme, model: Model, level: Level, known: Ints | None = None
    ) -> Step | None:
        """None: nothing, or nothing in whole people, keeps the model's rows."""
        gain = self._gain(level)
        programme.ask_for(gain)
        relaxed = programme.relaxed()
        if isinstance(relaxed, Impossible):
            return None
        found = _in_whole_people(model, gain, relaxed, known)
        if found is None:
            return None
        value = int(level.gain @ found.answer)
        top = max(value, floor(bound(model, level.gain, relaxed.prices)))
        proof: Proof = "exact" if top == value else "open"
        said = floor(found.bound + GAP)
        if proof == "open" and said <= value:
            top, proof = value, "solver"
        elif proof == "open":
            top = min(top, said)
        reached = Reached(level.name, level.sign * value, level.sign * top, proof)
        if level.name and level.name != "count":
            self._told(f"{level.name}: {reached.value:,}" + (", proven" if proof != "open" else ""))
        return Step(found.answer, reached, relaxed.prices)


def _in_whole_people(model: Model, gain: Floats, relaxed: Relaxed, known: Ints | None) -> Whole | None:
    """First with the columns that matter: what letting in the others could gain is known from their worth.

    `known` is an answer already, if not the best: its columns matter too.
    """
    room = NARROW * max(1.0, float(np.abs(gain).max(initial=0)))
    at_rest = np.rint(relaxed.answer).astype(np.int64)
    found = None if known is None else Whole(known, float(gain @ known), relaxed.value)
    while True:
        rests = np.abs(relaxed.worth) > room
        if found is not None:
            rests &= found.answer == at_rest
        fixed = np.flatnonzero(rests)
        found = whole(model, gain, fixed, at_rest[fixed], start=found, nodes=NODES, gap=GAP)
        if not len(fixed):
            return found
        if found is None:
            room = np.inf  # whether anybody can go at all is another question: it takes all columns
            continue
        top = max(found.bound, relaxed.value - room)
        if top - found.value <= GAP * max(1.0, abs(found.value)) or found.bound > found.value + GAP * abs(
            found.value
        ):
            return Whole(found.answer, found.value, top)
        room = max(room * 1.01, relaxed.value - found.value)


def _improved(reached: Reached, level: Level, final: Ints) -> Reached:
    """A level that was left open may have become better by what was decided after it."""
    value = level.value(final)
    return (
        replace(reached, value=value, proof="solver" if value == reached.bound else "open")
        if value != reached.value
        else reached
    )


def _gave_way(share: Share, reached: int, n: int) -> Note:
    asked = f"at least {asked_of(share, n)}" if share.floor else f"at most {asked_of(share, n)}"
    text = (
        f"The share {share.name!r} gave way: together with those before it nobody could go. "
        f"It asks for {asked} of {n}; {reached} is as near as it gets."
    )
    return Note("share-gave-way", share.name, text)
