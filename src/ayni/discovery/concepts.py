"""Which concepts a query names, in any of the seven languages: what carries a search across languages."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from threading import Lock

from ayni.discovery.fields import concept_token
from ayni.language.analysis import QueryWord, index_tokens
from ayni.registry.queries.vocabularies import Concept, Concepts

_SEARCHED = ("countries", "regions", "country-groups", "sdg", "themes", "exchange-types")
_LONGEST = 4  # words of a label that are looked for
# Being in a place is a fact: the tag says it as well as the word. A topic is wider than its words: it hints.
_PLACES = ("countries", "regions", "country-groups")
_PLACE = 1.0
_TOPIC = 0.4
_AMBIGUOUS = 0.25  # a label that several concepts share


class ConceptWords:
    """Labels of all concepts as sequences of index tokens, for one state of the vocabularies."""

    def __init__(self, concepts: Concepts) -> None:
        self.stamp = concepts.stamp
        self._by_words: dict[tuple[str, ...], list[Concept]] = {}
        for vocabulary in _SEARCHED:
            for concept in concepts.of(vocabulary):
                self._add(concept)

    def _add(self, concept: Concept) -> None:
        if concept.vocabulary == "sdg" and "." in concept.code:
            return  # targets are sentences; nobody types them
        for language, text in _labels(concept):
            words = tuple(index_tokens(text, language))
            if 0 < len(words) <= _LONGEST:
                named = self._by_words.setdefault(words, [])
                if concept not in named:
                    named.append(concept)

    def named_in(self, words: Sequence[QueryWord]) -> Iterator[tuple[Collection[int], Concept, float]]:
        """(positions of the words, concept, weight) for every label that the words spell out."""
        by_language = [
            {token.partition(":")[0]: token for token, _ in word.alternatives if not token.startswith("c:")}
            for word in words
        ]
        for start in range(len(words)):
            for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
                for language in by_language[start]:
                    yield from self._spelled(by_language, range(start, end), language)

    def _spelled(
        self, by_language: list[dict[str, str]], positions: range, language: str
    ) -> Iterator[tuple[Collection[int], Concept, float]]:
        tokens = tuple(by_language[position].get(language, "") for position in positions)
        named = self._by_words.get(tokens, ())
        for concept in named:
            yield positions, concept, _weight(concept, len(named))


def _weight(concept: Concept, sharing: int) -> float:
    if sharing > 2:  # noqa: PLR2004
        return _AMBIGUOUS
    return _PLACE if concept.vocabulary in _PLACES else _TOPIC


def _labels(concept: Concept) -> Iterable[tuple[str, str]]:
    yield from concept.labels.items()
    yield from concept.shorts.items()
    for language, texts in concept.alternatives.items():
        for text in texts:
            yield language, text


_copy: ConceptWords | None = None
_lock = Lock()


def concept_words(concepts: Concepts) -> ConceptWords:
    global _copy  # noqa: PLW0603 - one copy a process, on purpose
    with _lock:
        if _copy is None or _copy.stamp != concepts.stamp:
            _copy = ConceptWords(concepts)
        return _copy


def lookup(words: Sequence[QueryWord], concepts: Concepts) -> Iterator[tuple[Collection[int], str, float]]:
    """In the shape `engine.building.words_of` takes."""
    for positions, concept, weight in concept_words(concepts).named_in(words):
        yield positions, concept_token(concept), weight
