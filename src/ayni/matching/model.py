"""Rounds that are more than a flow: the network with rows across it, and exact bounds from prices.

Columns are the network's arcs, then what balances exceed. A share of n people placed is a whole number of them,
so at a fixed n its row is rounded; where n is open it is a ratio, `sum of (group - share) >= 0`, which allows the
same whole answers but bounds them less tightly (docs/explanation/matching-model.md).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import TypeVar

import numpy as np

from ayni.matching.levels import Level
from ayni.matching.network import Ints, Network, flow_of, network_of
from ayni.matching.problem import Key, Problem, Share

# Prices are rounded to this part of one: a bound from rounded prices is a little higher, and still a bound.
SCALE = 2**24
WIDE = 2.0**62

Name = TypeVar("Name", str, tuple[str, str])


@dataclass(frozen=True)
class Row:
    """`low <= coefficients . columns <= high`, whole numbers; None is no limit."""

    name: str
    columns: Ints
    coefficients: Ints
    low: int | None
    high: int | None

    def value(self, answer: Ints) -> int:
        return int(self.coefficients @ answer[self.columns])

    def gain(self, columns: int) -> Ints:
        """The row's coefficients, one for each column."""
        gain = np.zeros(columns, np.int64)
        gain[self.columns] = self.coefficients
        return gain


@dataclass(frozen=True)
class Model:
    """`rows` hold in every answer; of each share, `members` are the arcs that count as its group."""

    network: Network
    low: Ints
    high: Ints
    excess: Ints  # cost of each column in the level "balance"
    rows: tuple[Row, ...]
    shares: tuple[Share, ...]
    members: tuple[Ints, ...] = ()

    @property
    def problem(self) -> Problem:
        return self.network.problem

    @property
    def count(self) -> Row:
        arcs = np.arange(self.network.people.begin, self.network.people.end)
        return Row("count", arcs, np.ones(len(arcs), np.int64), None, None)

    def with_rows(self, *rows: Row) -> "Model":
        return replace(self, rows=(*self.rows, *rows))

    def without_shares(self) -> "Model":
        return replace(self, shares=(), members=())

    def at(self, n: int | None) -> "Model":
        """Shares become rows: rounded, together with the count, where it is known."""
        rows = self._rounded(n) if n is not None else self._ratios()
        return replace(self.without_shares(), rows=(*self.rows, *rows))

    def _rounded(self, n: int) -> Iterator[Row]:
        yield replace(self.count, low=n, high=n)
        for share, arcs in zip(self.shares, self.members, strict=True):
            low = None if share.floor is None else ceil(share.floor * n)
            high = None if share.cap is None else floor(share.cap * n)
            yield Row(share.name, arcs, np.ones(len(arcs), np.int64), low, high)

    def _ratios(self) -> Iterator[Row]:
        everybody = self.count.columns
        for share, arcs in zip(self.shares, self.members, strict=True):
            for name, part in (("floor", share.floor), ("cap", share.cap)):
                if part is None:
                    continue
                columns, coefficients = _against(arcs, everybody, part)
                low, high = (0, None) if name == "floor" else (None, 0)
                yield Row(f"{share.name}, {name}", columns, coefficients, low, high)


def _against(group: Ints, everybody: Ints, part: Fraction) -> tuple[Ints, Ints]:
    columns, place = np.unique(np.concatenate([group, everybody]), return_inverse=True)
    weights = np.concatenate(
        [np.full(len(group), part.denominator), np.full(len(everybody), -part.numerator)]
    )
    return columns, np.bincount(place, weights, len(columns)).astype(np.int64)


def model_of(problem: Problem, shares: Iterable[Share]) -> Model:
    """`problem` in order; only these of its shares are asked for."""
    network = network_of(problem)
    in_days = problem.unit == "days" and problem.reciprocity.between == "institutions"
    if in_days or problem.reciprocity.between == "pairs":
        network = _free_bank(network)
    model = Model(network, network.low, network.high, network.excess, (), tuple(shares))
    if in_days:
        model = _balanced_in_days(model)
    elif problem.reciprocity.between == "pairs":
        model = _balanced_in_pairs(model)
    model = model.with_rows(*_budgets(network), *_cohorts(network))
    return replace(model, members=tuple(members(network, share) for share in model.shares))


def members(network: Network, share: Share) -> Ints:
    problem = network.problem
    if share.side == "candidate":
        rows = [row for row, one in enumerate(problem.candidates) if share.group in one.groups]
        return network.people.begin + np.array(rows, np.int64)
    chosen = {one.id for one in problem.institutions if share.group in one.groups}
    if share.side == "sender":
        rows = [row for row, one in enumerate(problem.candidates) if one.institution in chosen]
        return network.people.begin + np.array(rows, np.int64)
    rows = [row for row, one in enumerate(problem.positions) if one.institution in chosen]
    return network.places.begin + np.array(rows, np.int64)


def _budgets(network: Network) -> Iterator[Row]:
    pairs = network.problem.pairs
    for budget in network.problem.budgets:
        spent = [
            (network.pairs.begin + place, pairs[row].cost)
            for place, row in enumerate(network.open_pairs)
            if pairs[row].payer == budget.payer and pairs[row].cost
        ]
        columns, costs = np.array(spent, np.int64).reshape(-1, 2).T
        coin = max(1, int(np.gcd.reduce(costs)))  # the largest in which all costs are whole
        yield Row(budget.name, columns, costs // coin, None, budget.limit // coin)


def _cohorts(network: Network) -> Iterator[Row]:
    """Each travels exactly when the first of the cohort does."""
    first: dict[str, int] = {}
    for row, one in enumerate(network.problem.candidates):
        if one.cohort is None:
            continue
        arc = network.people.begin + row
        if one.cohort in first:
            yield Row(f"cohort {one.cohort}", np.array([first[one.cohort], arc]), np.array([1, -1]), 0, 0)
        first.setdefault(one.cohort, arc)


def _free_bank(network: Network) -> Network:
    """Institutions need not be balanced by the network: something else does it."""
    low, high = network.low.copy(), network.high.copy()
    most = len(network.problem.candidates)
    low[network.bank.slice], high[network.bank.slice] = -most, most
    for span in (network.over, network.under):
        low[span.slice] = high[span.slice] = 0
    return replace(network, low=low, high=high)


def _balanced_in_days(model: Model) -> Model:
    network, problem = model.network, model.problem
    homes = {one.id: one.institution for one in problem.candidates}
    hosts = {one.id: one.institution for one in problem.positions}
    terms: dict[str, list[tuple[int, int]]] = {one.id: [] for one in problem.institutions}
    for place, row in enumerate(network.open_pairs):
        pair = problem.pairs[row]
        terms[homes[pair.candidate]].append((network.pairs.begin + place, -pair.days))
        terms[hosts[pair.position]].append((network.pairs.begin + place, pair.days))
    limits = [(one.id, one.balance, one.tolerance) for one in problem.institutions if terms[one.id]]
    return _with_balances(model, limits, terms)


def _balanced_in_pairs(model: Model) -> Model:
    network, problem = model.network, model.problem
    homes = {one.id: one.institution for one in problem.candidates}
    hosts = {one.id: one.institution for one in problem.positions}
    terms: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for place, row in enumerate(network.open_pairs):
        pair = problem.pairs[row]
        home, host = homes[pair.candidate], hosts[pair.position]
        weight = pair.days if problem.unit == "days" else 1
        sign = 1 if host < home else -1  # what the first of the two hosts
        terms.setdefault((min(home, host), max(home, host)), []).append(
            (network.pairs.begin + place, sign * weight)
        )
    before = {(one, other): at for one, other, at in problem.reciprocity.in_order()}
    tolerance = problem.reciprocity.tolerance
    limits = [(both, before.get(both, 0), tolerance) for both in sorted(terms)]
    return _with_balances(model, limits, terms)


def _with_balances(
    model: Model, limits: Sequence[tuple[Name, int, int]], terms: Mapping[Name, Sequence[tuple[int, int]]]
) -> Model:
    """A row a balance, with a column for its excess upward and one downward where that may be."""
    strict = model.problem.reciprocity.strict
    rows: list[Row] = []
    low: list[int] = []
    high: list[int] = []
    excess: list[int] = []
    for name, before, tolerance in limits:
        columns, weights = (list(part) for part in zip(*terms[name], strict=True))
        all_of_it = sum(map(abs, weights))
        for sign, beyond in ((1, before - tolerance), (-1, -before - tolerance)):
            room = max(beyond, 0) if strict else all_of_it + abs(beyond)
            if room:
                columns.append(len(model.low) + len(low))
                weights.append(-sign)
                low.append(0)
                high.append(room)
                excess.append(1)
        title = " and ".join(name) if isinstance(name, tuple) else name
        rows.append(
            Row(
                f"balance of {title}", np.array(columns), np.array(weights),
                -tolerance - before, tolerance - before,
            )
        )  # fmt: skip
    return replace(
        model.with_rows(*rows),
        low=np.concatenate([model.low, np.array(low, np.int64)]),
        high=np.concatenate([model.high, np.array(high, np.int64)]),
        excess=np.concatenate([model.excess, np.array(excess, np.int64)]),
    )


def bound(model: Model, gain: Ints, prices: Ints) -> Fraction:
    """No answer gains more than this, whatever the prices: weak duality, in whole numbers.

    `gain` of a unit in each column; `prices` in parts of SCALE, first of the nodes, then of the rows.
    """
    network = model.network
    left = SCALE * gain.astype(object if _is_wide(model, gain, prices) else np.int64)
    nodes = prices[: network.nodes].astype(left.dtype)
    arcs = len(network.tail)
    left[:arcs] -= nodes[network.head] - nodes[network.tail]
    total = 0
    for row, price in zip(model.rows, prices[model.network.nodes :].tolist(), strict=True):
        left[row.columns] -= price * row.coefficients.astype(left.dtype)
        limit = row.high if price > 0 else row.low
        if price and limit is None:
            raise ValueError(f"the price of {row.name!r} has the wrong sign")
        total += price * (limit or 0)
    total += int((np.where(left > 0, model.high, model.low) * left).sum())
    return Fraction(total, SCALE)


def most_at_all(problem: Problem) -> int:
    """No more people than there are, no more than there are places for."""
    return min(len(problem.candidates), sum(one.capacity for one in problem.positions))


def is_too_small(problem: Problem, share: Share) -> bool:
    """A share asks for something where it is one person or more of all who could go."""
    part = max(share.floor or Fraction(0), share.cap or Fraction(0))
    return 0 < part * most_at_all(problem) < 1


def refutes(model: Model, prices: Ints) -> bool:
    """Whether these prices show that nothing keeps the model's rows: it would gain less than nothing by nothing."""
    return bound(model, np.zeros(len(model.low), np.int64), prices) < 0


def count_bound(model: Model, prices: Ints) -> int | None:
    """No round places more people than this; None if these prices bound nothing.

    Prices of the rows of `model.at(n)`, whatever n. With them all that nodes, rows and columns can give is
    `fixed + n * each`, and a round of n exists only where that is not negative (Farkas' lemma).
    """
    nothing = np.zeros(len(model.low), np.int64)
    fixed = bound(model.at(0), nothing, prices) * SCALE
    count, *shares = prices[len(prices) - len(model.shares) - 1 :].tolist()
    each = Fraction(count)
    for share, price in zip(model.shares, shares, strict=True):
        each += price * ((share.cap if price > 0 else share.floor) or 0)
    return floor(fixed / -each) if each < 0 else None


def _is_wide(model: Model, gain: Ints, prices: Ints) -> bool:
    """Whether 64 bits might not hold every sum."""
    rows = prices[model.network.nodes :].tolist()
    most = SCALE * float(np.abs(gain).max(initial=0)) + 2.0 * float(np.abs(prices).max(initial=0))
    most += sum(
        abs(float(price)) * float(np.abs(row.coefficients).max(initial=0))
        for row, price in zip(model.rows, rows, strict=True)
    )
    widest = float(np.maximum(np.abs(model.low), np.abs(model.high)).max(initial=1))
    return most * widest * len(gain) > WIDE


def answer_of(model: Model, placed: Iterable[Key]) -> Ints:
    """All columns when exactly these pairs travel."""
    flow = flow_of(model.network, placed)
    arcs = len(flow)
    answer = np.concatenate([flow, np.zeros(len(model.low) - arcs, np.int64)])
    for row in model.rows:
        if row.columns.max(initial=0) < arcs or row.low is None or row.high is None:
            continue
        value = row.value(answer)
        for column, sign in zip(row.columns.tolist(), row.coefficients.tolist(), strict=True):
            if column >= arcs:
                answer[column] = max(0, value - row.high if sign < 0 else row.low - value)
    return answer


def row_of(level: Level, answer: Ints) -> Row:
    """What has been reached stays reached."""
    columns = np.flatnonzero(level.gain)
    return Row(level.name, columns, level.gain[columns], int(level.gain @ answer), None)


def level_of_share(model: Model, share: Share) -> Level:
    """A share that could not be kept comes as near as it can: more of its group, or less."""
    gain = np.zeros(len(model.low), np.int64)
    gain[members(model.network, share)] = 1 if share.floor else -1
    return Level(f"share {share.name}", gain, 1 if share.floor else -1)


def asked_of(share: Share, n: int) -> int:
    """How many of n a share asks for at the least, or at the most."""
    return ceil(share.floor * n) if share.floor else floor((share.cap or 0) * n)


def no_more_than_asked(share: Share, n: int, value: int) -> int:
    """Beyond what it asks for, more of a share's group (or less) is nobody's goal."""
    return min(value, asked_of(share, n)) if share.floor else max(value, asked_of(share, n))


def row_of_share(level: Level, share: Share, n: int, answer: Ints) -> Row:
    """As near as it came stays reached, but no more than it asks for."""
    row = row_of(level, answer)
    return replace(row, low=min(row.low or 0, level.sign * asked_of(share, n)))


def keeps(model: Model, answer: Ints) -> bool:
    """Whether whole columns keep every bound, node and row."""
    network, arcs = model.network, len(model.network.tail)
    flow = answer[:arcs]
    balance = np.zeros(network.nodes, np.int64)
    np.add.at(balance, network.head, flow)
    np.subtract.at(balance, network.tail, flow)
    return not (
        (answer < model.low).any()
        or (answer > model.high).any()
        or balance.any()
        or any(
            (row.low is not None and row.value(answer) < row.low)
            or (row.high is not None and row.value(answer) > row.high)
            for row in model.rows
        )
    )
