"""A revision field by field, as readers will see it, with what is said beside each and what has changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from ayni.knowledge import documents, drafts
from ayni.knowledge.actions.comments import takes_suggestions
from ayni.knowledge.models import Comment, Revision
from ayni.knowledge.queries.reviews import comments_of
from ayni.knowledge.states import CommentState, PartnerRole
from ayni.language.codes import content_language
from ayni.registry.queries.vocabularies import concepts
from ayni.web.fields import field_label
from ayni.web.knowledge import licences
from ayni.web.knowledge.passages import choice_labels
from ayni.web.words import partial_date

_TEXTS = {"text", "line"}
_DATES = {"started", "ended", "standing.contact_until"}


@dataclass
class Thread:
    """A comment with its answers. `now`: the field's words, where others than the suggestion was made for."""

    comment: Comment
    replies: list[Comment]
    before: str = ""  # what the suggestion would replace
    has_changed: bool = False
    may_accept: bool = False
    may_answer: bool = False  # settle it, open it again
    may_keep: bool = False  # say that the words stay as they are


@dataclass
class Shown:
    """`kind`: text (light Markdown), line, or lines."""

    path: str
    label: str
    kind: str
    value: str
    lines: list[str] = field(default_factory=list)
    is_foreign: bool = True  # in the record's language, not the page's
    may_suggest: bool = False
    words: str = ""  # as stored: what a suggestion begins from
    threads: list[Thread] = field(default_factory=list)
    said: Mapping[str, str] | None = None  # what was typed and could not be taken

    @property
    def id(self) -> str:
        return f"f-{self.path.replace('.', '-')}" if self.path else "f-whole"

    @property
    def began(self) -> str:
        """Stands for `words`, so that a suggestion that changes nothing is known as none."""
        return drafts.fingerprint(self.words)

    @property
    def open_threads(self) -> int:
        return sum(thread.comment.state == CommentState.OPEN for thread in self.threads)


@dataclass(frozen=True)
class Changed:
    label: str
    old: str
    new: str


def order_of(kind: str, form: str) -> list[str]:
    """The paths in the order in which a reader of the page comes upon them."""
    body = [f"body.{one.name}" for one in documents.fields_of(kind, form)]
    tags = [f"tags.{name}" for name in documents.TAGS]
    standing = [f"standing.{name}" for name in drafts.STANDING]
    return ["title", "summary", *body, "started", "ended", *tags, "partners", *standing, "files"]


def fields_of(revision: Revision, *, may_write: bool, may_answer_suggestions: bool) -> list[Shown]:
    """Every field that says something, then the whole (path ""). Comments on what is empty now come with the whole."""
    record = revision.record
    values = drafts.values_of(revision)
    threads: dict[str, list[Thread]] = {}
    for comment in comments_of(revision):
        path = comment.path if comment.path in values else ""
        threads.setdefault(path, []).append(_thread(comment, values, may_write, may_answer_suggestions))
    shown = [
        _shown(revision, path, values[path], threads.get(path, []))
        for path in order_of(record.kind, revision.form)
        if path in values
    ]
    return [*shown, Shown("", "", "whole", "", threads=threads.get("", []))]


def _thread(
    comment: Comment, values: Mapping[str, Any], may_write: bool, may_answer_suggestions: bool
) -> Thread:
    now = values.get(comment.path, "")
    is_text = isinstance(now, str)
    changed = bool(comment.suggestion) and comment.state == CommentState.OPEN and (
        drafts.fingerprint(now) not in {comment.suggested_for, drafts.fingerprint(comment.suggestion)}
    )  # fmt: skip
    return Thread(
        comment, list(comment.replies.all()), before=now if comment.suggestion and is_text else "",
        has_changed=changed, may_accept=may_answer_suggestions and not changed, may_answer=may_write,
        may_keep=may_answer_suggestions,
    )  # fmt: skip


def _shown(revision: Revision, path: str, value: Any, threads: list[Thread]) -> Shown:
    record = revision.record
    kind = _type_of(path, record.kind, revision.form)
    one = Shown(
        path, field_label(path, record.kind, revision.form), kind, "", threads=threads,
        may_suggest=takes_suggestions(record, revision, path),
        is_foreign=kind == "text" or path in {"title", "summary"} or isinstance(value, list),
    )  # fmt: skip
    one.words = value if one.may_suggest and isinstance(value, str) else ""
    lines = plain_lines(path, value, record.kind, revision.form)
    if isinstance(value, str) and kind == "text":
        one.value = value
    elif len(lines) == 1:
        one.value, one.kind = lines[0], "line"
    else:
        one.lines, one.kind = lines, "lines"
    if path.startswith("tags."):
        one.is_foreign = False
    return one


def _type_of(path: str, kind: str, form: str) -> str:
    if not path.startswith("body."):
        return "line"
    name = path.removeprefix("body.")
    return next((one.type for one in documents.fields_of(kind, form) if one.name == name), "line")


def plain_lines(path: str, value: Any, kind: str, form: str) -> list[str]:
    """The value as lines of plain words, for lists and for comparing."""
    if value in (None, "", []):
        return []
    if path.startswith("tags."):
        return _labels(path, value)
    if path == "files":
        return [_file_line(row) for row in value]
    if path == "partners":
        roles = dict(PartnerRole.choices)
        return [f"{row['name']} – {roles.get(row['role'], row['role'])}" for row in value]
    if isinstance(value, list):
        return [line for number, row in enumerate(value) for line in _row(path, number, row, kind, form)]
    return [_in_words(path, value)]


def _in_words(path: str, value: Any) -> str:
    """As the public page says it."""
    if path == "standing.licence":
        return licences.of(value)[0]
    if path in _DATES:
        return partial_date(str(value))
    return str(choice_labels(path).get(value, value)) if isinstance(value, str) else str(value)


def _file_line(row: Mapping[str, Any]) -> str:
    return " – ".join(filter(None, (row["name"], row["caption"], row["description"])))


def _row(path: str, number: int, row: Any, kind: str, form: str) -> Iterable[str]:
    if not isinstance(row, dict):
        yield str(row)
        return
    for name, value in row.items():
        inner = f"{path}.{number}.{name}"
        yield f"{field_label(inner, kind, form)}: {choice_labels(inner).get(value, value)}"


def _labels(path: str, codes: list[str]) -> list[str]:
    terms, language = concepts(), content_language(get_language() or "en")
    vocabulary = documents.TAGS[path.partition(".")[2]]
    found = [(code, terms.get(vocabulary, code)) for code in codes]
    return [concept.short(language) if concept else code for code, concept in found]


def changes(old: Mapping[str, Any], new: Mapping[str, Any], kind: str, form: str) -> list[Changed]:
    """Each field that says something else, as plain words before and after, in reading order."""
    return [
        Changed(field_label(path, kind, form), *("\n".join(plain_lines(path, one.get(path), kind, form)) for one in (old, new)))
        for path in order_of(kind, form)
        if drafts.fingerprint(old.get(path)) != drafts.fingerprint(new.get(path))
    ]  # fmt: skip
