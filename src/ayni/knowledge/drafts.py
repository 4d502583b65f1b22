"""A draft as fields: their present values, their fingerprints, and what an edit of one of them means.

A field's *path* names it everywhere: `title`, `summary`, `started`, `ended`, `partners`, `tags.<name>` for each
of `documents.TAGS`, `body.<field>` for each field of the document, and `standing.<name>` for what belongs to the
record itself. A *fingerprint* stands for a value: whoever edits sends back the one they began from, so that what
another wrote meanwhile is noticed, field by field.
"""

import copy
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.dateparse import parse_date

from ayni.kernel import clock
from ayni.kernel.errors import Fault
from ayni.knowledge import documents
from ayni.knowledge.models import Record, Revision, RevisionPartner, RevisionTerm
from ayni.knowledge.states import PartnerRole, RecordState
from ayni.knowledge.texts import is_date, one_line
from ayni.language.normalise import clean
from ayni.registry.queries.institutions import get_institution
from ayni.registry.queries.vocabularies import concepts

PARTNERS_LIMIT = 20

STANDING = ("source_title", "source_url", "source_publisher", "licence", "contact_email", "contact_until")
LINES = ("title", "summary", "started", "ended")


@dataclass(frozen=True)
class Edit:
    """A new value of one field. `was`: the fingerprint of the value the writer had before their eyes."""

    path: str
    value: Any
    was: str


def fingerprint(value: Any) -> str:
    """Twelve characters; equal for equal values. Nothing, an empty text and an empty list are equal."""
    if value in (None, "", [], {}):
        return ""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def stamp_of_choice(there: Any, kept: Any) -> str:
    """Stands for two texts for one place, as somebody sees them who is to choose."""
    return fingerprint([fingerprint(there), fingerprint(kept)])


def values_of(revision: Revision) -> dict[str, Any]:
    """Every field that has a value, by path: texts, lists of term codes, partners as objects. Two queries."""
    found: dict[str, Any] = {name: getattr(revision, name) for name in LINES}
    found |= {f"body.{name}": value for name, value in revision.body.items()}
    found |= {
        f"standing.{name}": value
        for name, value in (_standing_of(revision.record) | revision.standing).items()
    }
    tags: dict[str, list[str]] = {}
    rows = RevisionTerm.objects.filter(revision=revision).order_by("term__position", "term_id")
    for vocabulary, code in rows.values_list("term__vocabulary__code", "term__code"):
        tags.setdefault(vocabulary, []).append(code)
    found |= {f"tags.{name}": tags.get(vocabulary, []) for name, vocabulary in documents.TAGS.items()}
    partners = RevisionPartner.objects.filter(revision=revision).order_by("position")
    found["partners"] = [
        {"name": name, "role": role, "institution": uid or ""}
        for name, role, uid in partners.values_list("name", "role", "institution__uid")
    ]
    return {path: value for path, value in found.items() if value not in (None, "", [], {})}


def _standing_of(record: Record) -> dict[str, str]:
    until = record.contact_until
    return {name: getattr(record, name) for name in STANDING} | {
        "contact_until": until.isoformat() if until else ""
    }


def put_standing(record: Record, revision: Revision, name: str, value: str) -> None:
    """What readers have seen stays as it is until the draft is published: until then the draft keeps the new value."""
    if record.state == RecordState.UNPUBLISHED:
        _set_standing(record, {name: value})
        return
    kept = {key: inner for key, inner in revision.standing.items() if key != name}
    revision.standing = kept | ({} if _standing_of(record)[name] == value else {name: value})


def settle_standing(record: Record, revision: Revision) -> None:
    """The revision is published: what it kept holds from now on. The caller stores both."""
    _set_standing(record, revision.standing)
    revision.standing = {}


def as_it_will_be(record: Record, revision: Revision) -> Record:
    """The record as readers will see it with this revision; to look at, never to store."""
    record = copy.copy(record)
    _set_standing(record, revision.standing)
    return record


def _set_standing(record: Record, values: dict[str, str]) -> None:
    for name, value in values.items():
        setattr(record, name, (parse_date(value) if value else None) if name == "contact_until" else value)


def paths_of(kind: str, form: str) -> set[str]:
    """Every path that a draft of this kind knows."""
    return {
        *LINES,
        "partners",
        *(f"tags.{name}" for name in documents.TAGS),
        *(f"standing.{name}" for name in STANDING),
        *(f"body.{field.name}" for field in documents.fields_of(kind, form)),
    }


# What a reader of the criteria would miss at once, beside the required fields of the document.
_ASKED_FOR = {
    "practice": ("summary", "tags.countries", "body.what_changed"),
    "lesson": ("summary", "tags.countries"),
    "publication": ("summary",),
    "activity": (),
}


def missing(values: dict[str, Any], kind: str, form: str) -> list[Fault]:
    """What must still be written, or put right, before the draft can be handed in."""
    required = [
        "title",
        *_ASKED_FOR[kind],
        *(f"body.{field.name}" for field in documents.fields_of(kind, form) if field.required),
    ]
    found = [Fault(path, "missing") for path in dict.fromkeys(required) if not values.get(path)]
    started, ended = values.get("started", ""), values.get("ended", "")
    if ended and ended < started[: len(ended)]:
        found.append(Fault("ended", "ends_before_start"))
    if _is_past(values.get("standing.contact_until", "")):
        found.append(Fault("standing.contact_until", "in_the_past"))
    body = {path[5:]: value for path, value in values.items() if path.startswith("body.")}
    _, faults = documents.check_body(body, kind, form)
    known = {fault.path for fault in found}
    return found + [fault for fault in faults if fault.path not in known]


def _is_past(day: str) -> bool:
    return bool(day) and day < clock.today().isoformat()


def clash(now: Any, edit: Edit) -> bool:
    """Did somebody else change the field since the writer last saw it, into something else?"""
    return fingerprint(now) not in {edit.was, fingerprint(edit.value)} and fingerprint(edit.value) != edit.was


def checked_value(path: str, value: Any, kind: str, form: str) -> tuple[Any, list[Fault]]:
    """The value as a draft may hold it, or what is wrong with it."""
    group, _, name = path.partition(".")
    if group == "body":
        return documents.check_field(name, value, kind, form)
    if group == "tags":
        return _checked_tags(path, name, value)
    if group == "partners":
        return _checked_partners(value)
    if not isinstance(value, str | None):
        return None, [Fault(path, "not_text")]
    return (
        _checked_standing(path, name, value or "")
        if group == "standing"
        else _checked_line(path, value or "")
    )


def _checked_line(path: str, value: str) -> tuple[Any, list[Fault]]:
    if path in {"started", "ended"}:
        text = clean(value, 20)
        return (text, []) if is_date(text) else (None, [Fault(path, "not_a_date")])
    limit = documents.TITLE_LIMIT if path == "title" else documents.SUMMARY_LIMIT
    text = one_line(value, limit + 1)
    return (text, []) if len(text) <= limit else (None, [Fault(path, "too_long", {"limit": limit})])


def _checked_tags(path: str, name: str, value: Any) -> tuple[Any, list[Fault]]:
    if not isinstance(value, list):
        return None, [Fault(path, "not_a_list")]
    terms = concepts()
    codes = list(dict.fromkeys(str(code) for code in value))
    unknown = [code for code in codes if terms.get(documents.TAGS[name], code) is None]
    if unknown or len(codes) > documents.LIST_LIMIT:
        return None, [Fault(path, "unknown_choice", {"value": ", ".join(unknown)[:40]})]
    order = {concept.code: place for place, concept in enumerate(terms.of(documents.TAGS[name]))}
    return sorted(codes, key=lambda code: order[code]), []


def _checked_partners(value: Any) -> tuple[Any, list[Fault]]:
    if not isinstance(value, list) or len(value) > PARTNERS_LIMIT:
        return None, [Fault("partners", "too_many", {"limit": PARTNERS_LIMIT})]
    kept, faults = [], []
    for number, row in enumerate(value):
        row = row if isinstance(row, dict) else {}  # noqa: PLW2901 - a row that is none is an empty one
        name = one_line(str(row.get("name") or ""), 300)
        role = str(row.get("role") or "")
        if not name:
            continue
        if not role:
            faults.append(Fault(f"partners.{number}.role", "missing"))
        elif role not in PartnerRole.values:
            faults.append(Fault(f"partners.{number}.role", "unknown_choice", {"value": role[:40]}))
        institution = get_institution(str(row.get("institution") or "")) if row.get("institution") else None
        kept.append({"name": name, "role": role, "institution": institution.uid if institution else ""})
    return kept, faults


def _checked_standing(path: str, name: str, value: str) -> tuple[Any, list[Fault]]:
    text = one_line(value, 501)
    if not text:
        return "", []
    limit = Record._meta.get_field(name).max_length
    if name == "contact_until":
        good = is_date(text) and len(text) == 10  # noqa: PLR2004 - a whole day
        code = "not_a_date" if not good else "in_the_past" if _is_past(text) else ""
        return (None, [Fault(path, code)]) if code else (text, [])
    if limit and len(text) > limit:
        return None, [Fault(path, "too_long", {"limit": limit})]
    if name == "source_url" and not documents.is_web_address(text):
        return None, [Fault(path, "not_a_web_address", {"value": text[:80]})]
    if name == "contact_email":
        try:
            validate_email(text)
        except ValidationError:
            return None, [Fault(path, "not_an_email", {"value": text[:80]})]
    return text, []
