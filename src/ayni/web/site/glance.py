"""How much is here, and what is new: counted at most once a minute, because counting reads everything."""

import time
from dataclasses import dataclass
from threading import Lock

from django.db.models import Count, F

from ayni.knowledge.models import Record, RevisionTerm
from ayni.knowledge.queries import records
from ayni.knowledge.states import Kind, RecordState

KEEP_SECONDS = 60
NEWEST = 6
_REVIEWED = (Kind.PRACTICE, Kind.LESSON)


@dataclass(frozen=True)
class Glance:
    counts: dict[str, int]  # kind -> public records
    institutions: int  # that stand for a practice or lesson
    countries: int  # of practices and lessons
    newest: tuple[int, ...]  # ids of practices and lessons, last confirmed first


_kept: tuple[float, Glance] | None = None
_lock = Lock()


def current() -> Glance:
    global _kept  # noqa: PLW0603 - one copy a process, on purpose
    kept = _kept
    if kept is None or time.monotonic() - kept[0] > KEEP_SECONDS:
        with _lock:
            kept = _kept = (time.monotonic(), _count())
    return kept[1]


def forget() -> None:
    """For tests, whose transactions are rolled back under the copy's feet."""
    global _kept  # noqa: PLW0603
    _kept = None


def _count() -> Glance:
    public = Record.objects.filter(state=RecordState.PUBLIC, published__isnull=False)
    reviewed = public.filter(kind__in=_REVIEWED)
    newest = (
        records.listed(None)
        .filter(kind__in=_REVIEWED)
        .order_by(F("last_confirmed_on").desc(nulls_last=True), F("published_at").desc(), "-pk")
    )
    tags = RevisionTerm.objects.filter(
        revision__in=reviewed.values("published"), term__vocabulary__code="countries"
    )
    return Glance(
        counts=dict(public.values_list("kind").annotate(Count("pk")).order_by("kind")),
        institutions=reviewed.aggregate(n=Count("owner", distinct=True))["n"],
        countries=tags.aggregate(n=Count("term", distinct=True))["n"],
        newest=tuple(newest.values_list("pk", flat=True)[:NEWEST]),
    )
