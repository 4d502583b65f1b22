"""Why a record was found: which of the reader's words stand where in it, and the passage that shows it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ayni.knowledge import documents
from ayni.knowledge.models import Record, RevisionPartner
from ayni.knowledge.queries.records import Card
from ayni.language.analysis import QueryWord, index_tokens
from ayni.language.snippets import DEFAULT_LENGTH, Piece, snippet, title_pieces
from ayni.registry.models import InstitutionName
from ayni.registry.queries.translations import translations_of
from ayni.registry.queries.vocabularies import Concept

_SNIPPET_LENGTH = {"zh": 110}  # a Chinese character says what two letters do
_FIRST_LOOK = 1500  # characters of a text that are looked through for a telling passage
_MOST_WORDS, _MOST_NAMES = 6, 2


@dataclass
class Why:
    """Why a result is there: the reader's words found in it, and what it is about that the words name."""

    words: list[str]
    concepts: list[Concept]
    translated: bool = False  # found or shown in a language other than the reader's
    found_in: str = ""  # the language of the text that has the words, where the text shown has none of them
    names: list[str] = field(
        default_factory=list
    )  # institutions, authors that the words name, if nothing else
    in_sibling: bool = False  # only another record of the same title has or is what the words say


def said(text: str, language: str, words: Sequence[QueryWord]) -> list[str]:
    """The reader's own words, not the forms they take in the text: those are marked there."""
    tokens = set(index_tokens(text, language))
    found = [word.text for word in words if any(token in tokens for token, _ in word.alternatives)]
    return list(dict.fromkeys(found))[:_MOST_WORDS]


@lru_cache(maxsize=16)
def _paragraph_fields(kind: str, form: str) -> frozenset[str]:
    """Fields of whole sentences; one-line ones, as a publisher, would run into them."""
    found = {"summary"}
    for one in documents.fields_of(kind, form):
        if one.type == "text":
            found.add(f"body.{one.name}")
        found.update(f"body.{one.name}.{row.name}" for row in one.rows if row.type == "text")
    return frozenset(found)


def _is_paragraph(path: str, record: Record) -> bool:
    name = ".".join(part for part in path.split(".") if not part.isdigit())
    return name in _paragraph_fields(record.kind, record.published.form)


def _originals(record: Record) -> dict[str, str]:
    revision = record.published
    return documents.translatable_texts(
        revision.title, revision.summary, revision.body, record.kind, revision.form
    )


def passage(card: Card, words: Sequence[QueryWord]) -> tuple[list[Piece], list[Piece], list[str]]:
    """The marked title, the most telling passage of the text as shown, and the words that stand in them."""
    texts = card.texts if card.translated else _originals(card.record)
    title = title_pieces(card.title, card.language, words)
    length = _SNIPPET_LENGTH.get(card.language, DEFAULT_LENGTH)
    paragraphs = [text for path, text in texts.items() if text and _is_paragraph(path, card.record)]
    shown = snippet("\n".join(paragraphs)[:_FIRST_LOOK], card.language, words, length)
    if words and not any(piece.marked for piece in (*title, *shown)):
        lines = [text for path, text in texts.items() if text and path != "title" and text not in paragraphs]
        telling = max((*paragraphs, *lines), key=lambda t: len(said(t, card.language, words)), default="")
        if said(telling, card.language, words):
            shown = snippet(telling, card.language, words, length)
    marked = " ".join(piece.text for piece in (*title, *shown) if piece.marked)
    return title, shown, said(marked, card.language, words)


def explain_the_rest(unexplained: Mapping[str, tuple[Card, Why]], words: Sequence[QueryWord]) -> None:
    """For cards whose shown text has none of the words (by target): the language of the text that has, or names.

    Three queries for any number of cards.
    """
    if not unexplained:
        return
    there = translations_of(unexplained)
    records = [card.record for card, _ in unexplained.values()]
    names = _names(records)
    for target, (card, why) in unexplained.items():
        record = card.record
        versions = {record.language: "\n".join(_originals(record).values())}
        versions |= {code: "\n".join(one.texts.values()) for code, one in there.get(target, {}).items()}
        for language in sorted(versions, key=lambda code: code != record.language):
            why.words = said(versions[language], language, words)
            if why.words:
                why.found_in = language if language != card.language else ""
                break
        else:
            authors = [(name, record.language) for name in record.published.body.get("authors", ())]
            every = [*names.get(record.pk, ()), *authors]
            why.names = list(dict.fromkeys(n for n, code in every if said(n, code, words)))[:_MOST_NAMES]


def _names(records: Iterable[Record]) -> dict[int, list[tuple[str, str]]]:
    """Record id -> all names, with their languages, of the institutions it is by and with."""
    involved: dict[int, list[int]] = {}
    found: dict[int, list[tuple[str, str]]] = {}
    by_revision = {}
    for record in records:
        by_revision[record.published_id] = record
        involved[record.pk] = [record.owner_id, record.owner.merged_into_id or record.owner_id]
        found[record.pk] = []
    partners = RevisionPartner.objects.filter(revision__in=list(by_revision))
    for revision, institution, name in partners.values_list("revision_id", "institution_id", "name"):
        record = by_revision[revision]
        if institution is None:
            found[record.pk].append((name, record.language))
        else:
            involved[record.pk].append(institution)
    names: dict[int, list[tuple[str, str]]] = {}
    wanted = {pk for some in involved.values() for pk in some}
    rows = InstitutionName.objects.filter(institution__in=wanted).order_by("pk")
    for pk, text, language in rows.values_list("institution_id", "text", "language"):
        names.setdefault(pk, []).append((text, language or "en"))
    for pk, some in involved.items():
        found[pk] += [name for institution in dict.fromkeys(some) for name in names.get(institution, ())]
    return found
