"""Documents to write out, made by tests."""

import re
from datetime import UTC, datetime
from typing import Any

from django.utils import translation

from ayni.knowledge.formats.handing_on import Document, Line, arrange
from ayni.knowledge.formats.handing_on_facts import Material, facts_of
from ayni.language.codes import site_language
from tests import worlds

AT = datetime(2026, 11, 24, tzinfo=UTC)


def document(
    language: str = "en", order: str = "ayni", *, is_draft: bool = False, **changes: Any
) -> Document:
    """A full practice; `changes` are of its material."""
    given = {
        "title": "Pupil-led water committees",
        "summary": "Parents pay.",
        "body": worlds.FULL_BODY,
    } | changes
    with translation.override(site_language(language)):
        material = Material(
            kind="practice", form="full", language=language, original=language,
            beside={"owner": (Line("Rural Water Trust", "en"),), "link": (Line("https://example.org/id/x/"),)}, **given,
        )  # fmt: skip
        return Document(
            title=Line(given["title"], language), language=language, kind="Good practice",
            institution=Line("Rural Water Trust", "en"), link="https://example.org/id/x/", as_of="As of today",
            sections=arrange(facts_of(material), order), marks=("Mind this.",), is_draft=is_draft,
        )  # fmt: skip


def longest(limit: int, word: str = "word ") -> dict[str, Any]:
    """A body with as much in every field as fits, without sixty rows of it."""
    from ayni.knowledge import documents

    def value(field: documents.Field) -> Any:
        if field.type == "rows":
            return [{inner.name: value(inner) for inner in field.rows}]
        if field.type == "text":
            return (word * limit)[:limit].strip()
        return {"choice": field.choices[:1], "url": ["https://example.org/" + "x" * 400]}.get(
            field.type, [word * 90]
        )[0]

    return {field.name: value(field) for field in documents.fields_of("practice", "full")}


def squeezed(text: str) -> str:
    """Without spaces and line ends, which writers set as they like."""
    return re.sub(r"\s+", "", text)
