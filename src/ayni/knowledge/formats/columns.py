"""Columns of a sheet and paths in a record document are the same thing, written with dots.

`title`, `countries` (several values, separated by `;`), `source.url`, `partners.1.institution`,
`body.problem` or shorter `problem`, `results.1.what`, `translations.fr.title`.
"""

import re
from functools import cache
from typing import Any

from ayni.kernel.errors import Fault
from ayni.knowledge.documents import Field, fields_of
from ayni.knowledge.states import Form, Kind
from ayni.language.codes import CONTENT_LANGUAGES

SEPARATOR = ";"
SINGLE = (
    "id", "kind", "form", "language", "institution", "title", "summary", "started", "ended", "licence",
    "last_confirmed", "adapted_from", "source.title", "source.url", "source.publisher", "contact.email",
    "contact.until",
)  # fmt: skip
CODES = ("countries", "sdg", "themes", "sectors", "exchange_types")
PARTNER = ("institution", "role", "country")
_MOST_NUMBERED = 60
_NUMBERED = re.compile(r"(?P<name>[a-z_]+)\.(?P<number>\d{1,2})\.(?P<field>[a-z_]+)")


@cache
def body_fields() -> dict[str, Field]:
    """Every body field of every kind by name; names used by two kinds have one shape."""
    kinds = [(Kind.PRACTICE, Form.FULL), (Kind.LESSON, ""), (Kind.PUBLICATION, ""), (Kind.ACTIVITY, "")]
    return {field.name: field for kind, form in kinds for field in fields_of(kind, form)}


def path_of(header: str) -> tuple[str, ...] | None:
    """The path a column leads to, or None for a column we do not know. List numbers stay as text, from 1."""
    name = header.strip().lower().replace(" ", "_")
    if name in SINGLE or name in CODES:
        return tuple(name.split("."))
    if name.startswith("translations."):
        language, _, rest = name.removeprefix("translations.").partition(".")
        inner = (rest,) if rest in {"title", "summary"} else _body_path(rest)
        return ("translations", language, *inner) if inner and language in CONTENT_LANGUAGES else None
    if (match := _NUMBERED.fullmatch(name)) and match["name"] == "partners":
        return ("partners", match["number"], match["field"]) if match["field"] in PARTNER else None
    return _body_path(name)


def _body_path(name: str) -> tuple[str, ...] | None:
    name = name.removeprefix("body.")
    fields = body_fields()
    if match := _NUMBERED.fullmatch(name):
        field = fields.get(match["name"])
        known = field is not None and match["field"] in {inner.name for inner in field.rows}
        good = known and 1 <= int(match["number"]) <= _MOST_NUMBERED
        return ("body", match["name"], match["number"], match["field"]) if good else None
    field = fields.get(name)
    return ("body", name) if field and field.type != "rows" else None


def is_list(path: tuple[str, ...]) -> bool:
    if path[0] in CODES:
        return True
    field = body_fields().get(path[-1]) if len(path) == 2 and path[0] == "body" else None  # noqa: PLR2004
    return bool(field and field.type == "lines")


def is_code(path: tuple[str, ...]) -> bool:
    """Columns in which a number such as 17.10 would lose its last nought."""
    return path[0] in {"sdg", "sectors", "id"}


def document_of(cells: dict[tuple[str, ...], str]) -> dict[str, Any]:
    """Path -> text as a document. Numbered rows that are empty are left out; the others keep their order."""
    document: dict[str, Any] = {}
    for path, text in cells.items():
        if not text:
            continue
        value = [part.strip() for part in text.split(SEPARATOR) if part.strip()] if is_list(path) else text
        place = document
        for part in path[:-1]:
            place = place.setdefault(part, {})
        place[path[-1]] = value
    return _numbered_to_lists(document)


def _numbered_to_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(name.isdigit() for name in value):
        return [_numbered_to_lists(value[name]) for name in sorted(value, key=int)]
    return {name: _numbered_to_lists(inner) for name, inner in value.items()}


def fault_path(path: tuple[str, ...]) -> str:
    return ".".join(path)


def cell_fault(path: tuple[str, ...], code: str, **params: Any) -> Fault:
    return Fault(fault_path(path), code, params)
