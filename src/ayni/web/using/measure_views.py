"""What came of it: the measures of knowledge shared, as pages and as tables to take along."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ayni.knowledge import policies
from ayni.knowledge.queries.measures import PER_YEAR, Measures, measures, published
from ayni.language.codes import is_rtl
from ayni.registry.models import Institution
from ayni.registry.queries.institutions import get_institution, names_in
from ayni.web import kept
from ayni.web.using import export
from ayni.web.using.chart import chart
from ayni.web.using.common import reading_language

DRAWN = ("asked", "answered", "agreed", "adapted")


@require_safe
@kept.for_visitors
def site(request: HttpRequest) -> HttpResponseBase:
    return render(request, "using/measures.html", _context(published(measures())))


@require_safe
def site_table(request: HttpRequest, form: str) -> HttpResponse:
    del request
    return _file(published(measures()), form, "")


@never_cache
@login_required
@require_safe
def of_institution(request: HttpRequest, uid: str) -> HttpResponse:
    institution = _institution(request, uid)
    name, language = names_in(reading_language(), [institution.pk])[institution.pk]
    whose = {"institution": institution, "name": name, "name_language": language}
    return render(request, "using/measures.html", _context(measures(institution)) | whose)


@never_cache
@login_required
@require_safe
def institution_table(request: HttpRequest, uid: str, form: str) -> HttpResponse:
    institution = _institution(request, uid)
    return _file(
        measures(institution), form, names_in(reading_language(), [institution.pk])[institution.pk][0]
    )


def _institution(request: HttpRequest, uid: str) -> Institution:
    found = get_institution(uid)
    if found is None or not policies.read_measures.allows(request.user, found):
        raise Http404
    return found


def labels() -> dict[str, str]:
    return {
        "asked": _("Questions asked"),
        "answered": _("Questions answered"),
        "agreed": _("Led to working together"),
        "adapted": _("Taken up elsewhere"),
        "translated": _("Translated"),
    }


def _context(found: Measures) -> dict[str, Any]:
    words = labels()
    series = [[getattr(year, name) for year in found.years] for name in DRAWN]
    drawn = chart([year.year for year in found.years], series, is_rtl=is_rtl(get_language() or "en"))
    return {
        "found": found,
        "chart": drawn,
        "legend": [(number, words[name]) for number, name in enumerate(DRAWN, 1)],
        "columns": [words[name] for name in PER_YEAR],
        "rows": [(year.year, [getattr(year, name) for name in PER_YEAR]) for year in reversed(found.years)],
        "totals": [found.totals.get(name, 0) for name in PER_YEAR],
        "area": "about",
    }


def _file(found: Measures, form: str, name: str) -> HttpResponse:
    words = labels()
    few = _("fewer than five")
    rows: list[list[export.Cell]] = [[name or _("Year"), *(words[column] for column in PER_YEAR)]]
    for year in found.years:
        values = [getattr(year, column) for column in PER_YEAR]
        rows.append([year.year, *(few if value is None else value for value in values)])
    totals = [found.totals.get(column, 0) for column in PER_YEAR]
    rows.append([_("All years"), *(few if value is None else value for value in totals)])
    rows += [[_("Still in use")], [_("Nobody has answered")], [_("No longer done")]]
    for row, value in zip(rows[-3:], (found.in_use, found.unanswered, found.ended), strict=True):
        row.append(value)
    median: export.Cell = "" if found.median_days is None else found.median_days
    rows.append([_("Days to an answer, median"), median])
    content = (
        export.as_csv(rows) if form == "csv" else export.as_xlsx(rows, is_rtl=is_rtl(get_language() or "en"))
    )
    headers = {"Content-Disposition": f'attachment; filename="ayni-measures.{form}"'}
    return HttpResponse(content, content_type=export.TYPES[form], headers=headers)
