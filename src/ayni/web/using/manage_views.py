"""Looking after a published record: all that its people can do with it, and what happened to it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ayni.kernel.errors import WrongState
from ayni.knowledge import policies
from ayni.knowledge.actions.records import change_visibility, put_back
from ayni.knowledge.models import Record
from ayni.knowledge.queries.claims import last_link
from ayni.knowledge.queries.standing import stays
from ayni.knowledge.states import RECORD_MOVES, RecordState
from ayni.language.codes import CONTENT_LANGUAGES
from ayni.registry.models import Person
from ayni.web.using import history, words
from ayni.web.using.behalf import on_behalf
from ayni.web.using.common import UNPROCESSABLE, for_those_who, person_of, reading_language, told
from ayni.web.using.forms import WithdrawForm


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
        messages.error(request, _("This is not possible any more: somebody was here before you."))
        return redirect("record-manage", uid=record.uid)
    form = WithdrawForm(request.POST or None) if name == "withdraw" else None
    if request.method == "POST" and (form is None or form.is_valid()):
        return _make(request, record, name, form.cleaned_data["reason"] if form else "")
    status = UNPROCESSABLE if request.method == "POST" else 200
    context = {**told(record), "name": name, "form": form}
    return render(request, "using/move.html", context, status=status)


def _make(request: HttpRequest, record: Record, name: str, reason: str) -> HttpResponse:
    try:
        if name == "put back":
            put_back(by=person_of(request), record=record)
        else:
            change_visibility(by=person_of(request), record=record, name=name, reason=reason)
    except WrongState as refused:
        messages.error(request, words.refusal(refused))
    else:
        done = {
            "archive": _("It is archived: readable, and no longer offered in search."),
            "unarchive": _("It is public again, and counts as confirmed today."),
            "withdraw": _("It is withdrawn. Its address says that it was here, and why it is not."),
            "put back": _("It is public again."),
        }
        messages.success(request, done[name])
    return redirect("record-manage", uid=record.uid)
