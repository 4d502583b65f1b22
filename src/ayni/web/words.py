"""Dates, periods and freshness in words."""

from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ayni.kernel import clock
from ayni.knowledge.models import Record

LATE_AFTER = timedelta(days=366)
_WRITE_LANGUAGES_SMALL = {"fr", "es", "pt", "ru"}
_FORMATS = {4: "Y", 7: "YEAR_MONTH_FORMAT", 10: "DATE_FORMAT"}


def partial_date(text: str) -> str:
    """An ISO date as precise as it is: "2019", "March 2019", "1 March 2019"."""
    try:
        moment = date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return text
    return date_format(moment, _FORMATS.get(len(text), "DATE_FORMAT"))


def period(started: str, ended: str) -> str:
    """From when to when, in as few words as say it; empty when nothing is known."""
    if started and ended:
        if started == ended:
            return partial_date(started)
        # Translators: a period from a date to a date
        return _("%(start)s – %(end)s") % {"start": partial_date(started), "end": partial_date(ended)}
    if started:
        return _("since %(start)s") % {"start": partial_date(started)}
    return _("until %(end)s") % {"end": partial_date(ended)} if ended else ""


def is_late(confirmed_on: date | None) -> bool:
    return confirmed_on is None or clock.today() - confirmed_on > LATE_AFTER


def confirmed(confirmed_on: date | None) -> str:
    """How fresh a record is, as the page says it."""
    if confirmed_on is None:
        return pgettext("freshness of a record", "Not confirmed yet")
    if is_late(confirmed_on):
        return _("Not confirmed for more than a year")
    return _("Confirmed in %(month)s") % {"month": date_format(confirmed_on, "YEAR_MONTH_FORMAT")}


def in_sentence(language_name: str, spoken: str) -> str:
    """The name of a language, inside a sentence, in the language `spoken`: some write it small there."""
    return language_name.lower() if spoken in _WRITE_LANGUAGES_SMALL else language_name


def _published_lately(record: Record) -> bool:
    """Too young to be asked: that nobody has confirmed it yet says nothing against it."""
    moment = record.published_at
    return record.last_confirmed_on is None and moment is not None and not is_late(moment.date())


def freshness(record: Record) -> str:
    """How fresh a record is; that its people do not answer matters more than what they said before."""
    if record.is_unanswered and record.asked_on:
        month = date_format(record.asked_on, "YEAR_MONTH_FORMAT")
        return _("Asked in %(month)s, nobody has answered yet") % {"month": month}
    if _published_lately(record) and record.published_at:
        return _("Published in %(month)s") % {"month": date_format(record.published_at, "YEAR_MONTH_FORMAT")}
    return confirmed(record.last_confirmed_on)


def is_stale(record: Record) -> bool:
    return record.is_unanswered or (is_late(record.last_confirmed_on) and not _published_lately(record))
