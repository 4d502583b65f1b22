"""What the template of a writing page is given."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ayni.kernel import clock
from ayni.kernel.errors import Fault
from ayni.knowledge import attached, drafts
from ayni.knowledge.models import Record, Revision
from ayni.knowledge.queries.drafts import left_over
from ayni.knowledge.queries.reviews import comments_of
from ayni.knowledge.states import Form, RecordState, RevisionState
from ayni.language.codes import content_language
from ayni.web.fields import fault_text, field_label
from ayni.web.knowledge import related
from ayni.web.writing.clashes import clashes_of
from ayni.web.writing.pages import Page, before, page_of, pages_of
from ayni.web.writing.showing import Drawing, Shown, fingerprints
from ayni.web.writing.wording import ADAPTED, asked_length

ASKED_FOR_YEARS = timedelta(days=2 * 365)


def page(
    request: HttpRequest, draft: Revision, which: Page, values: Mapping[str, Any], *,
    shown: Mapping[str, Any] | None = None, was: Mapping[str, str] | None = None, faults: Iterable[Fault] = (),
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """`values`: as stored. `shown`: as in the form, where it differs; `was`: what its writer began from."""
    record, faults = draft.record, list(faults)
    if shown is None:
        shown = proposed(draft.record, values) if which.name == "where" else values
    more = 3 if request.GET.get("more") else 0
    fields = Drawing(record.kind, draft.form, shown, faults).page(
        which, fingerprints(values, which) | (was or {}), more_rows=more
    )
    _put_comments_beside(fields, draft)
    if record.adapted_from_id:
        for field in fields:
            if field.path != "body.problem" or draft.form == Form.SNAPSHOT:
                field.words = replace(field.words, asked=ADAPTED.get(field.path, ""))
    earlier, pages = before(which, record.kind, draft.form), pages_of(record.kind, draft.form)
    context = {
        "area": "write",
        "draft": draft,
        "record": record,
        "uid": record.uid,
        "page": which,
        "fields": fields,
        "faults": [fault_line(fault, record, draft.form) for fault in faults],
        "clashes": clashes_of(draft, values, which.paths),
        "number": pages.index(which) + 1 if which in pages else 0,
        "total": len(pages),
        "back_url": reverse("write-page", args=(record.uid, earlier.name)) if earlier else "",
        "action": reverse("write-page", args=(record.uid, which.name)),
        "sort": f"{record.kind}/{draft.form}",
        "writer": request.user.uid,
        "field_language": record.language,
        "adapted_from": related.of_draft(
            record, request.user, content_language(get_language() or "en")
        ).adapted_from,
        "has_left_over": left_over(draft).exists(),
        "autosaves": True,
        "button": _("Continue"),
    }
    return render(request, "writing/page.html", context, status=status)


def proposed(record: Record, values: Mapping[str, Any]) -> dict[str, Any]:
    """For a new record, what most would write: shown in the form, and stored only when the writer saves it."""
    found = dict(values)
    if record.state != RecordState.UNPUBLISHED:
        return found
    owner = record.stand_in or record.owner
    if not any(values.get(f"standing.{name}") for name in ("contact_email", "contact_until", "licence")):
        found["standing.licence"] = "CC-BY-4.0"
        if owner.office_email:
            found["standing.contact_email"] = owner.office_email
            found["standing.contact_until"] = (clock.today() + ASKED_FOR_YEARS).isoformat()
    if not values.get("tags.countries") and record.owner.country:
        found["tags.countries"] = [record.owner.country.code]
    return found


def _put_comments_beside(fields: list[Shown], draft: Revision) -> None:
    """What readers said, beside the field it is about. A draft nobody has read yet has none."""
    if draft.state != RevisionState.CHANGES_ASKED:
        return
    comments = comments_of(draft)
    for field in fields:
        field.comments = [one for one in comments if f"{one.path}.".startswith(f"{field.path}.")]


def top(path: str, which: Page) -> str:
    """The field of the page that a fault is in: `body.results` for `body.results.0.level`."""
    return next((one for one in which.paths if f"{path}.".startswith(f"{one}.")), path)


def fault_line(fault: Fault, record: Record, form: str) -> dict[str, str]:
    return {
        "id": f"f-{fault.path.replace('.', '-')}",
        "label": field_label(fault.path, record.kind, form),
        "text": fault_text(fault),
        "code": fault.code,
    }


def missing_lines(draft: Revision, values: Mapping[str, Any]) -> list[dict[str, str]]:
    """What must still be written, each with the page where it is, in the pages' order."""
    record, lines = draft.record, []
    faults = drafts.missing(dict(values), record.kind, draft.form)
    order = [path for one in pages_of(record.kind, draft.form) for path in one.paths]
    place = {path: number for number, path in enumerate(order)}
    for fault in sorted(faults, key=lambda one: place.get(".".join(one.path.split(".")[:2]), len(order))):
        line = fault_line(fault, record, draft.form)
        name = page_of(fault.path, record.kind, draft.form).name
        lines.append(line | {"href": f"{reverse('write-page', args=(record.uid, name))}#{line['id']}"})
    return lines + _images_without_words(draft)


def long_lines(draft: Revision, values: Mapping[str, Any]) -> list[dict[str, str]]:
    """Texts far longer than their pages ask for. Only a hint: nobody has to shorten them."""
    record, lines = draft.record, []
    for which in pages_of(record.kind, draft.form):
        for path in which.paths:
            asked = asked_length(path, record.kind, values.get(path))
            if asked:
                line = fault_line(Fault(path, "long"), record, draft.form)
                here = reverse("write-page", args=(record.uid, which.name))
                lines.append(line | {"asked": asked, "href": f"{here}#{line['id']}"})
    return lines


def _images_without_words(draft: Revision) -> list[dict[str, str]]:
    where = reverse("draft-files", args=(draft.record.uid,))
    return [
        {
            "id": f"description-{row.file.uid}",
            "label": _("What the picture “%(name)s” shows") % {"name": row.file.name},
            "text": fault_text(Fault("", "missing")),
            "href": f"{where}#description-{row.file.uid}",
        }
        for row in attached.without_words(draft)
    ]
