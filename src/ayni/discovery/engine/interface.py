"""What any search engine stores, is asked and answers.

The index is disposable: the database can always fill it again. Engines get finished tokens (ayni.language.analysis),
so that results are the same whichever engine runs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

Word = Sequence[tuple[str, float]]
"""One word of a query: its alternatives (index token, weight). Any of them matches.

One that weighs less than `HINT` is a hint (a topic the word names): it matches, but is not the word itself.
"""
HINT: Final = 0.5


class EngineError(Exception):
    """The engine cannot do what was asked; the message is for the log."""


class BusyError(EngineError):
    """Another process is writing to the index."""


@dataclass(frozen=True, slots=True)
class Doc:
    """`tokens` has the fields "all" (everything, the title's tokens too) and "title" (and what weighs as much).

    `numbers`: "newest" says how new it is, "first" how early it stands when nothing is asked (without it, the
    newest comes first).
    """

    id: str
    version: int
    tokens: Mapping[str, Sequence[str]]
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Query:
    """No words means everything, by the number "first", or newest first where that is the order.

    filters: all facets must hold, any value of one facet is enough.
    facets: count these; with `disjunctive`, a facet's counts ignore the filter on that facet.
    boosts: a small score for documents that have a facet value, e.g. {"kind": {"practice": 0.3}}.
    """

    words: Sequence[Word] = ()
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    facets: Sequence[str] = ()
    facet_size: int = 50
    disjunctive: bool = True
    limit: int = 20
    offset: int = 0
    boosts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    sort: Literal["relevance", "newest"] = "relevance"


@dataclass(frozen=True, slots=True)
class Hit:
    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Hits:
    """`total` is exact. `relaxed`: fewer of the query's words were asked for, as too little had enough of them.

    facet_counts: the most frequent values first (ties by value), and every value that is filtered on.
    """

    hits: Sequence[Hit]
    total: int
    facet_counts: Mapping[str, Sequence[tuple[str, int]]]
    relaxed: bool = False


@dataclass(frozen=True, slots=True)
class Stats:
    documents: int
    generation: int
    needs_rebuild: bool


class SearchEngine(Protocol):
    """Write: upsert and delete, then commit. Read: refresh (cheap when nothing changed), then search."""

    @property
    def needs_rebuild(self) -> bool:
        """True from the moment the index is made (again), empty, until `mark_rebuilt`."""
        ...

    @property
    def generation(self) -> int:
        """A number that grows with each commit and starts again with a new index."""
        ...

    def ensure_schema(self) -> None:
        """Open the index; make it, empty, where it is missing, broken or of another version."""
        ...

    def upsert(self, docs: Iterable[Doc]) -> None:
        """Raises BusyError when another process writes."""
        ...

    def delete(self, ids: Iterable[str]) -> None:
        """Unknown ids are ignored. Raises BusyError when another process writes."""
        ...

    def commit(self) -> int:
        """Make what was written durable and let others write; returns the generation."""
        ...

    def rollback(self) -> None:
        """Forget what was written since the last commit and let others write."""
        ...

    def mark_rebuilt(self) -> None: ...

    def refresh(self) -> int:
        """See what any process has committed; returns the generation seen."""
        ...

    def search(self, query: Query) -> Hits: ...

    def versions(self) -> Mapping[str, int]:
        """Every document's id and version, to compare with the database."""
        ...

    def stats(self) -> Stats: ...

    def drop(self) -> None:
        """Remove the index and all it holds."""
        ...
