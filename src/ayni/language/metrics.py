"""Measures of a ranked list against judgements, as trec_eval defines them.

`ranking` is a list of ids, best first, without repeats; `judged` maps ids to gains, of which those above zero
are relevant. Every measure is 0 for a query without relevant documents.
"""

from collections.abc import Mapping, Sequence
from math import log2


def ndcg(ranking: Sequence[str], judged: Mapping[str, int], k: int = 10) -> float:
    def gain(values: Sequence[int]) -> float:
        return sum(value / log2(place + 2) for place, value in enumerate(values[:k]) if value > 0)

    ideal = gain(sorted((value for value in judged.values() if value > 0), reverse=True))
    return gain([judged.get(name, 0) for name in ranking]) / ideal if ideal else 0.0


def recall(ranking: Sequence[str], judged: Mapping[str, int], k: int = 100) -> float:
    relevant = {name for name, value in judged.items() if value > 0}
    return len(relevant.intersection(ranking[:k])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], judged: Mapping[str, int]) -> float:
    for place, name in enumerate(ranking, start=1):
        if judged.get(name, 0) > 0:
            return 1 / place
    return 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0..1) of the values do not exceed (nearest rank); 0 for no values."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]
