"""Answering one query from one state of a tantivy index."""

from collections.abc import Hashable, Sequence
from typing import Any, Final, NamedTuple

import tantivy

from ayni.discovery.engine.interface import Hit, Hits, Query, Word
from ayni.discovery.engine.matching import POINTED, enough_hits, required_words
from ayni.discovery.engine.tantivy_queries import QueryBuilder, terms_aggregation

FacetCounts = dict[str, list[tuple[str, int]]]

_MOST_KNOWN_COUNTS: Final = 500
_DEEPEST: Final = 10_000  # results beyond this are not paged to; tantivy reserves memory for all before them


class _Match(NamedTuple):
    base: tantivy.Query  # what matches, for counting
    ranked: tantivy.Query  # the same, scored
    strict: tantivy.Query | None = None  # what was asked for first and found too little, but something
    relaxed: bool = False


class _Attempt(NamedTuple):
    query: tantivy.Query
    required: int
    found: int


class IndexState(NamedTuple):
    """One commit's view of the index, and the counts already taken of it."""

    searcher: tantivy.Searcher
    counts: dict[Hashable, FacetCounts]


class IndexSearch:
    def __init__(self, schema: tantivy.Schema, state: IndexState) -> None:
        self._searcher = state.searcher
        self._known_counts = state.counts
        self._build = QueryBuilder(schema, state.searcher)

    def _count(self, query: tantivy.Query) -> int:
        # The stubs leave out the count.
        found: Any = self._searcher.search(query, 1, count=True)
        return int(found.count)

    def answer(self, query: Query) -> Hits:
        found = self._matched(query.words)
        order = "number_newest" if query.sort == "newest" else None if query.words else "number_first"
        extra = [] if order else [*self._build.boosts(query.boosts), *self._build.first(found.strict)]
        ranking = self._build.combined(found.ranked, [*self._build.filters(query.filters), *extra])
        hits, total = self._ranked(ranking, query, order)
        return Hits(hits, total, self._counts(query, found.base), found.relaxed)

    def _matched(self, words: Sequence[Word]) -> _Match:
        """The strictest match that finds enough.

        Decided without the filters, so that choosing a facet value never changes what counts as a match and a
        facet's count always tells how much choosing it will show.
        """
        if not words:
            everything = tantivy.Query.all_query()
            return _Match(everything, everything)
        queries = self._build.words(words, pointed=len(words) <= POINTED)
        first, enough = required_words(len(words)), enough_hits(len(words))
        strict: _Attempt | None = None
        there = [word.there for word in queries]
        ranked = [word.ranked for word in queries]
        for required in range(first, 0, -1):
            base = self._build.matching(there, required)
            found = self._count(base) if first > 1 else 0
            if required == 1 or found >= enough:
                scored = self._build.matching(ranked, required)
                # Asking for less may have brought nothing more.
                asked = strict.required if strict and strict.found == found else required
                return _Match(base, scored, strict and strict.query, relaxed=asked < first and found > 0)
            if found and strict is None:
                strict = _Attempt(base, required, found)
        raise AssertionError("one required word always ends the loop")

    def _ranked(self, ranking: tantivy.Query, query: Query, order: str | None) -> tuple[list[Hit], int]:
        offset = max(0, min(query.offset, _DEEPEST))
        wanted = max(0, min(query.limit, _DEEPEST - offset))
        found: Any = self._searcher.search(
            ranking,
            limit=max(1, wanted),
            offset=offset,
            count=True,
            order_by_field=order,
        )
        hits = [
            Hit(str(self._searcher.doc(address).get_first("id")), 0.0 if order else float(score))
            for score, address in found.hits[:wanted]
        ]
        return hits, int(found.count)

    def _counts(self, query: Query, base: tantivy.Query) -> FacetCounts:
        """Counted once for all pages and orders of a search; browsing without words comes back to the same few."""
        if not query.facets:
            return {}
        key = (
            tuple(tuple(word) for word in query.words),
            frozenset((name, frozenset(values)) for name, values in query.filters.items() if values),
            tuple(query.facets),
            query.facet_size,
            query.disjunctive,
        )
        counts = self._known_counts.get(key)
        if counts is None:
            if len(self._known_counts) >= _MOST_KNOWN_COUNTS:
                self._known_counts.clear()
            counts = self._known_counts[key] = self._counted(query, base)
        return {name: list(values) for name, values in counts.items()}

    def _counted(self, query: Query, base: tantivy.Query) -> FacetCounts:
        """One pass for all facets that nothing is chosen in; one more for each that has a choice to ignore."""
        apart = [name for name in query.facets if query.disjunctive and query.filters.get(name)]
        together = [name for name in query.facets if name not in apart]
        passes = [(together, None)] if together else []
        counts: FacetCounts = {}
        for names, without in [*passes, *(([name], name) for name in apart)]:
            scope = self._build.combined(base, self._build.filters(query.filters, without))
            answer = self._searcher.aggregate(
                scope, {n: terms_aggregation(n, query.facet_size) for n in names}
            )
            for name in names:
                found = [(b["key"], int(b["doc_count"])) for b in answer[name]["buckets"]]
                found += self._missing(scope, name, query, {key for key, _ in found})
                counts[name] = sorted(found, key=lambda pair: (-pair[1], pair[0]))
        return {name: counts[name] for name in query.facets}

    def _missing(
        self,
        scope: tantivy.Query,
        name: str,
        query: Query,
        known: set[str],
    ) -> list[tuple[str, int]]:
        """Counts of values that are filtered on but too rare for the list: a choice must stay visible."""
        return [
            (value, self._count(self._build.combined(scope, self._build.filters({name: [value]}))))
            for value in dict.fromkeys(query.filters.get(name, ()))
            if value not in known
        ]
