"""What is better among circles, in order: institutions in circles, then those reached by chains, then scores."""

from dataclasses import dataclass

import numpy as np

from ayni.matching.circle_listing import Ints, Web


@dataclass(frozen=True)
class Level:
    """What is counted: for each arc its gain as part of a circle, and as part of a chain."""

    name: str
    in_circles: Ints
    in_chains: Ints


def levels_of(web: Web) -> list[Level]:
    """The levels in which answers can differ at all; the first is always there."""
    one, none = np.ones(len(web.tail), np.int64), np.zeros(len(web.tail), np.int64)
    levels = [Level("institutions", one, none)]
    if not web.in_circles.all():
        levels.append(Level("reached", none, one))
    if len(set(web.score.tolist())) > 1:
        levels.append(Level("score", web.score, web.score))
    return levels
