"""From what people type to the words of an engine query."""

from collections.abc import Callable, Collection, Iterable, Sequence

from ayni.discovery.engine.interface import Word
from ayni.language.analysis import QueryWord, index_tokens, query_tokens

ConceptLookup = Callable[[Sequence[QueryWord]], Iterable[tuple[Collection[int], str, float]]]
"""Given a query's words: (positions of the words that name it, the concept's token, weight) for each concept."""


def words_for(text: str, language: str, concepts: ConceptLookup | None = None) -> tuple[Word, ...]:
    """The words of a query in the preferred `language`; empty when the text holds no word.

    A concept becomes an alternative of every word that names it: a record tagged with it has these words, in
    whatever language it is written.
    """
    return words_of(query_tokens(text, language), concepts)


def words_of(words: Sequence[QueryWord], concepts: ConceptLookup | None = None) -> tuple[Word, ...]:
    """As `words_for`, for words already analysed (a page needs them for its snippets too)."""
    alternatives = [dict(word.alternatives) for word in words]
    for positions, token, weight in concepts(words) if concepts else ():
        for position in positions:
            known = alternatives[position]
            known[token] = max(weight, known.get(token, 0.0))
    return tuple(tuple(word.items()) for word in alternatives)


def tokens_for(
    title: Iterable[tuple[str, str]], texts: Iterable[tuple[str, str]], concepts: Iterable[str] = ()
) -> dict[str, list[str]]:
    """`Doc.tokens` from (text, language) pairs: titles and other texts, each in one or more languages."""
    titles = [token for text, language in title for token in index_tokens(text, language)]
    rest = [token for text, language in texts for token in index_tokens(text, language)]
    return {"title": titles, "all": [*titles, *rest, *concepts]}
