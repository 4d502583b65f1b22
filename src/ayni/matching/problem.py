"""What a round is given: institutions, the people they nominate, the positions they offer, and what was agreed.

Whole numbers and exact fractions only. Ids are unique within their kind; `faults` says where they are not.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from fractions import Fraction
from typing import Literal

Unit = Literal["people", "days"]
Side = Literal["candidate", "sender", "host"]
Between = Literal["institutions", "pairs", "nobody"]
Key = tuple[str, str]  # candidate, position

BEST_QUALITY = 1000
LONGEST_STAY = 10_000  # days
LARGEST = 2**31  # of any other number: sums of them must stay whole


@dataclass(frozen=True, slots=True)
class Institution:
    """`balance`: hosted minus sent before this round, in the round's unit. After it, it may be at most
    `tolerance` from zero. `waiting`: rounds in a row in which it nominated and sent nobody."""

    id: str
    country: str = ""
    balance: int = 0
    tolerance: int = 0
    waiting: int = 0
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody nominated by their home institution. Those of one `cohort` travel all together, or none does."""

    id: str
    institution: str
    groups: frozenset[str] = frozenset()
    cohort: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """A host's offer in one period, for `capacity` people. Another period is another position."""

    id: str
    institution: str
    capacity: int = 1
    period: str = ""
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pair:
    """A candidate and a position that every rule allows and both sides accept (see `allowed_pairs`).

    `quality` 0 to 1000; `days` the stay takes, what it costs and who pays.
    """

    candidate: str
    position: str
    quality: int = 0
    days: int = 0
    cost: int = 0
    payer: str | None = None

    @property
    def key(self) -> Key:
        return self.candidate, self.position


@dataclass(frozen=True, slots=True)
class Share:
    """Of all people placed, those of `group` are at least `floor` or at most `cap`.

    The group is looked for among candidates, or among the institutions that send or host them.
    """

    name: str
    group: str
    side: Side = "candidate"
    floor: Fraction | None = None
    cap: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """What one payer can spend on the whole round, in the unit of the pairs' costs."""

    name: str
    payer: str
    limit: int


@dataclass(frozen=True, slots=True)
class Reciprocity:
    """Between whom what is hosted and sent must be in balance.

    `institutions`: each with all others together; `pairs`: each two, within `tolerance`, counting `so_far`
    (one, other, what the one hosted from the other minus what it sent there); `nobody`: not asked for.
    Not `strict`: placements come first, then the smallest excess over what is tolerated.
    """

    between: Between = "institutions"
    strict: bool = True
    tolerance: int = 0
    so_far: tuple[tuple[str, str, int], ...] = ()

    def in_order(self) -> tuple[tuple[str, str, int], ...]:
        """The same balances, each told from the smaller id."""
        return tuple(
            sorted(
                (min(one, other), max(one, other), at if one < other else -at)
                for one, other, at in self.so_far
            )
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """One round. Shares are listed in order of importance: where nobody could go with all, the later ones give way."""

    institutions: tuple[Institution, ...]
    candidates: tuple[Candidate, ...]
    positions: tuple[Position, ...]
    pairs: tuple[Pair, ...]
    unit: Unit = "people"
    reciprocity: Reciprocity = field(default_factory=Reciprocity)
    locked: frozenset[Key] = frozenset()
    forbidden: frozenset[Key] = frozenset()
    shares: tuple[Share, ...] = ()
    budgets: tuple[Budget, ...] = ()
    seed: str = ""

    def in_order(self) -> "Problem":
        """The same, sorted by id, so that the order of lists can change nothing. Shares keep theirs: it matters."""
        return replace(
            self,
            institutions=tuple(sorted(self.institutions, key=lambda one: one.id)),
            candidates=tuple(sorted(self.candidates, key=lambda one: one.id)),
            positions=tuple(sorted(self.positions, key=lambda one: one.id)),
            pairs=tuple(sorted(self.pairs, key=lambda pair: pair.key)),
            budgets=tuple(sorted(self.budgets, key=lambda one: one.name)),
            reciprocity=replace(self.reciprocity, so_far=self.reciprocity.in_order()),
        )

    @property
    def is_base(self) -> bool:
        """Nothing but a flow: solved exactly, proven without a solver."""
        return (
            self.unit == "people"
            and self.reciprocity.between != "pairs"
            and not (self.shares or self.budgets or any(one.cohort for one in self.candidates))
        )

    def hash(self) -> str:
        """The same for the same round, however its lists are ordered."""
        canonical = json.dumps(_plain(self.in_order()), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: object) -> object:
    if is_dataclass(value):
        return [_plain(getattr(value, one.name)) for one in fields(value)]
    if isinstance(value, frozenset):
        return sorted(map(_plain, value), key=repr)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, Fraction) else value


def faults(problem: Problem) -> Iterator[str]:
    """Everything that keeps the round from being one, a line each, beginning with the element."""
    for kind in ("institutions", "candidates", "positions", "budgets", "shares"):
        rows = getattr(problem, kind)
        names = Counter(one.name if kind in {"budgets", "shares"} else one.id for one in rows)
        yield from (f"{kind}: {name!r} is there {times} times" for name, times in names.items() if times > 1)
    known = {one.id for one in problem.institutions}
    for kind in ("candidates", "positions"):
        for row, one in enumerate(getattr(problem, kind)):
            if one.institution not in known:
                yield f"{kind}[{row}] {one.id!r}: there is no institution {one.institution!r}"
    yield from _out_of_range(problem)
    yield from _of_pairs(problem)
    yield from _of_reciprocity(problem, known)


def _out_of_range(problem: Problem) -> Iterator[str]:
    for row, one in enumerate(problem.institutions):
        if one.tolerance < 0 or one.waiting < 0:
            yield f"institutions[{row}] {one.id!r}: tolerance and waiting cannot be below 0"
        if max(abs(one.balance), one.tolerance, one.waiting) > LARGEST:
            yield f"institutions[{row}] {one.id!r}: no number may be above {LARGEST:,}"
    for row, position in enumerate(problem.positions):
        if not 0 <= position.capacity <= LARGEST:
            yield f"positions[{row}] {position.id!r}: capacity is between 0 and {LARGEST:,}"
    for row, budget in enumerate(problem.budgets):
        if budget.limit < 0:
            yield f"budgets[{row}] {budget.name!r}: limit cannot be below 0"
    yield from _of_shares(problem)


def _of_shares(problem: Problem) -> Iterator[str]:
    for row, share in enumerate(problem.shares):
        limits = [limit for limit in (share.floor, share.cap) if limit is not None]
        if not limits:
            yield f"shares[{row}] {share.name!r}: says neither floor nor cap"
        elif not all(0 <= limit <= 1 for limit in limits):
            yield f"shares[{row}] {share.name!r}: floor and cap are parts of one, between 0 and 1"
        elif limits != sorted(limits):
            yield f"shares[{row}] {share.name!r}: its floor is above its cap"


def _of_pairs(problem: Problem) -> Iterator[str]:
    homes = {one.id: one.institution for one in problem.candidates}
    hosts = {one.id: one.institution for one in problem.positions}
    seen: set[Key] = set()
    for row, pair in enumerate(problem.pairs):
        if found := _of_a_pair(pair, homes.get(pair.candidate), hosts.get(pair.position), problem.unit):
            name = f"pairs[{row}] {pair.candidate!r} at {pair.position!r}"
            yield from (f"{name}: {fault}" for fault in found)
        if pair.key in seen:
            yield f"pairs[{row}] {pair.candidate!r} at {pair.position!r}: is there twice"
        seen.add(pair.key)
    for kind in ("locked", "forbidden"):
        for candidate, position in sorted(getattr(problem, kind) - seen):
            yield f"{kind}: {candidate!r} at {position!r} is not among the pairs"
    for candidate, position in sorted(problem.locked & problem.forbidden):
        yield f"locked: {candidate!r} at {position!r} is forbidden too"


def _of_a_pair(pair: Pair, home: str | None, host: str | None, unit: Unit) -> list[str]:
    found = []
    if home is None:
        found.append("there is no such candidate")
    elif host is None:
        found.append("there is no such position")
    elif home == host:
        found.append(f"both belong to {home!r}")
    if not 0 <= pair.quality <= BEST_QUALITY:
        found.append(f"quality is between 0 and {BEST_QUALITY}")
    if not 0 <= pair.days <= LONGEST_STAY:
        found.append(f"days are between 0 and {LONGEST_STAY:,}")
    if not 0 <= pair.cost <= LARGEST:
        found.append(f"cost is between 0 and {LARGEST:,}")
    if unit == "days" and not pair.days:
        found.append("a round counted in days needs the days of each pair")
    return found


def _of_reciprocity(problem: Problem, known: set[str]) -> Iterator[str]:
    rule = problem.reciprocity
    if rule.tolerance < 0:
        yield "reciprocity: tolerance cannot be below 0"
    if rule.between != "pairs" and (rule.tolerance or rule.so_far):
        yield "reciprocity: tolerance and so_far are for reciprocity between pairs"
    seen = set()
    for row, (one, other, _) in enumerate(rule.so_far):
        for name in (one, other):
            if name not in known:
                yield f"reciprocity.so_far[{row}]: there is no institution {name!r}"
        if one == other:
            yield f"reciprocity.so_far[{row}]: {one!r} is on both sides"
        elif frozenset((one, other)) in seen:
            yield f"reciprocity.so_far[{row}]: {one!r} and {other!r} are there twice"
        seen.add(frozenset((one, other)))
