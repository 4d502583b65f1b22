"""Our template, filled in: a workbook (.xlsx) or a text file (.csv) with a header row of column names.

Rows whose first cell begins with "#" are remarks (the template's row of help is one).
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ayni.knowledge.formats import columns, delimited, workbook
from ayni.knowledge.formats.base import CELL_LIMIT, FileFault, Limits, Note, Row, has_tags, tidy
from ayni.knowledge.formats.sniffing import is_workbook

if TYPE_CHECKING:
    from ayni.kernel.errors import Fault

FORMULA, ERROR, NUMBER, TEXT = "formula", "error", "number", "text"
Cell = tuple[str, str]  # (sort, text)
_NEEDED = ("kind", "title")
_HEADER_SEARCH = 20  # rows that may stand above the header


def read(path: Path, limits: Limits) -> Iterator[Row]:
    rows = workbook.rows(path, limits) if is_workbook(path) else delimited.rows(path, limits)
    return read_rows(rows, limits)


def read_rows(rows: Iterable[tuple[int, list[Cell]]], limits: Limits) -> Iterator[Row]:
    """`rows`: (number in the file, cells). Raises FileFault when there is no usable header."""
    numbered = iter(rows)
    paths = _header(numbered)
    taken = 0
    for number, cells in numbered:
        texts = [text for _, text in cells]
        if not any(text.strip() for text in texts) or texts[0].lstrip().startswith("#"):
            continue
        taken += 1
        if taken > limits.rows:
            raise FileFault("too_many_rows", limit=limits.rows)
        yield _row(number, cells, paths)


def _header(rows: Iterator[tuple[int, list[Cell]]]) -> list[tuple[str, ...] | None]:
    for count, (_, cells) in enumerate(rows):
        names = [text.strip() for _, text in cells]
        lowered = {name.lower() for name in names}
        if "title" in lowered:
            break
        if count >= _HEADER_SEARCH:
            raise FileFault("no_header")
    else:
        raise FileFault("no_header")
    missing = [name for name in _NEEDED if name not in lowered]
    if missing:
        raise FileFault("missing_columns", columns=", ".join(missing))
    paths = [columns.path_of(name) if name and not name.startswith("#") else None for name in names]
    unknown = [
        name for name, path in zip(names, paths, strict=True) if name and path is None and name[0] != "#"
    ]
    # Refused rather than skipped: a column with a typing error in its name would be lost without a word.
    if unknown:
        raise FileFault("unknown_columns", columns=", ".join(tidy(name)[:60] for name in unknown[:10]))
    return paths


def _row(number: int, cells: list[Cell], paths: list[tuple[str, ...] | None]) -> Row:
    values: dict[tuple[str, ...], str] = {}
    faults: list[Fault] = []
    notes: list[Note] = []
    for (sort, text), path in zip(cells, paths, strict=False):
        if path is None or not text.strip():
            continue
        if sort in {FORMULA, ERROR}:
            faults.append(columns.cell_fault(path, f"{sort}_cell"))
        elif len(text) > CELL_LIMIT:
            faults.append(columns.cell_fault(path, "too_long", limit=CELL_LIMIT))
        else:
            if sort == NUMBER and "." in text and columns.is_code(path):
                notes.append(Note(columns.fault_path(path), "number_as_code", {"value": text}))
            values[path] = text.strip()
    document = columns.document_of(values)
    if has_tags(document):
        notes.append(Note("", "markup_removed"))
    return Row(number, tidy(document), faults, notes)
