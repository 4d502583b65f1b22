"""From records in the database to documents of the index: in bulk, without model instances.

Records with the very same title and kind become one document, under the id of the oldest of them; the
others are its siblings.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Q

from ayni.discovery import fields
from ayni.discovery.engine.interface import Doc
from ayni.discovery.sources import Source, docs, grouped
from ayni.knowledge import documents as texts
from ayni.knowledge.models import Record, RevisionPartner, RevisionTerm
from ayni.registry.models import Institution, InstitutionName, Translation
from ayni.registry.queries.vocabularies import Concepts
from ayni.registry.states import PUBLIC_TRANSLATIONS, NameKind

_SEARCHABLE = Q(state="public", published__isnull=False)
_ROW = (
    "id", "uid", "kind", "language", "title_key", "version", "owner_id", "last_confirmed_on", "published_at",
    "published_id", "published__form", "published__title", "published__summary", "published__body",
    "published__started", "published__ended", "is_unanswered",
)  # fmt: skip
_TITLE_LIMIT_FOR_NAMES = 20  # institutions of one record whose names are searchable


def sources(records: Iterable[Sequence[Any]], concepts: Concepts) -> list[Source]:
    """Read all that the rows (of `_ROW`) need, in five queries whatever their number."""
    rows = list(records)
    revisions = [row[9] for row in rows]
    terms: dict[int, list[int]] = defaultdict(list)
    for revision, term in RevisionTerm.objects.filter(revision__in=revisions).values_list(
        "revision_id", "term_id"
    ):
        terms[revision].append(term)
    partners: dict[int, list[tuple[int | None, str]]] = defaultdict(list)
    for revision, institution, name in RevisionPartner.objects.filter(revision__in=revisions).values_list(
        "revision_id", "institution_id", "name"
    ):
        partners[revision].append((institution, name))
    institutions = _institutions(
        {row[6] for row in rows} | {pk for some in partners.values() for pk, _ in some if pk}
    )
    translations = _translations([f"knowledge.record:{row[1]}" for row in rows])
    return [
        _source(
            row,
            [concepts.by_id[pk] for pk in terms[row[9]]],
            partners[row[9]],
            institutions,
            translations,
            concepts,
        )
        for row in rows
    ]


def _institutions(ids: set[int]) -> dict[int, tuple[str, list[tuple[str, str]]]]:
    """Institution id -> (uid of the one that stays, its names with their languages)."""
    kept = {
        pk: (merged or pk, merged_uid or uid)
        for pk, uid, merged, merged_uid in Institution.objects.filter(pk__in=ids).values_list(
            "pk", "uid", "merged_into", "merged_into__uid"
        )
    }
    names: dict[int, list[tuple[str, str]]] = defaultdict(list)
    everyone = ids | {pk for pk, _ in kept.values()}
    for pk, text, language in (
        InstitutionName.objects.filter(institution__in=everyone)
        .exclude(kind=NameKind.FORMER)
        .values_list("institution_id", "text", "language")
    ):
        names[pk].append((text, language or "en"))
    return {pk: (uid, names[pk] + (names[stays] if stays != pk else [])) for pk, (stays, uid) in kept.items()}


def _translations(targets: list[str]) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    rows = Translation.objects.filter(target__in=targets, status__in=PUBLIC_TRANSLATIONS)
    for target, language, name, text in rows.values_list("target", "language", "field", "text"):
        found[target][language][name] = text
    return found


def _source(
    row: Sequence[Any],
    tags: list[Any],
    partners: list[tuple[int | None, str]],
    institutions: dict[int, tuple[str, list[tuple[str, str]]]],
    translations: dict[str, dict[str, dict[str, str]]],
    concepts: Concepts,
) -> Source:
    uid, kind, language, version, owner, confirmed, published_at = (
        row[1],
        row[2],
        row[3],
        row[5],
        row[6],
        row[7],
        row[8],
    )
    form, title, summary, body, started, ended, is_unanswered = row[10:17]
    everything = fields.implied(tags, concepts)
    original = texts.translatable_texts(title, summary, body, kind, form)
    source = Source(
        uid, kind, version, int(published_at.timestamp() * 1000), [], [], fields.facets_of(everything), []
    )
    source.is_unanswered = is_unanswered
    source.concepts = [fields.concept_token(concept) for concept in everything]
    languages = [language]
    for code, words in [(language, original), *translations.get(f"knowledge.record:{uid}", {}).items()]:
        if "title" not in words:
            continue
        languages.append(code)
        source.titles.append((words["title"], code))
        # Of a field that the original no longer has, the translation is kept, but not shown: nor found.
        shown = (text for path, text in words.items() if path != "title" and path in original)
        source.texts.append(("\n".join(shown), code))
    involved = [owner, *(pk for pk, _ in partners if pk)]
    source.texts += [
        name for pk in dict.fromkeys(involved[:_TITLE_LIMIT_FOR_NAMES]) for name in institutions[pk][1]
    ]
    source.texts += [(name, language) for pk, name in partners if pk is None]
    if kind == "publication":
        source.texts.append((" ".join(body.get("authors", [])), language))
    source.facets |= {
        "kind": [kind],
        "institution": [institutions[pk][0] for pk in involved],
        "language": languages,
        "year": years(started, ended, body.get("year")),
        "confirmed": [str(confirmed.year) if confirmed else fields.NEVER],
    }
    return source


def years(started: str, ended: str, year: int | None = None) -> list[str]:
    """The years a record speaks of: from start to end, at most thirty; a publication's own year."""
    if year:
        return [str(year)]
    first, last = int((started or ended or "0")[:4]), int((ended or started or "0")[:4])
    if not first:
        return []
    return [str(value) for value in range(first, min(max(first, last), first + 29) + 1)]


def changed(uids: Iterable[str], concepts: Concepts) -> tuple[list[Doc], list[str]]:
    """What the index must hold for these records now: (documents to store, ids to delete)."""
    uids = list(uids)
    pairs = set(Record.objects.filter(uid__in=uids).values_list("kind", "title_key"))
    rows = list(
        Record.objects.filter(_SEARCHABLE, title_key__in={key for _, key in pairs})
        .order_by("pk")
        .values_list(*_ROW)
    )
    rows = [row for row in rows if (row[2], row[4]) in pairs]
    leads = grouped(sources(rows, concepts), {row[1]: (row[2], row[4]) for row in rows})
    stored = {lead.uid for lead in leads}
    return docs(leads), [uid for uid in {*uids, *(row[1] for row in rows)} if uid not in stored]


def everything(concepts: Concepts, chunk: int = 2000) -> Iterator[list[Source]]:
    """All searchable records in chunks; siblings are never split between two chunks."""
    keys = Record.objects.filter(_SEARCHABLE).order_by("title_key", "kind", "pk")
    batch: list[Sequence[Any]] = []
    for row in keys.values_list(*_ROW).iterator(chunk_size=chunk):
        if len(batch) >= chunk and (row[2], row[4]) != (batch[-1][2], batch[-1][4]):
            yield _chunk(batch, concepts)
            batch = []
        batch.append(row)
    if batch:
        yield _chunk(batch, concepts)


def _chunk(rows: list[Sequence[Any]], concepts: Concepts) -> list[Source]:
    return grouped(sources(rows, concepts), {row[1]: (row[2], row[4]) for row in rows})


def lead_versions() -> dict[str, int]:
    """uid of every document that should be there -> its version, as the database says."""
    versions: dict[tuple[str, str], tuple[str, int]] = {}
    rows = (
        Record.objects.filter(_SEARCHABLE).order_by("pk").values_list("uid", "kind", "title_key", "version")
    )
    for uid, kind, key, version in rows.iterator(chunk_size=5000):
        lead, highest = versions.get((kind, key), (uid, 0))
        versions[kind, key] = lead, max(highest, version)
    return dict(versions.values())


def records_naming(institution_uids: Iterable[str]) -> list[str]:
    """uids of the records whose document names one of these institutions (or what is merged into it)."""
    ids = list(
        Institution.objects.filter(
            Q(uid__in=list(institution_uids)) | Q(merged_into__uid__in=list(institution_uids))
        ).values_list("pk", flat=True)
    )
    took_part = RevisionPartner.objects.filter(institution__in=ids).values("revision")
    return list(
        Record.objects.filter(Q(owner__in=ids) | Q(published__in=took_part)).values_list("uid", flat=True)
    )


def searchable_count() -> int:
    return Record.objects.filter(_SEARCHABLE).count()
