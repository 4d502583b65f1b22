"""robots.txt and the site map: which pages are for everyone, told to search engines."""

from collections.abc import Callable, Iterator
from functools import partial
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from ayni.knowledge.queries import records
from ayni.language.codes import SITE_LANGUAGES, site_language
from ayni.registry.models import Institution
from ayni.web import addresses

PER_PART = 5000
# What a machine has no business at: it needs a person, mostly one who has logged in.
_FOR_PEOPLE = (
    "accounts",
    "imports",
    "write",
    "review",
    "translate",
    "files",
    "desk",
    "notices",
    "me",
    "ask",
    "no-mail",
)
Part = Callable[[], Iterator[tuple[str, str]]]  # (path, day of its last change) of each page
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    del request
    kept_out = [f"Disallow: /{code}/{part}/" for code in SITE_LANGUAGES for part in _FOR_PEOPLE]
    # Files made of records: what they say is on the records' pages.
    kept_out += [f"Disallow: /{code}/*/take/" for code in SITE_LANGUAGES]
    lines = ["User-agent: *", *kept_out, f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    del request
    rows = (
        f"<sitemap><loc>{escape(settings.SITE_URL + reverse('sitemap-part', args=(number,)))}</loc></sitemap>\n"
        for number in range(len(_parts()))
    )
    return _xml(f"<sitemapindex {_NAMESPACE}>\n{''.join(rows)}</sitemapindex>\n")


@require_safe
def sitemap(request: HttpRequest, number: int) -> HttpResponse:
    del request
    parts = _parts()
    if number >= len(parts):
        raise Http404
    urls = (
        f"<url><loc>{escape(settings.SITE_URL + path)}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>\n"
        for path, day in parts[number]()
    )
    return _xml(f"<urlset {_NAMESPACE}>\n{''.join(urls)}</urlset>\n")


def _parts() -> list[Part]:
    """The site's own pages, then the records, then the institutions, some thousands in each part."""
    return [
        _pages,
        *(partial(_records, number) for number in range(-(-records.listed(None).count() // PER_PART))),
        *(partial(_institutions, number) for number in range(-(-_standing().count() // PER_PART))),
    ]


def _records(number: int) -> Iterator[tuple[str, str]]:
    """Each record once, under its own language; the page itself names its other languages."""
    rows = (
        records.listed(None)
        .order_by("pk")
        .values_list("kind", "uid", "published__title", "language", "updated_at")
    )
    for kind, uid, title, language, changed in rows[number * PER_PART : (number + 1) * PER_PART]:
        with translation.override(site_language(language)):
            yield addresses.record_path(kind, uid, title), changed.date().isoformat()


def _pages() -> Iterator[tuple[str, str]]:
    for code in SITE_LANGUAGES:
        with translation.override(code):
            for name in ("home", "about", "institutions"):
                yield reverse(name), ""


def _standing() -> QuerySet[Institution]:
    return Institution.objects.filter(merged_into__isnull=True, is_listed=True)


def _institutions(number: int) -> Iterator[tuple[str, str]]:
    rows = _standing().order_by("pk").only("uid", "name", "updated_at")
    with translation.override("en"):
        for institution in rows[number * PER_PART : (number + 1) * PER_PART]:
            yield addresses.institution_url(institution), institution.updated_at.date().isoformat()


def _xml(body: str) -> HttpResponse:
    return HttpResponse(_HEAD + body, content_type="application/xml")
