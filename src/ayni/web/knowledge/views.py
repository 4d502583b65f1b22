from urllib.parse import unquote

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ayni.knowledge.models import Record
from ayni.knowledge.queries import records
from ayni.language.codes import CONTENT_LANGUAGES, content_language
from ayni.registry.models import FormerId
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
        return _tombstone(request, withdrawn)
    former = former_target(f"{_PREFIX}{uid}")
    if former is None:
        raise Http404
    if former.now.startswith(_PREFIX):
        return redirect("record-short", former.now.removeprefix(_PREFIX), permanent=True)
    return _tombstone(request, former)


def _tombstone(request: HttpRequest, gone: Record | FormerId) -> HttpResponse:
    """Only kind, day and reason may be shown."""
    is_record = isinstance(gone, Record)
    context = {
        "kind": gone.kind if is_record else "",
        "since": gone.published_at if is_record else None,
        "until": gone.updated_at if is_record else gone.at,
        "reason": page.reason_for_going(gone.withdrawn_reason if is_record else gone.reason),
    }
    return render(request, "knowledge/gone.html", context, status=410)
