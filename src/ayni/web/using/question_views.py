"""Asking the people who did it, and what came of it."""

from contextlib import suppress

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ayni.kernel import clock
from ayni.kernel.errors import Invalid, WrongState
from ayni.knowledge.actions import questions as actions
from ayni.knowledge.models import Question, Record
from ayni.knowledge.queries import questions as queries
from ayni.knowledge.queries.records import get_record_for, is_current
from ayni.knowledge.states import QUESTION_MOVES
from ayni.web.using import limits, words
from ayni.web.using.common import UNPROCESSABLE, dead_link, person_of, told
from ayni.web.using.forms import AskForm
from ayni.web.words_back import give, keeps_words

PER_PAGE = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words
def ask(request: HttpRequest, uid: str) -> HttpResponse:
    record = get_record_for(request.user, uid)
    if record is None:
        raise Http404
    if not is_current(record, clock.today()):
        return _may_not_ask(request, record)
    if not settings.SENDS_MAIL:
        return _write_yourself(request, record)
    if request.method == "POST":
        return _take(request, record)
    return _form(request, record, AskForm(initial=_known(request)))


def _write_yourself(request: HttpRequest, record: Record) -> HttpResponse:
    """With what was typed while the site still sent mail, to be copied."""
    text = request.POST.get("text", "").strip()
    context = {**told(record), "text": text}
    return render(request, "using/write_yourself.html", context, status=409 if text else 200)


def _take(request: HttpRequest, record: Record) -> HttpResponse:
    form = AskForm(request.POST)
    if not form.is_valid():
        return _form(request, record, form, UNPROCESSABLE)
    if form.cleaned_data["website"]:
        return _passed_on(request, record, form)  # a program: it learns nothing from the answer
    if not limits.may_ask(request, record.uid, form.cleaned_data["email"]):
        form.add_error(
            None,
            _(
                "There have been many questions in a short time. Your text is still here: try again in an hour, or write to the address on the page."
            ),
        )
        return _form(request, record, form, 429)
    return _pass_on(request, record, form)


def _pass_on(request: HttpRequest, record: Record, form: AskForm) -> HttpResponse:
    try:
        actions.ask(by=person_of(request), record=record, asked=form.asked, language=get_language() or "en")
    except Invalid as refused:
        form.take(refused.faults)
        return _form(request, record, form, UNPROCESSABLE)
    except WrongState:
        return _may_not_ask(request, record)
    return _passed_on(request, record, form)


def _may_not_ask(request: HttpRequest, record: Record) -> HttpResponse:
    why = _("Questions about this record are no longer passed on.")
    answer = give(request, "no-questions", why) or render(request, "using/may_not_ask.html", told(record))
    answer.status_code = 410
    return answer


def _form(request: HttpRequest, record: Record, form: AskForm, status: int = 200) -> HttpResponse:
    return render(request, "using/ask.html", {**told(record), "form": form}, status=status)


def _passed_on(request: HttpRequest, record: Record, form: AskForm) -> HttpResponse:
    """A page rather than a redirect: visitors have no session to keep a message in."""
    context = {**told(record), "email": form.cleaned_data["email"]}
    return render(request, "using/passed_on.html", context)


def _known(request: HttpRequest) -> dict[str, str]:
    person = person_of(request)
    if person is None:
        return {}
    membership = person.memberships.select_related("institution").order_by("pk").first()
    institution = membership.institution.name if membership else ""
    return {"name": person.name, "email": person.email, "institution_name": institution}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def outcome_by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Opening the link changes nothing; a button does. What was said may still become more."""
    found = queries.question_by_secret(secret)
    if found is None:
        return dead_link(request, "no_such_link")
    question, is_asker = found
    if request.method == "POST":
        with suppress(WrongState):  # said meanwhile: the page tells what
            actions.tell_outcome_by_link(
                by=person_of(request), secret=secret, name=request.POST.get("do", "")
            )
        return redirect("what-came-of-it", secret=secret)
    context = {**told(question.record), **_outcomes(question, is_asker=is_asker)}
    return render(request, "using/outcome.html", context)


def _outcomes(question: Question, *, is_asker: bool) -> dict[str, object]:
    moves = QUESTION_MOVES.possible(question.state)
    return {
        "question": question,
        "is_asker": is_asker,
        "state": words.state_of_question(question.state),
        "choices": [(move, words.outcome(move, is_asker=is_asker)) for move in moves],
    }


@never_cache
@login_required
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.questions_for(person_of(request)), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(question, words.state_of_question(question.state)) for question in page]
    return render(request, "using/questions.html", {"page": page, "rows": rows, "page_query": ""})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, uid: str) -> HttpResponse:
    found = queries.get_question_for(person_of(request), uid)
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            actions.tell_outcome(by=person_of(request), question=found, name=request.POST.get("do", ""))
        except WrongState as refused:
            messages.error(request, words.refusal(refused))
        return redirect("question", uid=uid)
    context = {**told(found.record), **_outcomes(found, is_asker=False)}
    return render(request, "using/question.html", context)
