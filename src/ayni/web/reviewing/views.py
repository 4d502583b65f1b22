"""The desk of readings, one reading, and the criteria that all follow."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ayni.kernel import clock, ids
from ayni.kernel.errors import ActionError, Invalid, NotAllowed
from ayni.knowledge import criteria
from ayni.knowledge.actions import reviews
from ayni.knowledge.models import Review
from ayni.knowledge.queries import review_lists
from ayni.knowledge.queries.review_lists import Narrowed
from ayni.knowledge.queries.reviews import get_review_for, sees_text, turnaround, was_asked
from ayni.knowledge.states import Kind, ReviewState
from ayni.registry.policies import IS_MODERATOR
from ayni.web.reviewing import presenting, wording
from ayni.web.words_back import give, gives_words_back

PER_PAGE = 25
_LISTS = {"mine": review_lists.mine, "open": review_lists.open_for, "all": review_lists.under_way}
_STATES = (ReviewState.OPEN, ReviewState.READING, ReviewState.CHANGES_ASKED, ReviewState.WAITING)


@never_cache
@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """`list`: mine, open (for me), all (under way, for moderators); narrowed by state, institution and overdue."""
    person = request.user
    names = [name for name in _LISTS if name != "all" or IS_MODERATOR.allows(person, None)]
    found = {name: _LISTS[name](person) for name in names}
    counts = {name: rows.count() for name, rows in found.items()}
    chosen = request.GET.get("list", "")
    if chosen not in found:
        chosen = next((name for name in names if counts[name]), names[0])
    institution = request.GET.get("institution", "")
    to = Narrowed(
        request.GET.get("state", ""),
        institution if ids.PATTERN.fullmatch(institution) else "",
        bool(request.GET.get("overdue")),
    )
    rows = review_lists.narrowed(found[chosen], to, clock.today())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "area": "review", "lists": [(name, counts[name]) for name in names], "chosen": chosen, "page": page,
        "rows": presenting.rows_of(page.object_list, person), "to": to, "page_query": _query(chosen, to),
        "states": [(code, ReviewState(code).label) for code in _STATES],
        "owners": review_lists.owners_in(found[chosen])[:200], "is_narrowed": to != Narrowed(),
    }  # fmt: skip
    return render(request, "reviewing/desk.html", context)


def _query(chosen: str, to: Narrowed) -> str:
    kept = {"list": chosen, "state": to.state, "institution": to.institution, "overdue": "1" * to.overdue}
    return urlencode({name: value for name, value in kept.items() if value}) + "&"


@never_cache
@gives_words_back
@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: HttpRequest, uid: str) -> HttpResponseBase:
    """One reading: the text, what is said beside it, the criteria, and what its reader may do."""
    review = get_review_for(request.user, uid)
    if review is None and request.method != "POST" and was_asked(request.user, uid):
        messages.info(request, wording.refusal(NotAllowed("not_yours_to_read")))
        return redirect("review-desk")
    if review is None:
        raise Http404
    if request.method != "POST":
        return _page(request, review)
    do = request.POST.get("do", "")
    if do in {"take", "take-over", "back"}:
        return _hand_over(request, review, do)
    return _decide(request, review, do)


def _page(request: HttpRequest, review: Review, status: int = 200, **more: Any) -> HttpResponse:
    if not sees_text(request.user, review):
        return render(request, "reviewing/over.html", presenting.over_context(review, request.user))
    context = presenting.reading_context(review, request.user, **more)
    return render(request, "reviewing/reading.html", context, status=status)


def _hand_over(request: HttpRequest, review: Review, do: str) -> HttpResponseBase:
    try:
        if do != "take":
            reviews.hand_back(by=request.user, review=review)
        if do != "back":
            reviews.take_up(by=request.user, review=review)
    except ActionError as error:
        messages.error(request, wording.refusal(error))
    else:
        if do == "back":
            messages.success(request, _("It is handed back, and those who can read it have been told."))
        else:
            messages.success(request, _("It is yours to read now. Take your time until the day it is due."))
    if do == "back":
        return redirect("review-desk")
    return redirect("review-reading", uid=review.uid)


def _decide(request: HttpRequest, review: Review, verdict: str) -> HttpResponseBase:
    """Declining asks once more: it ends the review for everybody."""
    codes = [one.code for one in criteria.criteria_of(review.revision.record.kind)]
    posted = {code: request.POST.get(f"c-{code}", "") for code in codes}
    note = request.POST.get("note", "")
    saw = request.POST.get("saw", "")
    if verdict == "decline" and not request.POST.get("sure") and sees_text(request.user, review):
        context = presenting.reading_context(review, request.user, posted={**posted, "note": note})
        return render(request, "reviewing/decline.html", context | {"posted": posted, "saw": saw})
    try:
        reviews.decide(by=request.user, review=review, verdict=verdict, answers=posted, note=note, saw=saw)
    except Invalid as refused:
        return _page(request, review, 422, posted={**posted, "note": note}, faults=refused.faults)
    except ActionError as error:
        if error.code == "changed_since":
            return _page(request, review, 409, posted={**posted, "note": note}, saw=saw)
        if answer := give(request, error.code, wording.refusal(error)):
            return answer
        messages.error(request, wording.refusal(error))
        return redirect("review-reading", uid=review.uid)
    messages.success(request, _decided(verdict))
    return redirect("review-desk")


def _decided(verdict: str) -> str:
    if verdict == "approve":
        return _(
            "Thank you. Your reading is done; with the last reading that says yes the text is published."
        )
    if verdict == "changes":
        return _(
            "Thank you. The authors have been asked, and you hear of it when they have made the changes."
        )
    return _("The authors have been told that it was not taken, and why.")


@require_safe
def criteria_page(request: HttpRequest) -> HttpResponse:
    """Public: what is asked of each kind, what review is, and how long it takes here. `?edition=` an earlier one."""
    edition = request.GET.get("edition", "")
    edition = edition if edition in criteria.EDITIONS else criteria.CURRENT
    kinds = [
        (kind, criteria.criteria_of(kind, edition)) for kind in (Kind.PRACTICE, Kind.LESSON, Kind.PUBLICATION)
    ]
    context = {
        "area": "about",
        "edition": edition,
        "is_current": edition == criteria.CURRENT,
        "editions": list(criteria.EDITIONS),
        "kinds": kinds,
        "turnaround": turnaround(),
    }
    return render(request, "reviewing/criteria.html", context)
