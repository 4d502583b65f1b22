"""Finding circles: the best choice, how good any other could be at the most, and what people do by hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

import numpy as np

from ayni.matching.circle_checking import beyond, bound_of, dearest
from ayni.matching.circle_guess import EAGERNESS, likely_choice
from ayni.matching.circle_levels import Level, levels_of
from ayni.matching.circle_listing import Numbers, Web, chains_worth, circles_worth, web_of
from ayni.matching.circle_master import ENOUGH, Columns, Relaxed, relaxed, whole
from ayni.matching.circle_mending import mended
from ayni.matching.circles import LONGEST, SHORTEST, Found, Graph, Ids, Prices, faults, turned
from ayni.matching.faults import BadFile
from ayni.matching.solution import Proof, Reached

Told = Callable[[str], None]
# For a first choice not all circles of a dense graph are needed; for a proof all that could be in a better one.
MOST_FOR_CHOICE, MOST_FOR_PROOF = 400_000, 60_000
# Branch and bound stops after so many nodes times columns: never after a time, so that answers are the same.
EFFORT = 1_000_000
# Who is in a circle matters more than how well it fits: levels after the first get a part of the effort.
LATER = 4
# With more circles branch and bound proves nothing and finds less than mending.
MOST_FOR_BRANCHING = 5_000
# Of two choices that reach equally many, the first one begins with the better score.
LIKING = 0.2


@dataclass(frozen=True)
class _Step:
    """One level, decided. `exact`: the bound that prices prove; `bound`: what the solver says in addition."""

    level: Level
    exact: int
    bound: int
    prices: Prices


def discover(graph: Graph, max_circle: int = 3, *, seed: str = "", told: Told = lambda _: None) -> Found:
    """Circles of two to `max_circle` (2, 3 or 4) institutions, none in two of them, that reach as many as can be.

    First the most institutions in circles, then the most others reached by chains from supporters, then the
    largest sum of scores; each level among the best answers of those before. The same graph and seed give the
    same answer, however lists are ordered; among equally good answers another seed may choose another. New names
    never change value, covered and score where they are proven. Nothing is stopped by a clock: where the effort
    foreseen does not suffice for a proof, status and gap say so. BadFile if the graph is none.
    """
    if not SHORTEST <= max_circle <= LONGEST:
        raise ValueError(f"circles have {SHORTEST} to {LONGEST} institutions, not {max_circle}")
    if lines := tuple(faults(graph)):
        raise BadFile(lines)
    web = web_of(graph, seed)
    chosen = _first_choice(web, max_circle)
    columns = chosen
    kept: list[tuple[Level, int]] = []
    steps: list[_Step] = []
    for level in levels_of(web):
        step, columns, chosen = _decided(web, max_circle, level, kept, columns, chosen, told)
        steps.append(step)
        kept.append((level, int(chosen.gain(level).sum())))
    return _found(graph, web, max_circle, seed, steps, chosen)


def _first_choice(web: Web, longest: int) -> Columns:
    every = _some_circles(web, longest, np.ones(len(web.tail)))
    if not len(every):
        return every
    length = (every.arcs >= 0).sum(axis=1)
    column, node = every.used(web)
    order = np.argsort(column, kind="stable")
    liked = every.total(web.score, web.score) / (1 + length * web.score.max(initial=0))
    gain = length + LIKING * liked
    ways = [likely_choice(column[order], node[order], gain, eagerness) for eagerness in EAGERNESS]
    return every[np.array(max(ways, key=lambda some: float(gain[some].sum())), np.int64)]


def _some_circles(web: Web, longest: int, worth: Numbers) -> Columns:
    """All, but in a dense graph no more than so many ways to close a path: those worth most."""
    paths = int(np.diff(web.first_out)[web.head].sum()) + 1
    return Columns.of(circles_worth(web, longest, worth, 0, each=max(1, MOST_FOR_CHOICE // paths)))


def _decided(
    web: Web,
    longest: int,
    level: Level,
    kept: Sequence[tuple[Level, int]],
    columns: Columns,
    chosen: Columns,
    told: Told,
) -> tuple[_Step, Columns, Columns]:
    """The level's best answer, from one that keeps the levels before; with all columns that were looked at."""
    answer = relaxed(web, longest, level, kept, columns, told)
    prices = _in_whole_numbers(web, longest, level, kept, answer)
    exact = bound_of(web, longest, level, kept, prices)
    assert exact is not None, "prices are raised until they prove"  # noqa: S101
    value = int(chosen.gain(level).sum())
    bound = exact
    if value < exact:
        near, complete = _near(web, longest, level, kept, answer, value)
        near = near.joined(chosen) if complete else near.joined(answer.columns).joined(chosen)
        told(f"{level.name}: {value:,} found, at most {exact:,}; looking at {len(near):,} circles")
        share = LATER if kept else 1
        if len(near) > MOST_FOR_BRANCHING:
            chosen = mended(web, level, kept, near, chosen, exact, share)
            value = int(chosen.gain(level).sum())
        else:
            better = whole(web, level, kept, near, chosen, EFFORT // share // len(near))
            chosen, value = better.chosen, int(better.chosen.gain(level).sum())
            bound = max(value, min(exact, better.bound)) if complete else exact
    told(f"{level.name}: {value:,} found, {'proven' if value == bound else f'at most {bound:,}'}")
    return _Step(level, exact, bound, prices), answer.columns.joined(chosen), chosen


def _near(
    web: Web, longest: int, level: Level, kept: Sequence[tuple[Level, int]], answer: Relaxed, value: int
) -> tuple[Columns, bool]:
    """All circles that can be in an answer better than `value`: those that are not too far below their price.

    The second says whether these are all; there may be too many.
    """
    slack = ENOUGH * len(web.ids) * max(1.0, float(level.in_circles.max(initial=0)))
    above = min(0.0, value + 1 - answer.value) - slack
    circle, chain = answer.worth(web, level, kept)
    blocks, many = [], 0
    for block in circles_worth(web, longest, circle, above):
        blocks.append(block)
        many += len(block)
        if many > MOST_FOR_PROOF:
            return Columns.of([]), False
    chains = list(chains_worth(web, chain, above))
    if many + sum(map(len, chains)) > MOST_FOR_PROOF:
        return Columns.of([]), False
    return Columns.of(blocks, chains), True


def _in_whole_numbers(
    web: Web, longest: int, level: Level, kept: Sequence[tuple[Level, int]], answer: Relaxed
) -> Prices:
    """The solver's prices in small whole parts, raised by what its rounding errors left some circle too cheap."""
    largest = max(
        float(level.in_circles.max(initial=1)),
        float(answer.nodes.max(initial=1)),
        *(
            float(price) * float(before.in_circles.max(initial=1))
            for price, (before, _) in zip(answer.kept, kept, strict=True)
        ),
    )
    unit = 1 << (58 - floor(LONGEST * largest).bit_length() - 3)
    nodes = np.ceil(answer.nodes * unit).astype(np.int64)
    before = tuple(int(price * unit) for price in answer.kept)
    while (short := dearest(web, longest, *beyond(web, level, kept, unit, nodes, before))) > 0:
        nodes += short
    return Prices(unit, tuple(sorted(zip(web.ids, nodes.tolist(), strict=True))), before)


def _found(graph: Graph, web: Web, longest: int, seed: str, steps: Sequence[_Step], chosen: Columns) -> Found:
    reached = tuple(_reached(step, int(chosen.gain(step.level).sum())) for step in steps)
    circles, chains = _told_by_name(web, chosen)
    value = sum(map(len, circles))
    score = int(chosen.total(web.score, web.score).sum())
    bound = reached[0].bound
    return Found(
        value=value,
        covered=value + sum(len(chain) - 1 for chain in chains),
        score=Fraction(score, web.scale),
        circles=circles,
        chains=chains,
        bound=bound,
        gap=(bound - value) / value if value else float(bound > 0),
        status=_status(reached),
        levels=reached,
        scale=web.scale,
        max_circle=longest,
        seed=seed,
        graph=graph.hash(),
        prices=tuple(step.prices for step in steps),
    )


def _reached(step: _Step, value: int) -> Reached:
    proof: Proof = "exact" if value >= step.exact else "solver" if value >= step.bound else "open"
    return Reached(step.level.name, value, max(value, step.bound), proof)


def _status(levels: Sequence[Reached]) -> str:
    unproven = [one for one in levels if one.proof == "open"]
    if not unproven:
        return "proven"
    first = unproven[0]
    if first is levels[0]:
        return "not proven"
    gap = (first.bound - first.value) / max(1, first.value)
    return f"proven {' and '.join(one.level for one in levels[: levels.index(first)])}, {first.level} gap {gap:.2g}"


def _told_by_name(web: Web, chosen: Columns) -> tuple[tuple[Ids, ...], tuple[Ids, ...]]:
    circles, chains = [], []
    for row, is_chain in zip(chosen.arcs, chosen.is_chain, strict=True):
        arcs = row[row >= 0]
        if is_chain:
            chains.append((*web.names(arcs), web.ids[web.head[arcs[-1]]]))
        else:
            circles.append(turned(web.names(arcs)))
    return tuple(sorted(circles)), tuple(sorted(chains))


def greedy_circles(graph: Graph, max_circle: int = 3, *, seed: str = "") -> tuple[Ids, ...]:
    """What is done by hand: the best circle by average score, then the best of those still free, and so on.

    Looks at no more than so many ways to close a path in a dense graph.
    """
    web = web_of(graph, seed)
    every = _some_circles(web, max_circle, 1 + web.score)
    average = every.total(web.score, web.score) / np.maximum(1, (every.arcs >= 0).sum(axis=1))
    free = np.ones(len(web.ids), bool)
    taken = []
    for row in np.argsort(-average, kind="stable"):
        arcs = every.arcs[row][every.arcs[row] >= 0]
        if free[web.tail[arcs]].all():
            free[web.tail[arcs]] = False
            taken.append(turned(web.names(arcs)))
    return tuple(sorted(taken))
