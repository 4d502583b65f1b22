"""Why me, why not there? Answered exactly: by the cheapest chain of moves, or by solving with the pair held.

In a round that is a flow, sending somebody to a position costs the cheapest way in the residual network from that
position back to the person: it lists who would have to move (Ahuja, Magnanti, Orlin, Network Flows, chapter 9).
Levels are compared in their order: a way is cheapest in the first, among those in the second, and so on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ayni.matching.arcs import Arcs
from ayni.matching.base import best
from ayni.matching.levels import levels_asked
from ayni.matching.model import most_at_all
from ayni.matching.network import Ints, Network, flow_of, network_of
from ayni.matching.problem import Key, Problem, Share
from ayni.matching.residual import FAR, Residual
from ayni.matching.rounds import solve
from ayni.matching.solution import Proof, Reached, Solution, weakest

Places = Mapping[str, str | None]
Kind = Literal["placed", "not an allowed pair", "forbidden", "costs", "equal", "impossible"]

_LAST: tuple[Kind, ...] = ("forbidden", "impossible", "not an allowed pair")  # of all answers, in this order
_SENT = "\0sent"  # the group of the one who must go: no other has this name


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody who would go elsewhere: from a position (None: stays at home now) to another (None: not at all)."""

    candidate: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What it would take to send a candidate to a position.

    `deltas`: by how much each level of the order would change, in order: the first that is not zero decides.
    `changes`: everybody else who would have to go elsewhere, as few as that takes. `rule` names what forbids it.
    `proof`: how far it is proven that no other round with the pair, and none without it, is better than said.
    """

    candidate: str
    position: str | None
    kind: Kind
    deltas: tuple[tuple[str, int], ...] = ()
    changes: tuple[Change, ...] = ()
    rule: str = ""
    proof: Proof = "exact"

    @property
    def delta_count(self) -> int:
        return dict(self.deltas).get("count", 0)

    @property
    def delta_quality(self) -> int:
        return dict(self.deltas).get("quality", 0)


class Explainer:
    """One solved round, prepared once, so that each question takes milliseconds."""

    def __init__(self, problem: Problem, solution: Solution) -> None:
        self._problem, self._solution = problem.in_order(), solution
        self._pairs = {pair.key: pair for pair in self._problem.pairs}
        self._where = dict(solution.keys)
        self._ways = _Ways(self._problem, solution) if problem.is_base else None

    def why(self, candidate: str) -> tuple[Explanation, ...]:
        """Where the candidate goes, or, if nowhere, what each acceptable position would take, best first."""
        if candidate in self._where:
            return (Explanation(candidate, self._where[candidate], "placed"),)
        answers = [self.why_not(*key) for key in self._pairs if key[0] == candidate]
        return tuple(sorted(answers, key=self._loss))

    def _loss(self, one: Explanation) -> tuple[int, list[int]]:
        """What the round would lose, level by level; after those, what cannot be."""
        kept_low = {"balance", *(f"share {share.name}" for share in self._problem.shares if not share.floor)}
        losses = [delta if level in kept_low else -delta for level, delta in one.deltas]
        return _LAST.index(one.kind) + 1 if one.kind in _LAST else 0, losses

    def why_not(self, candidate: str, position: str) -> Explanation:
        key = candidate, position
        if self._where.get(candidate) == position:
            return Explanation(candidate, position, "placed")
        if key not in self._pairs:
            rule = "the round holds only the pairs that are allowed, so it does not say which rule forbids this one"
            return Explanation(candidate, position, "not an allowed pair", rule=rule)
        if key in self._problem.forbidden:
            return Explanation(candidate, position, "forbidden", rule="somebody ruled this pair out")
        if self._ways:
            return self._ways.to(key, self._where)
        return self._by_solving(key)

    def _by_solving(self, key: Key) -> Explanation:
        """The best of all rounds that have the pair. What is promised stays a promise, and can be given up."""
        held = self._again(_sending(self._problem, key))
        if self._has(held, key):
            return self._compared(key, held)
        # Is that so because none has it? Where it comes first of all, the level "locked" is proven by itself.
        alone = self._again(replace(self._problem, locked=frozenset({key})))
        if self._has(alone, key):
            return replace(self._compared(key, alone), proof="open")
        rule, proof = "no round that keeps everything else has it", alone.levels[0].proof
        # How the shares that gave way in vain were decided is not kept.
        is_known = alone.gave_way == self._solution.gave_way
        return Explanation(*key, "impossible", rule=rule, proof=proof if is_known else "open")

    def _again(self, problem: Problem) -> Solution:
        solution = self._solution
        before = replace(solution, placements=solution.previous) if solution.previous else None
        return solve(problem, seed=solution.seed, previous=before, order=solution.order)

    def _has(self, held: Solution, key: Key) -> bool:
        """With the same shares kept: a round that gives up another one is no answer."""
        return key in held.keys and held.gave_way == self._solution.gave_way

    def _compared(self, key: Key, held: Solution) -> Explanation:
        now = {one.level: one for one in held.levels}
        promised = len(self._problem.locked.intersection(held.keys))
        deltas, proofs = list[tuple[str, int]](), list[Proof]()
        for was in self._solution.levels:
            # A level in which answers can no longer differ is not listed: nothing is left of it.
            one = now.get(was.level, Reached(was.level, 0, 0, "exact"))
            value = promised if was.level == "locked" else one.value
            if not any(delta for _, delta in deltas):
                proofs += [was.proof, one.proof]
            deltas.append((was.level, value - was.value))
        told = _told(key, tuple(deltas), differences(self._where, dict(held.keys)))
        return replace(told, proof=weakest(*proofs))


def _sending(problem: Problem, key: Key) -> Problem:
    """The round in which the candidate goes, and only there.

    Where anybody goes, a share asks for one person of a group that only the candidate belongs to. It stands first,
    so that it gives way last. That somebody goes, and not nobody, is what one more promise is for.
    """
    candidate = key[0]
    others = {pair.key for pair in problem.pairs if pair.candidate == candidate} - {key}
    return replace(
        problem,
        candidates=tuple(
            replace(one, groups=one.groups | {_SENT}) if one.id == candidate else one
            for one in problem.candidates
        ),
        pairs=tuple(pair for pair in problem.pairs if pair.key not in others),
        locked=problem.locked - others | {key},
        forbidden=problem.forbidden - others,
        shares=(Share(_SENT, _SENT, floor=Fraction(1, max(1, most_at_all(problem)))), *problem.shares),
    )


def why(problem: Problem, solution: Solution, candidate: str) -> tuple[Explanation, ...]:
    """See `Explainer.why`; prepare one for more than one question."""
    return Explainer(problem, solution).why(candidate)


def why_not(problem: Problem, solution: Solution, candidate: str, position: str) -> Explanation:
    """See `Explainer.why_not`; prepare one for more than one question."""
    return Explainer(problem, solution).why_not(candidate, position)


def differences(before: Places, after: Places) -> tuple[Change, ...]:
    """Everybody who goes elsewhere than before, by id."""
    people = sorted(before.keys() | after.keys())
    changes = (Change(one, before.get(one), after.get(one)) for one in people)
    return tuple(change for change in changes if change.before != change.after)


def _told(key: Key, deltas: tuple[tuple[str, int], ...], changes: tuple[Change, ...]) -> Explanation:
    kind: Kind = "costs" if any(delta for _, delta in deltas) else "equal"
    others = tuple(change for change in changes if change.candidate != key[0])
    return Explanation(*key, kind, deltas, others)


class _Ways:
    """What sending one more person somewhere would take in a round that is a flow."""

    def __init__(self, problem: Problem, solution: Solution) -> None:
        self._network = network = network_of(problem)
        levels = levels_asked(network, solution, network.excess)
        self._levels = [level for level in levels if level.name != "lottery"]
        flow = flow_of(network, solution.keys)
        proof = best(network, self._levels, flow)
        if (proof.flow != flow).any():
            raise ValueError("the solution is not the best of its round; solve it again before asking")
        self._residual = residual = Residual.of(network, flow, 0 * flow, np.ones(len(flow), bool))
        self._potentials = proof.potentials
        # Of each level the reduced cost of each residual row; after the last, no row costs anything.
        self._reduced = [*self._reduced_costs(), np.zeros(len(residual.tail), np.int64)]
        self._faces = list(self._zero_so_far())

    def _reduced_costs(self) -> Iterator[Ints]:
        residual = self._residual
        for level, potential in zip(self._levels, self._potentials, strict=True):
            signed = np.where(residual.forward, -level.gain[residual.arc], level.gain[residual.arc])
            yield signed + potential[residual.tail] - potential[residual.head]

    def _zero_so_far(self) -> Iterator[tuple[Arcs, Ints]]:
        """For each level the arcs that cost nothing in those before it, and what they cost in this one."""
        arcs = Arcs.of(self._residual)
        for reduced in self._reduced:
            cost = reduced[arcs.rows]
            yield arcs, cost
            arcs = arcs.only(cost == 0)

    def to(self, key: Key, where: dict[str, str]) -> Explanation:
        """The way leads from the position back to the candidate."""
        arc = self._network.arc_of[key]
        found = self._cheapest(arc)
        if found is None:
            return Explanation(*key, "impossible", rule="no other round that keeps the balances has it")
        deltas, way = found
        moved = _moves(self._residual, way, self._network)
        return _told(key, deltas, differences({one: where.get(one) for one in moved}, moved))

    def _cheapest(self, arc: int) -> tuple[tuple[tuple[str, int], ...], list[int]] | None:
        """By how much each level would change, and the rows of the way; None if there is no way."""
        candidate, position = int(self._network.tail[arc]), int(self._network.head[arc])
        (arcs, cost), deltas, is_free = self._faces[0], [], True
        for place, (level, potential) in enumerate(zip(self._levels, self._potentials, strict=True)):
            far = arcs.distances(cost, position, candidate, never_below_zero=is_free)
            if far[candidate] == FAR:
                return None
            loss = far[candidate] - level.gain[arc] + potential[candidate] - potential[position]
            deltas.append((level.name, -level.sign * int(loss)))
            is_free = is_free and far[candidate] == 0
            arcs, cost = self._remaining(place + 1, arcs, arcs.tight(cost, far), is_free=is_free)
        return tuple(deltas), arcs.shortest(position, candidate)

    def _remaining(
        self, place: int, arcs: Arcs, tight: NDArray[np.bool_], *, is_free: bool
    ) -> tuple[Arcs, Ints]:
        """The arcs of all ways that are cheapest so far, and what they cost in the next level.

        As long as the way is free, these are the arcs that are free, whoever asks: they are prepared, and none costs
        less than nothing in the next level. After that each question has its own, and they may.
        """
        if is_free:
            return self._faces[place]
        left = arcs.only(tight)
        return left, self._reduced[place][left.rows]


def _moves(residual: Residual, way: list[int], network: Network) -> dict[str, str | None]:
    """Where the people along a way go: to another position, or nowhere."""
    moved: dict[str, str | None] = {}
    problem = network.problem
    for row in way:
        arc = int(residual.arc[row])
        if arc >= network.pairs.end:
            continue
        candidate, position = problem.pairs[network.open_pairs[arc]].key
        if residual.forward[row]:
            moved[candidate] = position
        else:
            moved.setdefault(candidate, None)
    return moved
