"""Who writes a draft, and the answer of those who are asked to write along."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ayni.kernel.errors import NotAllowed
from ayni.knowledge.actions import invitations as actions
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
    rows = draft.record.authors.select_related("person", "institution").order_by("since", "pk")
    context = {
        "area": "write", "draft": draft, "record": draft.record, "authors": rows, "status": status,
        "action": reverse("write-authors", args=(uid,)),
    }  # fmt: skip
    return render(request, "writing/authors.html", context, status=status)


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
