"""What a record says: the fields of each kind, and the checks that a document passes before it is stored.

A revision keeps its text as one document (`Revision.body`), frozen once published. This table is the one
place that knows the fields; pages, imports, translations, templates for spreadsheets and diffs read it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ayni.kernel.errors import Fault
from ayni.knowledge.states import (
    ActivityStatus,
    EvidenceLevel,
    Form,
    Kind,
    Level,
    PublicationType,
    ResultLevel,
)
from ayni.language.normalise import clean, title_key

TITLE_LIMIT = 300
SUMMARY_LIMIT = 600
TEXT_LIMIT = 20_000
LINE_LIMIT = 500
LIST_LIMIT = 60
# How a record document names its tags -> the vocabulary their codes are of.
TAGS = {
    "countries": "countries",
    "regions": "regions",
    "sdg": "sdg",
    "themes": "themes",
    "sectors": "dac-sectors",
    "exchange_types": "exchange-types",
}


@dataclass(frozen=True)
class Field:
    """`type`: text (paragraphs), line, choice, year, lines (list of lines), url, or rows (list of objects)."""

    name: str
    type: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    rows: tuple["Field", ...] = ()

    @property
    def translatable(self) -> bool:
        return self.type in {"text", "line"}


_SNAPSHOT = (
    Field("problem", required=True),
    Field("what_was_done", required=True),
    Field("what_changed"),
)
_FULL = (
    Field("setting"),
    Field("level", "choice", choices=tuple(Level.values)),
    Field("problem", required=True),
    Field("who_is_affected"),
    Field("what_was_done", required=True),
    Field(
        "building_blocks",
        "rows",
        rows=(
            Field("name", "line", required=True),
            Field("what", required=True),
            Field("enabling"),
            Field("lesson"),
            Field("cost", "line"),
            Field("time", "line"),
        ),
    ),
    Field("what_changed"),
    Field(
        "results",
        "rows",
        rows=(
            Field("level", "choice", required=True, choices=tuple(ResultLevel.values)),
            Field("what", "line", required=True),
            Field("before", "line"),
            Field("after", "line"),
            Field("known_by", "line"),
        ),
    ),
    Field("evidence_level", "choice", choices=tuple(EvidenceLevel.values)),
    Field("evidence"),
    Field("what_did_not_work"),
    Field(
        "adaptation_notes",
        "rows",
        rows=(Field("setting", "line", required=True), Field("note", required=True)),
    ),
    Field("resources"),
    Field("in_kind"),
    Field("sustainability"),
    Field("links", "rows", rows=(Field("title", "line", required=True), Field("url", "url", required=True))),
)
_LESSON = (
    Field("situation", required=True),
    Field("what_was_tried", required=True),
    Field("what_happened", required=True),
    Field("why"),
    Field("advice"),
)
_PUBLICATION = (
    Field("publication_type", "choice", required=True, choices=tuple(PublicationType.values)),
    Field("authors", "lines"),
    Field("year", "year"),
    Field("publisher", "line"),
    Field("abstract"),
    Field("key_points"),
    Field("doi", "line"),
    Field("url", "url"),
)
_ACTIVITY = (
    Field("description"),
    Field("objectives"),
    Field("activity_status", "choice", choices=tuple(ActivityStatus.values)),
    Field("identifiers", "lines"),
)


def fields_of(kind: str, form: str = "") -> tuple[Field, ...]:
    if kind == Kind.PRACTICE:
        return _FULL if form == Form.FULL else _SNAPSHOT
    return {Kind.LESSON: _LESSON, Kind.PUBLICATION: _PUBLICATION, Kind.ACTIVITY: _ACTIVITY}[Kind(kind)]


def check_body(
    body: Any, kind: str, form: str = "", *, keep_places: bool = False
) -> tuple[dict[str, Any], list[Fault]]:
    """A cleaned copy with only known, non-empty fields, and what is wrong with the rest (fields by path).

    `keep_places`: an empty row stays, so that the rows of a translation stand where the original's do.
    """
    if not isinstance(body, dict):
        return {}, [Fault("body", "not_an_object")]
    return _check_object(body, fields_of(kind, form), "body", keep_places=keep_places)


def check_field(name: str, value: Any, kind: str, form: str = "") -> tuple[Any, list[Fault]]:
    """One field of a body as a draft may hold it: cleaned; what is still missing in it is no fault yet."""
    field = next((field for field in fields_of(kind, form) if field.name == name), None)
    if field is None:
        return None, [Fault(f"body.{name}"[:120], "unknown_field")]
    kept, faults = _check_value(value, field, f"body.{name}")
    return kept, [fault for fault in faults if fault.code != "missing"]


def _check_object(
    given: dict[str, Any], fields: tuple[Field, ...], path: str, *, keep_places: bool = False
) -> tuple[dict[str, Any], list[Fault]]:
    known = {field.name for field in fields}
    faults = [Fault(f"{path}.{name}"[:120], "unknown_field") for name in given if name not in known]
    kept: dict[str, Any] = {}
    for field in fields:
        value, more = _check_value(
            given.get(field.name), field, f"{path}.{field.name}", keep_places=keep_places
        )
        faults += more
        if value not in ("", [], None):
            kept[field.name] = value
        elif field.required and not more:
            faults.append(Fault(f"{path}.{field.name}", "missing"))
    return kept, faults


def _check_value(
    value: Any, field: Field, path: str, *, keep_places: bool = False
) -> tuple[Any, list[Fault]]:
    if value is None or value == "":
        return None, []
    if field.type in {"rows", "lines"}:
        return _check_list(value, field, path, keep_places=keep_places)
    if field.type == "year":
        text = str(value).strip()
        good = text.isascii() and text.isdigit() and 1900 <= int(text) <= 2200  # noqa: PLR2004
        return (int(text), []) if good else (None, [Fault(path, "not_a_year", {"value": text[:40]})])
    return _check_text(value, field, path)


def _check_text(value: Any, field: Field, path: str) -> tuple[str | None, list[Fault]]:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None, [Fault(path, "not_text")]
    limit = TEXT_LIMIT if field.type == "text" else LINE_LIMIT
    text = clean(str(value), limit + 1)
    if len(text) > limit:
        return None, [Fault(path, "too_long", {"limit": limit})]
    if field.type == "choice" and text not in field.choices:
        return None, [
            Fault(path, "unknown_choice", {"value": text[:40], "choices": ", ".join(field.choices)})
        ]
    if field.type == "url" and not is_web_address(text):
        return None, [Fault(path, "not_a_web_address", {"value": text[:80]})]
    return text, []


def _check_list(value: Any, field: Field, path: str, *, keep_places: bool) -> tuple[list[Any], list[Fault]]:
    if not isinstance(value, list):
        return [], [Fault(path, "not_a_list")]
    if len(value) > LIST_LIMIT:
        return [], [Fault(path, "too_many", {"limit": LIST_LIMIT})]
    kept, faults = [], []
    for number, entry in enumerate(value):
        here = f"{path}.{number}"
        if field.type == "lines":
            checked, more = _check_value(entry, Field(field.name, "line"), here)
        elif isinstance(entry, dict):
            checked, more = _check_object(entry, field.rows, here)
        else:
            checked, more = None, [Fault(here, "not_an_object")]
        faults += more
        if checked or (keep_places and field.type == "rows"):
            kept.append(checked or {})
    return kept, faults


def is_web_address(text: str) -> bool:
    return text.startswith(("https://", "http://")) and " " not in text and len(text) <= LINE_LIMIT


def translatable_texts(
    title: str, summary: str, body: dict[str, Any], kind: str, form: str = ""
) -> dict[str, str]:
    """Field path -> original text of everything that can be translated, in reading order."""
    texts = {"title": title}
    if summary:
        texts["summary"] = summary
    texts.update(_texts_of(body, fields_of(kind, form), "body"))
    return texts


def _texts_of(body: dict[str, Any], fields: tuple[Field, ...], path: str) -> Iterator[tuple[str, str]]:
    for field in fields:
        value = body.get(field.name)
        if not value:
            continue
        if field.type == "rows":
            for number, row in enumerate(value):
                yield from _texts_of(row, field.rows, f"{path}.{field.name}.{number}")
        elif field.translatable:
            yield f"{path}.{field.name}", value


def with_texts(body: dict[str, Any], texts: dict[str, str]) -> dict[str, Any]:
    """A copy of `body` in which the paths in `texts` ("body.results.0.what") carry those texts."""

    def replaced(value: Any, path: str) -> Any:
        if isinstance(value, dict):
            return {name: replaced(inner, f"{path}.{name}") for name, inner in value.items()}
        if isinstance(value, list):
            return [replaced(inner, f"{path}.{number}") for number, inner in enumerate(value)]
        return texts.get(path, value)

    return replaced(body, "body")


def title_digest(title: str) -> str:
    """Equal for titles that differ only in case, spaces and punctuation."""
    return hashlib.sha256(title_key(title).encode()).hexdigest()[:32]
