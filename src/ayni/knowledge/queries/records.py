from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, F, Prefetch, Q, QuerySet, When

from ayni.knowledge import documents, policies
from ayni.knowledge.models import Record, Revision, RevisionPartner, RevisionTerm
from ayni.knowledge.states import RecordState
from ayni.registry.models import Institution, Person
from ayni.registry.models.translations import source_hash
from ayni.registry.queries.institutions import names_in
from ayni.registry.queries.translations import TranslatedTexts, translations_of
from ayni.registry.queries.vocabularies import Concept, Concepts


@dataclass
class Reading:
    """A record's published text in one language: what a page shows."""

    language: str
    title: str
    summary: str
    body: dict[str, Any]
    is_translation: bool = False
    is_machine: bool = False  # some of it, or all
    is_all_machine: bool = False
    engines: tuple[str, ...] = ()  # the machines' names, where they are known
    stale: set[str] = field(default_factory=set)  # field paths whose original has changed since
    missing: set[str] = field(default_factory=set)  # field paths shown in the original's language
    languages: tuple[str, ...] = ()  # in which it can be read, the original first
    behind: frozenset[str] = frozenset()  # those of them whose translation is of an older original


@dataclass
class Card:
    """A record in a list."""

    record: Record
    title: str
    summary: str
    language: str  # of title and summary as shown
    owner_name: str
    owner_language: str
    terms: list[Concept]
    translated: bool = False
    texts: dict[str, str] = field(default_factory=dict)  # of the translation shown, by field, where asked for

    @property
    def uid(self) -> str:
        return self.record.uid

    @property
    def countries(self) -> list[Concept]:
        return [term for term in self.terms if term.vocabulary == "countries"]

    @property
    def goals(self) -> list[Concept]:
        return goals_of(self.terms)


def visible_to(person: Person | None) -> QuerySet[Record]:
    return Record.objects.filter(policies.read_record.scope(person))


def get_record_for(person: Person | None, uid: str) -> Record | None:
    """The record with its published revision and owner, if the person may read it; else None.

    "Not there" and "not yours" look alike. Withdrawn records are None to the public too: the page asks
    `withdrawn_record` for the tombstone.
    """
    record = (
        Record.objects.select_related(
            "published",
            "owner__country",
            "owner__merged_into__country",
            "adapted_from__published",
            "stand_in__merged_into",
        )
        .filter(uid=uid, published__isnull=False)
        .first()
    )
    return record if record and policies.read_record.allows(person, record) else None


def withdrawn_record(uid: str) -> Record | None:
    """The tombstone of a record that was public once: only kind, dates and reason may be shown."""
    return Record.objects.select_related("published").filter(uid=uid, state="withdrawn").first()


def read(record: Record, language: str) -> Reading:
    """The published text in `language`; in the original where there is no (complete enough) translation.

    One query. A translation counts when at least its title is there; texts that lack a translation are
    shown in the original and named in `missing`.
    """
    revision = record.published
    there = translations_of([record.target]).get(record.target, {})
    languages = (record.language, *sorted(code for code, texts in there.items() if "title" in texts.texts))
    originals = documents.translatable_texts(
        revision.title, revision.summary, revision.body, record.kind, revision.form
    )
    if language == record.language or language not in languages:
        reading = Reading(record.language, revision.title, revision.summary, revision.body)
    else:
        reading = _translated(record, originals, there[language])
    reading.languages = languages
    reading.behind = frozenset(code for code, texts in there.items() if _stale(originals, texts))
    return reading


def _stale(originals: dict[str, str], texts: TranslatedTexts) -> set[str]:
    return {
        path
        for path, text in originals.items()
        if path in texts.hashes and texts.hashes[path] != source_hash(text)
    }


def _translated(record: Record, originals: dict[str, str], texts: TranslatedTexts) -> Reading:
    revision = record.published
    by_machine = {path: engine for path, engine in texts.engines.items() if path in originals}
    return Reading(
        language=texts.language,
        title=texts.texts["title"],
        summary=texts.texts.get("summary", revision.summary),
        body=documents.with_texts(revision.body, texts.texts),
        is_translation=True,
        is_machine=bool(by_machine),
        is_all_machine=all(path in by_machine for path in originals if path in texts.texts),
        engines=tuple(sorted({engine for engine in by_machine.values() if engine})),
        stale=_stale(originals, texts),
        missing={path for path in originals if path not in texts.texts},
    )


def terms_of(revision_ids: Iterable[int], concepts: Concepts) -> dict[int, list[Concept]]:
    """Revision id -> its concepts, in the vocabularies' order. One query."""
    found: dict[int, list[Concept]] = {pk: [] for pk in revision_ids}
    rows = RevisionTerm.objects.filter(revision__in=list(found)).order_by(
        "term__vocabulary", "term__position", "term_id"
    )
    for revision, term in rows.values_list("revision_id", "term_id"):
        found[revision].append(concepts.by_id[term])
    return found


def cards(records: Iterable[Record], language: str, concepts: Concepts, *, whole: bool = False) -> list[Card]:
    """Cards in the given order, in `language` where a translation is there. Three queries for any number.

    The records need `published` and `owner` selected. `whole`: with all texts of the translations.
    """
    records = list(records)
    translations = translations_of(
        (r.target for r in records), language=language, fields=None if whole else ("title", "summary")
    )
    terms = terms_of([r.published_id for r in records], concepts)
    names = names_in(language, {r.owner.merged_into_id or r.owner_id for r in records})
    return [
        _card(r, language, translations.get(r.target, {}).get(language), terms[r.published_id], names)
        for r in records
    ]


def _card(
    record: Record,
    language: str,
    translated: TranslatedTexts | None,
    terms: list[Concept],
    names: dict[int, tuple[str, str]],
) -> Card:
    use = translated if translated and "title" in translated.texts and language != record.language else None
    owner_name, owner_language = names[record.owner.merged_into_id or record.owner_id]
    return Card(
        record=record,
        title=use.texts["title"] if use else record.published.title,
        summary=use.texts.get("summary", "") if use else record.published.summary,
        language=language if use else record.language,
        owner_name=owner_name,
        owner_language=owner_language,
        terms=terms,
        translated=bool(use),
        texts=use.texts if use else {},
    )


def goals_of(terms: Iterable[Concept]) -> list[Concept]:
    """The goals among the tags, each once, targets left out."""
    return [term for term in terms if term.vocabulary == "sdg" and "." not in term.code]


def listed(person: Person | None) -> QuerySet[Record]:
    """Visible records with what cards need, newest first."""
    return (
        visible_to(person)
        .filter(published__isnull=False, state="public")
        .select_related("published", "owner")
        .order_by(F("published_at").desc(), "-pk")
    )


def listed_by_uid(person: Person | None, uids: Iterable[str]) -> dict[str, Record]:
    """Those of the named records that `listed` would hold, by uid.

    The state is looked at here: asked for it too, SQLite would read all that is public.
    """
    named = visible_to(person).filter(uid__in=list(uids), published__isnull=False)
    return {
        record.uid: record
        for record in named.select_related("published", "owner")
        if record.state == "public"
    }


def records_of(institution: Institution, person: Person | None) -> QuerySet[Record]:
    """What the institution stands for, then what it took part in; duplicates merged into it count."""
    ids = [institution.pk, *institution.merged_from.values_list("pk", flat=True)]
    took_part = RevisionPartner.objects.filter(institution__in=ids).values("revision")
    both = listed(person).filter(Q(owner__in=ids) | Q(published__in=took_part))
    own = Case(When(owner__in=ids, then=0), default=1)
    return both.order_by(own, F("published_at").desc(), "-pk")


def adaptations_of(record: Record, person: Person | None, duplicates: Iterable[int] = ()) -> QuerySet[Record]:
    """`duplicates`: records withdrawn because this one says the same; what adapts them adapts this one."""
    return listed(person).filter(adapted_from__in=[record.pk, *duplicates])


def siblings_of(record: Record, person: Person | None) -> QuerySet[Record]:
    """Other public records with the very same title (one activity reported by several)."""
    return listed(person).filter(title_key=record.title_key, kind=record.kind).exclude(pk=record.pk)


def partners_of(revision: Revision) -> list[RevisionPartner]:
    institutions = Prefetch("institution", Institution.objects.select_related("country", "merged_into"))
    return list(revision.partners.prefetch_related(institutions))


def is_current(record: Record, today: date) -> bool:
    """May people still ask? It is public, and the contact agreed to be asked until a day."""
    return record.state == RecordState.PUBLIC and will_answer(record, today)


def will_answer(record: Record, today: date) -> bool:
    """Have those behind it agreed to be asked, and is the day they named still to come? Whether or not it is public."""
    return bool(record.contact_email) and (record.contact_until is None or record.contact_until >= today)
