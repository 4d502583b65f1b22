"""The plainest engine that keeps the promises of the interface: the oracle of the contract tests."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ayni.discovery.engine.interface import HINT, Doc, Hit, Hits, Query, Stats, Word
from ayni.discovery.engine.matching import enough_hits, required_words


def _word_score(doc: Doc, word: Word) -> float:
    found = [weight for token, weight in word if token in doc.tokens.get("all", ())]
    titled = any(token in doc.tokens.get("title", ()) for token, weight in word if weight >= HINT)
    if not found:
        return 0.0
    return 3 * (1 if max(found) >= HINT else max(found)) + 1.2 * titled


def _passes(doc: Doc, filters: Mapping[str, Sequence[str]], without: str | None = None) -> bool:
    return all(
        name == without or not values or set(values) & set(doc.facets.get(name, ()))
        for name, values in filters.items()
    )


class MemoryEngine:
    def __init__(self) -> None:
        self._docs: dict[str, Doc] = {}
        self._pending: dict[str, Doc | None] = {}
        self.generation = 0
        self.needs_rebuild = True

    def ensure_schema(self) -> None:
        pass

    def mark_rebuilt(self) -> None:
        self.needs_rebuild = False

    def upsert(self, docs: Iterable[Doc]) -> None:
        self._pending.update((doc.id, doc) for doc in docs)

    def delete(self, ids: Iterable[str]) -> None:
        self._pending.update((name, None) for name in ids)

    def commit(self) -> int:
        for name, doc in self._pending.items():
            if doc is None:
                self._docs.pop(name, None)
            else:
                self._docs[name] = doc
        self._pending.clear()
        self.generation += 1
        return self.generation

    def rollback(self) -> None:
        self._pending.clear()

    def refresh(self) -> int:
        return self.generation

    def drop(self) -> None:
        self.__init__()

    def versions(self) -> Mapping[str, int]:
        return {doc.id: doc.version for doc in self._docs.values()}

    def stats(self) -> Stats:
        return Stats(len(self._docs), self.generation, self.needs_rebuild)

    def _having(self, words: Sequence[Word], required: int) -> list[Doc]:
        return [d for d in self._docs.values() if sum(_word_score(d, w) > 0 for w in words) >= required]

    def _matching(self, words: Sequence[Word]) -> tuple[list[Doc], set[str], bool]:
        if not words:
            return list(self._docs.values()), set(), False
        first = required_words(len(words))
        strict: tuple[set[str], int] | None = None
        for required in range(first, 0, -1):
            found = self._having(words, required)
            if required == 1 or len(found) >= enough_hits(len(words)):
                asked = strict[1] if strict and len(strict[0]) == len(found) else required
                return found, strict[0] if strict else set(), asked < first and bool(found)
            if found and strict is None:
                strict = {doc.id for doc in found}, required
        raise AssertionError

    def search(self, query: Query) -> Hits:
        matching, ahead, relaxed = self._matching(query.words)
        found = [doc for doc in matching if _passes(doc, query.filters)]

        def score(doc: Doc) -> float:
            boost = sum(
                value
                for name, values in query.boosts.items()
                for label, value in values.items()
                if label in doc.facets.get(name, ())
            )
            return 200 * (doc.id in ahead) + sum(_word_score(doc, word) for word in query.words) + boost

        def new(doc: Doc) -> int:
            return doc.numbers.get("newest", 0)

        unscored = query.sort == "newest" or not query.words
        if query.sort == "newest":
            found.sort(key=new, reverse=True)
        elif not query.words:
            found.sort(key=lambda doc: doc.numbers.get("first", new(doc)), reverse=True)
        else:
            found.sort(key=score, reverse=True)
        counts: dict[str, list[tuple[str, int]]] = {}
        for name in query.facets:
            ignored = name if query.disjunctive else None
            tally = Counter(
                value
                for doc in matching
                if _passes(doc, query.filters, ignored)
                for value in set(doc.facets.get(name, ()))
            )
            ordered = sorted(tally.items(), key=lambda pair: (-pair[1], pair[0]))
            top = ordered[: query.facet_size]
            chosen = [(v, tally[v]) for v in dict.fromkeys(query.filters.get(name, ()))]
            counts[name] = sorted({*top, *chosen}, key=lambda pair: (-pair[1], pair[0]))
        page = found[query.offset : query.offset + query.limit]
        hits = [Hit(doc.id, 0.0 if unscored else score(doc)) for doc in page]
        return Hits(hits, len(found), counts, relaxed)
