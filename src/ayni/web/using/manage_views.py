"""Looking after a published record: all that its people can do with it, and what happened to it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ayni.kernel.errors import Invalid, WrongState
from ayni.knowledge import policies
from ayni.knowledge.actions.records import change_visibility, name_successor, put_back
from ayni.knowledge.models import Record
from ayni.knowledge.queries import records
from ayni.knowledge.queries.claims import last_link
from ayni.knowledge.queries.standing import stays
from ayni.knowledge.states import ENDED_STATES, RECORD_MOVES, RecordState
from ayni.language.codes import CONTENT_LANGUAGES
from ayni.registry.models import Person
from ayni.web import addresses
from ayni.web.using import history, words
from ayni.web.using.behalf import on_behalf
from ayni.web.using.common import UNPROCESSABLE, for_those_who, person_of, reading_language, told
from ayni.web.using.forms import ContinuedForm, WithdrawForm

NEAR = 10  # records of each sort that are offered to choose from


@for_those_who(policies.change_record)
@require_safe
def record(request: HttpRequest, record: Record) -> HttpResponse:
    person = person_of(request)
    possible = RECORD_MOVES.possible(record.state)
    confirms, moderates = (
        rule.allows(person, record) for rule in (policies.confirm_record, policies.publish_record)
    )
    owner = stays(record.owner)
    context = {
        **told(record),
        "state": RecordState(record.state).label,
        "may_confirm": confirms and record.state == RecordState.PUBLIC,
        "may_archive": confirms and "archive" in possible,
        "may_unarchive": confirms and "unarchive" in possible,
        "may_withdraw": confirms and "withdraw" in possible,
        "may_continue": confirms and record.state in ENDED_STATES,
        "may_put_back": moderates and "put back" in possible,
        "translate_into": _translate_into(person, record),
        "is_readable": record.state != RecordState.WITHDRAWN,
        "on_behalf": on_behalf(record, reading_language()),
        "may_send_link": policies.send_claim_link.allows(person, record),
        "office": owner.office_email,
        "sends_mail": settings.SENDS_MAIL,
        "last_link": last_link(record) if record.stand_in_id else None,
        "history": history.of(record),
    }
    return render(request, "using/manage.html", context)


def _translate_into(person: Person, record: Record) -> list[str]:
    """The languages that the person may put it into."""
    if record.published is None or not policies.translate_record.allows(person, record):
        return []
    return [code for code in CONTENT_LANGUAGES if code != record.language]


@for_those_who(policies.confirm_record)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, record: Record, name: str) -> HttpResponse:
    """Ask first, then archive, unarchive, withdraw or put back."""
    is_moderators = name == "put back" and not policies.publish_record.allows(request.user, record)
    if is_moderators:
        raise Http404
    if name not in RECORD_MOVES.possible(record.state):
        messages.error(request, words.too_late())
        return redirect("record-manage", uid=record.uid)
    form = _form(request, record, name)
    if request.method == "POST" and (form is None or form.is_valid()) and _make(request, record, name, form):
        return redirect("record-manage", uid=record.uid)
    return _ask(request, record, name, form)


@for_those_who(policies.confirm_record)
@require_http_methods(["GET", "HEAD", "POST"])
def continued(request: HttpRequest, record: Record) -> HttpResponse:
    """Say where an archived or withdrawn record continues, or take that back."""
    if record.state not in ENDED_STATES:
        messages.error(request, words.too_late())
        return redirect("record-manage", uid=record.uid)
    form = _form(request, record, "continued")
    if form and request.method == "POST" and form.is_valid() and _make(request, record, "continued", form):
        return redirect("record-manage", uid=record.uid)
    return _ask(request, record, "continued", form)


def _form(request: HttpRequest, record: Record, name: str) -> ContinuedForm | None:
    kind = {"archive": ContinuedForm, "withdraw": WithdrawForm, "continued": ContinuedForm}.get(name)
    known = record.successor
    initial = {"successor": addresses.short_url(known)} if known and known.published else {}
    return (
        kind(person_of(request), request.POST if request.method == "POST" else None, initial=initial)
        if kind
        else None
    )


def _ask(request: HttpRequest, record: Record, name: str, form: ContinuedForm | None) -> HttpResponse:
    status = UNPROCESSABLE if request.method == "POST" else 200
    near = records.siblings_of(record, person_of(request)) if form else Record.objects.none()
    own = records.records_of(stays(record.owner), person_of(request)).exclude(pk=record.pk)
    choices = {one.pk: one for one in [*near[:NEAR], *(own[:NEAR] if form else [])]}
    context = {
        **told(record), "name": name, "form": form,
        "near": [(addresses.short_url(one), one.published.title) for one in choices.values()],
    }  # fmt: skip
    return render(request, "using/move.html", context, status=status)


def _make(request: HttpRequest, record: Record, name: str, form: ContinuedForm | None) -> bool:
    """False: what was given cannot be, and the form says why."""
    given = form.cleaned_data if form else {}
    by = person_of(request)
    try:
        if name == "put back":
            put_back(by=by, record=record)
        elif name == "continued":
            name_successor(by=by, record=record, successor=given["successor"])
        else:
            change_visibility(
                by=by, record=record, name=name, reason=given.get("reason", ""),
                successor=given.get("successor"),
            )  # fmt: skip
    except WrongState as refused:
        messages.error(request, words.refusal(refused))
    except Invalid as refused:
        if form is None:
            raise
        form.take(refused.faults)
        return False
    else:
        messages.success(request, words.moved(name))
    return True
