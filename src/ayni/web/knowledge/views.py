from datetime import datetime
from typing import Any
from urllib.parse import unquote

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ayni.knowledge.models import Record
from ayni.knowledge.queries import records, successors
from ayni.language.codes import CONTENT_LANGUAGES, content_language
from ayni.registry.queries.institutions import former_target
from ayni.web import addresses, kept
from ayni.web.knowledge import page

_PREFIX = "knowledge.record:"


@require_safe
@kept.for_visitors
def record(request: HttpRequest, kind_path: str, uid: str, slug: str = "") -> HttpResponseBase:
    """A record's page. `?lang=` asks for another of its languages than the site's."""
    del kind_path, slug  # cosmetic: the canonical address has the right ones
    found = records.get_record_for(request.user, uid)
    if found is None:
        return gone(request, uid)
    address = addresses.record_url(found)
    if unquote(address) != request.path:
        query = request.META.get("QUERY_STRING", "")
        return redirect(f"{address}?{query}" if query else address, permanent=True)
    chosen = request.GET.get("lang", "")
    language = chosen if chosen in CONTENT_LANGUAGES else content_language(get_language() or "en")
    return render(request, f"knowledge/{found.kind}.html", page.context_of(found, language, request.user))


@require_safe
def short(request: HttpRequest, uid: str) -> HttpResponseBase:
    """The address without language or words leads to the page in the reader's language."""
    found = records.get_record_for(request.user, uid)
    if found is None:
        return gone(request, uid)
    response = redirect(addresses.record_url(found))
    response["Vary"] = "Accept-Language"
    return response


def gone(request: HttpRequest, uid: str) -> HttpResponseBase:
    """What was here once says so (or where it went); what never was and what is not yours look alike."""
    if withdrawn := records.withdrawn_record(uid):
        return _withdrawn(request, withdrawn)
    former = former_target(f"{_PREFIX}{uid}")
    if former is None:
        raise Http404
    if former.now.startswith(_PREFIX):
        return redirect("record-short", former.now.removeprefix(_PREFIX), permanent=True)
    return _tombstone(request, "", None, former.at, former.reason)


def _withdrawn(request: HttpRequest, record: Record) -> HttpResponseBase:
    """Only kind, day, reason and where it continues may be told."""
    following = successors.continuation_of(record)
    if following and record.withdrawn_reason == successors.AS_DUPLICATE:
        return _moved(request, following)
    reading = records.read(following, content_language(get_language() or "en")) if following else None
    more = {
        "following": following,
        "following_title": reading.title if reading else "",
        "following_language": reading.language if reading else "",
        "was_continued": record.successor_id is not None,
    }
    return _tombstone(
        request, record.kind, record.published_at, record.updated_at, record.withdrawn_reason, more
    )


def _moved(request: HttpRequest, following: Record) -> HttpResponseBase:
    """To the same language of the record that says the same. For good, as far as anybody knows today: a browser
    asks again after an hour, as the withdrawn record may be put back.
    """
    asked_short = request.resolver_match is not None and request.resolver_match.url_name == "record-short"
    address = (
        reverse("record-short", args=(following.uid,)) if asked_short else addresses.record_url(following)
    )
    query = request.META.get("QUERY_STRING", "")
    response = redirect(f"{address}?{query}" if query else address, permanent=True)
    response["Cache-Control"] = "max-age=3600"
    return response


def _tombstone(
    request: HttpRequest,
    kind: str,
    since: datetime | None,
    until: datetime,
    reason: str,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {
        "kind": kind,
        "since": since,
        "until": until,
        "reason": page.reason_for_going(reason),
        **(more or {}),
    }
    return render(request, "knowledge/gone.html", context, status=410)
