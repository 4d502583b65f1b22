"""Further records beside a record: links with a title in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from ayni.knowledge.models import Record
from ayni.knowledge.queries import records
from ayni.registry.models import Person
from ayni.registry.queries.translations import translations_of
from ayni.web import addresses

LIMIT = 5
_FIELDS = ("uid", "kind", "language", "published__title", "owner__name", "owner__name_language")


@dataclass
class Link:
    url: str
    title: str
    language: str
    kind: str
    owner_name: str
    owner_language: str


@dataclass
class Related:
    siblings: list[Link]  # the same title, told by others
    adaptations: list[Link]  # taken up elsewhere
    adapted_from: list[Link]  # the original: none or one
    others: list[Link]  # what else its institution stands for


def of(record: Record, person: Person, language: str) -> Related:
    """Four queries, whatever there is. What the person may not see is left out."""
    siblings = _rows(records.siblings_of(record, person))
    adaptations = _rows(records.adaptations_of(record, person))
    others = _rows(
        records.listed(person)
        .filter(owner=record.owner_id)
        .exclude(pk=record.pk)
        .exclude(title_key=record.title_key)
    )
    groups = (siblings, adaptations, _original(record, person), others)
    titles = _titles([row for group in groups for row in group], language)
    return Related(*([_link(row, titles, language) for row in group] for group in groups))


def of_draft(record: Record, person: Person, language: str) -> Related:
    """Only what it adapts: nothing else stands beside what is not public yet."""
    rows = _original(record, person)
    titles = _titles(rows, language)
    return Related([], [], [_link(row, titles, language) for row in rows], [])


def _original(record: Record, person: Person) -> list[tuple[str, ...]]:
    return _rows(records.listed(person).filter(pk=record.adapted_from_id)) if record.adapted_from_id else []


def _rows(found: QuerySet[Record]) -> list[tuple[str, ...]]:
    return list(found.values_list(*_FIELDS)[:LIMIT])


def _titles(rows: Iterable[tuple[str, ...]], language: str) -> dict[str, str]:
    targets = {f"knowledge.record:{row[0]}": row[0] for row in rows if row[2] != language}
    if not targets:
        return {}
    found = translations_of(targets, language=language, fields=("title",))
    return {targets[target]: there[language].texts["title"] for target, there in found.items()}


def _link(row: tuple[str, ...], titles: dict[str, str], language: str) -> Link:
    uid, kind, original, title, owner_name, owner_language = row
    shown = titles.get(uid)
    return Link(
        url=addresses.record_path(kind, uid, title),
        title=shown or title,
        language=language if shown else original,
        kind=kind,
        owner_name=owner_name,
        owner_language=owner_language,
    )
