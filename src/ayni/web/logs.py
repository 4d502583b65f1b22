"""What of an address may stand in the log: on one line, unmistakable, and without what opens an account."""

import logging
import re
from urllib.parse import quote

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent

_LONGEST = 200
# Whoever has the key may set the password, answer for an office, take a record over, or stop somebody's mail.
_KEY = re.compile(
    r"(/password/reset/key/|/still-true/|/what-came-of-it/|/claim/|/no-mail/)[^\s?]+", re.IGNORECASE
)


def without_keys(text: str) -> str:
    return _KEY.sub(r"\1...", text)


def told(text: str) -> str:
    """The text with everything escaped, as in an address, that could pass for another line or another field."""
    shown = without_keys(text)[:_LONGEST]
    return "".join(
        char if char.isprintable() and char not in " %" else quote(char, errors="replace") for char in shown
    )


class OneLine(logging.Filter):
    """A form that is too large is refused, not broken: where in Django it was noticed helps nobody."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], RequestDataTooBig | TooManyFieldsSent):
            record.exc_info = record.exc_text = None
        return True


class WithoutKeys(logging.Filter):
    """For the lines of others, which name addresses too: Django's of pages that are missing or refused."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                without_keys(value) if isinstance(value, str) else value for value in record.args
            )
        return True
