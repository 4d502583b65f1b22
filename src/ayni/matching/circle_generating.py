"""Graphs of institutions that look like real ones, made up from a seed: the same on every machine and Python.

Each speaks the language of its region and perhaps a world language, offers one to three sectors and needs others.
An arc stands where an offer meets a need and they have a language in common; each keeps its twelve best.
"""

from dataclasses import dataclass
from random import Random

from ayni.matching.circles import Arc, Graph, Node

REGIONS, SECTORS, MOST_ARCS = 8, 20, 12
SECTOR_SCORE, CHANCE_SCORE = 200, 500
# Language (the number of the region it comes from) and how many speak it elsewhere.
WORLD_LANGUAGES = ((0, 0.5), (1, 0.2), (2, 0.15))


@dataclass(frozen=True, slots=True)
class _House:
    region: int
    languages: frozenset[int]
    offers: frozenset[int]
    needs: frozenset[int]


def generate_graph(institutions: int, seed: str | int, *, supporters: int = 0, nearness: int = 0) -> Graph:
    """`supporters` of them nominate nobody and may each begin two chains. `nearness` is added to the score of
    arcs inside a region: with 150 there are three times as many circles, and it is harder to choose."""
    chance = Random(f"circles {institutions} {seed}")  # noqa: S311 - made-up data
    houses = [_house(chance) for _ in range(institutions)]
    names = [f"I{number:05}" for number in range(institutions)]
    givers: dict[int, list[int]] = {}
    for row, house in enumerate(houses):
        for need in sorted(house.needs):
            givers.setdefault(need, []).append(row)
    arcs = []
    for row, house in enumerate(houses):
        takers = sorted({taker for offer in house.offers for taker in givers.get(offer, []) if taker != row})
        fits = [
            (_score(house, houses[taker], nearness, chance), taker)
            for taker in takers
            if taker >= supporters and house.languages & houses[taker].languages
        ]
        arcs += [
            Arc(names[row], names[taker], score) for score, taker in sorted(fits, reverse=True)[:MOST_ARCS]
        ]
    nodes = tuple(Node(name, 2 if row < supporters else 0) for row, name in enumerate(names))
    return Graph(nodes, tuple(arcs))


def _house(chance: Random) -> _House:
    region = chance.randrange(REGIONS)
    others = frozenset(language for language, many in WORLD_LANGUAGES if chance.random() < many)
    offers = frozenset(chance.sample(range(SECTORS), chance.randint(1, 3)))
    needs = frozenset(chance.sample(range(SECTORS), chance.randint(1, 3)))
    return _House(region, others | {region}, offers, needs - offers)


def _score(giver: _House, taker: _House, nearness: int, chance: Random) -> int:
    near = nearness if giver.region == taker.region else 0
    return SECTOR_SCORE * len(giver.offers & taker.needs) + near + chance.randrange(CHANCE_SCORE)
