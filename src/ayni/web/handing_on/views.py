import hashlib
import json
import logging

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ayni.kernel.errors import ActionError
from ayni.knowledge.models import Record, Revision
from ayni.knowledge.queries import drafts, records
from ayni.knowledge.queries.handing_on import reading_of
from ayni.knowledge.queries.record_documents import Links, documents_of
from ayni.language.codes import CONTENT_LANGUAGES, content_language
from ayni.registry.models import Institution
from ayni.registry.queries.vocabularies import concepts
from ayni.web import addresses
from ayni.web.handing_on import gathering, making, presenting
from ayni.web.knowledge.views import gone

logger = logging.getLogger(__name__)
_STATUS = {"too_long": 422}  # the others: not now, or not on this machine


@require_safe
def choose(request: HttpRequest, kind_path: str, uid: str) -> HttpResponseBase:
    """Format, order and language: asked on a page of its own, or taken from the form on the record's page."""
    del kind_path
    found = _found(request, uid)
    if found is None:
        return gone(request, uid)
    if address := presenting.chosen(request.GET, *found):
        return redirect(address)
    return _page(request, *found)


@require_safe
def file(request: HttpRequest, kind_path: str, uid: str, order: str, file_format: str) -> HttpResponseBase:
    """The file itself. `?lang=`: in which of its languages; `?draft=yes`: what is being written, for its authors."""
    del kind_path
    found = _found(request, uid)
    if found is None:
        return gone(request, uid)
    record, revision = found
    if file_format == "json":
        return _json(request, record, revision, order)
    taken = gathering.take(record, revision, _language(request), order)
    document = gathering.document_of(taken)
    response = _response(
        request, file_format, f"{taken.reading.title} {order}", making.fingerprint(document, file_format)
    )
    if response.status_code != 200 or request.method == "HEAD":  # noqa: PLR2004
        return response
    try:
        response.content = making.make(document, file_format)
    except ActionError as error:
        return _not_made(request, record, revision, error)
    return response


def _found(request: HttpRequest, uid: str) -> tuple[Record, Revision] | None:
    """The record with what everyone reads, or with the draft where that is asked for."""
    if request.GET.get("draft"):
        draft = drafts.draft_for(request.user, uid)
        return (draft.record, draft) if draft else None
    record = records.get_record_for(request.user, uid)
    return (record, record.published) if record else None


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in CONTENT_LANGUAGES else content_language(get_language() or "en")


def _page(
    request: HttpRequest, record: Record, revision: Revision, why: str = "", status: int = 200
) -> HttpResponse:
    language = _language(request)
    reading = reading_of(record, revision, language)
    is_draft = revision.pk != record.published_id
    context = {
        "take": presenting.form_of(record, reading.languages, language, is_draft=is_draft),
        "record": record,
        "reading": reading,
        "is_draft": is_draft,
        "why": why,
        "area": "search",
    }
    return render(request, "handing_on/choose.html", context, status=status)


def _not_made(request: HttpRequest, record: Record, revision: Revision, error: ActionError) -> HttpResponse:
    if error.__cause__ is not None:
        logger.error("no file of %s: %s", record.uid, error.code, exc_info=error)
    why = presenting.why_not(error.code, error.params)
    response = _page(request, record, revision, why, _STATUS.get(error.code, 503))
    if error.code == "busy":
        response["Retry-After"] = "10"
    return response


def _json(request: HttpRequest, record: Record, revision: Revision, order: str) -> HttpResponseBase:
    if order != presenting.OUR_ORDER:
        raise Http404
    links = Links(settings.SITE_NAME, addresses.short_url, _institution_link, gathering.absolute_file_url)
    document = documents_of([(record, revision)], concepts(), links)[0]
    content = json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
    response = _response(request, "json", revision.title, hashlib.sha256(content).hexdigest()[:32])
    if response.status_code == 200 and request.method == "GET":  # noqa: PLR2004
        response.content = content
    return response


def _institution_link(institution: Institution) -> str:
    """The same whatever the reader's language: the file is."""
    with translation.override("en"):
        return settings.SITE_URL + addresses.quoted(addresses.institution_url(institution))


def _response(request: HttpRequest, file_format: str, name: str, fingerprint: str) -> HttpResponse:
    """Named after the title's words; 304 for who has it already. Search engines read the page instead."""
    response = HttpResponse(content_type=making.FORMATS[file_format])
    response["ETag"] = f'"{fingerprint}"'
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    filename = f"{addresses.slug_of(name)}.{file_format}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename)
    return get_conditional_response(request, etag=response["ETag"], response=response)
