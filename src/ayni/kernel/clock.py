"""The only place that asks what time it is, so that tests and rehearsals can move the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

_moved: ContextVar[datetime | None] = ContextVar("moved_clock", default=None)


def now() -> datetime:
    """Aware, in UTC. A site that rehearses may run some days ahead (AYNI_CLOCK_DAYS)."""
    return _moved.get() or timezone.now() + timedelta(days=settings.CLOCK_DAYS)


def today() -> date:
    """The date in the current time zone (the person's, inside a request)."""
    return timezone.localdate(now())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    token = _moved.set(moment)
    try:
        yield
    finally:
        _moved.reset(token)
