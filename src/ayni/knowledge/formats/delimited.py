"""CSV with comma, semicolon or tab; UTF-8 or UTF-16 with its mark. Any other encoding is refused, not guessed."""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from ayni.knowledge.formats.base import CELL_LIMIT, FileFault, Limits

_DELIMITERS = (",", ";", "\t")


def rows(path: Path, limits: Limits) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """(row number, cells). A cell that begins with "=" is a formula: nobody means it as text."""
    del limits  # the size has been checked, the rows are counted by the caller
    text = decode(path.read_bytes())
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    # The module's own limit would stop the whole file; ours is one cell's fault.
    csv.field_size_limit(max(csv.field_size_limit(), 64 * CELL_LIMIT))
    try:
        for number, cells in enumerate(reader, start=1):
            yield (
                number,
                [("formula" if cell.lstrip().startswith("=") else "text", cell) for cell in cells]
                or [("text", "")],
            )
    except csv.Error as error:
        raise FileFault("broken_csv", line=reader.line_num) from error


def decode(content: bytes) -> str:
    encoding = "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        return content.decode(encoding).replace("\x00", "")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileFault("bad_encoding", position=error.start, line=line) from error


def _delimiter(text: str) -> str:
    """The one that the header row has most of."""
    for line in text.splitlines():
        if "title" in line.lower():
            return max(_DELIMITERS, key=line.count)
    return ","
