"""Bringing in a file: a batch is started, processed in small steps, and can go on after any stop.

`process_batch` is no action itself: it makes many, each a transaction of a few rows, so that others can
write in between and that a killed process loses nothing it has acknowledged.
"""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.conf import settings

from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.kernel.errors import Fault
from ayni.kernel.ids import new_uid
from ayni.kernel.locking import locked
from ayni.kernel.transitions import move
from ayni.knowledge import formats
from ayni.knowledge.actions.import_institutions import Institutions
from ayni.knowledge.actions.import_lease import Lease, OperatorsOnly
from ayni.knowledge.actions.import_reading import DocumentReader, Prepared
from ayni.knowledge.actions.import_rows import Importing
from ayni.knowledge.formats import FileFault
from ayni.knowledge.models import ImportBatch, ImportRow, Record
from ayni.knowledge.queries import imports as queries
from ayni.knowledge.queries.near_titles import NearTitles
from ayni.knowledge.states import BATCH_MOVES, RowOutcome
from ayni.language.normalise import clean
from ayni.registry.actions import audit
from ayni.registry.models import Person
from ayni.registry.queries.vocabularies import concepts

CHUNK = 25
_PIECE = 1024 * 1024
Progress = Callable[[int, int], None]  # rows done, rows in all


@dataclass
class DryRun:
    """What an import would do."""

    format: str
    rows: list[ImportRow] = field(default_factory=list)  # unsaved
    new_institutions: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        outcomes = [str(row.outcome) for row in self.rows]
        return {str(outcome): outcomes.count(outcome) for outcome in RowOutcome.values}


def start_batch(
    *,
    by: Person | None,
    path: Path,
    file_format: str = "",
    publishes: bool = False,
    is_demo: bool = False,
    file_name: str = "",
    keep_file: bool = False,
) -> ImportBatch:
    """A batch for the file, not yet processed. Raises FileFault for a file that is not what it should be.

    `file_format` empty: by content. `keep_file`: copy the file to where a worker finds it (uploads). The
    command line's batch of this very file that was stopped halfway is given again.
    """
    OperatorsOnly.check(by)
    formats.read(path, queries.limits(), file_format)  # sizes and content; no row is read yet
    found = formats.detect_format(path, file_format)
    digest = _digest(path)
    if not keep_file and (batch := queries.unfinished(digest, found, publishes=publishes)):
        return batch
    uid = new_uid()
    stored = _keep(path, uid) if keep_file else ""
    return _create_batch(
        by=by, uid=uid, stored_path=stored, file_name=clean(file_name or path.name, 200), format=found, digest=digest,
        publishes=publishes, is_demo=is_demo,
    )  # fmt: skip


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _keep(path: Path, uid: str) -> str:
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / uid
    shutil.copyfile(path, place)
    place.chmod(0o600)
    return str(place)


@action
def _create_batch(*, by: Person | None, **values: object) -> ImportBatch:
    batch = ImportBatch.objects.create(created_by=by, **values)
    audit.record(
        by=by,
        verb="import.started",
        target=queries.target_of(batch),
        format=batch.format,
        digest=batch.digest[:16],
    )
    return batch


def check_file(*, by: Person | None, path: Path, file_format: str = "", publishes: bool = False) -> DryRun:
    """Everything an import would say about the file; nothing is stored. Raises FileFault."""
    OperatorsOnly.check(by)
    found, rows = _read(path, file_format)
    importing = _importing(found, rows, by=by, publishes=publishes, is_demo=False, dry=True)
    report = DryRun(found)
    for start in range(0, len(rows), 20 * CHUNK):
        some = rows[start : start + 20 * CHUNK]
        _load_current(importing, some)
        report.rows += [importing.take(number, prepared) for number, prepared in some]
    report.new_institutions = sorted(importing.would_register.values())
    return report


def process_batch(
    *, batch: ImportBatch, path: Path | None = None, progress: Progress | None = None
) -> ImportBatch:
    """Deal with every row that has not been dealt with. Safe to call again after a stop anywhere.

    Raises Busy when another worker is at it, or at another batch. A file that cannot be read ends the batch as failed, with
    the fault in a row of number 0. `path` where the batch keeps no file of its own (command line).
    """
    lease = Lease.claim(batch=batch, name="start")
    try:
        # Without a path of its own the batch came from the command line, which must say the path again.
        found, rows = _read(path or Path(batch.stored_path or "-"), batch.format)
    except FileFault as fault:
        return _fail(batch=batch, fault=fault, lease=lease)
    except OSError:
        return _fail(batch=batch, fault=FileFault("not_found", name=batch.file_name), lease=lease)
    done = set(batch.rows.values_list("number", flat=True))
    importing = _importing(
        found, rows, by=batch.created_by, publishes=batch.publishes, is_demo=batch.is_demo, dry=False
    )
    left = [row for row in rows if row[0] not in done]
    for start in range(0, len(left), CHUNK):
        some = left[start : start + CHUNK]
        _store_chunk(batch=batch, importing=importing, rows=some, lease=lease, total=len(rows))
        if progress:
            progress(batch.rows_done, len(rows))
    return _finish(batch=batch, lease=lease, total=len(rows))


def _read(path: Path, file_format: str) -> tuple[str, list[tuple[int, Prepared]]]:
    """(format, rows in the order of processing). Held in memory: files are bounded by the upload limit."""
    found, rows = formats.read(path, queries.limits(), file_format)
    reader = DocumentReader(concepts(), lenient=found == "iati")
    prepared = [(row.number, reader.prepare(row)) for row in rows]
    seen: dict[str, int] = {}
    for number, row in prepared:
        if not row.origin_id:
            continue
        if (first := seen.setdefault(row.origin_id, number)) != number:
            row.faults.append(Fault("id", "id_twice", {"row": first}))
    return found, _originals_first(prepared)


def _originals_first(rows: list[tuple[int, Prepared]]) -> list[tuple[int, Prepared]]:
    """What was adapted before what adapts it, else in the file's order."""
    depths = _depths({row.origin_id: row.adapted_from for _, row in rows if row.origin_id})
    return sorted(rows, key=lambda pair: (depths.get(pair[1].origin_id, 0), pair[0]))


def _depths(above: dict[str, str]) -> dict[str, int]:
    """Name -> how many originals stand above it. Each name is walked once, however long the chains are."""
    depths = {"": -1}
    for start in above:
        path: dict[str, None] = {}
        name = start
        while name in above and name not in depths and name not in path:
            path[name] = None
            name = above[name]
        # The end of the way up: known already, not in this file, or the circle is closed.
        depth = depths.get(name, 0)
        for step in reversed(path):
            depth += 1
            depths[step] = depth
    return depths


def _importing(
    found: str,
    rows: list[tuple[int, Prepared]],
    *,
    by: Person | None,
    publishes: bool,
    is_demo: bool,
    dry: bool,
) -> Importing:
    existing = queries.titles_by_kind()
    near = NearTitles([*(title for _, title, _ in existing), *(row.text.title for _, row in rows)])
    for kind, title, uid in existing:
        near.add(kind, title, uid)
    owners = [row.owner for _, row in rows if row.owner and not row.faults]
    institutions = Institutions(owners, by=by, is_demo=is_demo)
    return Importing(by, found, institutions, near, publishes=publishes, is_demo=is_demo, dry=dry)


def _load_current(importing: Importing, rows: list[tuple[int, Prepared]]) -> None:
    ids = [row.origin_id for _, row in rows if row.origin_id]
    if not importing.dry:
        # Nobody edits them between the look whether they were edited and the change.
        rows_there = Record.objects.filter(origin=importing.origin, origin_id__in=ids)
        list(rows_there.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    importing.current, importing.baselines = {}, {}
    importing.look_up(ids)


@action
def _store_chunk(
    *, batch: ImportBatch, importing: Importing, rows: list[tuple[int, Prepared]], lease: Lease, total: int
) -> None:
    lease.renew(rows_total=total)
    _load_current(importing, rows)
    reports = [importing.take(number, prepared) for number, prepared in rows]
    for report in reports:
        report.batch = batch
    ImportRow.objects.bulk_create(reports)
    Lease.announce_once(report.record_uid for report in reports)
    batch.rows_total, batch.rows_done = total, batch.rows.filter(number__gt=0).count()
    ImportBatch.objects.filter(pk=batch.pk).update(rows_done=batch.rows_done)


@action
def _finish(*, batch: ImportBatch, lease: Lease, total: int) -> ImportBatch:
    lease.renew()
    return _end(batch, "finish", rows_total=total)


@action
def _fail(*, batch: ImportBatch, fault: FileFault, lease: Lease) -> ImportBatch:
    lease.renew()
    row = asdict(Fault("", fault.code, fault.params))
    ImportRow.objects.update_or_create(
        batch=batch, number=0, defaults={"outcome": RowOutcome.FAILED, "faults": [row]}
    )
    return _end(batch, "fail", fault=fault.code)


def _end(batch: ImportBatch, name: str, **values: object) -> ImportBatch:
    """Inside an action. The uploaded copy has served; what counts is in the database."""
    locked(batch)
    move(batch, BATCH_MOVES, name)
    batch.ended_at = clock.now()
    for field_name, value in values.items():
        setattr(batch, field_name, value)
    batch.save()
    found = {code: count for code, count in queries.counts(batch).items() if count}
    audit.record(by=batch.created_by, verb=f"import.{batch.state}", target=queries.target_of(batch), **found)
    if batch.stored_path:
        Path(batch.stored_path).unlink(missing_ok=True)
    return batch
