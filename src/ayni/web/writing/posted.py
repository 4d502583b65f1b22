"""From what a browser sent to the fields of a draft: `<path>`, `was.<path>`, rows as `<path>.<number>.<name>`."""

import re
from typing import Any

from django.http import QueryDict

from ayni.knowledge import documents
from ayni.knowledge.documents import Field
from ayni.knowledge.drafts import Edit
from ayni.knowledge.states import PartnerRole
from ayni.web.writing.pages import Page

_PARTNER = Field(
    "partners",
    "rows",
    rows=(
        Field("name", "line", required=True),
        Field("role", "choice", required=True, choices=tuple(PartnerRole.values)),
    ),
)
_ROW_LIMIT = 200  # numbers a form may use; the document's own limit is smaller


def field_of(path: str, kind: str, form: str) -> Field:
    """The field's shape, also for those that are not of the document."""
    group, _, name = path.partition(".")
    if path == "partners":
        return _PARTNER
    if group == "body":
        return next(field for field in documents.fields_of(kind, form) if field.name == name)
    if group == "tags":
        return Field(name, "tags")
    types = {
        "started": "date", "ended": "date", "standing.contact_until": "day", "standing.source_url": "url",
        "standing.contact_email": "email", "standing.licence": "licence",
        "title": "sentence", "summary": "sentence",
    }  # fmt: skip
    return Field(path, types.get(path, "line"))


def edits_of(posted: QueryDict, page: Page, kind: str, form: str) -> list[Edit]:
    """Of every field of the page that the form had: one without a fingerprint was not in it."""
    return [
        Edit(path, value_of(posted, path, field_of(path, kind, form)), posted[f"was.{path}"])
        for path in page.paths
        if f"was.{path}" in posted
    ]


def value_of(posted: QueryDict, path: str, field: Field) -> Any:
    if field.type == "tags":
        return [code for code in posted.getlist(path) if code]
    if field.type == "lines":
        return [line for line in posted.get(path, "").splitlines() if line.strip()]
    if field.type == "rows":
        rows = (_row(posted, f"{path}.{number}", field) for number in _numbers(posted, path))
        return [row for row in rows if any(row.values())]
    return posted.get(path, "")


def _numbers(posted: QueryDict, path: str) -> list[int]:
    pattern = re.compile(re.escape(path) + r"\.(\d{1,3})\.")
    found = {int(match[1]) for name in posted if (match := pattern.match(name))}
    return sorted(number for number in found if number < _ROW_LIMIT)


def _row(posted: QueryDict, path: str, field: Field) -> dict[str, str]:
    row = {inner.name: posted.get(f"{path}.{inner.name}", "").strip() for inner in field.rows}
    if field is not _PARTNER:
        return row
    if not row["name"]:
        return {}
    # The link to a registered institution holds as long as the name beside it is not changed.
    if row["name"] == posted.get(f"{path}.known", ""):
        row["institution"] = posted.get(f"{path}.institution", "")
    return row | {"role": row["role"], "institution": row.get("institution", "")}
