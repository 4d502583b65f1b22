"""Measures of knowledge shared: what was asked, answered, agreed, adapted, translated, and is still in use.

Never how often a page was opened. A constant number of queries, for the site or for one institution.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from statistics import median

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, ExtractYear

from ayni.knowledge.models import FreshnessCheck, Question, Record
from ayni.knowledge.queries.standing import family_of
from ayni.knowledge.states import VISIBLE_STATES, FreshnessAnswer, RecordState
from ayni.registry.models import Institution, Translation
from ayni.registry.states import TranslationStatus

# Figures about fewer people than this are not published.
LEAST = 5
PER_YEAR = ("asked", "answered", "agreed", "adapted", "translated")
ABOUT_PEOPLE = ("asked", "answered", "agreed")  # the others count what everybody can read on pages


@dataclass(frozen=True)
class Year:
    """Questions stand in the year they were asked in, whenever they were answered. None: fewer than five."""

    year: int
    asked: int | None = 0
    answered: int | None = 0
    agreed: int | None = 0
    adapted: int | None = 0
    translated: int | None = 0


@dataclass(frozen=True)
class Measures:
    """`years` without gaps, the newest last. `median_days`: from question to answer."""

    years: list[Year] = field(default_factory=list)
    totals: dict[str, int | None] = field(default_factory=dict)
    in_use: int = 0  # the last answer of their people was that it holds, or goes on
    unanswered: int = 0
    ended: int = 0
    median_days: float | None = None


def measures(institution: Institution | None = None) -> Measures:
    """Of the institution (with those merged into it); of the whole site when none is named."""
    family = family_of([institution]) if institution else None
    counts: dict[str, dict[int, int]] = {name: {} for name in PER_YEAR}
    days = []
    for year, asked_at, answered_at, agreed_at in _of(family, Question.objects, "record__owner").values_list(
        ExtractYear("asked_at", tzinfo=UTC), "asked_at", "answered_at", "agreed_at"
    ):
        _count(counts["asked"], year)
        if answered_at:
            _count(counts["answered"], year)
            days.append((answered_at - asked_at).total_seconds() / 86400)
        if agreed_at:
            _count(counts["agreed"], year)
    counts["adapted"] = _by_year(_adaptations(family), "published_at")
    counts["translated"] = _by_year(_translations(family), "updated_at")
    answers = dict(_last_answers(family).values_list("answer").annotate(Count("pk")).order_by("answer"))
    unanswered = _of(family, Record.objects, "owner").filter(state=RecordState.PUBLIC, is_unanswered=True)
    return Measures(
        years=_years(counts),
        totals={name: sum(found.values()) for name, found in counts.items()},
        in_use=answers.get(FreshnessAnswer.HOLDS, 0) + answers.get(FreshnessAnswer.CHANGED, 0),
        ended=answers.get(FreshnessAnswer.ENDED, 0),
        unanswered=unanswered.count(),
        median_days=round(median(days), 1) if days else None,
    )


def published(found: Measures) -> Measures:
    """As everybody may see it: no figure about fewer than five people, nor one that can be worked out from others."""
    kept: dict[str, Kept] = {}
    for name in ABOUT_PEOPLE:
        kept[name] = suppressed([getattr(year, name) for year in found.years], within=[*kept.values()])
    answered = found.totals.get("answered") or 0
    return replace(
        found,
        years=[
            replace(year, **{name: kept[name].shown[number] for name in ABOUT_PEOPLE})
            for number, year in enumerate(found.years)
        ],
        totals=found.totals | {name: kept[name].total for name in ABOUT_PEOPLE},
        median_days=found.median_days if answered >= LEAST else None,
    )


@dataclass(frozen=True)
class Kept:
    """A column with what is published of it: None is hidden."""

    values: list[int]
    shown: list[int | None]
    total: int | None


def suppressed(values: list[int], within: Sequence[Kept] = ()) -> Kept:
    """The column without what tells about one to four people.

    `within`: the columns, the widest first, that count the same people and more (of those asked, some were
    answered): what is left out of the narrower one tells as much as what is in it. A year that is hidden in a
    wider column is hidden here, so that all that can be worked out are sums over the hidden years of one column.
    Where the total would give those away, the next smallest year is hidden too; where that does not help, the total.
    """
    least = {n for n in range(len(values)) if _tells([values, *_printed(within, n)], {n})}
    least |= {n for wider in within for n, value in enumerate(wider.shown) if value is None}
    counted = [values, *(wider.values for wider in within if wider.total is not None)]
    everyone = set(range(len(values)))
    others = sorted(
        (n for n in everyone - least if any(column[n] for column in counted)), key=values.__getitem__
    )
    hidden = set(least)
    while others and _tells(counted, hidden):
        hidden.add(others.pop(0))
    is_telling = bool(least) and (_tells(counted, hidden) or _tells(counted, everyone))
    if is_telling:  # without the total nothing more needs to be hidden
        hidden = least
    shown = [None if number in hidden else value for number, value in enumerate(values)]
    return Kept(values, shown, None if is_telling else sum(values))


def _printed(columns: Sequence[Kept], number: int) -> list[list[int]]:
    return [column.values for column in columns if column.shown[number] is not None]


def _tells(columns: list[list[int]], years: set[int]) -> bool:
    """Whether the first column, over the years, counts few people or leaves few out of one of the wider columns."""
    narrow, *wider = (sum(column[number] for number in years) for column in columns)
    return any(0 < people < LEAST for people in (narrow, *(most - narrow for most in wider)))


def _count(found: dict[int, int], year: int) -> None:
    found[year] = found.get(year, 0) + 1


def _of(family: set[int] | None, rows: "QuerySet | object", owner: str) -> QuerySet:
    every = rows.all()  # type: ignore[attr-defined]
    return every if family is None else every.filter(**{f"{owner}__in": family})


def _adaptations(family: set[int] | None) -> QuerySet[Record]:
    """Public records that took up another's: what one institution does again is no adaptation."""
    taken_up = Record.objects.filter(state=RecordState.PUBLIC, adapted_from__isnull=False).annotate(
        theirs=Coalesce("owner__merged_into", "owner"),
        ours=Coalesce("adapted_from__owner__merged_into", "adapted_from__owner"),
    )
    return _of(family, taken_up.exclude(theirs=F("ours")), "adapted_from__owner")


def _translations(family: set[int] | None) -> QuerySet[Translation]:
    """One for each record and language that somebody has checked; those of machines do not count."""
    records = _of(family, Record.objects.filter(state__in=VISIBLE_STATES), "owner")
    targets = records.annotate(named=Concat(Value("knowledge.record:"), F("uid"))).values("named")
    return Translation.objects.filter(field="title", status=TranslationStatus.REVIEWED, target__in=targets)


def _last_answers(family: set[int] | None) -> QuerySet[FreshnessCheck]:
    """The last answer about each record that can still be read, unless they have been asked again in vain."""
    answered = Q(answered_at__isnull=False)
    later = FreshnessCheck.objects.filter(
        answered, record=OuterRef("record"), answered_at__gt=OuterRef("answered_at")
    )
    found = FreshnessCheck.objects.filter(answered, ~Exists(later), record__state__in=VISIBLE_STATES)
    return _of(family, found.filter(record__is_unanswered=False), "record__owner")


def _by_year(rows: QuerySet, moment: str) -> dict[int, int]:
    years = rows.annotate(in_year=ExtractYear(moment, tzinfo=UTC)).order_by("in_year")
    return dict(years.values_list("in_year").annotate(n=Count("pk")))


def _years(counts: dict[str, dict[int, int]]) -> list[Year]:
    known = {year for found in counts.values() for year in found}
    if not known:
        return []
    return [
        Year(year, **{name: counts[name].get(year, 0) for name in PER_YEAR})
        for year in range(min(known), max(known) + 1)
    ]
