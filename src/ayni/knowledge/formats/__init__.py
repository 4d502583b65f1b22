"""Readers of files: bytes in, record documents out. No database; every reader yields `Row`s.

Start reading at `base.py`. The record document is described in docs/howto/import-records.md.
"""

from collections.abc import Iterator
from pathlib import Path

from ayni.knowledge.formats import iati, lines, sheet
from ayni.knowledge.formats.base import FileFault, Limits, Note, Row
from ayni.knowledge.formats.sniffing import FORMATS, check_size, detect_format

__all__ = ["FORMATS", "FileFault", "Limits", "Note", "Row", "detect_format", "read"]


def read(path: Path, limits: Limits, expected: str = "") -> tuple[str, Iterator[Row]]:
    """(format, rows). `expected` empty: whatever it is. Raises FileFault, also while rows are taken."""
    check_size(path, limits)
    found = detect_format(path, expected)
    reader = {"sheet": sheet.read, "jsonl": lines.read, "iati": iati.read}[found]
    return found, reader(path, limits)
