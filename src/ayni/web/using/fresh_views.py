"""Is this still true? Answered by the link in a mail, or by those who write for the record."""

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ayni.kernel import clock
from ayni.kernel.errors import Invalid, WrongState
from ayni.knowledge import policies
from ayni.knowledge.actions import freshness
from ayni.knowledge.models import FreshnessCheck, Record
from ayni.knowledge.queries.freshness import check_by_secret
from ayni.knowledge.states import FreshnessAnswer, RecordState
from ayni.web.using.common import UNPROCESSABLE, dead_link, for_those_who, person_of, told
from ayni.web.using.forms import ContactForm

Answer = Callable[[str, freshness.Contact], Record]


def in_a_year() -> date:
    today = clock.today()
    return date(today.year + 1, today.month, min(today.day, 28))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Opening the link changes nothing; a button does."""
    check = check_by_secret(secret)
    if check is None:
        return dead_link(request, "no_such_link")
    if check.answered_at:
        return _answered(request, check)
    if check.record.state != RecordState.PUBLIC:
        return dead_link(request, "not_public")
    if request.method != "POST":
        return _page(request, check.record, ContactForm.of(check.record, in_a_year()))

    def answer(given: str, contact: freshness.Contact) -> Record:
        return freshness.answer_by_link(by=person_of(request), secret=secret, answer=given, contact=contact)

    return _take(request, check.record, answer) or redirect("still-true", secret=secret)


@for_those_who(policies.confirm_record)
@require_http_methods(["GET", "HEAD", "POST"])
def logged_in(request: HttpRequest, record: Record) -> HttpResponse:
    if record.state != RecordState.PUBLIC:
        return redirect("record-manage", uid=record.uid)
    if request.method != "POST":
        return _page(request, record, ContactForm.of(record, in_a_year()))

    def answer(given: str, contact: freshness.Contact) -> Record:
        return freshness.answer(by=person_of(request), record=record, answer=given, contact=contact)

    return _take(request, record, answer) or redirect("record-manage", uid=record.uid)


def _take(request: HttpRequest, record: Record, answer: Answer) -> HttpResponse | None:
    """Give the answer to the action; a page with what was wrong, or None when all is done."""
    form = ContactForm(request.POST.dict())
    if form.is_valid():
        try:
            answer(request.POST.get("answer", ""), form.contact)
        except Invalid as refused:
            if any(fault.code == "changed_meanwhile" for fault in refused.faults):
                record.refresh_from_db()
                form = form.again(record)
            form.take(refused.faults)
        except WrongState:  # somebody was faster: the page says what was answered
            return None
        else:
            return None
    return _page(request, record, form, UNPROCESSABLE)


def _page(request: HttpRequest, record: Record, form: ContactForm, status: int = 200) -> HttpResponse:
    context = {**told(record), "form": form, "area": "search"}
    return render(request, "using/still_true.html", context, status=status)


def _answered(request: HttpRequest, check: FreshnessCheck) -> HttpResponse:
    context = {
        **told(check.record),
        "check": check,
        "said": FreshnessAnswer(check.answer).label,
        "may_read": check.record.state != RecordState.WITHDRAWN,
    }
    return render(request, "using/still_true_answered.html", context)
