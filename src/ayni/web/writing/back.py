"""When words cannot be saved they are given back, at the same address, with the reason and what to do.

Nothing here reads the draft: whoever sends words gets their own words back, and nothing else.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ayni.knowledge.models import RecordAuthor
from ayni.knowledge.states import UNFINISHED
from ayni.language.codes import CONTENT_LANGUAGES
from ayni.registry.models import Person
from ayni.web.writing.pages import Page, page_named
from ayni.web.writing.posted import field_of, value_of
from ayni.web.writing.showing import Drawing

_SORTS = {"practice/snapshot", "practice/full", "lesson/", "publication/", "activity/"}
# Why -> HTTP status, and the words.
REASONS: dict[str, tuple[int, Any]] = {
    "logged-out": (
        401,
        lazy("You were logged out meanwhile. Log in again in a new tab, come back to this one and press Save."),
    ),
    "somebody-else": (
        409,
        lazy(
            "Somebody else has logged in on this device since these words were written. Press Save only if they"
            " are your own; else copy them and log in as the one who wrote them."
        ),
    ),
    "token": (403, lazy("You have logged in anew meanwhile. Press Save once more.")),
    "left": (
        403,
        lazy(
            "You no longer write for the institution this draft belongs to, so it cannot be changed by you."
            " Copy your words and send them to somebody who still does."
        ),
    ),
    "not-there": (
        404,
        lazy("There is no such draft, or it is not open to you. Copy your words before you leave this page."),
    ),
    "handed-in": (
        409,
        lazy(
            "This draft has been handed in or put away meanwhile, so it is not changed any more. Copy your words:"
            " when the reviewers answer, you can add them."
        ),
    ),
}  # fmt: skip


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def give(request: HttpRequest, reason: str, uid: str, name: str) -> HttpResponse:
    """The posted words in their form, or for a script the reason alone: it has the words itself."""
    status, message = REASONS[reason]
    if wants_json(request):
        answer = {"error": reason, "message": str(message)}
        if reason in {"token", "logged-out"}:
            answer["token"] = get_token(request)
        return JsonResponse(answer, status=status)
    if reason == "token" and not request.user.is_authenticated:  # the cookie of the token is gone as well
        status, message = REASONS[(reason := "logged-out")]
    sort = request.POST.get("sort", "")
    kind, _slash, form = sort.partition("/")
    page = page_named(name, kind, form) if sort in _SORTS else None
    language = request.POST.get("language", "")
    context = {
        "area": "write",
        "reason": reason,
        "message": message,
        "fields": _fields(request, page, kind, form) if page else [],
        "field_language": language if language in CONTENT_LANGUAGES else "",
        "sort": sort if page else "",
        "writer": writer_of(request, reason),
        "uid": uid,
        "action": request.path,
        "button": _("Save"),
    }
    return render(request, "writing/back.html", context, status=status)


def why_not(person: Person, uid: str) -> str:
    """Who has been one of its authors may know that the draft exists; for others it does not."""
    was_author = RecordAuthor.objects.filter(person=person, record__uid=uid)
    if not was_author.exists():
        return "not-there"
    at_work = was_author.filter(record__revisions__state__in=UNFINISHED).exists()
    return "left" if at_work else "handed-in"


def writer_of(request: HttpRequest, reason: str) -> str:
    """Whose words they are; whoever is told that they may be another's, and saves them, makes them their own."""
    if reason == "somebody-else" and isinstance(request.user, Person):
        return request.user.uid
    return request.POST.get("writer", "")[:16]


def _fields(request: HttpRequest, page: Page, kind: str, form: str) -> list[Any]:
    paths = [path for path in page.paths if f"was.{path}" in request.POST]
    values = {path: value_of(request.POST, path, field_of(path, kind, form)) for path in paths}
    was = {path: request.POST[f"was.{path}"][:64] for path in paths}
    shown = Drawing(kind, form, values).page(page, was)
    return [field for field in shown if field.path in was]
