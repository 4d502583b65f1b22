"""The authors' side: where their text is, what was said beside it, and what they can do about it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ayni.kernel.errors import ActionError, Invalid, WrongState
from ayni.knowledge.actions import comments, reviews
from ayni.knowledge.drafts import checked_value, fingerprint, paths_of
from ayni.knowledge.models import Comment, Revision
from ayni.knowledge.queries.review_lists import last_revision_for
from ayni.knowledge.queries.reviews import get_review_for
from ayni.web.reviewing import presenting, wording
from ayni.web.words_back import give, gives_words_back

NUMBER_DIGITS = 6  # more than any record has versions; a database takes no number of any length
_MOVES = {"submit": reviews.submit, "withdraw": reviews.withdraw, "reopen": reviews.reopen}
_ANSWERS = {
    "accept": comments.accept,
    "set-aside": comments.set_aside,
    "settle": comments.settle_comment,
    "reopen": comments.reopen_comment,
}


def _revision(request: HttpRequest, uid: str) -> Revision:
    found = last_revision_for(request.user, uid)
    if found is None:
        raise Http404
    return found


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_record(request: HttpRequest, uid: str) -> HttpResponseBase:
    """Where a record's text is on its way to readers. `?earlier=` shows what changed since that version."""
    revision = _revision(request, uid)
    if request.method == "POST":
        return _move(request, revision)
    if request.GET.get("ask") == "withdraw":
        return render(request, "reviewing/withdraw.html", presenting.text_context(revision, request.user))
    context = presenting.of_context(revision, request.user)
    if number := request.GET.get("earlier", ""):
        is_number = number.isdecimal() and len(number) <= NUMBER_DIGITS
        earlier = revision.record.revisions.filter(number=int(number)).first() if is_number else None
        if earlier is None:
            raise Http404
        context |= {
            "compared": earlier,
            "since_earlier": presenting.changes_between(earlier, revision),
        }
    return render(request, "reviewing/of.html", context)


def _move(request: HttpRequest, revision: Revision) -> HttpResponseBase:
    do = request.POST.get("do", "")
    if do not in _MOVES:
        raise Http404
    try:
        _MOVES[do](by=request.user, revision=revision)
    except Invalid as refused:
        for fault in refused.faults:
            label = presenting.label_of(fault.path, revision)
            sentence = wording.fault_sentence(fault)
            messages.error(request, _("%(field)s: %(fault)s") % {"field": label, "fault": sentence})
    except ActionError as error:
        messages.error(request, wording.refusal(error))
    else:
        messages.success(request, _moved(do))
    return redirect("review-of", uid=revision.record.uid)


def _moved(do: str) -> str:
    if do == "submit":
        return _("It is handed in. You will hear from its readers.")
    if do == "withdraw":
        return _("You have taken it back. Its readers have been told.")
    return _("You can go on working on it.")


@never_cache
@gives_words_back
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, uid: str) -> HttpResponseBase:
    """Comment, answer, or deal with what was said. Returns to the page it was said on: a reading's, or the authors'."""
    revision = _revision(request, uid)
    if request.method != "POST":  # they had to log in first
        return redirect("review-of", uid=uid)
    said = {name: request.POST.get(name, "") for name in ("path", "text", "suggestion", "comment", "do")}
    try:
        path = _say(request, revision, said)
    except Invalid as refused:
        fault = wording.fault_sentence(refused.faults[0])
        return _again(request, revision, {**said, "fault": fault})
    except ActionError as error:
        if answer := give(request, error.code, wording.refusal(error)):
            return answer
        messages.error(request, wording.refusal(error))
        if not isinstance(error, WrongState):
            return redirect("review-of", uid=uid)
        path = said["path"]
    anchor = f"#f-{path.replace('.', '-')}" if path else "#f-whole"
    return redirect(_back(request, revision) + anchor)


def _is_unchanged(revision: Revision, path: str, suggestion: str, began: str) -> bool:
    """Are these the words that stood in the field when the page was made? Then nothing is suggested."""
    if not suggestion.strip() or not began or path not in paths_of(revision.record.kind, revision.form):
        return False
    value, _faults = checked_value(path, suggestion, revision.record.kind, revision.form)
    return fingerprint(value) == began


def _say(request: HttpRequest, revision: Revision, said: Mapping[str, str]) -> str:
    """Do it; the path of the field that it was said beside."""
    if said["do"] == "comment":
        given = {name: said[name] for name in ("path", "text", "suggestion")}
        if _is_unchanged(revision, said["path"], said["suggestion"], request.POST.get("began", "")):
            given["suggestion"] = ""
        return comments.comment(by=request.user, revision=revision, **given).path
    comment = Comment.objects.filter(uid=said["comment"], revision=revision).first()
    if comment is None or said["do"] not in {*_ANSWERS, "reply"}:
        raise Http404
    if said["do"] == "reply":
        comments.reply(by=request.user, comment=comment, text=said["text"])
    else:
        _ANSWERS[said["do"]](by=request.user, comment=comment)
    return comment.path


def _back(request: HttpRequest, revision: Revision) -> str:
    uid = request.POST.get("reading", "")
    if uid and revision.reviews.filter(uid=uid).exists():
        return reverse("review-reading", args=[uid])
    return reverse("review-of", args=[revision.record.uid])


def _again(request: HttpRequest, revision: Revision, said: Mapping[str, str]) -> HttpResponse:
    """The same page with what was typed still in its place."""
    context: dict[str, Any]
    review = get_review_for(request.user, request.POST.get("reading", ""))
    if review is not None and review.revision_id == revision.pk:
        context = presenting.reading_context(review, request.user, said=said)
        return render(request, "reviewing/reading.html", context, status=422)
    context = presenting.of_context(revision, request.user, said=said)
    return render(request, "reviewing/of.html", context, status=422)
