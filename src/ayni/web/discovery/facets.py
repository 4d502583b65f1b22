"""Counts of the index in the words of the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ayni.discovery import fields
from ayni.discovery.queries.search import Found
from ayni.knowledge.states import Kind
from ayni.language.codes import native_name
from ayni.registry.models import Institution
from ayni.registry.queries.institutions import names_in
from ayni.web.discovery.forms import SearchAddress

# In reading order. Sectors and exchange types can be filtered by (records link to them) without a list here.
SHOWN = ("kind", "country", "group", "region", "sdg", "theme", "institution", "language", "year", "confirmed")
HEADINGS = {
    "kind": gettext_lazy("Kind"),
    "country": gettext_lazy("Country"),
    "group": gettext_lazy("Kind of country"),
    "region": gettext_lazy("Region"),
    "sdg": gettext_lazy("Goal"),
    "theme": gettext_lazy("Theme"),
    "sector": gettext_lazy("Sector"),
    "exchange": gettext_lazy("Kind of exchange"),
    "institution": gettext_lazy("Institution"),
    "language": gettext_lazy("Language"),
    "year": gettext_lazy("Year"),
    "confirmed": pgettext_lazy("heading of a filter", "Last confirmed"),
}
OPEN = {"kind", "country", "group", "sdg"}
FIRST = 6  # values shown before "More"
MOST = 40


@dataclass
class Value:
    code: str
    label: str
    count: int
    chosen: bool
    css: str = ""
    language: str = ""  # of the label, where it is a name in another language


@dataclass
class Facet:
    name: str
    heading: Any
    values: list[Value]
    more: list[Value]
    is_open: bool


@dataclass
class Chosen:
    """A filter in force, with the address that takes it away."""

    heading: Any
    label: str
    query: str
    language: str = ""


def facets(found: Found, address: SearchAddress, names: dict[str, tuple[str, str]]) -> list[Facet]:
    shown = []
    for name in SHOWN:
        values = [
            _value(found, name, code, count, address, names)
            for code, count in _ordered(name, found.counts.get(name, ()))
            if count or code in address.filters.get(name, ())
        ]
        values = [value for value in values if value.label]
        values.sort(key=lambda value: not value.chosen)
        first = max(FIRST, sum(value.chosen for value in values))
        is_open = name in OPEN or bool(address.filters.get(name))
        if values:
            shown.append(Facet(name, HEADINGS[name], values[:first], values[first:MOST], is_open))
    return shown


def unlisted(shown: Sequence[Facet], address: SearchAddress) -> list[tuple[str, str]]:
    """(facet, value) of the filters in force that no list shows; the form carries them along unseen."""
    listed = {(facet.name, value.code) for facet in shown for value in facet.values + facet.more}
    in_force = [(name, code) for name, codes in address.filters.items() for code in codes]
    return [pair for pair in in_force if pair not in listed]


def _ordered(name: str, counts: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    if name in {"year", "confirmed"}:
        return sorted(counts, key=lambda pair: (pair[0] != fields.NEVER, pair[0]), reverse=True)
    if name == "sdg":
        return [pair for pair in counts if "." not in pair[0]]
    return list(counts)


def _value(
    found: Found, facet: str, code: str, count: int, address: SearchAddress, names: dict[str, tuple[str, str]]
) -> Value:
    text, language = label(found, facet, code, names)
    css = f"sdg sdg-{code}" if facet == "sdg" else ""
    return Value(code, text, count, code in address.filters.get(facet, ()), css, language)


def label(found: Found, facet: str, code: str, names: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """(words for a facet's value, their language where it is a name); empty words for an unknown code."""
    if facet == "kind":
        return (str(Kind(code).label) if code in Kind.values else ""), ""
    if facet == "institution":
        return names.get(code, ("", ""))
    if facet == "confirmed":
        return (_("Not confirmed yet") if code == fields.NEVER else code), ""
    if facet == "year":
        return (code if code.isdigit() else ""), ""
    if facet == "language":
        return native_name(code), code
    concept = found.concepts.get(fields.VOCABULARY_OF[facet], code)
    return (concept.short(found.request.language) if concept else ""), ""


def institution_names(found: Found, address: SearchAddress) -> dict[str, tuple[str, str]]:
    """uid -> (name, its language) of the institutions that the lists show. Two queries."""
    wanted = {code for code, _count in found.counts.get("institution", ())[:MOST]}
    wanted |= set(address.filters.get("institution", ()))
    uids = dict(Institution.objects.filter(uid__in=wanted).values_list("pk", "uid"))
    return {uids[pk]: name for pk, name in names_in(found.request.language, uids).items()}


def chosen(found: Found, address: SearchAddress, names: dict[str, tuple[str, str]]) -> list[Chosen]:
    rows = []
    for facet, values in address.filters.items():
        for code in values:
            text, language = label(found, facet, code, names)
            rows.append(Chosen(HEADINGS[facet], text or code, address.without(facet, code), language))
    return rows
