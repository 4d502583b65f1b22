"""Words of the vocabularies that occur in a passage, with what they are called in the other language.

Names of countries, goals and themes are settled in all languages; translators need not look them up.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ayni.language.normalise import fold
from ayni.registry.queries.vocabularies import Concepts, concepts
from ayni.web.translating.presenting import Row

VOCABULARIES = ("countries", "regions", "sdg", "themes")
SHORTEST = 4  # shorter labels ("Mali" has four) are found in other words too often
MOST = 5  # a passage


def add(rows: Sequence[Row], source: str, target: str) -> None:
    """One small query at most: the vocabularies are in memory."""
    terms = concepts()
    pairs = _pairs(_Held(terms), terms.stamp, source, target)
    for row in rows:
        text = f" {' '.join(fold(row.passage.original).split())} "
        found = [(label, other) for key, label, other in pairs if key in text and _whole(key, text)]
        row.terms = found[:MOST]


class _Held:
    """Lets the cache compare by `stamp` alone."""

    def __init__(self, terms: Concepts) -> None:
        self.terms = terms

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and self.terms.stamp == other.terms.stamp

    def __hash__(self) -> int:
        return hash(self.terms.stamp)


@lru_cache(maxsize=64)
def _pairs(held: _Held, stamp: Any, source: str, target: str) -> tuple[tuple[str, str, str], ...]:
    """(folded label, label, label in the other language), longest first."""
    del stamp
    found = {}
    for vocabulary in VOCABULARIES:
        for concept in held.terms.of(vocabulary):
            if source not in concept.labels or target not in concept.labels:
                continue
            label, other = concept.short(source), concept.short(target)
            key = fold(label)
            if len(key) >= (2 if source == "zh" else SHORTEST) and label != other:
                found.setdefault(key, (key, label, other))
    return tuple(sorted(found.values(), key=lambda pair: -len(pair[0])))


def _whole(key: str, text: str) -> bool:
    """Between letters a label is part of another word; Chinese has no spaces to tell."""
    if "\u2e80" <= key[0] <= "\u9fff":
        return True
    at = text.find(key)
    return not (text[at - 1].isalnum() or text[at + len(key) : at + len(key) + 1].isalnum())
