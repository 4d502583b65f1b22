# ruff: noqa: N999 - Django names a command after its file, and this one is `ayni import`.
import json
import sys
from argparse import ArgumentParser
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ayni.kernel.errors import WrongState
from ayni.knowledge import import_words as words
from ayni.knowledge.actions.import_lease import Busy
from ayni.knowledge.actions.imports import check_file, process_batch, start_batch
from ayni.knowledge.actions.undo_import import KEPT, REMOVED, RESTORED, undo_batch
from ayni.knowledge.formats import FORMATS, FileFault, template
from ayni.knowledge.models import ImportBatch, ImportRow
from ayni.knowledge.queries import imports as queries
from ayni.knowledge.states import BatchState, RowOutcome

SOME_FAILED, UNUSABLE = 1, 2
_SHOWN = 200  # faults printed for people; --json has all


class Command(BaseCommand):
    help = (
        "Bring in records from a file: `records FILE`, `undo BATCH`, `list`, `template FILE.xlsx`. "
        "Exit code 0: all rows taken; 1: some failed; 2: the file cannot be used."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parts = parser.add_subparsers(dest="what", required=True)
        records = parts.add_parser(
            "records", help="Bring in a file: our sheet (.xlsx, .csv), JSON lines, IATI."
        )
        records.add_argument("file", type=Path)
        records.add_argument("--format", choices=["auto", *FORMATS], default="auto")
        records.add_argument("--dry-run", action="store_true", help="Check everything, store nothing.")
        records.add_argument(
            "--publish", action="store_true", help="Make practices, lessons, publications public too."
        )
        records.add_argument("--demo", action="store_true", help="Label the records as a demonstration.")
        undo = parts.add_parser("undo", help="Take a batch out again.")
        undo.add_argument("batch")
        listing = parts.add_parser("list", help="The batches, newest first.")
        for part in (records, undo, listing):
            part.add_argument("--json", action="store_true")
        form = parts.add_parser("template", help="Write the empty sheet.")
        form.add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['what']}")(**options)
        except FileFault as fault:
            self._stop(words.file_fault(fault.code, fault.params), as_json=options.get("json", False))
        except Busy:
            self._stop(
                _("Another process is at this import. Try again in a minute."),
                as_json=options.get("json", False),
            )

    def _records(self, *, file: Path, **options: Any) -> None:
        if not file.is_file():
            raise FileFault("not_found", name=str(file))
        chosen = "" if options["format"] == "auto" else options["format"]
        if options["dry_run"]:
            report = check_file(by=None, path=file, file_format=chosen, publishes=options["publish"])
            self._report(
                report.counts(), report.rows, "", new_institutions=report.new_institutions, **options
            )
            return
        batch = start_batch(
            by=None, path=file, file_format=chosen, publishes=options["publish"], is_demo=options["demo"]
        )
        show = sys.stderr.isatty() and not options["json"]
        batch = process_batch(batch=batch, path=file, progress=self._progress if show else None)
        if batch.state == BatchState.FAILED:
            fault = batch.rows.get(number=0).faults[0]
            raise FileFault(fault["code"], **fault["params"])
        _index()
        self._report(queries.counts(batch), list(batch.rows.order_by("number")), batch.uid, **options)

    def _report(self, counts: dict[str, int], rows: list[ImportRow], uid: str, **options: Any) -> None:
        faults = [(row.number, fault) for row in rows for fault in row.faults]
        if options["json"]:
            facts = {"batch": uid or None, "dry_run": options["dry_run"], "rows": len(rows), "counts": counts}
            facts["faults"] = [{"row": number, **fault} for number, fault in faults]
            facts["notes"] = [{"row": row.number, **given} for row in rows for given in row.notes]
            facts["near"] = [
                {"row": row.number, "record": row.record_uid, "near": row.near} for row in rows if row.near
            ]
            facts["new_institutions"] = options.get("new_institutions", [])
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
        else:
            self._say(counts, rows, faults, uid, dry_run=options["dry_run"])
        if counts[RowOutcome.FAILED]:
            sys.exit(SOME_FAILED)

    def _say(
        self, counts: dict[str, int], rows: list[ImportRow], faults: list[Any], uid: str, *, dry_run: bool
    ) -> None:
        for number, fault in faults[:_SHOWN]:
            self.stderr.write(words.row_fault(number, fault))
        if len(faults) > _SHOWN:
            self.stderr.write(_("… and %(count)s more") % {"count": len(faults) - _SHOWN})
        for row in rows:
            if row.outcome == RowOutcome.KEPT:
                self.stderr.write(_("row %(number)s: left alone, the record was edited here since: %(uid)s") % {"number": row.number, "uid": row.record_uid})  # fmt: skip
        parts = [f"{RowOutcome(code).label}: {count}" for code, count in counts.items()]
        self.stdout.write(" · ".join(parts))
        alike = sum(bool(row.near) for row in rows)
        if alike:
            text = ngettext(
                "%(count)s title is much like another.", "%(count)s titles are much like others.", alike
            )
            self.stdout.write(text % {"count": alike})
        if dry_run:
            self.stdout.write(_("Nothing was stored: this was a dry run."))
        else:
            self.stdout.write(_("Batch %(uid)s. Undo it with: ayni import undo %(uid)s") % {"uid": uid})

    def _undo(self, *, batch: str, **options: Any) -> None:
        found = ImportBatch.objects.filter(uid=batch).first()
        if found is None:
            self._stop(_("There is no batch %(uid)s.") % {"uid": batch[:40]}, as_json=options["json"])
        try:
            kept = undo_batch(by=None, batch=found)
        except WrongState:
            state = found.get_state_display()
            self._stop(
                _("This batch cannot be undone. Its state: %(state)s") % {"state": state},
                as_json=options["json"],
            )
        _index()
        # What became of each row: removed, restored or kept.
        done = Counter(found.rows.filter(before__has_key="undone").values_list("before__undone", flat=True))
        counts = {name: done[name] for name in (REMOVED, RESTORED, KEPT)}
        if options["json"]:
            rows = [{"row": row.number, "record": row.record_uid, "title": row.title} for row in kept]
            self.stdout.write(
                json.dumps(
                    {"batch": batch, "state": found.state, "counts": counts, "kept": rows}, ensure_ascii=False
                )
            )
            return
        self.stdout.write(_("Batch %(uid)s is undone.") % {"uid": batch})
        self.stdout.write(_("Removed: %(removed)s · as before: %(restored)s · kept: %(kept)s") % counts)
        if kept:
            self.stdout.write(_("These records stay: they were edited since."))
            for row in kept:
                self.stdout.write(f"  {row.record_uid}  {row.title}")

    def _list(self, **options: Any) -> None:
        for batch in ImportBatch.objects.order_by("-pk"):
            facts = {
                "batch": batch.uid, "state": batch.state, "file": batch.file_name, "format": batch.format,
                "started": batch.created_at.isoformat(timespec="seconds"), "rows": batch.rows_total, **queries.counts(batch),
            }  # fmt: skip
            if options["json"]:
                self.stdout.write(json.dumps(facts, ensure_ascii=False))
            else:
                self.stdout.write(
                    "  ".join(str(facts[name]) for name in ("batch", "state", "format", "rows", "file"))
                )

    def _template(self, *, file: Path, **_options: Any) -> None:
        writers = {".xlsx": template.write_xlsx, ".csv": template.write_csv}
        if file.suffix.lower() not in writers:
            raise CommandError(_("Name the template .xlsx or .csv."), returncode=UNUSABLE)
        try:
            file.write_bytes(writers[file.suffix.lower()](words.column_help))
        except OSError as error:
            self._stop(f"{file}: {error.strerror}", as_json=False)
        self.stdout.write(str(file))

    def _progress(self, done: int, total: int) -> None:
        self.stderr.write(f"\r{done} / {total} ", ending="" if done < total else "\n")
        self.stderr.flush()

    def _stop(self, sentence: str, *, as_json: bool) -> NoReturn:
        if as_json:
            self.stdout.write(json.dumps({"error": sentence}, ensure_ascii=False))
        raise CommandError(sentence, returncode=UNUSABLE)


def _index() -> None:
    """What was brought in can be found at once, where the search is installed."""
    if find_spec("ayni.discovery.indexing"):
        from ayni.discovery import indexing  # late: only where it is there

        indexing.drain()
