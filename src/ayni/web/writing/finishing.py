"""Around the writing: looking at the whole, handing it in, putting it away, beginning anew, writing with others."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ayni.kernel.errors import Invalid, NotAllowed, WrongState
from ayni.knowledge import documents, drafts, policies
from ayni.knowledge.actions import drafts as actions
from ayni.knowledge.actions import readings, reviews
from ayni.knowledge.actions.beginnings import settle_left_over
from ayni.knowledge.queries.drafts import draft_for, left_over, named_record
from ayni.knowledge.queries.reviews import lacks_readers, turnaround
from ayni.knowledge.states import EDITABLE, Form, Kind
from ayni.registry.models import Person
from ayni.web.handing_on.presenting import form_of
from ayni.web.knowledge import page as record_page
from ayni.web.reviewing.wording import who_reads
from ayni.web.writing import presenting
from ayni.web.writing.clashes import clashes_of
from ayni.web.writing.pages import pages_of
from ayni.web.writing.views import draft_of, nothing_or_log_in


@never_cache
@require_safe
def preview(request: HttpRequest, uid: str) -> HttpResponse:
    """As readers will see it, with what is still missing and what comes next."""
    draft = draft_for(request.user, uid, to_change=True)
    if draft is None:
        return nothing_or_log_in(request)
    record, values = draft.record, drafts.values_of(draft)
    editable = draft.state in EDITABLE
    planned = readings.foreseen(draft) if editable else []
    known = {field.name for field in documents.fields_of(record.kind, Form.SNAPSHOT)}
    context = record_page.preview_of(draft, request.user) | {
        "area": "write",
        "draft": draft,
        "uid": record.uid,
        "editable": editable,
        "missing": presenting.missing_lines(draft, values) if editable else [],
        "clashes": clashes_of(draft, values) if editable else [],
        "pages": pages_of(record.kind, draft.form) if editable else [],
        "may_grow": record.kind == Kind.PRACTICE and draft.form == Form.SNAPSHOT,
        "full_pages": len(pages_of(record.kind, Form.FULL)),
        "may_shrink": draft.form == Form.FULL and set(draft.body) <= known,
        "turnaround": turnaround(),
        "read_by": [who_reads(one) for one in planned],
        "lacks_readers": lacks_readers(planned),
        "long_lines": presenting.long_lines(draft, values) if editable else [],
        "left_over": left_over(draft) if editable else [],
        "take_address": form_of(record, (record.language,), record.language, is_draft=True).address,
    }
    return render(request, f"knowledge/{record.kind}.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, uid: str) -> HttpResponse:
    """Hand it in. What is still missing is listed on the preview, with links."""
    draft = draft_of(request, uid)
    if request.method == "POST":
        try:
            reviews.submit(by=_person(request), revision=draft)
        except Invalid:
            messages.error(request, _("It is not handed in yet: something is still missing, see below."))
        except (WrongState, NotAllowed):
            messages.info(request, _("It has been handed in already, or put away meanwhile."))
    return redirect("write-preview", uid=uid)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, uid: str) -> HttpResponse:
    """A snapshot becomes a full description, or the other way round."""
    draft = draft_of(request, uid)
    if request.method != "POST":
        return redirect("write-preview", uid=uid)
    wanted = request.POST.get("form", "")
    try:
        actions.set_form(by=_person(request), revision=draft, form=wanted)
    except (Invalid, WrongState, NotAllowed):
        messages.error(request, _("This draft cannot be changed in that way now."))
    else:
        if wanted == Form.FULL:
            messages.success(
                request, _("There are more pages now. Fill in what you know, and leave the rest empty.")
            )
            return redirect("write-page", uid=uid, name="setting")
    return redirect("write-preview", uid=uid)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def left_over_words(request: HttpRequest, uid: str) -> HttpResponse:
    """What the file said beyond its fields has been placed, or is not needed."""
    draft = draft_of(request, uid)
    if request.method == "POST":
        settle_left_over(by=_person(request), revision=draft)
        messages.success(request, _("These words are not shown any more."))
    return redirect("write-preview", uid=uid)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, uid: str) -> HttpResponse:
    """Put a draft away, after one more question. It can be fetched back."""
    draft = draft_of(request, uid)
    if request.method != "POST":
        context = {"area": "write", "draft": draft, "record": draft.record}
        return render(request, "writing/discard.html", context)
    try:
        actions.discard(by=_person(request), revision=draft)
    except (WrongState, NotAllowed):
        messages.error(request, _("This draft cannot be put away now."))
        return redirect("write-preview", uid=uid)
    context = {"area": "write", "record": draft.record, "title": draft.title}
    return render(request, "writing/discarded.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest, uid: str) -> HttpResponse:
    """Work on what is published (or was put away) in a draft: a page with a button; the button begins."""
    record = named_record(uid)
    if record is None or not policies.change_record.allows(request.user, record):
        return nothing_or_log_in(request)
    if request.method != "POST":
        return render(request, "writing/again.html", {"area": "write", "record": record})
    try:
        draft = actions.begin_again(by=_person(request), record=record)
    except (WrongState, NotAllowed):
        messages.error(request, _("There is nothing here that can be worked on now."))
        return redirect("write-start")
    if draft.state not in EDITABLE:
        messages.info(request, _("A new version of it is with its reviewers already."))
    return redirect("write-preview", uid=uid)


def _person(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise Http404
    return request.user
