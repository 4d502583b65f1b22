"""Further records beside a record: links with a title in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from ayni.knowledge.models import Record
from ayni.knowledge.queries import records, successors
from ayni.knowledge.states import RecordState
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
    continued_in: list[Link]  # of what is no longer offered: none or one
    continues: list[Link]  # archived ones that name it as where they continue


def of(record: Record, person: Person, language: str) -> Related:
    """Five queries, whatever there is; more where one continues in another. What the person may not see is left out."""
    archived, duplicates = successors.continued_by(record)
    siblings = _rows(records.siblings_of(record, person))
    adaptations = _rows(records.adaptations_of(record, person, duplicates))
    others = _rows(
        records.listed(person)
        .filter(owner=record.owner_id)
        .exclude(pk=record.pk)
        .exclude(title_key=record.title_key)
    )
    following = successors.continuation_of(record)
    groups = (
        siblings, adaptations, _original(record, person), others,
        _visible(person, [following.pk] if following else []), _visible(person, archived),
    )  # fmt: skip
    titles = _titles([row for group in groups for row in group], language)
    return Related(*([_link(row, titles, language) for row in group] for group in groups))


def of_draft(record: Record, person: Person, language: str) -> Related:
    """Only what it adapts: nothing else stands beside what is not public yet."""
    rows = _original(record, person)
    titles = _titles(rows, language)
    return Related([], [], [_link(row, titles, language) for row in rows], [], [], [])


def _original(record: Record, person: Person) -> list[tuple[str, ...]]:
    """What it adapts; where that was withdrawn as a duplicate, the record that says the same."""
    original = record.adapted_from
    if original is None:
        return []
    if original.state == RecordState.WITHDRAWN and original.withdrawn_reason == successors.AS_DUPLICATE:
        original = successors.continuation_of(original) or original
    return _rows(records.listed(person).filter(pk=original.pk))


def _visible(person: Person, ids: list[int]) -> list[tuple[str, ...]]:
    """Public and archived ones; no query for none."""
    return _rows(records.visible_to(person).filter(pk__in=ids).order_by("pk")) if ids else []


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
