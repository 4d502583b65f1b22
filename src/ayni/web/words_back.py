"""Words that cannot be taken are shown back to whoever wrote them, with the reason, ready to be sent again.

For the forms of review, translation, files, questions and beginning; the pages of writing, which know their fields, have `writing/back.py`.
Nothing is read here: whoever sends words gets their own words back, and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ayni.knowledge import attached
from ayni.knowledge.drafts import fingerprint
from ayni.language.codes import CONTENT_LANGUAGES
from ayni.registry.models import Person
from ayni.web.writing import back

View = Callable[..., HttpResponseBase]

# Address -> what of its form people write themselves; a name that ends in "-" stands for all that begin so.
WORDS = {
    "review-say": ("text", "suggestion"),
    "review-reading": ("note",),
    "translate-record": ("text-",),
    "translate-read": ("note",),
    "draft-files": ("caption-", "description-"),
    "write-start": ("title", "partner_name"),
    "ask": ("text",),
}
_LABELS = {
    "suggestion": lazy("Suggested words"),
    "caption": lazy("Caption (optional)"),
    "description": lazy("What the picture shows"),
    "title": lazy("Title"),
    "partner_name": lazy("Name of your partner’s institution"),
}
_OURS = {"csrfmiddlewaretoken", "writer"}
_NOT_OPEN = (
    404,
    lazy("What these words belong to is no longer there, or no longer open to you. Copy them before you leave this page."),
)  # fmt: skip


@dataclass(frozen=True)
class Sent:
    name: str
    value: str
    label: str = ""  # of words; empty for what is sent along unseen


def gives_words_back(view: View) -> View:
    """Log in first, as `login_required`; but words that come too late, or from another's form, are not lost."""

    kept = keeps_words(view)

    @wraps(view)
    def logged_in(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, Person):
            return give(request, "logged-out") or redirect_to_login(request.get_full_path())
        return kept(request, *args, **kwargs)

    return logged_in


def keeps_words(view: View) -> View:
    """The same for a page that visitors may see as well."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = request.user
        if (
            isinstance(person, Person)
            and request.POST.get("writer", person.uid) != person.uid
            and (answer := give(request, "somebody-else"))
        ):
            return answer
        try:
            return view(request, *args, **kwargs)
        except Http404:
            if answer := give(request, "not-open"):
                return answer
            raise

    return kept


def give(request: HttpRequest, reason: str, message: str = "") -> HttpResponse | None:
    """The page with the words; None where none were sent. `message`: why not, for reasons that are not listed."""
    match = request.resolver_match
    fields = _sent(request, WORDS.get(match.url_name or "", ()) if match else ())
    if request.method != "POST" or not any(field.label for field in fields):
        return None
    if reason == "token" and request.POST.get("writer") and not isinstance(request.user, Person):
        reason = "logged-out"  # the cookie of the token is gone with that of the session
    listed = _NOT_OPEN if reason == "not-open" else back.REASONS.get(reason)
    status, why = listed or (409, message)
    language = match.kwargs.get("language", "") if match else ""
    context = {
        "reason": reason,
        "message": why,
        "fields": fields,
        "to": language if language in CONTENT_LANGUAGES else "",
        "writer": back.writer_of(request, reason),
        "may_send": reason in {"logged-out", "somebody-else", "token"},
        "action": request.path,
    }
    return render(request, "words_back.html", context, status=status)


def _sent(request: HttpRequest, names: tuple[str, ...]) -> list[Sent]:
    return [
        Sent(name, value, _label(request, name, value, names))
        for name, values in request.POST.lists()
        for value in values
        if name not in _OURS
    ]


def _label(request: HttpRequest, name: str, value: str, names: tuple[str, ...]) -> str:
    """Empty for what nobody has written: passages and words about files are all sent, changed or not."""
    stem, dash, which = name.rpartition("-")
    if not value.strip() or (name not in names and f"{stem}{dash}" not in names):
        return ""
    if not dash:
        return str(_LABELS.get(name, _("Your words")))
    was = request.POST.get(f"was-{which}")
    if stem in _LABELS:
        both = (request.POST.get(f"{one}-{which}", "") for one in ("caption", "description"))
        return "" if was == attached.fingerprint(*both) else str(_LABELS[stem])
    if was == fingerprint(value.replace("\r\n", "\n")) or not which.isdecimal():
        return ""
    return _("Passage %(number)s") % {"number": int(which) + 1}
