"""Who writes a draft, and the answer of those who are asked to write along."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ayni.kernel.errors import NotAllowed, WrongState
from ayni.knowledge.actions import invitations as actions
from ayni.knowledge.policies import remove_author as may_remove_author
from ayni.knowledge.queries.drafts import draft_for, invitation_for
from ayni.registry.models import Person
from ayni.web.using import limits
from ayni.web.writing.views import nothing_or_log_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def authors(request: HttpRequest, uid: str) -> HttpResponse:
    """Who writes along; one more is asked by e-mail address. Whether an address is known here is not told."""
    draft = draft_for(request.user, uid, to_change=True)
    if draft is None:
        return nothing_or_log_in(request)
    status = 200
    if request.method == "POST":
        address = request.POST.get("email", "").strip()[:254]
        if "@" not in address:
            status = 422
        elif not limits.may_invite(request):
            status = 429
        else:
            actions.invite_author(by=_person(request), record=draft.record, email=address)
            messages.success(
                request,
                _("If somebody who writes for an institution here uses this address, they are asked now."),
            )
            return redirect("write-authors", uid=uid)
    rows = (
        draft.record.authors.filter(left_at__isnull=True)
        .select_related("person", "institution")
        .order_by("since", "pk")
    )
    context = {
        "area": "write", "draft": draft, "record": draft.record, "authors": rows, "status": status,
        "may_remove": may_remove_author.allows(request.user, draft.record), "is_alone": len(rows) == 1,
        "action": reverse("write-authors", args=(uid,)),
    }  # fmt: skip
    return render(request, "writing/authors.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, uid: str, person: str) -> HttpResponse:
    """Asks first. Oneself, or a co-author where one may."""
    draft = draft_for(request.user, uid, to_change=True)
    row = draft.record.authors.filter(person__uid=person, left_at__isnull=True).first() if draft else None
    if draft is None:
        return nothing_or_log_in(request)
    by = _person(request)
    if row is None or (row.person != by and not may_remove_author.allows(by, draft.record)):
        raise Http404
    fault = ""
    if request.method == "POST":
        try:
            actions.remove_author(by=by, record=draft.record, person=row.person)
        except WrongState as error:
            fault = error.code
        else:
            if row.person == by:
                messages.success(request, _("You no longer write here. Your words stay."))
                return redirect("desk")
            messages.success(request, _("They no longer write here, and are told. Their words stay."))
            return redirect("write-authors", uid=uid)
    context = {
        "area": "write",
        "draft": draft,
        "record": draft.record,
        "row": row,
        "is_me": row.person == by,
        "fault": fault,
    }
    return render(request, "writing/author_remove.html", context, status=409 if fault else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, uid: str) -> HttpResponse:
    """The answer of somebody who was asked to write along. Only they see this page."""
    invitation = invitation_for(request.user, uid)
    if invitation is None:
        return nothing_or_log_in(request)
    if request.method != "POST":
        return render(request, "writing/join.html", _context(invitation))
    if request.POST.get("do") != "yes":
        actions.decline_invitation(by=_person(request), record=invitation.record)
        messages.success(request, _("You do not write along. Nobody is told."))
        return redirect("desk")
    try:
        actions.accept_invitation(by=_person(request), record=invitation.record)
    except NotAllowed as error:
        return render(request, "writing/join.html", _context(invitation, error.code), status=409)
    return redirect("write-draft", uid=uid)


def _context(invitation: Any, fault: str = "") -> dict[str, Any]:
    draft = invitation.record.revisions.order_by("-number").first()
    return {
        "area": "write", "invitation": invitation, "record": invitation.record, "draft": draft, "fault": fault,
    }  # fmt: skip


def _person(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise Http404
    return request.user
