"""Records whose titles are nearly the same: shown to people, never merged.

Titles are compared only with those that share one of their rarest words, so that 50,000 rows stay quick.
A pair whose rare words all differ is missed; that is the price, and such titles are hardly the same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from ayni.language.normalise import shingle_similarity, title_key
from ayni.language.scripts import HAN

ALIKE = 0.8  # share of common runs of four characters
_RAREST = 4
_LARGEST_BLOCK = 200  # a word in more titles than this says nothing
_MOST_SHOWN = 5
_SHORTEST = 12  # characters; below this nearly everything is alike


class NearTitles:
    """Titles seen so far, by kind. `frequencies` come from all titles at once, so that rare means rare."""

    def __init__(self, titles: Iterable[str]) -> None:
        self._frequencies: Counter[str] = Counter(
            word for title in titles for word in set(_words(title_key(title)))
        )
        self._blocks: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._uids: dict[tuple[str, str], list[str]] = defaultdict(list)

    def add(self, kind: str, title: str, uid: str) -> None:
        key = title_key(title)
        if len(key) < _SHORTEST:
            return
        holders = self._uids[kind, key]
        if not holders:
            for word in self._rare(key):
                self._blocks[kind, word].append(key)
        if len(holders) < _MOST_SHOWN and uid not in holders:
            holders.append(uid)

    def like(self, kind: str, title: str, uid: str = "") -> list[str]:
        """Uids of a few records with a similar, not identical title."""
        key = title_key(title)
        if len(key) < _SHORTEST:
            return []
        candidates = {
            other
            for word in self._rare(key)
            for other in self._blocks.get((kind, word), [])
            if other != key and 0.75 <= len(other) / len(key) <= 4 / 3  # noqa: PLR2004 - others cannot reach ALIKE
        }
        ranked = sorted(((shingle_similarity(key, other), other) for other in candidates), reverse=True)
        found = [
            one for share, other in ranked if share >= ALIKE for one in self._uids[kind, other] if one != uid
        ]
        return found[:_MOST_SHOWN]

    def _rare(self, key: str) -> list[str]:
        counted = sorted((self._frequencies[word], word) for word in set(_words(key)))
        return [word for count, word in counted[:_RAREST] if count <= _LARGEST_BLOCK]


def _words(key: str) -> Iterator[str]:
    """Words; for Chinese, which has no spaces, pairs of characters."""
    for word in key.split():
        if any(_is_han(character) for character in word):
            yield from (word[i : i + 2] for i in range(max(1, len(word) - 1)))
        else:
            yield word


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or character in HAN
