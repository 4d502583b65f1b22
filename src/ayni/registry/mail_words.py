"""The words of a mail, found when it is sent: by template name, in the reader's language and time zone."""

import re
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from ayni.language.codes import SITE_LANGUAGES
from ayni.registry.models import Mail, Notice, Person

SUBJECT_LIMIT = 150
BODY_LIMIT = 20_000  # characters; a mail is to open on the slowest line
_EMPTY_LINES = re.compile(r"\n{3,}")
_FORMAT_MARKS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Words:
    subject: str
    body: str
    unsubscribe: str = ""  # absolute address; empty where nobody has a choice of rhythm


def words_of(mail: Mail, notices: list[Notice]) -> Words:
    """`notices`: what the mail tells its person, none for one that stands for itself."""
    person = mail.person
    language = person.language if person else mail.language
    zone = ZoneInfo(person.time_zone if person else "UTC")
    # Whatever a stored language is, some words are better than none.
    with translation.override(language if language in SITE_LANGUAGES else "en"), timezone.override(zone):
        return _words(mail, notices, unsubscribe_url(person) if person else "")


def _words(mail: Mail, notices: list[Notice], unsubscribe: str) -> Words:
    context: dict[str, Any] = {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "person": mail.person,
        "params": mail.params,
        "words": f"mail/{mail.template}.txt",
        "unsubscribe": unsubscribe,
    }
    if mail.template.startswith("notices/"):
        params: dict[str, Any] = notices[0].params
        text = render_to_string(
            "mail/notice.txt", {**params, **context, "notice": notices[0], "params": params}
        )
    else:
        text = render_to_string("mail/letter.txt", {**mail.params, **context, "notices": notices})
    subject, _, body = text.strip().partition("\n")
    return Words(_one_line(subject)[:SUBJECT_LIMIT], _tidy(body), unsubscribe)


def _one_line(text: str) -> str:
    """A title may hold anything; a header may hold no line break."""
    return " ".join(_FORMAT_MARKS.sub(" ", text).split())


def _tidy(body: str) -> str:
    lines = "\n".join(line.rstrip() for line in body.strip().splitlines())
    return _FORMAT_MARKS.sub("", _EMPTY_LINES.sub("\n\n", lines))[:BODY_LIMIT] + "\n"


def unsubscribe_url(person: Person) -> str:
    """Works for good: old mails are found again, and whoever wants no more shall get no more."""
    return f"{settings.SITE_URL}{reverse('no-mail', args=(_signer().sign(person.uid),))}"


def unsubscriber(token: str) -> str | None:
    """The uid of the person whom the link of a mail was made for; None for one that we did not make."""
    try:
        return _signer().unsign(token)
    except signing.BadSignature:
        return None


def _signer() -> signing.Signer:
    return signing.Signer(salt="ayni.no-mail")
