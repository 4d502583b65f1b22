"""The linear programme over circles, with only those columns that matter (column generation).

Cycle formulation: one variable a circle or chain, one row an institution (Abraham, Blum and Sandholm 2007, "Clearing
algorithms for barter exchange markets"). Its prices bound what any choice of circles can reach.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import floor

import highspy
import numpy as np

from ayni.matching.circle_levels import Level
from ayni.matching.circle_listing import Ints, Numbers, Web, chains_worth, circles_worth
from ayni.matching.faults import NotSolved
from ayni.matching.linear import quiet

Status = highspy.HighsModelStatus
Told = Callable[[str], None]
ENOUGH = 1e-7
# Columns of one round of pricing: more make the programme slow, fewer make for more rounds.
AT_ONCE = 2000


@dataclass(frozen=True)
class Columns:
    """Circles and chains as rows of arcs, filled up with -1."""

    arcs: Ints
    is_chain: np.ndarray

    @classmethod
    def of(cls, circles: Iterable[Ints], chains: Iterable[Ints] = ()) -> "Columns":
        blocks = [
            (_filled(block), is_chain)
            for is_chain, many in ((False, circles), (True, chains))
            for block in many
        ]
        if not blocks:
            return cls(np.zeros((0, 4), np.int64), np.zeros(0, bool))
        return cls(
            np.concatenate([block for block, _ in blocks]),
            np.concatenate([np.full(len(block), is_chain) for block, is_chain in blocks]),
        )

    def __len__(self) -> int:
        return len(self.arcs)

    def __getitem__(self, rows: Numbers) -> "Columns":
        return Columns(self.arcs[rows], self.is_chain[rows])

    def joined(self, other: "Columns") -> "Columns":
        """Both, each column once, in an order that does not depend on how they were found."""
        both = np.column_stack(
            [np.concatenate([self.is_chain, other.is_chain]), np.concatenate([self.arcs, other.arcs])]
        )
        both = np.unique(both, axis=0)
        return Columns(both[:, 1:], both[:, 0].astype(bool))

    def total(self, in_circles: Numbers, in_chains: Numbers) -> Numbers:
        """The sum over the arcs of each column."""
        inside, outside = np.append(in_circles, 0), np.append(in_chains, 0)
        return np.where(self.is_chain, outside[self.arcs].sum(axis=1), inside[self.arcs].sum(axis=1))

    def gain(self, level: Level) -> Ints:
        return self.total(level.in_circles, level.in_chains)

    def among(self, some: "Columns") -> np.ndarray:
        """Which of these are among some others."""
        known = {(bool(chain), *row) for chain, row in zip(some.is_chain, some.arcs.tolist(), strict=True)}
        return np.array(
            [
                (bool(chain), *row) in known
                for chain, row in zip(self.is_chain, self.arcs.tolist(), strict=True)
            ],
            bool,
        )

    def used(self, web: Web) -> tuple[Ints, Ints]:
        """Column numbers and the nodes they use; a chain uses one of its supporter's beginnings."""
        rows, places = np.nonzero(self.arcs >= 0)
        ends = np.flatnonzero(self.is_chain)
        return (
            np.concatenate([rows, ends]),
            np.concatenate([web.head[self.arcs[rows, places]], web.tail[self.arcs[ends, 0]]]),
        )


def _filled(block: Ints) -> Ints:
    return np.pad(block, ((0, 0), (0, 4 - block.shape[1])), constant_values=-1)


@dataclass(frozen=True)
class Relaxed:
    """The best answer in parts of circles. `nodes`: what each institution's place is worth, `kept`: what a unit
    of each level before is worth; no circle is worth more than its places, within the solver's precision."""

    value: float
    nodes: Numbers
    kept: Numbers
    columns: Columns

    def worth(self, web: Web, level: Level, kept: Sequence[tuple[Level, int]]) -> tuple[Numbers, Numbers]:
        """For each arc in a circle and in a chain, its gain beyond the price of the place it takes."""
        circle, chain = level.in_circles - self.nodes[web.head], level.in_chains - self.nodes[web.head]
        for price, (before, _) in zip(self.kept, kept, strict=True):
            circle, chain = circle + price * before.in_circles, chain + price * before.in_chains
        return circle, chain - np.where(web.in_circles, 0, self.nodes[web.tail])


def relaxed(
    web: Web, longest: int, level: Level, kept: Sequence[tuple[Level, int]], columns: Columns, told: Told
) -> Relaxed:
    """`columns` to begin with must contain an answer that keeps the levels before."""
    solver = quiet()
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    for limit in np.maximum(web.capacity, 1):
        solver.addRow(-highspy.kHighsInf, float(limit), 0, [], [])
    for _, value in kept:
        solver.addRow(float(value), highspy.kHighsInf, 0, [], [])
    _add(solver, web, level, kept, columns)
    size = len(web.ids)
    while True:
        solver.run()
        # Without any column HiGHS finds nothing to solve; all prices are 0, and a circle will be missing.
        if solver.getModelStatus() not in {Status.kOptimal, Status.kModelEmpty}:
            raise NotSolved(f"HiGHS stopped: {solver.modelStatusToString(solver.getModelStatus())}")
        prices = np.asarray(solver.getSolution().row_dual) if len(columns) else np.zeros(size + len(kept))
        answer = Relaxed(
            solver.getInfo().objective_function_value,
            np.maximum(prices[:size], 0),
            np.maximum(-prices[size:], 0),
            columns,
        )
        missing = _missing(web, longest, answer.worth(web, level, kept))
        if not len(missing):
            return answer
        told(f"{level.name}: {len(columns):,} circles looked at closely, at most {answer.value:,.1f} so far")
        columns = columns.joined(missing)
        _add(solver, web, level, kept, missing)


def _missing(web: Web, longest: int, worth: tuple[Numbers, Numbers]) -> Columns:
    """The circles and chains that are worth most beyond the prices of their places."""
    slack = ENOUGH * max(1, np.abs(worth[0]).max(initial=0), np.abs(worth[1]).max(initial=0))
    found = Columns.of(
        circles_worth(web, longest, worth[0], slack, each=1), chains_worth(web, worth[1], slack)
    )
    if len(found) <= AT_ONCE:
        return found
    return found[np.sort(np.argsort(-found.total(*worth), kind="stable")[:AT_ONCE])]


def _add(
    solver: highspy.Highs, web: Web, level: Level, kept: Sequence[tuple[Level, int]], columns: Columns
) -> None:
    start, rows, values = matrix_of(web, kept, columns)
    many = len(columns)
    solver.addCols(
        many, columns.gain(level).astype(float), np.zeros(many), np.full(many, highspy.kHighsInf),
        len(rows), start[:-1], rows, values,
    )  # fmt: skip


def matrix_of(web: Web, kept: Sequence[tuple[Level, int]], columns: Columns) -> tuple[Ints, Ints, Numbers]:
    """Column by column: where each begins, the rows it is in (nodes, then the levels before), and how much."""
    column, row = columns.used(web)
    parts = [(column, row, np.ones(len(column)))]
    for place, (before, _) in enumerate(kept):
        gain = columns.gain(before)
        some = np.flatnonzero(gain)
        parts.append((some, np.full(len(some), len(web.ids) + place), gain[some].astype(float)))
    column, row, value = (np.concatenate([part[one] for part in parts]) for one in range(3))
    order = np.lexsort((row, column))
    start = np.searchsorted(column[order], np.arange(len(columns) + 1))
    return start.astype(np.int32), row[order].astype(np.int32), value[order]


@dataclass(frozen=True)
class Whole:
    """The best choice of whole circles found. `bound`: HiGHS says that no choice of these columns is better."""

    chosen: Columns
    bound: int


def whole(
    web: Web, level: Level, kept: Sequence[tuple[Level, int]], columns: Columns, chosen: Columns, nodes: int
) -> Whole:
    """Branch and bound over these columns from an answer among them, at most so many `nodes`."""
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = len(columns), len(web.ids) + len(kept)
    programme.sense_ = highspy.ObjSense.kMaximize
    programme.col_cost_ = columns.gain(level).astype(float)
    programme.col_lower_, programme.col_upper_ = np.zeros(len(columns)), np.ones(len(columns))
    programme.row_lower_ = np.array([-highspy.kHighsInf] * len(web.ids) + [value for _, value in kept], float)
    programme.row_upper_ = np.append(np.maximum(web.capacity, 1), [highspy.kHighsInf] * len(kept)).astype(
        float
    )
    programme.integrality_ = [highspy.HighsVarType.kInteger] * len(columns)
    matrix = programme.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kColwise
    matrix.start_, matrix.index_, matrix.value_ = matrix_of(web, kept, columns)
    solver = quiet()
    solver.setOptionValue("mip_max_nodes", nodes)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 0.999)
    solver.passModel(programme)
    start = highspy.HighsSolution()
    start.col_value = list(columns.among(chosen).astype(float))
    solver.setSolution(start)
    solver.run()
    limit = floor(float(columns.gain(level).sum()))
    if solver.getModelStatus() not in {Status.kOptimal, Status.kSolutionLimit}:
        return Whole(chosen, limit)
    best = columns[np.flatnonzero(np.rint(solver.getSolution().col_value))]
    bound = min(limit, solver.getInfo().mip_dual_bound)
    value = int(best.gain(level).sum())
    if value < int(chosen.gain(level).sum()):
        best, value = chosen, int(chosen.gain(level).sum())
    return Whole(best, max(value, floor(bound + 1e-6)))
