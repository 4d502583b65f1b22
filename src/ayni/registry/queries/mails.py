"""What waits to be told by mail, and what became of mails."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Min

from ayni.kernel import clock
from ayni.registry.models import Mail, Notice, Person
from ayni.registry.states import MailState


def people_with_news(rhythms: Iterable[str]) -> list[tuple[Person, datetime]]:
    """(person, since when something waits to be told them by mail), whoever has waited longest first."""
    untold = Notice.objects.filter(mailed_at__isnull=True, person__mail_rhythm__in=list(rhythms))
    since = dict(untold.values_list("person").annotate(first=Min("at")).order_by("first"))
    people = Person.objects.in_bulk(list(since))
    return [(people[pk], first) for pk, first in since.items() if pk in people]


def due(limit: int) -> list[Mail]:
    """Mails to send now, the longest waiting first."""
    waiting = Mail.objects.filter(state=MailState.WAITING, next_try_at__lte=clock.now())
    return list(waiting.select_related("person").order_by("next_try_at", "pk")[:limit])


def news_of(mail: Mail) -> list[Notice]:
    """What the mail tells and nobody has read meanwhile, the reader's turns first."""
    uids = mail.params.get("notices") or []
    found = Notice.objects.filter(uid__in=uids, person=mail.person, read_at__isnull=True)
    return list(found.select_related("person").order_by("-is_turn", "at", "pk"))


def mail_of_message(uid: str) -> Mail | None:
    return Mail.objects.select_related("person").filter(uid=uid).first()


def counts() -> dict[str, int]:
    """State -> number of mails."""
    return dict(Mail.objects.values_list("state").annotate(Count("pk")).order_by("state"))


def first_faults(limit: int) -> list[str]:
    """What the server said about those that wait, each answer once."""
    waiting = Mail.objects.filter(state=MailState.WAITING).exclude(fault="").order_by("next_try_at")
    return list(dict.fromkeys(waiting.values_list("fault", flat=True)[:limit]))
