"""Rounds in people without shares or budgets: the best answer and its proof, level by level."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ayni.matching.levels import Level
from ayni.matching.network import Ints, Network
from ayni.matching.residual import Residual, apply

Told = Callable[[str], None]


@dataclass(frozen=True)
class Proof:
    """`is_open`: the arcs that may differ among the best answers. `potentials` of each level, in its order."""

    flow: Ints
    is_open: NDArray[np.bool_]
    potentials: tuple[Ints, ...]


def best(network: Network, levels: Sequence[Level], flow: Ints, told: Told = lambda _: None) -> Proof:
    """The best circulation from any that keeps the bounds; no solver is asked.

    Among the cheapest circulations of a level, all agree on every arc whose reduced cost is not zero; with those
    held fast the next level is decided. So each level is proven among the best of the one before.
    """
    flow = flow.copy()
    is_open = np.ones(len(flow), bool)
    proofs = []
    for level in levels:
        while True:
            residual = Residual.of(network, flow, -level.gain, is_open)
            potentials, circles = residual.potentials()
            if not circles:
                break
            for circle in circles:
                apply(residual, flow, circle)
        told(f"{level.name}: {level.value(flow):,}, proven")
        proofs.append(potentials)
        is_open &= potentials[network.tail] - level.gain == potentials[network.head]
    return Proof(flow, is_open, tuple(proofs))
