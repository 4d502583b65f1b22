"""Circles that gain are found wherever they are, and where there are none potentials prove it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ayni.matching.residual import Residual
from tests.matching.worlds import examples

ARCS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(-3, 3)).filter(lambda arc: arc[0] != arc[1]),
    max_size=20,
)


def residual_of(arcs: list[tuple[int, int, int]], nodes: int) -> Residual:
    """Arcs from, to, cost, as they are."""
    rows = sorted(arcs, key=lambda arc: arc[1])
    tail, head, cost = np.array(rows, np.int64).reshape(-1, 3).T
    begins = np.flatnonzero(np.diff(head, prepend=-1))
    numbers = np.arange(len(rows))
    return Residual(nodes, numbers, numbers >= 0, tail, head, cost, head[begins], begins)


def has_a_gaining_circle(arcs: list[tuple[int, int, int]], nodes: int) -> bool:
    """By Floyd and Warshall's method."""
    far = [[0 if one == other else 1000 for other in range(nodes)] for one in range(nodes)]
    for one, other, cost in arcs:
        far[one][other] = min(far[one][other], cost)
    for between in range(nodes):
        for one in range(nodes):
            for other in range(nodes):
                far[one][other] = min(far[one][other], far[one][between] + far[between][other])
    return any(far[one][one] < 0 for one in range(nodes))


@examples(100)
@given(ARCS)
def test_either_potentials_or_a_circle(arcs):
    residual = residual_of(arcs, 7)
    potentials, circles = residual.potentials()
    assert bool(circles) == has_a_gaining_circle(arcs, 7)
    for circle in circles:
        assert residual.cost[circle].sum() < 0
        assert sorted(residual.head[circle]) == sorted(residual.tail[circle])
    if not circles:
        assert (potentials[residual.tail] + residual.cost >= potentials[residual.head]).all()


def test_a_long_circle_is_found_beside_arcs_that_lead_back_at_no_loss():
    """Each arc can be undone; only the last one of the circle gains."""
    ring = [(node, (node + 1) % 60, 1) for node in range(60)]
    ring[-1] = (59, 0, -60)
    back = [(other, one, -cost) for one, other, cost in ring[:-1]]
    _, circles = residual_of(ring + back, 60).potentials()
    assert [residual_of(ring + back, 60).cost[circle].sum() for circle in circles] == [-1]
