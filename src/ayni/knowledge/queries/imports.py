"""Reads of imports: batches for the operator, and what the importer needs to know of the records there are."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from ayni.kernel import clock
from ayni.knowledge import policies
from ayni.knowledge.formats import Limits
from ayni.knowledge.models import ImportBatch, ImportRow, Record, Revision, RevisionPartner, RevisionTerm
from ayni.knowledge.states import VISIBLE_STATES, BatchState, RecordState, RowOutcome
from ayni.registry.models import AuditEntry, Person, Translation
from ayni.registry.states import TranslationStatus

STALE_AFTER = timedelta(seconds=60)  # a worker that has not been heard of for so long is gone
UNDO_ASKED = "import.undo_started"  # verb of the audit entry
WRITTEN = (RowOutcome.CREATED, RowOutcome.UPDATED)


def limits() -> Limits:
    """How large a file may be."""
    return Limits(bytes=settings.UPLOAD_LIMIT, rows=settings.IMPORT_ROW_LIMIT)


def target_of(batch: ImportBatch) -> str:
    return f"knowledge.importbatch:{batch.uid}"


def batches_for(person: Person | None) -> QuerySet[ImportBatch]:
    return (
        ImportBatch.objects.filter(policies.run_import.scope(person))
        .select_related("created_by")
        .order_by("-pk")
    )


def get_batch_for(person: Person | None, uid: str) -> ImportBatch | None:
    """ "Not there" and "not yours" look alike."""
    return batches_for(person).filter(uid=uid).first()


def counts(batch: ImportBatch) -> dict[str, int]:
    """Outcome -> rows; the file's own fault (row 0) is not a row."""
    found = Counter(batch.rows.filter(number__gt=0).values_list("outcome", flat=True))
    return {str(outcome): found[outcome] for outcome in RowOutcome.values}


def rows_with_something_to_say(batch: ImportBatch) -> QuerySet[ImportRow]:
    """Rows with faults, and rows left alone."""
    return batch.rows.filter(Q(outcome=RowOutcome.FAILED) | Q(outcome=RowOutcome.KEPT)).order_by("number")


def rows_with_notes(batch: ImportBatch) -> QuerySet[ImportRow]:
    return batch.rows.exclude(notes=[]).exclude(outcome=RowOutcome.FAILED).order_by("number")


def kept_by_undo(batch: ImportBatch) -> list[ImportRow]:
    """What undoing left in place, because it has been edited or built on since."""
    return list(batch.rows.filter(before__undone="kept").order_by("number"))


@dataclass(frozen=True)
class Alike:
    """A record in a list of similar ones; only public ones have a page."""

    uid: str
    title: str
    is_public: bool


def near_pairs(batch: ImportBatch, limit: int = 100) -> list[tuple[Alike, int, list[Alike]]]:
    """(record, its row, records that look like it), each pair from both of its sides. Three queries."""
    rows = list(batch.rows.exclude(near=[]).order_by("number")[:limit])
    pairs: dict[str, dict[str, None]] = {}
    for row in rows:
        for uid in row.near:
            pairs.setdefault(row.record_uid, {})[uid] = None
            pairs.setdefault(uid, {})[row.record_uid] = None
    both = list(batch.rows.filter(record_uid__in=list(pairs)).order_by("number"))
    titles = {row.record_uid: row.title for row in both}
    public = published_titles(pairs)
    alike = {uid: Alike(uid, public.get(uid) or titles.get(uid, uid), uid in public) for uid in pairs}
    return [
        (alike[row.record_uid], row.number, [alike[uid] for uid in pairs[row.record_uid]]) for row in both
    ]


def published_titles(uids: Iterable[str]) -> dict[str, str]:
    """Uid -> title of those that everyone may see."""
    rows = Record.objects.filter(uid__in=list(uids), state__in=VISIBLE_STATES)
    return dict(rows.values_list("uid", "published__title"))


def waiting(now: datetime) -> QuerySet[ImportBatch]:
    """Uploaded batches that nobody works on: new ones, and those whose worker is gone."""
    gone = Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lt=now - STALE_AFTER)
    unfinished = Q(state=BatchState.WAITING) | (Q(state=BatchState.RUNNING) & gone)
    return ImportBatch.objects.filter(unfinished).exclude(stored_path="").order_by("pk")


def undos_to_do(now: datetime) -> QuerySet[ImportBatch]:
    """Undos that were asked for, and those whose worker is gone."""
    gone = Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lt=now - STALE_AFTER)
    return ImportBatch.objects.filter(gone, state=BatchState.UNDOING).order_by("pk")


def unfinished(digest: str, file_format: str, *, publishes: bool) -> ImportBatch | None:
    """The command line's batch of this very file that was stopped halfway."""
    return ImportBatch.objects.filter(
        digest=digest, format=file_format, publishes=publishes, stored_path="",
        state__in=[BatchState.WAITING, BatchState.RUNNING],
    ).last()  # fmt: skip


def is_busy(batch: ImportBatch) -> bool:
    """Is a worker at it that was heard of lately?"""
    working = batch.state in {BatchState.RUNNING, BatchState.UNDOING}
    return bool(working and batch.heartbeat_at and batch.heartbeat_at > clock.now() - STALE_AFTER)


def others_at_work(batch: ImportBatch) -> QuerySet[ImportBatch]:
    """Other batches with a worker that was heard of lately."""
    working = ImportBatch.objects.filter(state__in=[BatchState.RUNNING, BatchState.UNDOING])
    return working.filter(heartbeat_at__gt=clock.now() - STALE_AFTER).exclude(pk=batch.pk)


def who_asked_to_undo(batch: ImportBatch) -> Person | None:
    """The operator in whose name the worker undoes the batch; None: the command line, or operator no more."""
    asked = AuditEntry.objects.filter(target=target_of(batch), verb=UNDO_ASKED).last()
    person = Person.objects.filter(uid=asked.actor_uid).first() if asked and asked.actor_uid else None
    return person if policies.run_import.allows(person, batch) else None


@dataclass
class Current:
    """A record as it is now, in the shape the importer compares."""

    record: Record
    latest: Revision
    terms: frozenset[int] = frozenset()
    partners: tuple[tuple[str, str, int | None], ...] = ()
    translations: list[Translation] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """Changes with every edit anybody makes here; machine translations are not edits."""
        return fingerprint(self.record, self.latest, self.translations)

    def texts(self, language: str) -> dict[str, str]:
        return {row.field: row.text for row in self.translations if row.language == language}


def fingerprint(record: Record, latest: Revision, translations: Iterable[Translation]) -> str:
    rows = sorted(
        (row.language, row.field, row.text, row.status)
        for row in translations
        if row.status != TranslationStatus.MACHINE
    )
    digest = hashlib.sha256(repr(rows).encode()).hexdigest()[:16] if rows else "-"
    return f"{record.version}.{latest.number}.{latest.state}.{digest}"


def current_records(records: Iterable[Record]) -> list[Current]:
    """Five queries for any number of records."""
    records = list(records)
    latest: dict[int, Revision] = {}
    for revision in Revision.objects.filter(record__in=records).order_by("number"):
        latest[revision.record_id] = revision
    ids = [revision.pk for revision in latest.values()]
    terms: dict[int, set[int]] = {pk: set() for pk in ids}
    for revision_id, term in RevisionTerm.objects.filter(revision__in=ids).values_list(
        "revision_id", "term_id"
    ):
        terms[revision_id].add(term)
    partners: dict[int, list[tuple[str, str, int | None]]] = {pk: [] for pk in ids}
    for row in RevisionPartner.objects.filter(revision__in=ids).order_by("position"):
        partners[row.revision_id].append((row.name, row.role, row.institution_id))
    translations: dict[str, list[Translation]] = {}
    targets = [record.target for record in records]
    for translation in Translation.objects.filter(target__in=targets).order_by("pk"):
        translations.setdefault(translation.target, []).append(translation)
    found = []
    for record in records:
        last = latest[record.pk]
        last.record = record
        there = translations.get(record.target, [])
        found.append(Current(record, last, frozenset(terms[last.pk]), tuple(partners[last.pk]), there))
    return found


def records_of_origin(origin: str, ids: Iterable[str]) -> dict[str, Current]:
    """Id in the source -> the record an earlier import made of it."""
    records = Record.objects.filter(origin=origin, origin_id__in=list(ids)).select_related(
        "owner", "published", "adapted_from"
    )
    return {current.record.origin_id: current for current in current_records(records)}


def baselines(uids: Iterable[str]) -> dict[str, ImportRow]:
    """Record uid -> the row that last wrote it and has not been undone since."""
    rows = ImportRow.objects.filter(record_uid__in=list(uids), outcome__in=WRITTEN).order_by("pk")
    return {row.record_uid: row for row in rows if "undone" not in row.before}


def titles_by_kind() -> list[tuple[str, str, str]]:
    """(kind, title, uid) of everything published."""
    return list(Record.objects.filter(published__isnull=False).values_list("kind", "published__title", "uid"))


def drafts_of(batch: ImportBatch) -> int:
    """How many records the batch brought or changed that are not public."""
    uids = batch.rows.filter(outcome__in=WRITTEN).exclude(before__has_key="undone").values("record_uid")
    return Record.objects.filter(uid__in=uids, state=RecordState.UNPUBLISHED).count()
