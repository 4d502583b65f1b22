"""Rows of an import as the pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ayni.knowledge import import_words as words
from ayni.knowledge.models import ImportBatch, ImportRow
from ayni.knowledge.queries.imports import published_titles
from ayni.knowledge.states import RowOutcome


@dataclass(frozen=True)
class Line:
    number: int
    title: str
    field: str  # a path as in the file, not translated
    sentence: str
    uid: str = ""


def fault_lines(rows: Iterable[ImportRow]) -> list[Line]:
    """One line a fault; rows left alone have one that says so."""
    rows = list(rows)
    public = published_titles(row.record_uid for row in rows)
    found = []
    for row in rows:
        if row.outcome == RowOutcome.KEPT:
            found.append(
                Line(
                    row.number,
                    row.title,
                    "",
                    _("left alone: the record was edited here since"),
                    _link(row, public),
                )
            )
        found += [
            Line(row.number, row.title, given["path"], words.field_fault(given)) for given in row.faults
        ]
    return found


def _link(row: ImportRow, public: dict[str, str]) -> str:
    """Drafts have no page yet."""
    return row.record_uid if row.record_uid in public else ""


def note_lines(rows: Iterable[ImportRow]) -> list[Line]:
    rows = list(rows)
    public = published_titles(row.record_uid for row in rows)
    return [
        Line(row.number, row.title, given["path"], words.note(given), _link(row, public))
        for row in rows
        for given in row.notes
    ]


def labelled(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(str(RowOutcome(code).label), count) for code, count in counts.items()]


def file_sentence(batch: ImportBatch) -> str:
    """Why the file as a whole could not be read; empty when it could."""
    row = batch.rows.filter(number=0).first() if batch.fault else None
    return words.file_fault(row.faults[0]["code"], row.faults[0]["params"]) if row else ""
