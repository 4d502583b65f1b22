"""Workbooks (.xlsx), read without trusting them: sizes are measured before anything is opened."""

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException

from ayni.knowledge.formats.base import FileFault, Limits

_MOST_PARTS = 2000
_HIGHEST_RATIO = 200  # honest sheets compress to a tenth or a thirtieth
_SMALL = 1024 * 1024  # below this a high ratio does no harm
_MOST_COLUMNS = 1000
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # all that Office allows
_PIECE = 256 * 1024


def rows(path: Path, limits: Limits) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """(sheet row, cells as (sort, text)) of the first sheet. Formulas are not computed."""
    check_unpacked(path, limits)
    from openpyxl import load_workbook  # late: heavy, and most processes never read a workbook

    try:
        # Opened here: openpyxl leaves a file open when it fails halfway.
        with path.open("rb") as file:
            book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
            sheet = book.worksheets[0]
            # A forged size ("A1:XFD1048576") would make openpyxl hand out millions of empty cells.
            sheet.reset_dimensions()
            for number, cells in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), start=1):
                if number > 20 * limits.rows:
                    raise FileFault("too_many_rows", limit=limits.rows)
                yield number, [_cell(cell) for cell in cells] or [("text", "")]
    # What openpyxl raises on a damaged or hostile workbook is not documented; it is this wide.
    except (
        KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, zipfile.BadZipFile, ParseError,
        DefusedXmlException, EOFError, NotImplementedError, RecursionError, OverflowError, AssertionError,
    ) as error:  # fmt: skip
        raise FileFault("broken_workbook") from error


def check_unpacked(path: Path, limits: Limits) -> None:
    """Refuse a zip bomb by what its directory says, and again by what really comes out of it."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > limits.unpacked_bytes:
                raise FileFault("unpacks_too_large", limit=limits.unpacked_bytes)
            for part in parts:
                if part.compress_type not in _PACKED:  # other ways of packing fail in other ways
                    raise FileFault("broken_workbook")
                if part.file_size > _SMALL and part.file_size > _HIGHEST_RATIO * max(part.compress_size, 1):
                    raise FileFault("unpacks_too_large", limit=limits.unpacked_bytes)
            _measure(archive, parts, limits)
    except (
        zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError,
        OverflowError,
    ) as error:  # fmt: skip
        raise FileFault("broken_workbook") from error


def _measure(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    left = limits.unpacked_bytes
    for part in parts:
        with archive.open(part) as stream:
            while piece := stream.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise FileFault("unpacks_too_large", limit=limits.unpacked_bytes)


def _cell(cell: Any) -> tuple[str, str]:
    value = cell.value
    if cell.data_type in {"f", "e"}:
        return ("formula" if cell.data_type == "f" else "error"), "="
    if isinstance(value, float):
        return "number", str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)  # noqa: PLR2004
    if isinstance(value, datetime):
        return "text", value.date().isoformat() if value.time() == time() else value.isoformat()
    return "text", value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
