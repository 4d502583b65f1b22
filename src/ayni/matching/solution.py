"""What a round is answered with: who goes where, how good that is, and how far it is proven."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ayni.matching.problem import Key, Problem

# exact: checked here with whole numbers, no solver trusted; solver: HiGHS says so; open: better may exist.
Proof = Literal["exact", "solver", "open"]


@dataclass(frozen=True, slots=True, order=True)
class Placement:
    """Who goes where."""

    candidate: str
    position: str

    @property
    def key(self) -> Key:
        return self.candidate, self.position


@dataclass(frozen=True, slots=True)
class Reached:
    """One level of the order, decided after those before it. `bound`: no answer that keeps those is better."""

    level: str
    value: int
    bound: int
    proof: Proof


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader of the result must know. `code` for programs, `text` in English for people."""

    code: str
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was checked without a solver. `broken`: rules the placements break, one line each.

    `waived`: shares that are excused on the solution's word alone; `doubts`: what else it departs in from the
    round; `basis`: in what order, and beside what, it was measured. A line each.
    """

    problem: str
    broken: tuple[str, ...]
    levels: tuple[Reached, ...]
    text: str
    waived: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()

    @property
    def is_proven(self) -> bool:
        return not (self.broken or self.waived or self.doubts) and all(
            one.proof == "exact" for one in self.levels
        )


@dataclass(frozen=True, slots=True)
class Solution:
    """`bound` of the count; `gap`: by how much of itself quality could still be better at this count.

    `balance` after the round, hosted minus sent, of each institution. `previous`: what the level "stay" kept to.
    `duals` are the prices with which the bounds of a round with rows are checked again (`model.bound`), a level each.
    """

    placements: tuple[Placement, ...]
    count: int
    quality: int
    status: str
    bound: int
    gap: float
    balance: dict[str, int]
    levels: tuple[Reached, ...]
    notes: tuple[Note, ...]
    order: tuple[str, ...]
    seed: str
    problem: str
    solver: str
    previous: tuple[Placement, ...] = ()
    duals: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @property
    def keys(self) -> list[Key]:
        return [one.key for one in self.placements]

    @property
    def gave_way(self) -> set[str]:
        """Names of the shares that it says could not be kept."""
        return {note.about for note in self.notes if note.code == "share-gave-way"}


def weakest(*proofs: Proof) -> Proof:
    """What rests on several proofs is no better than the weakest of them."""
    order: tuple[Proof, ...] = ("exact", "solver", "open")
    return max(proofs, key=order.index, default="exact")


def status_of(levels: Iterable[Reached]) -> tuple[str, float]:
    """`status` and `gap` of a solution with these levels: what the first of them that is open leaves."""
    counted = False
    for one in levels:
        if one.proof == "open":
            gap = abs(one.bound - one.value) / max(1, abs(one.value))
            return (f"proven count, {one.level} gap {gap:.2g}" if counted else "not proven"), gap
        counted = counted or one.level == "count"
    return "proven", 0.0


def refutation(n: int) -> str:
    """Under this name `Solution.duals` keeps the prices which show that n people are too many."""
    return f"not {n}"


def balances(problem: Problem, placed: Iterable[Key]) -> dict[str, int]:
    """What each institution hosted minus sent, this round added to what was before, in the round's unit."""
    homes = {one.id: one.institution for one in problem.candidates}
    hosts = {one.id: one.institution for one in problem.positions}
    days = {pair.key: pair.days for pair in problem.pairs}
    after = Counter({one.id: one.balance for one in problem.institutions})
    for candidate, position in placed:
        weight = days[candidate, position] if problem.unit == "days" else 1
        after[homes[candidate]] -= weight
        after[hosts[position]] += weight
    return {one.id: after[one.id] for one in problem.institutions}
