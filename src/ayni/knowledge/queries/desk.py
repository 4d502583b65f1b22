"""What a person's desk shows of their work. A constant number of queries, whatever there is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from ayni.kernel import clock
from ayni.knowledge import policies
from ayni.knowledge.models import FreshnessCheck, Question, Record, RecordAuthor, Revision
from ayni.knowledge.queries.standing import LEADING_ROLES
from ayni.knowledge.states import EDITABLE, UNFINISHED, VISIBLE_STATES, Kind, RecordState
from ayni.registry.models import Membership, Person, Translation
from ayni.registry.policies import institutions_of
from ayni.registry.states import WRITING_ROLES, TranslationStatus

NEWS_OVER = timedelta(days=365)
NEWS_LIMIT = 20
_PREFIX = "knowledge.record:"


@dataclass(frozen=True)
class News:
    """Something that became of a record: `what` is asked, answered, agreed, adapted, translated, confirmed, silent."""

    what: str
    at: datetime
    record: Record  # of mine, with `published`
    other: Record | None = None  # the adaptation
    language: str = ""  # of the translation
    is_machine: bool = False


def handed_in_of(person: Person) -> QuerySet[Revision]:
    """What the person is an author of and its readers have, the longest waiting first."""
    return (
        Revision.objects.filter(state__in=UNFINISHED - EDITABLE, record__in=policies.writes_along(person))
        .filter(record__in=_readable(person))
        .select_related("record__owner")
        .order_by("submitted_at", "pk")
    )


def _readable(person: Person) -> QuerySet[Record]:
    return Record.objects.filter(policies.read_draft.scope(person))


def published_of(person: Person) -> QuerySet[Record]:
    """What readers can see of the person's own: they are an author, or write for its institution; newest first."""
    return (
        Record.objects.filter(
            Q(pk__in=policies.writes_along(person)) | policies.WRITES_IT.scope(person),
            state__in=VISIBLE_STATES, published__isnull=False,
        )
        .select_related("published", "owner")
        .order_by("-published_at", "-pk")
    )  # fmt: skip


def led_institutions(person: Person) -> set[int]:
    """Those in which the person may take over what nobody writes any more."""
    return institutions_of(person, LEADING_ROLES)


def left_drafts(person: Person) -> QuerySet[Revision]:
    """Drafts of the institutions the person leads, all of whose authors have left: nobody goes on with them."""
    led = led_institutions(person)
    today = clock.today()
    still_there = Membership.objects.filter(
        Q(institution=OuterRef("institution"))
        | Q(institution=OuterRef("institution__merged_into"))
        | Q(institution__merged_into=OuterRef("institution")),
        Q(until__isnull=True) | Q(until__gte=today),
        person=OuterRef("person"), person__is_active=True, since__lte=today, role__in=list(WRITING_ROLES),
    )  # fmt: skip
    writes = RecordAuthor.objects.filter(Exists(still_there), record=OuterRef("record"), left_at__isnull=True)
    return (
        Revision.objects.filter(
            ~Exists(writes),
            Q(record__owner__in=led) | Q(record__stand_in__in=led),
            # What an import left as a draft never had an author here.
            Exists(RecordAuthor.objects.filter(record=OuterRef("record"))),
            state__in=EDITABLE,
        )
        .select_related("record__owner", "record__stand_in", "saved_by")
        .order_by("-saved_at", "-pk")
    )


def mine(person: Person) -> QuerySet[Record]:
    """What is public and the person wrote, or writes for its institution. Activity records are others' words."""
    institutions = institutions_of(person, WRITING_ROLES)
    return Record.objects.filter(
        Q(owner__in=institutions) | Q(stand_in__in=institutions) | Q(pk__in=policies.writes_along(person)),
        state__in=VISIBLE_STATES, published__isnull=False,
    ).exclude(kind=Kind.ACTIVITY)  # fmt: skip


def news_of_mine(person: Person) -> list[News]:
    """What became of those records over the last year, the newest first. Five queries."""
    since = clock.now() - NEWS_OVER
    found = [news for read in _READERS for news in read(mine(person), since)]
    return sorted(found, key=lambda news: news.at, reverse=True)[:NEWS_LIMIT]


def _questions(records: QuerySet[Record], since: datetime) -> Iterator[News]:
    questions = Question.objects.filter(record__in=records, asked_at__gte=since)
    for question in questions.select_related("record__published").order_by("-asked_at")[:NEWS_LIMIT]:
        for what, at in (
            ("asked", question.asked_at), ("answered", question.answered_at), ("agreed", question.agreed_at),
        ):  # fmt: skip
            if at:
                yield News(what, at, question.record)


def _adaptations(records: QuerySet[Record], since: datetime) -> Iterator[News]:
    found = Record.objects.filter(
        adapted_from__in=records, state=RecordState.PUBLIC, published_at__gte=since, published__isnull=False
    ).select_related("published", "owner", "adapted_from__published")
    for record in found.order_by("-published_at")[:NEWS_LIMIT]:
        yield News("adapted", record.published_at, record.adapted_from, other=record)


def _translations(records: QuerySet[Record], since: datetime) -> Iterator[News]:
    targets = records.annotate(as_target=Concat(Value(_PREFIX), F("uid"))).values("as_target")
    found = Translation.objects.filter(
        target__in=targets, field="title", updated_at__gte=since,
        status__in=[TranslationStatus.REVIEWED, TranslationStatus.MACHINE],
    ).order_by("-updated_at")[:NEWS_LIMIT]  # fmt: skip
    rows = list(found)
    by_target = {
        record.target: record
        for record in Record.objects.filter(uid__in=[row.target.removeprefix(_PREFIX) for row in rows])
        .select_related("published")
    }  # fmt: skip
    for row in rows:
        yield News(
            "translated", row.updated_at, by_target[row.target], language=row.language,
            is_machine=row.status == TranslationStatus.MACHINE,
        )  # fmt: skip


def _freshness(records: QuerySet[Record], since: datetime) -> Iterator[News]:
    answered = FreshnessCheck.objects.filter(record__in=records, answered_at__gte=since)
    open_ones = FreshnessCheck.objects.filter(record__in=records, answered_at__isnull=True)
    for check in answered.select_related("record__published").order_by("-answered_at")[:NEWS_LIMIT]:
        if check.answered_at:
            yield News(
                "confirmed" if check.answer == "holds" else "answered-fresh", check.answered_at, check.record
            )
    for check in open_ones.select_related("record__published").order_by("-asked_at")[:NEWS_LIMIT]:
        yield News("silent", check.asked_at, check.record)


_READERS: tuple[Callable[[QuerySet[Record], datetime], Iterator[News]], ...] = (
    _questions, _adaptations, _translations, _freshness,
)  # fmt: skip
