"""Taking an import out again, in small steps that can go on after any stop.

What has been edited or built on since stays, and is listed. Everything else is as before, but for the
audit, the batch's own rows, tombstones, and the versions that only ever grow.
"""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db.models import ForeignKey

from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.kernel.locking import locked
from ayni.kernel.transitions import move
from ayni.knowledge.actions import records
from ayni.knowledge.actions.import_lease import Busy, Lease, OperatorsOnly
from ayni.knowledge.actions.imports import CHUNK
from ayni.knowledge.models import ImportBatch, ImportRow, Record
from ayni.knowledge.queries import imports as queries
from ayni.knowledge.states import BATCH_MOVES, BatchState, RowOutcome
from ayni.knowledge.texts import Standing
from ayni.registry.actions import audit, outbox
from ayni.registry.actions.institutions import remove_unused_institution
from ayni.registry.models import Institution, Person, Translation

REASON = "import_undone"
REMOVED, RESTORED, KEPT = "removed", "restored", "kept"
_OWN = {"registry.institutionname", "registry.institutionidentifier"}  # go with the institution


@action
def ask_to_undo(*, by: Person | None, batch: ImportBatch) -> None:
    """Mark the batch for the worker, which calls `undo_batch`. Raises Busy, and WrongState where nothing is to undo."""
    OperatorsOnly.check(by)
    locked(batch)
    if queries.is_busy(batch):
        raise Busy
    move(batch, BATCH_MOVES, "start undoing")
    # A worker that was at it and is thought gone loses its lease by this.
    batch.heartbeat_at = None
    batch.save()
    audit.record(by=by, verb=queries.UNDO_ASKED, target=queries.target_of(batch))


def undo_batch(*, by: Person | None, batch: ImportBatch) -> list[ImportRow]:
    """Undo what the batch brought; return the rows whose records stay because they were edited since.

    Safe to call again after a stop. Raises Busy while another worker is at the batch, WrongState for one
    that has nothing to undo.
    """
    OperatorsOnly.check(by)
    if batch.state != BatchState.UNDOING:
        ask_to_undo(by=by, batch=batch)
    lease = Lease.claim(batch=batch, name="start undoing")
    while rows := _next_rows(batch):
        _undo_chunk(by=by, rows=rows, lease=lease)
    _finish(by=by, batch=batch, lease=lease)
    batch.refresh_from_db()
    return queries.kept_by_undo(batch)


def _next_rows(batch: ImportBatch) -> list[ImportRow]:
    """The last rows first: what adapts another record goes before it."""
    rows = batch.rows.filter(outcome__in=queries.WRITTEN).order_by("-pk")
    return list(rows.exclude(before__has_key="undone")[:CHUNK])


@action
def _undo_chunk(*, by: Person | None, rows: list[ImportRow], lease: Lease) -> None:
    lease.renew()
    there = (
        Record.objects.filter(uid__in=[row.record_uid for row in rows])
        .select_related("owner", "published", "adapted_from")
        # Nobody edits between the look whether it was edited and its removal.
        .select_for_update(of=("self",), no_key=True)
    )
    current = {found.record.uid: found for found in queries.current_records(there)}
    for row in rows:
        found = current.get(row.record_uid)
        row.before = row.before | {"undone": _undo_row(by, row, found) if found else REMOVED}
        row.save()
    Lease.announce_once(row.record_uid for row in rows)


def _undo_row(by: Person | None, row: ImportRow, current: queries.Current) -> str:
    record = current.record
    if row.before.get("after") != current.fingerprint:
        return KEPT
    if row.outcome == RowOutcome.CREATED:
        if record.adaptations.exists():
            return KEPT
        records.remove(by=by, record=record, reason=REASON)
        return REMOVED
    _restore(by, row, current)
    return RESTORED


def _restore(by: Person | None, row: ImportRow, current: queries.Current) -> None:
    record, before = current.record, row.before
    _restore_revisions(by, record, before)
    standing, owner = _standing(before), Institution.objects.get(uid=before["owner"])
    same = all(getattr(record, name) == value for name, value in vars(standing).items())
    if not same or record.owner_id != owner.pk or record.language != before["language"]:
        records.change_standing(
            by=by, record=record, standing=standing, owner=owner, language=before["language"]
        )
    _restore_translations(record, before)
    audit.record(by=by, verb="import.row_undone", target=record.target, batch=row.batch.uid)
    _pass_on(row, record)


def _restore_revisions(by: Person | None, record: Record, before: dict[str, Any]) -> None:
    published = record.published.number if record.published else None
    if published == before["published"]:
        record.revisions.filter(number__gt=before["latest"]).delete()
    elif before["published"] and before["latest"] == before["published"]:
        records.restore_revision(by=by, record=record, number=before["published"])
    else:
        records.take_back_publication(
            by=by, record=record, number=before["latest"], published=before["published"]
        )


def _standing(before: dict[str, Any]) -> Standing:
    values = dict(before["standing"])
    for name in ("contact_until", "last_confirmed_on"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    adapted_from = (
        Record.objects.filter(uid=before["adapted_from"]).first() if before["adapted_from"] else None
    )
    return Standing(**values, adapted_from=adapted_from)


def _restore_translations(record: Record, before: dict[str, Any]) -> None:
    if not before["languages"]:
        return
    Translation.objects.filter(target=record.target, language__in=before["languages"]).delete()
    Translation.objects.bulk_create(
        Translation(target=record.target, **{**row, "updated_at": datetime.fromisoformat(row["updated_at"])})
        for row in before["translations"]
    )
    outbox.announce(record.target)


def _pass_on(row: ImportRow, record: Record) -> None:
    """The record is again what an earlier import made of it: that one may change it, and be undone, as before."""
    found = queries.current_records([record])[0].fingerprint
    rows = ImportRow.objects.filter(record_uid=record.uid, outcome__in=queries.WRITTEN, pk__lt=row.pk)
    earlier = rows.exclude(before__has_key="undone").last()
    if earlier and earlier.before.get("after") == row.before["fingerprint"]:
        earlier.before = earlier.before | {"after": found}
        earlier.version_after = record.version
        earlier.save()


@action
def _finish(*, by: Person | None, batch: ImportBatch, lease: Lease) -> None:
    lease.renew()
    made = [uid for uids in batch.rows.values_list("institutions_created", flat=True) for uid in uids]
    for institution in Institution.objects.filter(uid__in=made).order_by("-pk"):
        # Version 1: nobody has changed it since it was registered.
        if institution.version == 1 and not _is_used(institution):
            remove_unused_institution(by=by, institution=institution, reason=REASON)
    locked(batch)
    move(batch, BATCH_MOVES, "finish undoing")
    batch.ended_at = clock.now()
    batch.save()
    if batch.stored_path:
        Path(batch.stored_path).unlink(missing_ok=True)
    audit.record(by=by, verb="import.undone", target=queries.target_of(batch))


def _is_used(institution: Institution) -> bool:
    """Does any table point at it, also of apps above that this one does not know?"""
    for relation in Institution._meta.get_fields(include_hidden=True):
        model = relation.related_model
        if not relation.auto_created or model is None or model._meta.label_lower in _OWN:
            continue
        for field in model._meta.get_fields():
            points_here = isinstance(field, ForeignKey) and field.related_model is Institution
            if points_here and model._base_manager.filter(**{field.name: institution}).exists():
                return True
    return Translation.objects.filter(target=f"registry.institution:{institution.uid}").exists()
