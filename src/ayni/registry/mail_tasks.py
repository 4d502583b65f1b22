"""Later work of the worker: mails are written from notices, sent, and forgotten in time. Safe to run twice."""

import logging
import time

from django.conf import settings
from django.template import TemplateDoesNotExist

from ayni.registry import mail_server
from ayni.registry.actions import digests, mails
from ayni.registry.mail_server import Away, NotNow, Refused, Server
from ayni.registry.mail_words import words_of
from ayni.registry.models import Mail
from ayni.registry.queries import mails as queries
from ayni.registry.states import MailRhythm

logger = logging.getLogger("ayni.mail")
_AT_ONE_GO = 50  # mails
_LONGEST = 60  # seconds
_DIGESTS = (MailRhythm.DAILY, MailRhythm.WEEKLY)


def write_mails() -> int:
    """For those who want each piece of news at once, and those who want none."""
    rhythms = set(MailRhythm.values) - (set(_DIGESTS) if settings.SENDS_MAIL else set())
    news = queries.people_with_news(rhythms)
    return sum(digests.write_mails(person=person, may_send=settings.SENDS_MAIL) for person, _since in news)


def write_digests() -> int:
    """For those whose hour has come."""
    if not settings.SENDS_MAIL:
        return 0
    news = queries.people_with_news(_DIGESTS)
    due = [person for person, since in news if not person.is_active or digests.is_time(person, since)]
    return sum(digests.write_mails(person=person, may_send=True) for person in due)


def send_mails(*, limit: int = _AT_ONE_GO) -> int:
    """Send what is due; the number of mails that the server took. Without a server they wait.

    Talking to the server happens outside of any transaction. Whoever is killed after the server took a mail
    and before that was stored sends it once more when the lease has run out, with the same Message-ID: at
    most one duplicate, never a loss.
    """
    if not settings.SENDS_MAIL:
        return 0
    until, sent = time.monotonic() + _LONGEST, 0
    with mail_server.server() as server:
        for mail in queries.due(limit):
            if time.monotonic() > until:
                break
            try:
                sent += _send(server, mail)
            except Away as error:
                logger.warning("the mail server is away: %s", error)
                mails.put_off(mail=mail, fault=str(error))
                mails.put_off_all(fault=str(error))
                break
    return sent


def _send(server: Server, mail: Mail) -> bool:
    if not mails.claim(mail=mail):
        return False
    person = mail.person
    if person and (
        not person.is_active or person.mail_rhythm == MailRhythm.NEVER or person.mail_failed_at is not None
    ):
        mails.drop(mail=mail)
        return False
    news = queries.news_of(mail)
    if mail.params.get("notices") and not news:
        mails.drop(mail=mail)
        return False
    try:
        server.send(mail, words_of(mail, news))
    except NotNow as error:
        mails.put_off(mail=mail, fault=str(error))
    except Refused as error:
        mails.note_refused(mail=mail, fault=str(error), is_address=error.is_address)
    except Away:
        raise
    except TemplateDoesNotExist as error:  # of an earlier version, or of a later one
        logger.error("mail %s has no words: %s", mail.uid, error)  # noqa: TRY400 - one line is enough
        mails.note_refused(mail=mail, fault=f"no words: {error}", is_address=False)
    except Exception as error:
        # A fault of ours in one mail must not keep the others waiting.
        logger.exception("mail %s could not be made", mail.uid)
        mails.put_off(mail=mail, fault=type(error).__name__)
    else:
        mails.note_sent(mail=mail)
        return True
    return False


def forget_old_mail() -> tuple[int, int]:
    return mails.forget_old(by=None)
