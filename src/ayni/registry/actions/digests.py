"""From notices to mails, in the rhythm that each person has chosen."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.kernel.locking import locked
from ayni.registry.actions.mails import post
from ayni.registry.models import Notice, Person
from ayni.registry.states import MailRhythm

MORNING = time(7)  # in the reader's own time zone
EVENING = time(20)  # a worker that comes late does not wake anybody
# So many at the same moment are told in one mail even to those who want each at once.
TOO_MANY_AT_ONCE = 3


@action
def write_mails(*, person: Person, may_send: bool) -> int:
    """Put what the person has not been told by mail yet into mails, if it is time; the number of mails.

    What they have read meanwhile, or want no mail about, is marked as dealt with, and so is all of it on a site
    without mail (`may_send` False): nobody shall get a year's news on the day when mail is set up.
    """
    locked(person)
    news = list(person.notices.filter(mailed_at__isnull=True).order_by("at", "pk"))
    wants = (
        may_send and person.is_active and person.mail_rhythm != MailRhythm.NEVER and not person.mail_failed_at
    )
    unread = [notice for notice in news if wants and notice.read_at is None]
    _mark_mailed([notice for notice in news if notice not in unread])
    if not unread:
        return 0
    if person.mail_rhythm == MailRhythm.AT_ONCE:
        if len(unread) <= TOO_MANY_AT_ONCE:
            for notice in unread:
                _post(person, f"notices/{notice.code}", f"notice {notice.uid}", [notice])
        else:
            _post(person, "digest", f"digest {unread[-1].uid}", unread)
    elif is_time(person, unread[0].at):
        _post(person, "digest", f"digest {unread[-1].uid}", unread)
        person.digest_sent_at = clock.now()
        person.save()
    else:
        return 0
    _mark_mailed(unread)
    return len(unread) if person.mail_rhythm == MailRhythm.AT_ONCE and len(unread) <= TOO_MANY_AT_ONCE else 1


def _post(person: Person, template: str, key: str, notices: Sequence[Notice]) -> None:
    post(
        address=person.email, template=template, key=key, language=person.language, person=person,
        notices=[notice.uid for notice in notices],
    )  # fmt: skip


def _mark_mailed(notices: Sequence[Notice]) -> None:
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=clock.now())


def is_time(person: Person, since: datetime) -> bool:
    """Has the hour of the person's mail struck since the oldest news came, and is it still day with them?"""
    local = clock.now().astimezone(ZoneInfo(person.time_zone))
    struck = datetime.combine(local.date(), MORNING, local.tzinfo)
    if struck > local:
        struck -= timedelta(days=1)
    if person.mail_rhythm == MailRhythm.WEEKLY:
        struck -= timedelta(days=struck.weekday())  # Monday's
    return since <= struck and MORNING <= local.time() < EVENING
