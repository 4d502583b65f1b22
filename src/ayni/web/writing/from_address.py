"""A draft that begins from a page of another site: what it says about itself, with where it says so."""

from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ayni.kernel import net
from ayni.kernel.net import NetFault
from ayni.kernel.turns import Busy, Turns
from ayni.knowledge import policies
from ayni.knowledge.actions.beginnings import begin_from_values, key_of
from ayni.knowledge.formats import page_metadata
from ayni.knowledge.formats.page_metadata import Metadata
from ayni.knowledge.models import Record
from ayni.knowledge.states import Kind
from ayni.language.codes import CONTENT_LANGUAGES, content_language
from ayni.language.detection import detect
from ayni.registry.models import Person
from ayni.web import addresses
from ayni.web.fields import field_label
from ayni.web.using import limits
from ayni.web.writing import from_words
from ayni.web.writing.forms import KINDS
from ayni.web.writing.from_views import (
    choices_for,
    chosen_institution,
    for_writers,
    may_not,
    to_draft,
    writer,
)

_DAY = 24 * 60 * 60
# A slow site holds a thread of ours for as long as we wait.
turns = Turns(at_once=2, may_wait=1, patience=10)
_MOST_KNOWN = 5
# What can be begun with although the page itself was not read.
_MAY_GO_ON = {"status", "too_slow", "too_large", "unreachable", "not_a_page", "bad_answer", "not_trusted"}


@for_writers
@require_http_methods(["GET", "HEAD", "POST"])
def from_address(request: HttpRequest) -> HttpResponse:
    """Name an address; look at what was found; say yes. A GET never fetches anything."""
    if request.method != "POST":
        return _page(request, "")
    if "understood" in request.POST:
        return _make_draft(request)
    url = request.POST.get("url", "").strip()[:600]
    if not limits.may_read_page(request):
        return _page(request, url, error=_("These were many pages in an hour. Wait a little."), status=429)
    try:
        url = net.checked_address(url)
        with turns.turn():
            answer = net.get_page(url)
    except Busy:
        error = _("Several pages are being read just now. Try again in a moment.")
        response = _page(request, url, error=error, status=503)
        response["Retry-After"] = "10"
        return response
    except NetFault as fault:
        error = from_words.net_fault(fault.code, fault.params)
        found = Metadata(url) if fault.code in _MAY_GO_ON else None
        return _page(request, url, found, error=error, status=422)
    return _page(request, url, page_metadata.read(answer.content, answer.url, answer.charset))


def _page(
    request: HttpRequest, url: str, found: Metadata | None = None, *, error: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"area": "write", "url": url, "error": error, "kinds": KINDS}
    if found:
        guess = detect(f"{found.value('title')} {found.value('summary')}")
        language = found.value("language") or (guess.language if guess else "")
        facts = {name: fact.value for name, fact in found.facts.items()} | {"url": found.url[:500]}
        context |= choices_for(request, language) | {
            "understood": signing.dumps(facts, salt=_salt(request), compress=True),
            "facts": _facts(found), "kind": found.value("kind") or Kind.PRACTICE, "may_go_on": bool(error),
            "known": _known(writer(request), {url, found.url}, found.value("doi")),
        }  # fmt: skip
    return render(request, "writing/from_address.html", context, status=status)


def _facts(found: Metadata) -> list[tuple[str, str, str]]:
    """(what it is called, the value, where it was found)."""
    paths = {
        "title": "title", "summary": "summary", "authors": "body.authors", "year": "body.year",
        "publisher": "standing.source_publisher", "doi": "body.doi", "licence": "standing.licence",
    }  # fmt: skip
    return [
        (field_label(path), ", ".join(fact.value) if isinstance(fact.value, list) else str(fact.value), from_words.source_text(fact.source))
        for name, path in paths.items()
        if (fact := found.facts.get(name))
    ]  # fmt: skip


def _known(person: Person, urls: set[str], doi: str) -> list[tuple[str, str, str]]:
    """Records the person may read that come from the same page, or tell of the same publication."""
    spelled = {other for url in urls for other in (url, url.rstrip("/"), url.rstrip("/") + "/")}
    spelled |= {url.replace("https:", "http:", 1) for url in spelled} | {
        url.replace("http:", "https:", 1) for url in spelled
    }
    same = Q(source_url__in=spelled) | Q(published__body__url__in=sorted(spelled))
    if doi:
        same |= Q(published__body__doi__iexact=doi)
    rows = Record.objects.filter(same, policies.read_record.scope(person), published__isnull=False)
    return [
        (addresses.record_url(record), record.published.title, record.language)
        for record in rows.select_related("published").order_by("pk")[:_MOST_KNOWN]
    ]


def _make_draft(request: HttpRequest) -> HttpResponse:
    try:
        facts = signing.loads(request.POST["understood"], salt=_salt(request), max_age=_DAY)
    except signing.BadSignature:
        return _page(
            request,
            "",
            error=_("This page was open for more than a day. Name the address again."),
            status=422,
        )
    owner = chosen_institution(request)
    if owner is None:
        return _page(request, facts["url"], error=may_not(), status=422)
    kind = request.POST.get("kind", "")
    kind = kind if kind in {code for code, _label, _what in KINDS} else Kind.PRACTICE
    language = request.POST.get("language", "")
    values = _values(facts, kind)
    begun = begin_from_values(
        by=writer(request), kind=kind, owner=owner, values=values,
        language=language if language in CONTENT_LANGUAGES else content_language(settings.LANGUAGE_CODE),
        key=key_of({}, name=f"{kind} {facts['url']}"),
    )  # fmt: skip
    return to_draft(request, begun, _("Your draft is made. Check it here."))


def _values(facts: dict[str, Any], kind: str) -> dict[str, Any]:
    values = {
        "title": facts.get("title"), "summary": facts.get("summary"), "standing.source_url": facts["url"],
        "standing.source_title": facts.get("title"), "standing.source_publisher": facts.get("publisher"),
    }  # fmt: skip
    if kind == Kind.PUBLICATION:
        values |= {f"body.{name}": facts.get(name) for name in ("authors", "year", "publisher", "doi", "url")}
        # Of a publication it is the licence of the text; of what somebody else will write, their own to choose.
        values["standing.licence"] = facts.get("licence")
    return {path: value for path, value in values.items() if value}


def _salt(request: HttpRequest) -> str:
    return f"write-from-address {writer(request).uid}"
