"""What all readers of files share: rows, file-level faults, limits, and texts made harmless."""

import math
import re
from dataclasses import dataclass, field
from typing import Any

from ayni.kernel.errors import ActionError, Fault
from ayni.language.normalise import clean

LINE_LIMIT_BYTES = 1024 * 1024
CELL_LIMIT = 100_000  # characters of one cell or string: five times the longest field we keep
DEPTH_LIMIT = 12


class FileFault(ActionError):
    """The file as a whole cannot be used. Codes: `empty`, `wrong_type` (found, expected), `bad_encoding`

    (position, line), `too_large` (limit), `too_many_rows` (limit), `unpacks_too_large` (limit),
    `broken_workbook`, `no_header`, `missing_columns` (columns), `unknown_columns` (columns),
    `not_json_lines`, `not_found`.
    """


@dataclass(frozen=True)
class Note:
    """Something a person should know about a row that was taken all the same. `path` and `code` as in Fault."""

    path: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass
class Row:
    """One row of a file. `number` is what the person sees there (line or sheet row, from 1).

    `document` is a record document (see docs/howto/import-records.md), or None where nothing could be read.
    """

    number: int
    document: dict[str, Any] | None
    faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True)
class Limits:
    bytes: int = 20 * 1024 * 1024
    rows: int = 50_000

    @property
    def unpacked_bytes(self) -> int:
        """A workbook is compressed: its parts may be this large together."""
        return 5 * self.bytes


# Only what looks like a tag: "a < b" and "<https://example.org>" stay. What a script holds stays as plain words.
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9-]{0,40}(?:[\s/][^<>]{0,4000})?>|<!--|-->")

_ROUNDS = 4


def tidy(value: Any, depth: int = 0) -> Any:
    """A copy in which no string holds NUL, controls, bidi overrides or lone surrogates, nor HTML tags.

    Too long strings are cut just above what any field takes, so that the field's own check refuses them.
    """
    if depth > DEPTH_LIMIT:
        return None
    if isinstance(value, str):
        return without_tags(clean(value[: CELL_LIMIT + 1]))
    if isinstance(value, dict):
        return {clean(str(name), 120): tidy(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [tidy(inner, depth + 1) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def without_tags(text: str) -> str:
    """The text without HTML tags. Again, for removing one may put two halves of another together.

    Nobody means tags within tags within tags: after a few rounds all angle brackets go, else a hostile text
    would need a round for each pair.
    """
    for _round in range(_ROUNDS):
        less = _TAG.sub("", text) if "<" in text else text
        if less == text:
            return text.strip()
        text = less
    if _TAG.search(text):
        text = text.replace("<", "").replace(">", "")
    return text.strip()


def has_tags(value: Any) -> bool:
    """Is there HTML in any string of the document?"""
    if isinstance(value, str):
        return "<" in value and without_tags(value) != value.strip()
    if isinstance(value, dict):
        return any(has_tags(inner) for inner in value.values())
    return isinstance(value, list) and any(has_tags(inner) for inner in value)
