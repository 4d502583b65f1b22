"""What a revision shall say and what holds for its record, as values; and the checks they pass before they are stored."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ayni.kernel.errors import Fault
from ayni.knowledge import documents
from ayni.knowledge.models import Record
from ayni.knowledge.states import Form, Kind, PartnerRole
from ayni.language.normalise import clean
from ayni.registry.models import Institution

PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True)
class Partner:
    name: str
    role: str
    institution: Institution | None = None


@dataclass(frozen=True)
class Text:
    """What a revision shall say. `terms` are ids of vocabulary terms; dates are ISO, as precise as known."""

    title: str
    summary: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    form: str = ""
    started: str = ""
    ended: str = ""
    terms: tuple[int, ...] = ()
    partners: tuple[Partner, ...] = ()


@dataclass(frozen=True)
class Standing:
    """What holds for the record itself, whatever its revision: source, licence, contact, freshness."""

    source_title: str = ""
    source_url: str = ""
    source_publisher: str = ""
    licence: str = ""
    contact_email: str = ""
    contact_until: date | None = None
    last_confirmed_on: date | None = None
    adapted_from: Record | None = None


def checked(text: Text, kind: str) -> tuple[Text, list[Fault]]:
    """The text as it can be stored, and everything that is wrong with it. Writes nothing."""
    title = one_line(text.title, documents.TITLE_LIMIT + 1)
    summary = one_line(text.summary, documents.SUMMARY_LIMIT + 1)
    faults = []
    if kind not in Kind.values:
        return text, [
            Fault("kind", "unknown_choice", {"value": str(kind)[:40], "choices": ", ".join(Kind.values)})
        ]
    if not title:
        faults.append(Fault("title", "missing"))
    if len(title) > documents.TITLE_LIMIT:
        faults.append(Fault("title", "too_long", {"limit": documents.TITLE_LIMIT}))
    if len(summary) > documents.SUMMARY_LIMIT:
        faults.append(Fault("summary", "too_long", {"limit": documents.SUMMARY_LIMIT}))
    form = text.form or (Form.SNAPSHOT if kind == Kind.PRACTICE else "")
    if form and (kind != Kind.PRACTICE or form not in Form.values):
        faults.append(
            Fault("form", "unknown_choice", {"value": form[:40], "choices": ", ".join(Form.values)})
        )
        form = ""
    faults += [Fault(name, "not_a_date") for name in ("started", "ended") if not is_date(getattr(text, name))]
    if not faults and text.started and text.ended and text.ended < text.started[: len(text.ended)]:
        faults.append(Fault("ended", "ends_before_start"))
    faults += [
        Fault(
            f"partners.{number}.role",
            "unknown_choice",
            {"value": partner.role[:40], "choices": ", ".join(PartnerRole.values)},
        )
        for number, partner in enumerate(text.partners)
        if partner.role not in PartnerRole.values
    ]
    body, more = documents.check_body(text.body, kind, form)
    good = Text(
        title, summary, body, form, text.started, text.ended, tuple(dict.fromkeys(text.terms)), text.partners
    )
    return good, faults + more


def one_line(text: str, limit: int) -> str:
    return clean(" ".join(text.split()), limit)


def is_date(text: str) -> bool:
    """Empty, a year, a month or a day that exists."""
    if not text:
        return True
    if not PARTIAL_DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True
