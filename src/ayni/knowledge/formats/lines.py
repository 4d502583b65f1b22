"""JSON lines: one object a line. A bad line is a fault of that row; the others are read all the same."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from ayni.kernel.errors import Fault
from ayni.knowledge.formats.base import LINE_LIMIT_BYTES, FileFault, Limits, Note, Row, has_tags, tidy


def read(path: Path, limits: Limits) -> Iterator[Row]:
    """Record documents, as they are."""
    for number, given, fault in objects(path, limits):
        if fault:
            yield Row(number, None, [fault])
        else:
            notes = [Note("", "markup_removed")] if has_tags(given) else []
            yield Row(number, tidy(given), notes=notes)


def objects(path: Path, limits: Limits) -> Iterator[tuple[int, dict[str, Any], Fault | None]]:
    """(line number, object, fault); the object is empty where there is a fault. Empty lines are skipped."""
    rows = 0
    with path.open("rb") as file:
        for number, line, too_long in _lines(file):
            if not line.strip():
                continue
            rows += 1
            if rows > limits.rows:
                raise FileFault("too_many_rows", limit=limits.rows)
            if too_long:
                yield number, {}, Fault("", "line_too_long", {"limit": LINE_LIMIT_BYTES})
            else:
                yield number, *_parse(line, number)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes, bool]]:
    """Never holds more than the limit of one line in memory."""
    number = 0
    while line := file.readline(LINE_LIMIT_BYTES + 1):
        number += 1
        too_long = len(line) > LINE_LIMIT_BYTES
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(LINE_LIMIT_BYTES)
        yield number, line, too_long


def _parse(line: bytes, number: int) -> tuple[dict[str, Any], Fault | None]:
    if number == 1:
        line = line.removeprefix(b"\xef\xbb\xbf")
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        return {}, Fault("", "bad_encoding", {"position": error.start})
    try:
        given = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        # A file that ends in the middle of a line was cut off on its way.
        return {}, Fault("", "not_json" if text.endswith("\n") else "cut_off")
    return (given, None) if isinstance(given, dict) else ({}, Fault("", "not_an_object"))


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
