"""A likely spelling of words that found nothing: words of the vocabularies' labels that differ by a letter or two."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from ayni.language.analysis import QueryWord
from ayni.registry.queries.vocabularies import Concepts

_MOST_WORDS = 3
_SHORTEST = 4  # shorter words are like too many others
_ALIKE = 0.8
_LATIN_WORD = re.compile(r"[a-zà-öø-ÿ]+")


def respelled(words: Sequence[QueryWord], language: str, concepts: Concepts) -> str:
    """The words with each unknown one replaced by the most alike known one; empty when there is nothing to say."""
    if not 0 < len(words) <= _MOST_WORDS or not all(_LATIN_WORD.fullmatch(word.text) for word in words):
        return ""
    known = _label_words(language, concepts)
    better = [_nearest(word.text, known) for word in words]
    return " ".join(better) if better != [word.text for word in words] else ""


def _label_words(language: str, concepts: Concepts) -> set[str]:
    found: set[str] = set()
    for concept in concepts.by_id.values():
        texts = [concept.labels.get(language, ""), concept.shorts.get(language, "")]
        for text in (*texts, *concept.alternatives.get(language, ())):
            found.update(_LATIN_WORD.findall(text.casefold()))
    return found


def _nearest(word: str, known: set[str]) -> str:
    if len(word) < _SHORTEST or word in known:
        return word
    likely = [other for other in known if abs(len(other) - len(word)) <= 2]  # noqa: PLR2004 - letters
    return next(iter(get_close_matches(word, sorted(likely), 1, _ALIKE)), word)
