"""Which records are to be asked about, and what was answered."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from ayni.kernel import clock
from ayni.kernel.ids import secret_hash
from ayni.knowledge.models import FreshnessCheck, Record
from ayni.knowledge.states import FreshnessAnswer, Kind, RecordState
from ayni.registry.models import Membership
from ayni.registry.states import WRITING_ROLES

_A_MONTH = 30.4375  # days; nobody counts the hours of a year


def asked_before() -> datetime:
    """What was said at this moment or earlier is so old that it is asked about again."""
    return clock.now() - timedelta(days=round(settings.FRESH_MONTHS * _A_MONTH))


def due() -> QuerySet[Record]:
    """Public records that nobody has spoken for since; activity records are as others published them.

    Only those where there is somebody to ask, a member who writes or an address: others would wait for ever
    before those that can be asked.
    """
    moment = asked_before()
    fresh = Q(last_confirmed_on__gt=moment.date()) | Q(published__published_at__gt=moment)
    asked = FreshnessCheck.objects.filter(
        record=OuterRef("pk"), answered_at__isnull=True, asked_at__gt=moment
    )
    writes = Membership.objects.filter(
        Q(institution=OuterRef("owner"))
        | Q(institution=OuterRef("stand_in"))
        | Q(institution__merged_from=OuterRef("owner")),
        Q(until__isnull=True) | Q(until__gte=clock.today()),
        since__lte=clock.today(), role__in=list(WRITING_ROLES), person__is_active=True,
    )  # fmt: skip
    somebody = (
        ~Q(contact_email="")
        | ~Q(owner__office_email="")
        | Q(owner__merged_into__office_email__gt="")
        | Exists(writes)
    )
    return (
        Record.objects.filter(somebody, state=RecordState.PUBLIC, published__isnull=False)
        .exclude(kind=Kind.ACTIVITY)
        .exclude(fresh)
        .exclude(Exists(asked))
        .order_by("published_at", "pk")
    )


def to_remind(moment: datetime) -> QuerySet[FreshnessCheck]:
    return (
        FreshnessCheck.objects.filter(
            answered_at__isnull=True, reminded_at__isnull=True, asked_at__lte=moment
        )
        .select_related("record__owner__merged_into", "record__stand_in", "record__published")
        .order_by("asked_at", "pk")
    )


def silent(asked_on_or_before: datetime) -> QuerySet[Record]:
    return Record.objects.filter(
        state=RecordState.PUBLIC, is_unanswered=False, asked_on__lte=asked_on_or_before.date()
    ).order_by("asked_on", "pk")


def check_by_secret(secret: str) -> FreshnessCheck | None:
    """The question a link belongs to, answered or not; None when the link leads to nothing (any more)."""
    digest = secret_hash(secret)
    return (
        FreshnessCheck.objects.select_related("record__published", "record__owner__merged_into", "record__stand_in")
        .filter(Q(secret_hash=digest) | Q(reminder_secret_hash=digest))
        .first()
    )  # fmt: skip


def last_answer(record: Record) -> FreshnessCheck | None:
    return record.freshness_checks.filter(answered_at__isnull=False).order_by("-answered_at", "-pk").first()


def has_ended(record: Record) -> bool:
    """Was it archived because its people said that it is no longer done? Asks only where it is archived."""
    if record.state != RecordState.ARCHIVED:
        return False
    last = last_answer(record)
    return last is not None and last.answer == FreshnessAnswer.ENDED
