"""A record's body as its page shows it: every text as safe HTML, marked where its language is not the page's."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from ayni.knowledge import documents
from ayni.knowledge.documents import Field
from ayni.knowledge.queries.records import Reading
from ayni.knowledge.states import (
    ActivityStatus,
    EvidenceLevel,
    Level,
    PublicationType,
    ResultLevel,
)
from ayni.language.codes import is_rtl
from ayni.web.text import rich

_CHOICES: Mapping[str, Mapping[str, Any]] = {
    name: dict(choices.choices)
    for name, choices in {
        "level": Level,
        "results.level": ResultLevel,
        "evidence_level": EvidenceLevel,
        "publication_type": PublicationType,
        "activity_status": ActivityStatus,
    }.items()
}


def choice_labels(path: str) -> Mapping[str, Any]:
    """Code -> label, in order, for a field of type choice: `body.level`, `body.results.0.level`."""
    plain = ".".join(part for part in path.split(".")[1:] if not part.isdigit())
    return _CHOICES.get(plain, {})


class Passages:
    """`reading` for readers of `page_language`; `original` is the language of what is not translated."""

    def __init__(self, reading: Reading, original: str, page_language: str) -> None:
        self._reading = reading
        self._original = original
        self._page_language = page_language

    def body(self, kind: str, form: str) -> dict[str, Any]:
        """The shape of the stored body: text -> HTML blocks, line -> HTML inline, choice -> its label."""
        return self._object(self._reading.body, documents.fields_of(kind, form), "body")

    def line(self, text: str, path: str) -> SafeString:
        language = self._language_of(path)
        if language == self._page_language:
            return escape(text)
        return format_html('<span lang="{}" dir="{}">{}</span>', language, _direction(language), text)

    def _object(self, given: Mapping[str, Any], fields: tuple[Field, ...], path: str) -> dict[str, Any]:
        return {
            field.name: self._value(given[field.name], field, f"{path}.{field.name}")
            for field in fields
            if given.get(field.name)
        }

    def _value(self, value: Any, field: Field, path: str) -> Any:
        if field.type == "text":
            return self._block(value, path)
        if field.type == "line":
            return self.line(value, path)
        if field.type == "rows":
            return [self._object(row, field.rows, f"{path}.{number}") for number, row in enumerate(value)]
        if field.type == "choice":
            return choice_labels(path).get(value, value)
        return value

    def _block(self, text: str, path: str) -> SafeString:
        language = self._language_of(path)
        html = rich(text)
        if language == self._page_language:
            return html
        left_over = ' class="foreign"' if language != self._reading.language else ""
        return mark_safe(
            f'<div{left_over} lang="{escape(language)}" dir="{_direction(language)}">{html}</div>'
        )

    def _language_of(self, path: str) -> str:
        return self._original if path in self._reading.missing else self._reading.language


def _direction(language: str) -> str:
    return "rtl" if is_rtl(language) else "ltr"
