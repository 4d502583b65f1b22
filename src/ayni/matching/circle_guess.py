"""A very good choice of circles, quickly: institutions and circles tell each other how likely they are.

Belief propagation with decimation (Mezard and Montanari 2009, "Information, Physics, and Computation", chapter 14):
each circle hears how likely its places are still free, each place which circles want it; after a few rounds the
likeliest circles are taken, and those left speak on. It proves nothing, and needs no proof: the result is a choice
of circles whose value anybody can count.
"""

from collections.abc import Sequence

import numpy as np

from ayni.matching.circle_listing import Ints, Numbers

# The higher, the more a place is worth against the number of ways to fill the others.
EAGERNESS = (3.0, 4.0)
ROUNDS, LATER_ROUNDS, INERTIA = 60, 8, 0.5
TAKEN_AT_ONCE = 0.02
LEAST = 1e-200


def likely_choice(column: Ints, node: Ints, gain: Numbers, eagerness: float) -> list[int]:
    """Columns of which no two use the same node, chosen for a large sum of `gain`.

    `column` and `node`, sorted by column: which column uses which node. `eagerness`: one of EAGERNESS.
    """
    alive = np.ones(len(gain), bool)
    free = np.full(len(column), 0.5)
    size = int(node.max(initial=-1)) + 1
    chosen: list[int] = []
    rounds = ROUNDS
    while alive.any():
        for _ in range(rounds):
            free = _heard(column, node, eagerness * gain, free, size)
        rounds = LATER_ROUNDS
        odds = eagerness * gain + np.bincount(column, np.log(free), len(gain))
        taken = _best_apart(column, node, odds, max(1, int(TAKEN_AT_ONCE * len(np.unique(node)) / 4)))
        chosen += [int(np.flatnonzero(alive)[one]) for one in taken]
        touched = np.zeros(size, bool)
        touched[node[np.isin(column, taken)]] = True
        lost = np.zeros(len(gain), bool)
        lost[column[touched[node]]] = True
        alive[np.flatnonzero(alive)[lost]] = False
        stays = ~lost[column]
        renamed = np.cumsum(~lost) - 1
        column, node, free, gain = renamed[column[stays]], node[stays], free[stays], gain[~lost]
    return sorted(chosen)


def _heard(column: Ints, node: Ints, gain: Numbers, free: Numbers, size: int) -> Numbers:
    """How likely each place is free of all columns but this one."""
    said = np.log(free)
    wanted = np.exp(gain[column] + np.bincount(column, said, len(gain))[column] - said)
    others = np.maximum(np.bincount(node, wanted, size)[node] - wanted, 0)
    return np.maximum(free**INERTIA * (1 / (1 + others)) ** (1 - INERTIA), LEAST)


def _best_apart(column: Ints, node: Ints, odds: Numbers, many: int) -> Sequence[int]:
    begin = np.searchsorted(column, np.arange(len(odds) + 1))
    taken, used = [], set[int]()
    for one in np.argsort(-odds, kind="stable")[:many]:
        places = set(node[begin[one] : begin[one + 1]].tolist())
        if not places & used:
            taken.append(int(one))
            used |= places
    return taken
