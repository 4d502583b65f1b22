from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ayni.knowledge.queries import records
from ayni.language.codes import content_language
from ayni.registry.queries.vocabularies import concepts
from ayni.web import kept
from ayni.web.site import glance


@require_safe
def to_language(request: HttpRequest) -> HttpResponse:
    """The bare address leads to the reader's language; to English where the site speaks none of hers."""
    del request
    response = redirect("home")
    response["Vary"] = "Accept-Language"
    return response


@require_safe
@kept.for_visitors
def home(request: HttpRequest) -> HttpResponse:
    language = content_language(get_language() or "en")
    terms = concepts()
    seen = glance.current()
    newest = {row.pk: row for row in records.listed(request.user).filter(pk__in=seen.newest)}
    cards = records.cards([newest[pk] for pk in seen.newest if pk in newest], language, terms)
    context = {
        "seen": seen,
        "cards": cards,
        "has_demo": any(card.record.is_demo for card in cards),
        "goals": [goal for goal in terms.of("sdg") if "." not in goal.code],
        "themes": sorted(terms.of("themes"), key=lambda theme: theme.label(language).casefold()),
        "groups": terms.of("country-groups"),
    }
    return render(request, "site/home.html", context)


@require_safe
@kept.for_visitors
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "site/about.html", {"area": "about"})
