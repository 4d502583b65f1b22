"""The one door to HiGHS: linear and mixed programmes over a network and the rows across it.

What comes back is only ever believed after it was checked, or it is said that HiGHS says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata

import highspy
import numpy as np
from numpy.typing import NDArray

from ayni.matching.faults import NotSolved
from ayni.matching.levels import LOT_BITS, Level
from ayni.matching.model import SCALE, Model, Row, keeps
from ayni.matching.network import Ints, Network

Floats = NDArray[np.float64]
Status = highspy.HighsModelStatus

# In one linear programme levels are weighed, not ordered: too big a weight slows the simplex method down
# twenty times, too small a one leaves some circles to mend. Between neighbours: more than a chain of moves.
WEIGHT = {
    "locked": 1e5, "balance": 1e4, "coverage": 3e3, "count": 3e3, "stay": 1.5e3, "quality": 1.0,
    "lottery": 1e-3 / 2**LOT_BITS,
}  # fmt: skip


def version() -> str:
    return f"HiGHS {metadata.version('highspy')}"


@dataclass(frozen=True)
class Relaxed:
    """The best answer in parts of people: `prices` of nodes and rows (as in `model.bound`), `worth` of columns."""

    answer: Floats
    value: float
    prices: Ints
    worth: Floats


@dataclass(frozen=True)
class Impossible:
    """Nothing keeps the rows. `prices` show it (as in `model.count_bound`), if HiGHS gave any."""

    prices: Ints | None


@dataclass(frozen=True)
class Whole:
    """An answer in whole people, what it gains, and what HiGHS says that no answer exceeds."""

    answer: Ints
    value: float
    bound: float


class Programme:
    """A model asked again and again, each time from where the last answer was. Gains are maximised.

    The network is solved alone before its rows are switched on: together from nothing they take ten times as
    long. A model with an open count has rows for it and its shares too, free until `limit`.
    """

    def __init__(self, model: Model, gain: Floats, *, open_count: bool = False) -> None:
        self._model = model
        self._solver = quiet()
        # Nodes as rows, arcs as columns: presolve costs three times what it saves.
        self._solver.setOptionValue("presolve", "off")
        self._solver.passModel(_of_network(model.network, model.low, model.high, -gain))
        self._solver.run()
        self._rows = list(model.at(0).rows if open_count else model.rows)
        self._first_open = model.network.nodes + len(model.rows)
        for row in self._rows:
            _add(self._solver, row)

    def limit(self, limits: Iterable[tuple[float | None, float | None]]) -> None:
        """Of an open count, then of each share: how many people."""
        for row, (low, high) in enumerate(limits, self._first_open):
            least = -highspy.kHighsInf if low is None else low
            most = highspy.kHighsInf if high is None else high
            self._solver.changeRowBounds(row, least, most)

    def require(self, row: Row) -> None:
        """After all others."""
        self._rows.append(row)
        _add(self._solver, row)

    def ask_for(self, gain: Floats) -> None:
        self._solver.changeColsCost(len(gain), np.arange(len(gain), dtype=np.int32), -gain)

    def relaxed(self) -> Relaxed | Impossible:
        self._solver.run()
        status = self._solver.getModelStatus()
        if status not in {Status.kInfeasible, Status.kOptimal}:
            self._solver.clearSolver()  # the last answer was a bad place to begin
            self._solver.run()
            status = self._solver.getModelStatus()
        if status == Status.kInfeasible:
            return Impossible(self._ray())
        if status != Status.kOptimal:
            raise NotSolved(f"HiGHS stopped: {self._solver.modelStatusToString(status)}")
        found = self._solver.getSolution()
        prices = self._signed(np.rint(-SCALE * np.asarray(found.row_dual)))
        value = -self._solver.getInfo().objective_function_value
        return Relaxed(np.asarray(found.col_value), value, prices, -np.asarray(found.col_dual))

    def _ray(self) -> Ints | None:
        _, is_there, ray = self._solver.getDualRay()  # type: ignore[attr-defined]
        ray = np.asarray(ray)
        if not is_there or not np.abs(ray).max(initial=0):
            return None
        return self._signed(np.rint(-SCALE * ray / np.abs(ray).max()))

    def _signed(self, prices: Floats) -> Ints:
        """A price of the wrong sign is a rounding of nothing."""
        for place, row in enumerate(self._rows, self._model.network.nodes):
            if (row.high is None and prices[place] > 0) or (row.low is None and prices[place] < 0):
                prices[place] = 0
        return prices.astype(np.int64)


def whole(
    model: Model, gain: Floats, fixed: Ints, at: Ints, *, start: Whole | None, nodes: int, gap: float
) -> Whole | None:
    """The best answer in whole people with the columns `fixed` held at `at`; None if there is none.

    `start` is one that is known already. `nodes`: after so many of its search tree HiGHS stops, and says how far it came; `gap`: the part of the value
    that it may leave. It never stops by the clock.
    """
    solver = quiet()
    solver.setOptionValue("mip_max_nodes", nodes)
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("mip_abs_gap", 0.0)
    low, high = model.low.copy(), model.high.copy()
    low[fixed] = high[fixed] = at
    programme = _of_network(model.network, low, high, -gain)
    kinds = [highspy.HighsVarType.kContinuous] * len(low)
    kinds[model.network.pairs.slice] = [highspy.HighsVarType.kInteger] * len(model.network.open_pairs)
    programme.integrality_ = kinds
    solver.passModel(programme)
    for row in model.rows:
        _add(solver, row)
    if start:
        known = highspy.HighsSolution()
        known.col_value = start.answer.astype(float).tolist()
        solver.setSolution(known)
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    if status == Status.kInfeasible:
        return None
    found = np.asarray(solver.getSolution().col_value)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible or not len(found):
        raise NotSolved(f"HiGHS stopped: {solver.modelStatusToString(status)}")
    answer = np.rint(found).astype(np.int64)
    if not keeps(model, answer):
        raise NotSolved("HiGHS gave an answer that, in whole people, breaks a rule of the round")
    return Whole(answer, float(gain @ answer), -info.mip_dual_bound)


def first_flow(network: Network, levels: Iterable[Level]) -> Ints:
    """A good circulation to begin with; what follows mends and proves it without a solver."""
    cost = np.zeros(len(network.tail))
    for level in levels:
        cost -= WEIGHT[level.name] * level.gain
    solver = quiet()
    solver.setOptionValue("presolve", "off")
    solver.passModel(_of_network(network, network.low, network.high, cost))
    solver.run()
    if solver.getModelStatus() != Status.kOptimal:
        raise NotSolved(f"HiGHS stopped: {solver.modelStatusToString(solver.getModelStatus())}")
    flow = np.rint(np.asarray(solver.getSolution().col_value)).astype(np.int64)
    if not keeps(Model(network, network.low, network.high, network.excess, (), ()), flow):
        raise NotSolved("HiGHS gave an answer that, in whole people, breaks a rule of the round")
    return flow


class _Quiet(highspy.Highs):
    """HiGHS greets on standard output as soon as its callbacks are enabled, before an option can be set."""

    def enableCallbacks(self) -> None:  # noqa: N802 - named by HiGHS
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def quiet() -> highspy.Highs:
    """A solver that says nothing and does the same thing every time."""
    solver = _Quiet()  # type: ignore[no-untyped-call]
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 1)
    return solver


def _add(solver: highspy.Highs, row: Row) -> None:
    low = -highspy.kHighsInf if row.low is None else float(row.low)
    high = highspy.kHighsInf if row.high is None else float(row.high)
    solver.addRow(low, high, len(row.columns), row.columns.astype(np.int32), row.coefficients.astype(float))


def _of_network(network: Network, low: Ints, high: Ints, cost: Floats) -> highspy.HighsLp:
    """Columns beyond the arcs touch no node."""
    arcs, columns = len(network.tail), len(low)
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = columns, network.nodes
    programme.col_cost_ = cost
    programme.col_lower_, programme.col_upper_ = low.astype(float), high.astype(float)
    programme.row_lower_ = programme.row_upper_ = np.zeros(network.nodes)
    matrix = programme.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kColwise
    matrix.start_ = np.minimum(np.arange(0, 2 * columns + 1, 2), 2 * arcs).astype(np.int32)
    matrix.index_ = np.column_stack([network.tail, network.head]).ravel().astype(np.int32)
    matrix.value_ = np.tile([-1.0, 1.0], arcs)
    return programme
