from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ayni.discovery import indexing
from ayni.discovery.queries import neighbours
from ayni.discovery.queries.search import PAGE_SIZE, Found, search
from ayni.language.codes import content_language
from ayni.web import addresses
from ayni.web.discovery import facets, presenting
from ayni.web.discovery.forms import SearchAddress

FEED_SIZE = 30


def search_page(request: HttpRequest) -> HttpResponse:
    """Everything the reader may see, by words and filters, as a list or on a map."""
    address = SearchAddress.read(request.GET)
    language = content_language(get_language())
    size = 1 if address.view == "map" else PAGE_SIZE
    found = search(address.request(language, facets=facets.SHOWN, page_size=size), request.user)
    if address.view == "list" and 0 < found.pages < address.page:  # an old link; there are fewer by now
        return redirect(f"{reverse('search')}?{address.query(page=found.pages)}")
    # An index that is being made again must not pass for "nothing found".
    lost = not found.total and indexing.is_lost()
    context = {**_context(request, address, found), "lost": lost}
    return render(request, "discovery/search.html", context, status=503 if lost else 200)


def _context(request: HttpRequest, address: SearchAddress, found: Found) -> dict[str, Any]:
    names = facets.institution_names(found, address)
    mine = address.mine or neighbours.own_country(request.user, found.concepts)
    shown = facets.facets(found, address, names)
    likes = neighbours.countries_like(mine, found)
    chosen = facets.chosen(found, address, names)
    return {
        "area": "search",
        "q": address.text,
        "address": address,
        "found": found,
        "facets": shown,
        "unlisted": facets.unlisted(shown, address),
        "chosen": chosen,
        **presenting.saving(address, chosen),
        "results": presenting.results(found),
        "workers": neighbours.who_works_on(found, found.request.language) if found.total else [],
        "countries": presenting.countries(found),
        "mine": mine,
        "likenesses": presenting.likenesses(likes, address, found.request.language),
        "all_alike": presenting.all_alike(likes, address),
        "links": presenting.links(address),
        "pages": presenting.pages(found, address),
        "map": presenting.world(found, address) if address.view == "map" else None,
        "nothing": presenting.nothing(found, address, request.user) if not found.total else None,
    }


def search_feed(request: HttpRequest) -> HttpResponse:
    """The newest records of a search, as Atom, for a feed reader or another site."""
    address = SearchAddress.read(request.GET)
    language = content_language(get_language())
    wanted = SearchAddress(address.text, address.filters, sort="newest").request(
        language, page_size=FEED_SIZE
    )
    found = search(wanted, None)
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    _feed(found, address).write(response, "utf-8")
    return response


def _feed(found: Found, address: SearchAddress) -> Atom1Feed:
    query = address.query(view="list", sort="relevance", mine="")
    link = f"{settings.SITE_URL}{reverse('search')}?{query}"
    title = _("%(site)s: %(words)s") % {
        "site": settings.SITE_NAME,
        "words": address.text or _("new and changed"),
    }
    feed = Atom1Feed(
        title=title, link=link, description="", language=get_language(),
        feed_url=f"{settings.SITE_URL}{reverse('search-feed')}?{query}",
    )  # fmt: skip
    for result in found.results:
        record = result.card.record
        feed.add_item(
            title=result.card.title,
            link=settings.SITE_URL + addresses.record_url(record),
            unique_id=addresses.short_url(record),
            description=result.card.summary,
            author_name=result.card.owner_name,
            pubdate=record.published_at,
            updateddate=record.updated_at,
            categories=[concept.short(found.request.language) for concept in result.card.goals],
        )
    return feed
