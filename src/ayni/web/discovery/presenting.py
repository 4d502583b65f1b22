"""What the search page says beside the records: reasons, pages, the map, help when nothing is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ayni.discovery import fields
from ayni.discovery.queries.neighbours import Likeness
from ayni.discovery.queries.search import Found, Request, Result, search
from ayni.language.codes import native_name
from ayni.language.snippets import Piece
from ayni.registry.models import Person
from ayni.registry.queries.vocabularies import Concept
from ayni.web import maps
from ayni.web.discovery.facets import Chosen
from ayni.web.discovery.forms import SearchAddress

_SUGGESTED_THEMES = 8
_NAME = 100  # characters of the name of a saved search


def marked(pieces: Sequence[Piece]) -> SafeString:
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>" if p.marked else "{}", p.text),) for p in pieces)
    )


def results(found: Found) -> list[dict[str, Any]]:
    return [
        {
            "card": result.card,
            "title": marked(result.title),
            "snippet": marked(result.snippet),
            "why": why(result, found.request),
            "siblings": result.siblings,
        }
        for result in found.results
    ]


def why(result: Result, request: Request) -> SafeString | str:
    """One line of reasons; empty when nothing was asked."""
    parts = []
    if result.why.words:
        words = format_html_join(_(", "), "<mark>{}</mark>", ((word,) for word in result.why.words))
        if result.why.found_in:
            says = _("says %(words)s in its text in %(language)s")
            language = native_name(result.why.found_in)
            parts.append(format_html(says % {"words": "{0}", "language": "{1}"}, words, language))
        else:
            parts.append(format_html(_("says %(words)s") % {"words": "{}"}, words))
    if result.why.concepts:
        names = dict.fromkeys(concept.short(request.language) for concept in result.why.concepts)
        about = format_html_join(_(", "), "<b>{}</b>", ((name,) for name in names))
        parts.append(format_html(_("about %(concepts)s") % {"concepts": "{}"}, about))
    if result.why.names:
        names = format_html_join(_(", "), "<bdi>{}</bdi>", ((name,) for name in result.why.names))
        parts.append(format_html(_("names %(names)s") % {"names": "{}"}, names))
    if result.why.in_sibling:
        parts.append(_("found in a record of the same title"))
    if request.text and not parts:
        parts.append(_("your words stand in its full text"))
    if parts and result.card.language != request.language:
        parts.append(
            format_html(_("written in %(language)s") % {"language": "{}"}, native_name(result.card.language))
        )
    return format_html_join(_("; "), "{}", ((part,) for part in parts))


def saving(address: SearchAddress, chosen: Sequence[Chosen]) -> dict[str, str]:
    """What a saved search keeps, and the name it gets at first; nothing for a search for everything."""
    if not (address.text or address.filters):
        return {"save_query": "", "save_name": ""}
    name = _(", ").join([*([address.text] if address.text else []), *(row.label for row in chosen)])
    return {"save_query": address.query(view="list", sort="relevance", mine=""), "save_name": name[:_NAME]}


@dataclass
class Links:
    list: str
    map: str
    feed: str
    relevance: str
    newest: str
    clear: str


def links(address: SearchAddress) -> Links:
    return Links(
        list=address.query(view="list"),
        map=address.query(view="map"),
        feed=address.query(view="list", sort="relevance", mine=""),
        relevance=address.query(sort="relevance"),
        newest=address.query(sort="newest"),
        clear=address.query(filters={}),
    )


def pages(found: Found, address: SearchAddress) -> dict[str, Any] | None:
    if found.pages < 2:  # noqa: PLR2004 - one page needs no links
        return None
    number = address.page
    return {
        "number": number,
        "total": found.pages,
        "previous": address.query(page=number - 1) if number > 1 else None,
        "next": address.query(page=number + 1) if number < found.pages else None,
    }


def countries(found: Found) -> list[tuple[str, str]]:
    """All countries by name, for choosing one's own."""
    language = found.request.language
    rows = [(concept.code, concept.short(language)) for concept in found.concepts.of("countries")]
    return sorted(rows, key=lambda row: row[1].casefold())


def likenesses(likes: Sequence[Likeness], address: SearchAddress, language: str) -> list[dict[str, Any]]:
    return [
        {
            "name": like.country.short(language),
            "count": like.count,
            "query": address.with_only("country", like.country.code, view="list"),
            "reasons": [
                concept.short(language) for concept in ([like.region] if like.region else []) + like.groups
            ],
        }
        for like in likes
    ]


def all_alike(likes: Sequence[Likeness], address: SearchAddress) -> str:
    """The address of the results from all of these countries; empty where there are fewer than two."""
    codes = tuple(like.country.code for like in likes)
    return address.query(filters={**address.filters, "country": codes}) if len(codes) > 1 else ""


def world(found: Found, address: SearchAddress) -> dict[str, Any]:
    """The map of the results and its table: country, number, address of the list for it."""
    counts = {code: count for code, count in found.counts.get("country", ()) if count}
    language = found.request.language
    rows = []
    for shade in maps.shades(counts):
        concept = found.concepts.get("countries", shade.code)
        if concept:
            query = address.with_only("country", shade.code, view="list")
            rows.append({"shade": shade, "name": concept.short(language), "query": query})
    rows.sort(key=lambda row: (-row["shade"].count, row["name"]))
    return {"rows": rows, "viewbox": maps.VIEWBOX, "without": found.total if not counts else 0}


@dataclass
class Nothing:
    """What to try when nothing was found."""

    without_filters: int  # results of the same words without the filters
    named: list[tuple[Concept, str]]  # what the words name, with the address of everything tagged with it
    themes: list[tuple[str, str]]


def nothing(found: Found, address: SearchAddress, person: Person | None) -> Nothing:
    language = found.request.language
    total = 0
    if any(address.filters.values()):
        total = search(Request(text=address.text, language=language, page_size=1, facets=()), person).total
    named = [
        (concept, SearchAddress().with_only(fields.FACET_OF[concept.vocabulary], concept.code))
        for concept in found.named[:4]
        if concept.vocabulary in fields.FACET_OF
    ]
    themes = [
        (concept.short(language), SearchAddress().with_only("theme", concept.code))
        for concept in found.concepts.of("themes")[:_SUGGESTED_THEMES]
    ]
    return Nothing(total, named, themes)
