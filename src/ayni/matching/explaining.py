"""Why me, why not there? Answered exactly: by the cheapest chain of moves, or by solving with the pair held.

In a round that is a flow, sending somebody to a position costs the cheapest way in the residual network from that
position back to the person: it lists who would have to move (Ahuja, Magnanti, Orlin, Network Flows, chapter 9).
Levels are compared in their order: a way is cheapest in the first, among those in the second, and so on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ayni.matching.arcs import Arcs
from ayni.matching.base import best
from ayni.matching.levels import full_order, levels_of
from ayni.matching.network import Ints, Network, flow_of, network_of
from ayni.matching.problem import Key, Problem
from ayni.matching.residual import FAR, Residual
from ayni.matching.rounds import solve
from ayni.matching.solution import Solution

Places = Mapping[str, str | None]
Kind = Literal["placed", "not an allowed pair", "forbidden", "costs", "equal", "impossible"]


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
    """

    candidate: str
    position: str | None
    kind: Kind
    deltas: tuple[tuple[str, int], ...] = ()
    changes: tuple[Change, ...] = ()
    rule: str = ""

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
        return tuple(sorted(answers, key=lambda one: [-delta for _, delta in one.deltas]))

    def why_not(self, candidate: str, position: str) -> Explanation:
        key = candidate, position
        if self._where.get(candidate) == position:
            return Explanation(candidate, position, "placed")
        if key not in self._pairs:
            rule = "a rule of the round, the host or the candidate does not allow it"
            return Explanation(candidate, position, "not an allowed pair", rule=rule)
        if key in self._problem.forbidden:
            return Explanation(candidate, position, "forbidden", rule="somebody ruled this pair out")
        if self._ways:
            return self._ways.to(key, self._where)
        return self._by_solving(key)

    def _by_solving(self, key: Key) -> Explanation:
        """The round again with the pair locked; exact as far as both answers are proven."""
        locked = replace(self._problem, locked=self._problem.locked | {key})
        solution = self._solution
        before = replace(solution, placements=solution.previous) if solution.previous else None
        held = solve(locked, seed=solution.seed, previous=before, order=solution.order)
        if key not in held.keys:
            return Explanation(*key, "impossible", rule="no round that keeps everything else has it")
        was = {one.level: one.value for one in solution.levels}
        deltas = [
            (one.level, one.value - was.get(one.level, 0)) for one in held.levels if one.level != "locked"
        ]
        return _told(key, tuple(deltas), differences(self._where, dict(held.keys)))


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
        order = full_order(solution.order, strict=problem.reciprocity.strict)
        stayed = [one.key for one in solution.previous]
        levels = levels_of(network, order, solution.seed, stayed, network.excess)
        self._levels = [level for level in levels if level.name != "lottery"]
        flow = flow_of(network, solution.keys)
        proof = best(network, self._levels, flow)
        if (proof.flow != flow).any():
            raise ValueError("the solution is not the best of its round; solve it again before asking")
        self._residual = residual = Residual.of(network, flow, 0 * flow, np.ones(len(flow), bool))
        arcs = Arcs.of(residual)
        self._reduced: list[Ints] = []  # of each level, the reduced cost of each residual row
        self._faces: list[
            tuple[Arcs, Ints]
        ] = []  # the arcs that cost nothing in the levels before, and their costs
        for level, potential in zip(self._levels, proof.potentials, strict=True):
            signed = np.where(residual.forward, -level.gain[residual.arc], level.gain[residual.arc])
            self._reduced.append(signed + potential[residual.tail] - potential[residual.head])
            self._faces.append((arcs, self._reduced[-1][arcs.rows]))
            arcs = arcs.only(self._faces[-1][1] == 0)
        self._potentials = proof.potentials

    def to(self, key: Key, where: dict[str, str]) -> Explanation:
        """The way leads from the position back to the candidate."""
        network, arc = self._network, self._network.arc_of[key]
        candidate, position = int(network.tail[arc]), int(network.head[arc])
        (arcs, cost), deltas, on_a_face = self._faces[0], [], True
        for place, (level, potential) in enumerate(zip(self._levels, self._potentials, strict=True)):
            far = arcs.distances(cost, position, candidate, never_below_zero=on_a_face)
            if far[candidate] == FAR:
                return Explanation(*key, "impossible", rule="no other round that keeps the balances has it")
            loss = far[candidate] - level.gain[arc] + potential[candidate] - potential[position]
            deltas.append((level.name, -level.sign * int(loss)))
            on_a_face = on_a_face and far[candidate] == 0 and place + 1 < len(self._levels)
            if on_a_face:
                arcs, cost = self._faces[place + 1]
            else:
                arcs = arcs.only(arcs.tight(cost, far))
                cost = self._reduced[min(place + 1, len(self._levels) - 1)][arcs.rows]
        moved = _moves(self._residual, arcs.shortest(position, candidate), network)
        return _told(key, tuple(deltas), differences({one: where.get(one) for one in moved}, moved))


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
