"""An institution takes over what others wrote on its behalf."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from ayni.kernel.errors import Invalid, WrongState
from ayni.knowledge import policies
from ayni.knowledge.actions import claims
from ayni.knowledge.models import ClaimLink, Record
from ayni.knowledge.queries.claims import link_by_secret, why_not
from ayni.knowledge.queries.standing import title_of
from ayni.knowledge.states import VISIBLE_STATES
from ayni.registry.models import Person
from ayni.web.using import words
from ayni.web.using.behalf import on_behalf
from ayni.web.using.common import UNPROCESSABLE, dead_link, for_those_who, person_of, reading_language, told
from ayni.web.using.forms import ClaimForm


@for_those_who(policies.send_claim_link)
@require_POST
def send(request: HttpRequest, record: Record) -> HttpResponse:
    """The link goes to the office; whoever asks for it sees only that it went."""
    try:
        link = claims.send_claim_link(by=person_of(request), record=record)
    except WrongState as refused:
        messages.error(request, words.refusal(refused))
    else:
        sent = _("A link has gone to %(address)s. It works for a month.") % {"address": link.address}
        messages.success(request, sent)
    return redirect("record-manage", uid=record.uid)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Opening the link changes nothing; a button does."""
    link = link_by_secret(secret)
    if link is None:
        return dead_link(request, "no_such_link")
    if reason := why_not(link):
        return dead_link(request, reason, record=link.record)
    if request.method != "POST":
        return _page(request, link, ClaimForm(initial={"language": get_language()}))
    if request.POST.get("do") == "object":
        return _object(request, link, secret)
    return _claim(request, link, secret)


def _claim(request: HttpRequest, link: ClaimLink, secret: str) -> HttpResponse:
    person = person_of(request)
    form = ClaimForm(None if person else request.POST)
    if person is None and not form.is_valid():
        return _page(request, link, form, UNPROCESSABLE)
    try:
        record, claimer = claims.claim(by=person, secret=secret, newcomer=None if person else form.newcomer)
    except Invalid as refused:
        form.take(refused.faults)
        return _page(request, link, form, UNPROCESSABLE)
    except WrongState as refused:
        return dead_link(request, refused.code, record=link.record)
    if person is None:
        login(request, claimer, settings.AUTHENTICATION_BACKENDS[0])
    messages.success(request, _("It is yours now. From here you look after it."))
    return _onward(record, claimer)


def _onward(record: Record, claimer: Person) -> HttpResponse:
    del claimer
    return redirect("record-manage", uid=record.uid) if record.published_id else redirect("home")


def _object(request: HttpRequest, link: ClaimLink, secret: str) -> HttpResponse:
    try:
        claims.object_to(by=person_of(request), secret=secret)
    except WrongState as refused:
        return dead_link(request, refused.code, record=link.record)
    return redirect("claim", secret=secret)


def _page(request: HttpRequest, link: ClaimLink, form: ClaimForm, status: int = 200) -> HttpResponse:
    record = link.record
    is_public = record.state in VISIBLE_STATES
    context = {
        **told(record), "form": form, "link": link, "on_behalf": on_behalf(record, reading_language()),
        "is_public": is_public,
    }  # fmt: skip
    if not context["title"]:
        context |= {"title": title_of(record), "title_language": record.language}
    return render(request, "using/claim.html", context, status=status)
