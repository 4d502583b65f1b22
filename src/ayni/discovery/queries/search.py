"""One search: words and filters in, visible records with their reasons and the counts beside them out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ayni.discovery import concepts as naming
from ayni.discovery import fields
from ayni.discovery.engine.building import words_of
from ayni.discovery.engine.interface import Hits, Query
from ayni.discovery.indexing import engine
from ayni.discovery.queries.reasons import Why, explain_the_rest, passage
from ayni.discovery.queries.spelling import respelled
from ayni.discovery.sources import RANKED_BY
from ayni.knowledge.models import Record
from ayni.knowledge.queries import records
from ayni.knowledge.queries.records import Card
from ayni.knowledge.states import RecordState
from ayni.language.analysis import QueryWord, query_tokens
from ayni.language.snippets import Piece
from ayni.registry.models import Person
from ayni.registry.queries.vocabularies import Concept, Concepts, concepts

PAGE_SIZE = 10
LAST_PAGE = 500
_MOST_CONCEPTS = 4  # named as a reason
# At equal relevance what has been reviewed comes first, and before it what somebody answers for.
_BOOSTS = {
    RANKED_BY: {
        "practice": 0.9, "lesson": 0.9, "publication": 0.6,
        "practice-unanswered": 0.3, "lesson-unanswered": 0.3, "publication-unanswered": 0.2,
    }
}  # fmt: skip


@dataclass(frozen=True)
class Request:
    """`language` is the content language of the reader. Filters: facet -> values, any of which will do."""

    text: str = ""
    language: str = "en"
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    page: int = 1
    page_size: int = PAGE_SIZE
    sort: str = "relevance"
    facets: Sequence[str] = fields.FACETS
    facet_size: int = 60


@dataclass
class Result:
    card: Card
    score: float
    title: list[Piece]
    snippet: list[Piece]
    why: Why
    siblings: int = 0  # further records with the same title
    newest_at: datetime | None = None  # when the newest of them all became public


@dataclass
class Found:
    request: Request
    results: list[Result]
    total: int
    counts: Mapping[str, Sequence[tuple[str, int]]]
    relaxed: bool
    named: list[Concept]  # concepts that the words name
    has_words: bool  # the text holds at least one word that can be looked for
    concepts: Concepts
    suggestion: str = ""  # other words that do find something, when these find nothing

    @property
    def pages(self) -> int:
        return min(LAST_PAGE, -(-self.total // self.request.page_size))


def search(request: Request, person: Person | None = None) -> Found:
    """Answer the request. Whatever the index says, only what the person may see is returned."""
    terms = concepts()
    words = query_tokens(request.text, request.language)
    hits = _ask(request, words, terms)
    found = Found(
        request, [], hits.total, hits.facet_counts, hits.relaxed, _named(words, terms), bool(words), terms
    )
    by_uid = records.listed_by_uid(person, [hit.id for hit in hits.hits])
    siblings = _siblings(by_uid.values())
    kept = [(hit, by_uid[hit.id]) for hit in hits.hits if hit.id in by_uid]
    cards = records.cards((record for _, record in kept), request.language, terms, whole=bool(words))
    for (hit, record), card in zip(kept, cards, strict=True):
        about = {concept.id for concept in fields.implied(card.terms, terms)}
        title, shown, said = passage(card, words)
        why = Why(said, [concept for concept in found.named if concept.id in about][:_MOST_CONCEPTS])
        why.translated = card.language != request.language or card.translated
        alike = siblings[record.kind, record.title_key]
        newest = max(alike, default=record.published_at)
        found.results.append(Result(card, hit.score, title, shown, why, len(alike) - 1, newest))
    if words:
        rest = {r.card.record.target: (r.card, r.why) for r in found.results if not r.why.words}
        explain_the_rest(rest, words)
    for result in found.results:
        why = result.why
        why.in_sibling = bool(words and result.siblings) and not (why.words or why.concepts or why.names)
    if request.text.strip() and not words:
        # Only marks, emoji or stop words: showing everything would pretend to an answer.
        return replace(found, results=[], total=0, counts={})
    if words and not found.total:
        found.suggestion = _suggestion(request, words, terms)
    return found


def _suggestion(request: Request, words: Sequence[QueryWord], terms: Concepts) -> str:
    """Only what finds something is suggested, with the same filters."""
    text = respelled(words, request.language, terms)
    once_more = replace(request, text=text, page=1, page_size=1, facets=())
    return text if text and _ask(once_more, query_tokens(text, request.language), terms).total else ""


def _ask(request: Request, words: Sequence[QueryWord], terms: Concepts) -> Hits:
    engine().refresh()
    page = max(1, min(request.page, LAST_PAGE))
    return engine().search(
        Query(
            words=words_of(words, lambda some: naming.lookup(some, terms)),
            filters={name: values for name, values in request.filters.items() if values},
            facets=request.facets,
            facet_size=request.facet_size,
            limit=request.page_size,
            offset=(page - 1) * request.page_size,
            boosts=_BOOSTS,
            sort="newest" if request.sort == "newest" else "relevance",
        )
    )


def named_by(text: str, language: str, terms: Concepts) -> list[Concept]:
    """The concepts that a text names with one of their labels."""
    return _named(query_tokens(text, language), terms)


def _named(words: Sequence[QueryWord], terms: Concepts) -> list[Concept]:
    named = naming.concept_words(terms).named_in(words)
    return list({concept.id: concept for _, concept, _ in named}.values())


def _siblings(found: object) -> Mapping[tuple[str, str], Sequence[datetime]]:
    """When each of the public records that share kind and title with one of these became public."""
    pairs = {(record.kind, record.title_key) for record in found}  # type: ignore[attr-defined]
    rows = Record.objects.filter(title_key__in={key for _, key in pairs})
    moments: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for kind, key, state, since in rows.values_list("kind", "title_key", "state", "published_at"):
        if (kind, key) in pairs and state == RecordState.PUBLIC:
            moments[kind, key].append(since)
    return moments
