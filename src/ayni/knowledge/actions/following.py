"""Translations follow their original: carried along when rows move, marked when it says something else."""

from collections import defaultdict

from ayni.kernel import guarded
from ayni.knowledge import translating
from ayni.knowledge.models import Record
from ayni.knowledge.queries.translations import originals_of, published_of
from ayni.registry.actions import notices
from ayni.registry.models import Person, Translation, TranslationDraft
from ayni.registry.models.translations import source_hash

Row = Translation | TranslationDraft


def follow_original(record: Record, by: Person | None = None) -> None:
    """Call inside the action that made another revision the published one. Two queries where nothing is translated.

    Who translated what has become stale is told.
    """
    guarded.check("Translation")
    originals = originals_of(record)
    late: dict[tuple[str, str], int] = defaultdict(int)  # (author, language) -> passages
    for model in (Translation, TranslationDraft):
        by_language: dict[str, list[Row]] = defaultdict(list)
        for row in model.objects.filter(target=record.target).order_by("pk"):
            by_language[row.language].append(row)
        for language, rows in by_language.items():
            _carry(model, rows, originals)
            _mark_stale(rows, originals)
            for row in rows:
                if _is_stale(row, originals):
                    for uid in _authors(row):
                        late[uid, language] += 1
    _tell(record, by, late)


def _carry(model: type[Row], rows: list[Row], originals: dict[str, str]) -> None:
    """Anew, not moved one by one: each would run into the one that has not made room yet."""
    places = translating.places({row.field: row.source_hash for row in rows}, originals)
    moving = [row for row in rows if places[row.field] != row.field]
    if not moving:
        return
    model.objects.filter(pk__in=[row.pk for row in moving]).delete()
    for row in moving:
        row.pk, row.field = None, places[row.field]
    model.objects.bulk_create(moving)


def _authors(row: Row) -> list[str]:
    if isinstance(row, TranslationDraft):
        return list(row.author_uids)
    return [row.author_uid] if row.author_uid else []


def _mark_stale(rows: list[Row], originals: dict[str, str]) -> None:
    turned = [
        row for row in rows if isinstance(row, Translation) and row.is_stale != _is_stale(row, originals)
    ]
    for row in turned:
        row.is_stale = not row.is_stale
    Translation.objects.bulk_update(turned, ["is_stale"])


def _is_stale(row: Row, originals: dict[str, str]) -> bool:
    return row.field in originals and row.source_hash != source_hash(originals[row.field])


def _tell(record: Record, by: Person | None, late: dict[tuple[str, str], int]) -> None:
    if not late:
        return
    revision = published_of(record)
    people = {person.uid: person for person in Person.objects.filter(uid__in={uid for uid, _ in late})}
    for (uid, language), passages in late.items():
        person = people.get(uid)
        if person is None or (by is not None and by.pk == person.pk):
            continue
        notices.tell(
            [person], code="translation-stale", target=target_of(record, language),
            key=f"translation-stale {record.uid} {language} {revision.number}",
            record=record.uid, language=language, title=revision.title, number=passages,
        )  # fmt: skip


def target_of(record: Record, language: str) -> str:
    """How notices name a record's text in one language."""
    return f"knowledge.translation:{record.uid}:{language}"
