"""The embedded engine: tantivy, in one directory that several processes of one host may share.

Any number of processes read; one writes at a time. An instance is used by one thread for writing; reading is safe
from several threads.
"""

import contextlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Final

import tantivy

from ayni.discovery.engine.interface import BusyError, Doc, EngineError, Hits, Query, Stats
from ayni.discovery.engine.tantivy_files import IndexFiles
from ayni.discovery.engine.tantivy_queries import one_token
from ayni.discovery.engine.tantivy_search import FacetCounts, IndexSearch, IndexState

_WRITER_MEMORY: Final = 64_000_000


class TantivyEngine:
    """`facets` and `numbers` name what documents may carry."""

    def __init__(
        self,
        path: Path | str,
        facets: Sequence[str],
        numbers: Sequence[str] = ("newest", "first"),
        writer_threads: int = 1,
        writer_memory: int = _WRITER_MEMORY,
    ) -> None:
        if not {"newest", "first"} <= set(numbers):
            raise ValueError(f"newest and first are not both among the numbers {tuple(numbers)}")
        self._files = IndexFiles(Path(path), facets, numbers)
        self._facets = frozenset(facets)
        self._numbers = tuple(numbers)
        self._threads = writer_threads
        self._memory = writer_memory
        self._writer: tantivy.IndexWriter | None = None
        self._index: tantivy.Index | None = None
        self._seen = (0, 0)
        self._generation = 0
        self._counts: dict[Hashable, FacetCounts] = {}
        self._lock = Lock()

    # Life of the index

    @property
    def needs_rebuild(self) -> bool:
        return not self._files.is_rebuilt

    @property
    def generation(self) -> int:
        return self._generation

    def ensure_schema(self) -> None:
        with self._lock:
            self._open()

    def _open(self) -> tantivy.Index:
        # Noted before opening: a commit in between is then seen at the next refresh.
        self._seen = self._files.state()
        try:
            self._index = self._files.open()
        except (ValueError, OSError) as problem:
            raise EngineError(f"cannot open or make the index at {self._files.path}: {problem}") from problem
        self._generation = self._files.generation()
        self._counts = {}
        return self._index

    def refresh(self) -> int:
        with self._lock:
            state = self._files.state()
            if self._index is None or state[0] != self._seen[0] or state == (0, 0):
                self._open()
            elif state != self._seen:
                generation = self._files.generation()
                try:
                    self._index.reload()
                except ValueError:
                    self._open()
                else:
                    self._seen, self._generation, self._counts = state, generation, {}
        return self._generation

    def mark_rebuilt(self) -> None:
        self._files.mark_rebuilt()

    def drop(self) -> None:
        self.rollback()
        with self._lock:
            self._index = None
            self._files.remove()
            self._seen, self._generation = (0, 0), 0

    def _opened(self) -> tantivy.Index:
        return self._index or self._open()

    def _state(self) -> IndexState:
        with self._lock:
            return IndexState(self._opened().searcher(), self._counts)

    # Writing

    def _writing(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self.refresh()
            try:
                self._writer = self._opened().writer(self._memory, self._threads)
            except ValueError as problem:
                if "LockBusy" in str(problem):
                    raise BusyError(f"another process writes to {self._files.path}") from problem
                raise EngineError(str(problem)) from problem
        return self._writer

    def _document(self, doc: Doc) -> tantivy.Document:
        document = tantivy.Document()
        document.add_text("id", doc.id)
        document.add_integer("version", doc.version)
        for name in ("all", "title"):
            document.add_text(name, " ".join(map(one_token, doc.tokens.get(name, ()))))
        for name, values in doc.facets.items():
            if name not in self._facets:
                raise ValueError(f"unknown facet {name!r}")
            for value in dict.fromkeys(values):
                document.add_text(f"facet_{name}", value)
        for name in self._numbers:
            document.add_integer(f"number_{name}", doc.numbers.get(name, doc.numbers.get("newest", 0)))
        return document

    def upsert(self, docs: Iterable[Doc]) -> None:
        """After an error the writer stays open: call rollback."""
        writer = self._writing()
        for doc in docs:
            document = self._document(doc)
            writer.delete_documents_by_term("id", doc.id)
            writer.add_document(document)

    def delete(self, ids: Iterable[str]) -> None:
        writer = self._writing()
        for name in ids:
            writer.delete_documents_by_term("id", name)

    def commit(self) -> int:
        if self._writer is not None:
            writer, self._writer = self._writer, None
            try:
                writer.commit()
            except ValueError as problem:
                raise EngineError(f"commit failed: {problem}") from problem
            # Ends the writer and with it the lock; merges begun by this commit are finished first.
            writer.wait_merging_threads()
        return self.refresh()

    def rollback(self) -> None:
        if self._writer is not None:
            writer, self._writer = self._writer, None
            with contextlib.suppress(ValueError):
                writer.rollback()
            writer.wait_merging_threads()

    # Reading

    def search(self, query: Query) -> Hits:
        unknown = ({*query.filters} | {*query.facets} | {*query.boosts}) - self._facets
        if unknown:
            raise ValueError(f"unknown facets: {', '.join(sorted(unknown))}")
        try:
            return IndexSearch(self._files.schema, self._state()).answer(query)
        except ValueError as problem:
            raise EngineError(f"search failed: {problem}") from problem

    def versions(self) -> Mapping[str, int]:
        searcher = self._state().searcher
        if not searcher.num_docs:
            return {}
        found = searcher.search(tantivy.Query.all_query(), limit=searcher.num_docs, count=False)
        documents = (searcher.doc(address) for _, address in found.hits)
        return {str(d.get_first("id")): int(d.get_first("version") or 0) for d in documents}

    def stats(self) -> Stats:
        return Stats(self._state().searcher.num_docs, self._generation, self.needs_rebuild)
