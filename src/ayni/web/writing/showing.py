"""The fields of a page as its template shows them: words, value, fingerprint, choices, faults, one beside the other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from ayni.kernel.errors import Fault
from ayni.knowledge.documents import SUMMARY_LIMIT, TAGS, TITLE_LIMIT, Field
from ayni.knowledge.drafts import fingerprint
from ayni.knowledge.states import PartnerRole
from ayni.language.codes import content_language
from ayni.language.normalise import fold
from ayni.registry.queries.vocabularies import Concept, Concepts, concepts
from ayni.web.fields import fault_text
from ayni.web.knowledge import licences
from ayni.web.knowledge.passages import choice_labels
from ayni.web.writing.pages import Page
from ayni.web.writing.posted import field_of
from ayni.web.writing.wording import Words, words_of

EMPTY_ROWS = 2
_CODES_IN_SELECTS = {"countries"}  # too many for boxes to tick


@dataclass
class Shown:
    """One field. `kind` names the part of `writing/field.html` that draws it."""

    path: str
    kind: str
    words: Words
    value: Any = ""
    was: str = ""
    faults: list[str] = field(default_factory=list)
    options: list[tuple[str, str, bool]] = field(default_factory=list)  # code, label, chosen
    selects: list[SafeString] = field(default_factory=list)  # the options of each
    rows: list["ShownRow"] = field(default_factory=list)
    limit: int = 0  # characters the server takes; 0: not told
    foreign: bool = True  # it is written in the draft's language, not the page's
    variants: list[Any] = field(default_factory=list)
    comments: list[Any] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"f-{self.path.replace('.', '-')}"

    @property
    def chosen(self) -> list[str]:
        """In words: what stands on the lid of a long list."""
        return [label for _code, label, chosen in self.options if chosen]

    @property
    def described_by(self) -> str:
        """Ids of what is said about it: the hint, the example, the faults."""
        parts = [
            ("hint", self.words.hint or self.words.length or self.words.asked), ("example", self.words.example), ("fault", self.faults)
        ]  # fmt: skip
        return " ".join(f"{self.id}-{name}" for name, there in parts if there)


@dataclass
class ShownRow:
    number: int  # from 1, as people count
    fields: list[Shown]
    hidden: dict[str, str] = field(default_factory=dict)


class Drawing:
    """Draws the fields of a draft of one kind and form, with its present values and what is wrong with them."""

    def __init__(self, kind: str, form: str, values: Mapping[str, Any], faults: Iterable[Fault] = ()) -> None:
        self.kind, self.form = kind, form
        self._values = values
        self._faults: dict[str, list[str]] = {}
        for fault in faults:
            self._faults.setdefault(fault.path, []).append(fault_text(fault))
        self._language = content_language(get_language() or "en")

    def page(self, page: Page, was: Mapping[str, str], *, more_rows: int = 0) -> list[Shown]:
        """`was`: the fingerprint of each field's value as stored, which may differ from what is shown."""
        shown = []
        for path in page.paths:
            one = self._top(path, more_rows)
            one.was = was.get(path, "")
            shown.append(one)
        return shown

    def _top(self, path: str, more_rows: int) -> Shown:
        shape = field_of(path, self.kind, self.form)
        value = self._values.get(path)
        if shape.type == "tags":
            return self._tags(path, value or [])
        if shape.type == "rows":
            return self._rows(path, shape, value or [], more_rows)
        return self._one(path, shape, value)

    def _one(self, path: str, shape: Field, value: Any) -> Shown:
        shown = Shown(
            path, shape.type, words_of(path, self.kind, self.form), faults=self._faults.get(path, [])
        )
        shown.value = "\n".join(value or []) if shape.type == "lines" else "" if value is None else value
        shown.limit = {"title": TITLE_LIMIT, "summary": SUMMARY_LIMIT}.get(path, 0)
        shown.foreign = shape.type in {"text", "line", "lines", "sentence"}
        if shape.type == "choice":
            labels = choice_labels(path) or dict(PartnerRole.choices)
            shown.options = [(code, str(labels[code]), code == value) for code in shape.choices]
        elif shape.type == "licence":
            known = dict(licences.choices()) | ({value: value} if value else {})
            shown.options = [(spdx, name, spdx == value) for spdx, name in known.items()]
        return shown

    def _rows(self, path: str, shape: Field, rows: list[dict[str, Any]], more: int) -> Shown:
        shown = Shown(path, "rows", words_of(path, self.kind, self.form), faults=self._faults.get(path, []))
        for number, row in enumerate([*rows, *({} for _ in range(EMPTY_ROWS + more))]):
            here = f"{path}.{number}"
            fields = [self._one(f"{here}.{one.name}", one, row.get(one.name, "")) for one in shape.rows]
            if number:  # the examples of the first row are enough
                for inner in fields:
                    inner.words = replace(inner.words, example="")
            hidden = {}
            if row.get("institution"):
                hidden = {f"{here}.institution": row["institution"], f"{here}.known": row["name"]}
            shown.rows.append(ShownRow(number + 1, fields, hidden))
        return shown

    def _tags(self, path: str, codes: list[str]) -> Shown:
        vocabulary, terms = TAGS[path.partition(".")[2]], concepts()
        shown = Shown(path, "ticks", words_of(path, self.kind, self.form), foreign=False)
        shown.faults = self._faults.get(path, [])
        if vocabulary in _CODES_IN_SELECTS:
            shown.kind = "selects"
            shown.selects = [
                _selected(_options(terms, vocabulary, self._language), code)
                for code in [*codes, *[""] * EMPTY_ROWS]
            ]
            return shown
        for concept in terms.of(vocabulary):
            chosen = concept.code in codes
            if chosen or _is_offered(concept):
                shown.options.append((concept.code, concept.short(self._language), chosen))
        return shown


def _is_offered(concept: Concept) -> bool:
    """Goals, but targets only where they are chosen already; and nothing that is no longer offered."""
    return concept.until is None and not (concept.vocabulary == "sdg" and "." in concept.code)


@lru_cache(maxsize=64)
def _options(terms: Concepts, vocabulary: str, language: str) -> SafeString:
    """All of a vocabulary as options, sorted as people of that language look for them. `terms` is one object a version."""
    offered = [(one.code, one.short(language)) for one in terms.of(vocabulary) if one.until is None]
    return format_html_join("", '<option value="{}">{}', sorted(offered, key=lambda one: fold(one[1])))


def _selected(options: SafeString, code: str) -> SafeString:
    if not code:
        return options
    mark = format_html('value="{}"', code)
    return mark_safe(options.replace(f"{mark}>", f"{mark} selected>", 1))


def fingerprints(values: Mapping[str, Any], page: Page) -> dict[str, str]:
    return {path: fingerprint(values.get(path)) for path in page.paths}
