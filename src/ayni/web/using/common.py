"""What the views of this room share."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from ayni.kernel.policies import Rule
from ayni.knowledge.models import Record
from ayni.knowledge.queries.records import get_record_for, read
from ayni.language.codes import content_language
from ayni.registry.models import Person
from ayni.web import addresses

View = Callable[..., HttpResponse]
UNPROCESSABLE = 422


def reading_language() -> str:
    return content_language(get_language() or "en")


def person_of(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


def told(record: Record) -> dict[str, Any]:
    """What each page here says about its record: title in the reader's language, and where to read it."""
    if record.published is None:
        return {"record": record, "title": "", "title_language": record.language, "address": ""}
    reading = read(record, reading_language())
    return {
        "record": record,
        "title": reading.title or record.published.title,
        "title_language": reading.language,
        "address": addresses.record_url(record),
    }


def for_those_who(rule: Rule) -> Callable[[View], View]:
    """The view gets the published record that the address names; to all but these people it is not there.

    Who is not logged in is asked to: the address may come from a mail to them.
    """

    def decorate(view: View) -> View:
        @never_cache
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, uid: str, **kwargs: Any) -> HttpResponse:
            record = get_record_for(request.user, uid)
            if record is None or not rule.allows(request.user, record):
                raise Http404
            return view(request, record, **kwargs)

        return guarded

    return decorate


def dead_link(request: HttpRequest, reason: str, **more: Any) -> HttpResponse:
    """A page that says why a link from a mail does not work (any more), and what to do instead."""
    status = 404 if reason == "no_such_link" else 410
    return render(request, "using/dead_link.html", {"reason": reason, **more}, status=status)
