"""A round as a circulation: what people do is a flow that comes back to where it began.

    institution -> desk -> candidate -> position -> institution, and institution -> bank for what stays unbalanced

Every arc has a lower and an upper bound, every node is left by as much as enters it. A matrix of such a network
is totally unimodular, so the best answer is one in whole numbers (field: minimum-cost circulation; see
docs/explanation/matching-model.md).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ayni.matching.problem import Key, Problem

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Span:
    """A run of arcs of one kind."""

    begin: int
    end: int

    @property
    def slice(self) -> slice:
        return slice(self.begin, self.end)


@dataclass(frozen=True)
class Network:
    """Arcs in runs, each in the order of the problem's sorted lists. `low` may be below zero on bank arcs.

    `pairs` are those not forbidden; `over` and `under` are the excess of an institution's balance beyond what
    is tolerated, upward and downward (its flow is not positive).
    """

    problem: Problem
    open_pairs: tuple[int, ...]
    nodes: int
    tail: Ints
    head: Ints
    low: Ints
    high: Ints
    pairs: Span
    first_sent: Span
    more_sent: Span
    people: Span
    places: Span
    bank: Span
    over: Span
    under: Span

    @cached_property
    def arc_of(self) -> dict[Key, int]:
        pairs = self.problem.pairs
        return {pairs[row].key: self.pairs.begin + place for place, row in enumerate(self.open_pairs)}

    @cached_property
    def excess(self) -> Ints:
        """What a unit on each arc adds to balances beyond what is tolerated."""
        cost = np.zeros(len(self.tail), np.int64)
        cost[self.over.slice] = self.high[self.over.slice] > 0
        cost[self.under.slice] = -(self.low[self.under.slice] < 0).astype(np.int64)
        return cost

    def placed(self, flow: Ints) -> list[Key]:
        pairs = self.problem.pairs
        return [pairs[self.open_pairs[place]].key for place in np.flatnonzero(flow[self.pairs.slice])]


def network_of(problem: Problem) -> Network:
    """`problem` in order (`Problem.in_order`)."""
    homes = {one.id: row for row, one in enumerate(problem.institutions)}
    people = {one.id: row for row, one in enumerate(problem.candidates)}
    places = {one.id: row for row, one in enumerate(problem.positions)}
    size = len(homes)
    desk, person, place = size, 2 * size, 2 * size + len(people)
    bank = place + len(places)
    forbidden = problem.forbidden
    rows = tuple(row for row, pair in enumerate(problem.pairs) if pair.key not in forbidden)
    each = np.arange(size, dtype=np.int64)
    home = _ints(homes[one.institution] for one in problem.candidates)
    host = _ints(homes[one.institution] for one in problem.positions)
    capacity = _ints(one.capacity for one in problem.positions)
    pairs = problem.pairs
    low, high, over, under = _tolerated(problem, len(people))
    parts: list[tuple[Ints, Ints, Ints | int, Ints | int]] = [
        (
            person + _ints(people[pairs[row].candidate] for row in rows),
            place + _ints(places[pairs[row].position] for row in rows),
            0,
            1,
        ),
        (each, desk + each, 0, 1),
        (each, desk + each, 0, len(people)),
        (desk + home, person + np.arange(len(people), dtype=np.int64), 0, 1),
        (place + np.arange(len(places), dtype=np.int64), host, 0, capacity),
        (each, np.full(size, bank, np.int64), low, high),
        (each, np.full(size, bank, np.int64), 0, over),
        (each, np.full(size, bank, np.int64), -under, 0),
    ]
    spans, begin = [], 0
    for tails, *_ in parts:
        spans.append(Span(begin, begin + len(tails)))
        begin += len(tails)
    return Network(
        problem, rows, bank + 1,
        np.concatenate([tails for tails, *_ in parts]),
        np.concatenate([heads for _, heads, *_ in parts]),
        np.concatenate([np.broadcast_to(bound, len(tails)) for tails, _, bound, _ in parts]).astype(np.int64),
        np.concatenate([np.broadcast_to(bound, len(tails)) for tails, _, _, bound in parts]).astype(np.int64),
        *spans,
    )  # fmt: skip


def _tolerated(problem: Problem, most: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Bounds of hosted minus sent in this round, and by how much each institution may go beyond them.

    One that begins outside what is tolerated must come back as far as it can: it may stay where it is, at the
    price of its excess, and never go further out. Where balance is not strict, anybody may.
    """
    if problem.reciprocity.between == "nobody":
        free = np.full(len(problem.institutions), most, np.int64)
        return -free, free, 0 * free, 0 * free
    before = _ints(one.balance for one in problem.institutions)
    tolerance = _ints(one.tolerance for one in problem.institutions)
    low, high = -tolerance - before, tolerance - before
    if problem.reciprocity.strict:
        return low, high, np.maximum(0, -high), np.maximum(0, low)
    free = np.full(len(before), most, np.int64)
    return low, high, free + np.maximum(0, -high), free + np.maximum(0, low)


def flow_of(network: Network, placed: Iterable[Key]) -> Ints:
    """The circulation in which exactly these pairs travel; it keeps bounds only where the placements do."""
    flow = np.zeros(len(network.tail), np.int64)
    flow[[network.arc_of[key] for key in placed]] = 1
    chosen = np.flatnonzero(flow)
    inward = np.bincount(network.tail[chosen], minlength=network.nodes)
    onward = np.bincount(network.head[chosen], minlength=network.nodes)
    flow[network.people.slice] = inward[network.head[network.people.slice]]
    flow[network.places.slice] = onward[network.tail[network.places.slice]]
    homes, hosts = network.tail[network.people.slice], network.head[network.places.slice]
    size = network.bank.end - network.bank.begin
    sent = np.bincount(homes - size, flow[network.people.slice], size).astype(np.int64)
    hosted = np.bincount(hosts, flow[network.places.slice], size).astype(np.int64)
    flow[network.first_sent.slice] = np.minimum(sent, 1)
    flow[network.more_sent.slice] = np.maximum(sent - 1, 0)
    flow[network.bank.slice] = np.clip(
        hosted - sent, network.low[network.bank.slice], network.high[network.bank.slice]
    )
    beyond = hosted - sent - flow[network.bank.slice]
    flow[network.over.slice] = np.maximum(beyond, 0)
    flow[network.under.slice] = np.minimum(beyond, 0)
    return flow


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, np.int64)
