"""One search: words and filters in, visible records with their reasons and the counts beside them out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ayni.discovery import concepts as naming
from ayni.discovery import fields
from ayni.discovery.engine.building import words_of
from ayni.discovery.engine.interface import Hits, Query
from ayni.discovery.indexing import engine
from ayni.knowledge import documents
from ayni.knowledge.models import Record
from ayni.knowledge.queries import records
from ayni.knowledge.queries.records import Card
from ayni.knowledge.states import RecordState
from ayni.language.analysis import QueryWord, index_tokens, query_tokens
from ayni.language.snippets import DEFAULT_LENGTH, Piece, snippet, title_pieces
from ayni.registry.models import Person
from ayni.registry.queries.vocabularies import Concept, Concepts, concepts

PAGE_SIZE = 10
LAST_PAGE = 500
_SNIPPET_LENGTH = {"zh": 110}  # a Chinese character says what two letters do
_SNIPPET_SOURCE = 1500  # characters of a text that are looked through for a telling passage
# At equal relevance what has been reviewed comes first.
_BOOSTS = {"kind": {"practice": 0.3, "lesson": 0.3, "publication": 0.2}}


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
class Why:
    """Why a result is there: the reader's words found in it, and what it is about that the words name."""

    words: list[str]
    concepts: list[Concept]
    translated: bool = False  # found or shown in a language other than the reader's


@dataclass
class Result:
    card: Card
    score: float
    title: list[Piece]
    snippet: list[Piece]
    why: Why
    siblings: int = 0  # further records with the same title


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
    cards = records.cards((record for _, record in kept), request.language, terms)
    for (hit, record), card in zip(kept, cards, strict=True):
        about = {concept.id for concept in fields.implied(card.terms, terms)}
        result = _result(card, hit.score, words, [concept for concept in found.named if concept.id in about])
        result.why.translated = card.language != request.language or card.translated
        result.siblings = siblings[record.kind, record.title_key] - 1
        found.results.append(result)
    if request.text.strip() and not words:
        # Only marks, emoji or stop words: showing everything would pretend to an answer.
        return replace(found, results=[], total=0, counts={})
    return found


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


def _named(words: Sequence[QueryWord], terms: Concepts) -> list[Concept]:
    named = naming.concept_words(terms).named_in(words)
    return list({concept.id: concept for _, concept, _ in named}.values())


def _siblings(found: object) -> Counter[tuple[str, str]]:
    """How many public records share kind and title with each of these."""
    pairs = {(record.kind, record.title_key) for record in found}  # type: ignore[attr-defined]
    rows = Record.objects.filter(title_key__in={key for _, key in pairs})
    return Counter(
        (kind, key)
        for kind, key, state in rows.values_list("kind", "title_key", "state")
        if (kind, key) in pairs and state == RecordState.PUBLIC
    )


def _result(card: Card, score: float, words: Sequence[QueryWord], about: list[Concept]) -> Result:
    title = title_pieces(card.title, card.language, words)
    passage = snippet(_text(card), card.language, words, _SNIPPET_LENGTH.get(card.language, DEFAULT_LENGTH))
    marked = " ".join(piece.text for piece in (*title, *passage) if piece.marked)
    said = set(index_tokens(marked, card.language))
    # The reader's own words, not the forms they take in the text: those are marked there.
    found = [word.text for word in words if not said.isdisjoint(token for token, _ in word.alternatives)]
    return Result(card, score, title, passage, Why(list(dict.fromkeys(found))[:6], about[:4]))


def _text(card: Card) -> str:
    """Summary and the beginning of the text; of a translation only the summary is at hand."""
    if card.translated:
        return card.summary
    revision = card.record.published
    texts = documents.translatable_texts("", revision.summary, revision.body, card.record.kind, revision.form)
    return " ".join(text for text in texts.values() if text)[:_SNIPPET_SOURCE]
