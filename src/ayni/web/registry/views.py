from typing import Any
from urllib.parse import unquote, urlencode

from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ayni.knowledge import policies
from ayni.knowledge.queries import records
from ayni.language.codes import content_language
from ayni.language.normalise import clean
from ayni.registry.actions.institutions import name_key
from ayni.registry.models import Institution, InstitutionName
from ayni.registry.policies import keep_institutions, read_institution, trust_institution
from ayni.registry.queries.institutions import (
    former_target,
    get_institution,
    institutions_called,
    names_in,
)
from ayni.registry.queries.translations import translations_of
from ayni.registry.queries.vocabularies import Concepts, concepts
from ayni.registry.states import InstitutionType, NameKind
from ayni.web import addresses

PER_PAGE = 40
RECORDS_PER_PAGE = 12
_LONGEST_WORDS = 200


@require_safe
def institutions(request: HttpRequest) -> HttpResponse:
    """All institutions by name; `q` (words of any of their names), `country` and `type` narrow the list."""
    language = content_language(get_language() or "en")
    terms = concepts()
    everyone = Institution.objects.filter(merged_into__isnull=True, is_listed=True)
    used = [terms.by_id[pk] for pk in everyone.values_list("country", flat=True).distinct() if pk]
    filters = _filters(request, terms)
    page = Paginator(_by_name(_fitting(everyone, filters, terms), language), PER_PAGE).get_page(
        request.GET.get("page")
    )
    names = names_in(language, [row.pk for row in page])
    context = {
        "page": page,
        "rows": [(row, *names[row.pk], terms.by_id.get(row.country_id or 0)) for row in page],
        "countries": sorted(used, key=lambda one: one.short(language).casefold()),
        "types": InstitutionType.choices,
        "filters": filters,
        "page_query": f"{urlencode(kept)}&" if (kept := {k: v for k, v in filters.items() if v}) else "",
        "area": "institutions",
        "unlisted": _unlisted(language) if keep_institutions.allows(request.user, None) else [],
    }
    return render(request, "registry/institutions.html", context)


def _filters(request: HttpRequest, terms: Concepts) -> dict[str, str]:
    """What was asked for, as far as it can be; the rest empty."""
    country, kind = terms.get("countries", request.GET.get("country", "")), request.GET.get("type", "")
    return {
        "q": clean(request.GET.get("q", ""), _LONGEST_WORDS),
        "country": country.code if country else "",
        "type": kind if kind in InstitutionType.values else "",
    }


def _fitting(found: QuerySet[Institution], filters: dict[str, str], terms: Concepts) -> QuerySet[Institution]:
    if key := name_key(filters["q"]):
        found = found.filter(pk__in=institutions_called(key).values("pk"))
    if country := terms.get("countries", filters["country"]):
        found = found.filter(country=country.id)
    return found.filter(type=filters["type"]) if filters["type"] else found


def _unlisted(language: str) -> list[tuple[Institution, str, str]]:
    """The newest that somebody named as a partner: to be looked at by those who keep institutions."""
    found = list(
        Institution.objects.filter(is_listed=False, merged_into__isnull=True).order_by("-pk")[:PER_PAGE]
    )
    names = names_in(language, [row.pk for row in found]) if found else {}
    return [(row, *names[row.pk]) for row in found]


def _by_name(found: QuerySet[Institution], language: str) -> QuerySet[Institution]:
    """In the order of the names the reader sees; folded, so that accents and case do not matter."""
    names = InstitutionName.objects.filter(institution=OuterRef("pk"), kind=NameKind.OFFICIAL)
    shown = [Subquery(names.filter(language=code).values("text_key")[:1]) for code in (language, "en")]
    return found.order_by(Coalesce(*shown, "name_key"), "pk")


@require_safe
def institution(request: HttpRequest, uid: str, slug: str = "") -> HttpResponseBase:
    del slug  # cosmetic: the canonical address has the right one
    found = get_institution(uid)
    if found and not read_institution.allows(request.user, found):
        raise Http404
    if found is None:
        former = former_target(f"registry.institution:{uid}")
        if former is None:
            raise Http404
        return render(request, "registry/gone.html", {"until": former.at}, status=410)
    address = addresses.institution_url(found)
    if unquote(address) != request.path:  # a cosmetic difference, or a duplicate merged into this one
        query = request.META.get("QUERY_STRING", "")
        return redirect(f"{address}?{query}" if query else address, permanent=True)
    return render(request, "registry/institution.html", _context(request, found))


def _context(request: HttpRequest, institution: Institution) -> dict[str, Any]:
    language = content_language(get_language() or "en")
    terms = concepts()
    children = list(
        institution.children.filter(merged_into__isnull=True, is_listed=True).order_by("name", "pk")[
            :PER_PAGE
        ]
    )
    family = [institution, *children, *([institution.parent] if institution.parent else [])]
    names = names_in(language, [one.pk for one in family])
    page = Paginator(records.records_of(institution, request.user), RECORDS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    about, about_language = _about(institution, language)
    name, name_language = names[institution.pk]
    return {
        "institution": institution,
        "name": name,
        "name_language": name_language,
        "other_names": _other_names(institution, name),
        "country": terms.by_id.get(institution.country_id or 0),
        "parent": (institution.parent, *names[institution.parent_id]) if institution.parent else None,
        "children": [(child, *names[child.pk]) for child in children],
        "about": about,
        "about_language": about_language,
        "page": page,
        "cards": records.cards(page.object_list, language, terms),
        "area": "institutions",
        **_may(request, institution),
    }


def _other_names(institution: Institution, shown: str) -> list[InstitutionName]:
    rows = institution.names.order_by("kind", "language")
    return [row for row in rows if row.text != shown and row.kind != NameKind.FORMER]


def _may(request: HttpRequest, institution: Institution) -> dict[str, bool]:
    return {
        "may_read_measures": policies.read_measures.allows(request.user, institution),
        "may_set_approval": policies.set_approval_chain.allows(request.user, institution),
        "may_keep": keep_institutions.allows(request.user, institution),
        "may_trust": trust_institution.allows(request.user, institution),
    }


def _about(institution: Institution, language: str) -> tuple[str, str]:
    """(text, its language): translated where it is, else as written."""
    own = institution.about_language or institution.name_language
    if own == language or not institution.about:
        return institution.about, own
    target = f"registry.institution:{institution.uid}"
    found = translations_of([target], language=language, fields=("about",)).get(target, {}).get(language)
    return (found.texts["about"], language) if found else (institution.about, own)
