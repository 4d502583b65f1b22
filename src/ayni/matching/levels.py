"""What is better, in order: each level is decided among the answers that are best in all levels before it."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ayni.matching.network import Ints, Network
from ayni.matching.problem import Key, Pair
from ayni.matching.solution import Solution

ORDER = ("count", "stay", "quality", "lottery")
# Not for choice: they come before every other level (rules stay above them). Where balance is not strict it
# follows the count.
ALWAYS = ("locked", "balance")
NAMES = {*ORDER, *ALWAYS, "coverage"}
LOT_BITS = 20


@dataclass(frozen=True)
class Level:
    """`gain` of a unit on each arc or column, to be made as large as it can be. `sign`: from gain to what is told."""

    name: str
    gain: Ints
    sign: int = 1

    def value(self, flow: Ints) -> int:
        return self.sign * int(self.gain @ flow)


def lot(seed: str, pair: Pair) -> int:
    """A number drawn for this pair, the same on every machine, changed by any change of seed or ids."""
    drawn = hashlib.sha256(f"{seed}\0{pair.candidate}\0{pair.position}".encode()).digest()
    return int.from_bytes(drawn[:4], "big") >> (32 - LOT_BITS)


def full_order(order: Sequence[str], *, strict: bool) -> tuple[str, ...]:
    """The order with what is always asked; a ValueError names a level that does not exist or comes twice."""
    if unknown := [name for name in order if name not in NAMES - set(ALWAYS)]:
        raise ValueError(
            f"there is no level {unknown[0]!r}; there are {', '.join(sorted(NAMES - set(ALWAYS)))}"
        )
    if len(set(order)) < len(order):
        raise ValueError("a level is named twice")
    if "lottery" in order[:-1]:
        raise ValueError("the lottery settles what is equal in everything else: it comes last")
    if "count" not in order:
        raise ValueError("the order needs the level 'count'")
    if strict:
        return (*ALWAYS, *order)
    place = order.index("count") + 1
    return ("locked", *order[:place], "balance", *order[place:])


def levels_asked(network: Network, solution: Solution, excess: Ints) -> list[Level]:
    """The levels that a solution was decided by, with its own order, seed and earlier answer."""
    order = full_order(solution.order, strict=network.problem.reciprocity.strict)
    return levels_of(network, order, solution.seed, [one.key for one in solution.previous], excess)


def levels_of(
    network: Network, order: Iterable[str], seed: str, previous: Iterable[Key], excess: Ints
) -> list[Level]:
    """The levels in which answers can differ at all. `excess`: what a unit in each column adds to it."""
    stayed, locked = set(previous), network.problem.locked
    of_a_pair: dict[str, Callable[[Pair], int]] = {
        "locked": lambda pair: pair.key in locked,
        "stay": lambda pair: pair.key in stayed,
        "quality": lambda pair: pair.quality,
        "lottery": lambda pair: lot(seed, pair),
    }
    levels = []
    for name in order:
        gain, sign = np.zeros(len(excess), np.int64), 1
        if name == "count":
            gain[network.people.slice] = 1
        elif name == "balance":
            gain, sign = -excess, -1
        elif name == "coverage":
            gain[network.first_sent.slice] = [one.waiting for one in network.problem.institutions]
        else:
            pairs = network.problem.pairs
            gain[network.pairs.slice] = [of_a_pair[name](pairs[row]) for row in network.open_pairs]
        if gain.any():
            levels.append(Level(name, gain, sign))
    return levels
