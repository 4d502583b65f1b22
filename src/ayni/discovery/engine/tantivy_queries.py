"""Engine queries as tantivy queries: what matches, how it scores, what is counted."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import tantivy
from tantivy import Occur

from ayni.discovery.engine.interface import HINT, Word

TITLE_WEIGHT: Final = 0.2
# In queries of a few words each word that is there counts alike, wherever the text is long (a record in seven
# languages is): what has more of the words comes first, then what has them in its title, then what is reviewed.
SAID: Final = 3.0
SAID_IN_TITLE: Final = 1.2
# A tag that only hints at the word; times its weight, which is under one half.
HINTED: Final = 3.0
RARITY_SHARE: Final = 0.1  # of the score by frequency and rarity
# Above any sum of word scores that a query of up to six words reaches.
AHEAD: Final = 200.0
# How much a second matching alternative of the same word adds: a little, or translations would count twice.
ALTERNATIVE_SHARE: Final = 0.1
_MANY_VALUES: Final = 20
# Values looked at in each segment: counts are exact as long as a facet has fewer values than this.
_SEGMENT_VALUES: Final = 60_000

Clause = tuple[Occur, tantivy.Query]


def one_token(text: str) -> str:
    """Tokens are joined by spaces in the index, so none may hold one."""
    return text if not any(map(str.isspace, text)) else "_".join(text.split())


class WordQueries(NamedTuple):
    there: tantivy.Query  # documents with the word, for counting: cheap
    ranked: tantivy.Query  # the same documents, scored


def _any_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    if len(queries) == 1:
        return queries[0]
    return tantivy.Query.boolean_query([(Occur.Should, query) for query in queries])


class QueryBuilder:
    """Builds for one searcher: alternatives that occur nowhere are left out before the search begins."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher

    def _term(self, name: str, token: str, weight: float) -> tantivy.Query:
        query = tantivy.Query.term_query(self._schema, name, token, "freq")
        return query if weight == 1.0 else tantivy.Query.boost_query(query, weight)

    def _alternative(self, token: str, weight: float) -> tantivy.Query:
        everywhere = self._term("all", token, weight)
        if not self._searcher.doc_freq("title", token):
            return everywhere
        title = self._term("title", token, weight * TITLE_WEIGHT)
        return tantivy.Query.boolean_query([(Occur.Should, everywhere), (Occur.Should, title)])

    def _constant(self, name: str, tokens: Sequence[str], score: float) -> tantivy.Query:
        query = _any_of([self._term(name, token, 1.0) for token in tokens])
        return tantivy.Query.const_score_query(query, score)

    def _pointed(self, known: Sequence[tuple[str, float]]) -> tantivy.Query:
        """A word of a short query: said, in the title, or hinted at by a tag; and a little for how rare it is."""
        said = [(token, weight) for token, weight in known if weight >= HINT]
        hints = [(token, weight) for token, weight in known if weight < HINT]
        levels = [self._constant("all", [token], HINTED * weight) for token, weight in hints]
        if not said:
            return levels[0] if len(levels) == 1 else tantivy.Query.disjunction_max_query(levels)
        levels.append(self._constant("all", [token for token, _ in said], SAID))
        parts = [levels[0] if len(levels) == 1 else tantivy.Query.disjunction_max_query(levels)]
        titled = [token for token, _ in said if self._searcher.doc_freq("title", token)]
        if titled:
            parts.append(self._constant("title", titled, SAID_IN_TITLE))
        frequent = [self._term("all", token, weight * RARITY_SHARE) for token, weight in said]
        parts.append(frequent[0] if len(frequent) == 1 else tantivy.Query.disjunction_max_query(frequent))
        return tantivy.Query.boolean_query([(Occur.Should, part) for part in parts])

    def words(self, words: Sequence[Word], *, pointed: bool) -> list[WordQueries]:
        """Queries for each word that occurs at all. `pointed`: the query is short, so each word counts."""
        found: list[WordQueries] = []
        for word in words:
            known = [
                (token, weight)
                for token, weight in ((one_token(token), weight) for token, weight in word)
                if weight > 0 and self._searcher.doc_freq("all", token)
            ]
            if not known:
                continue
            there = _any_of([self._term("all", token, 1.0) for token, _ in known])
            if pointed:
                found.append(WordQueries(there, self._pointed(known)))
                continue
            ranked = [self._alternative(token, weight) for token, weight in known]
            best = tantivy.Query.disjunction_max_query(ranked, ALTERNATIVE_SHARE)
            found.append(WordQueries(there, ranked[0] if len(ranked) == 1 else best))
        return found

    def matching(self, words: Sequence[tantivy.Query], required: int) -> tantivy.Query:
        """Documents with at least `required` of the words."""
        if required > len(words):
            return tantivy.Query.empty_query()
        if required == len(words) == 1:
            return words[0]
        if required == len(words):
            return tantivy.Query.boolean_query([(Occur.Must, word) for word in words])
        clauses: list[Clause] = [(Occur.Should, word) for word in words]
        return tantivy.Query.boolean_query(clauses, required if required > 1 else None)

    def facet(self, name: str, values: Sequence[str]) -> tantivy.Query:
        column = f"facet_{name}"
        if len(values) > _MANY_VALUES:
            return tantivy.Query.term_set_query(self._schema, column, list(values))
        # For few values several times faster than a term set, which searches the whole dictionary.
        return _any_of([tantivy.Query.term_query(self._schema, column, v, "basic") for v in values])

    def filters(self, filters: Mapping[str, Sequence[str]], without: str | None = None) -> list[Clause]:
        """Filters leave scores alone. A facet with no values is no filter."""
        return [
            (Occur.Must, tantivy.Query.const_score_query(self.facet(name, values), 0.0))
            for name, values in filters.items()
            if values and name != without
        ]

    def boosts(self, boosts: Mapping[str, Mapping[str, float]]) -> list[Clause]:
        return [
            (Occur.Should, tantivy.Query.const_score_query(self.facet(name, [value]), score))
            for name, values in boosts.items()
            for value, score in values.items()
        ]

    def first(self, query: tantivy.Query | None) -> list[Clause]:
        """Puts what matches `query` before everything else."""
        return [(Occur.Should, tantivy.Query.const_score_query(query, AHEAD))] if query else []

    def combined(self, base: tantivy.Query, clauses: Sequence[Clause]) -> tantivy.Query:
        return tantivy.Query.boolean_query([(Occur.Must, base), *clauses]) if clauses else base


def terms_aggregation(name: str, size: int) -> dict[str, Any]:
    return {
        "terms": {
            "field": f"facet_{name}",
            "size": size,
            "segment_size": max(size, _SEGMENT_VALUES),
        }
    }
