"""Handing a mail to its server, and what its answers mean."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from ayni.registry.mail_words import Words
from ayni.registry.models import Mail

_FOR_GOOD = 500
# "5.7": we may not send through this server, or not as this sender. The address is not to blame.
_NOT_THE_ADDRESS = re.compile(rb"\b5\.7\.\d|relay", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<ayni\.([0-9a-hjkmnp-tv-z]{12})@")


class Refused(Exception):
    """The server will never take this mail. `is_address`: because of whom it is for."""

    def __init__(self, answer: str, *, is_address: bool) -> None:
        super().__init__(answer)
        self.is_address = is_address


class NotNow(Exception):
    """The server does not take this one at the moment; others it may."""


class Away(Exception):
    """There is no talking to the server."""


@dataclass
class Server:
    connection: Any

    def send(self, mail: Mail, words: Words) -> None:
        """Raises Refused, NotNow or Away. When it returns, the server has the mail."""
        try:
            self.connection.open()  # else it would be closed after each mail
            self.connection.send_messages([message_of(mail, words)])
        except SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            if code >= _FOR_GOOD and not _NOT_THE_ADDRESS.search(answer):
                raise Refused(_said(code, answer), is_address=True) from error
            raise NotNow(_said(code, answer)) from error
        except SMTPNotSupportedError as error:  # letters in the address that the server cannot write
            raise Refused(str(error), is_address=True) from error
        except SMTPDataError as error:
            if error.smtp_code >= _FOR_GOOD:
                raise Refused(_said(error.smtp_code, error.smtp_error), is_address=False) from error
            raise NotNow(_said(error.smtp_code, error.smtp_error)) from error
        except SMTPResponseException as error:  # the log-in, or the sender: the operator's to mend
            raise Away(_said(error.smtp_code, error.smtp_error)) from error
        except (SMTPException, OSError) as error:
            raise Away(_one_line(str(error) or type(error).__name__)) from error


@contextmanager
def server() -> Iterator[Server]:
    """One connection for many mails, opened by the first."""
    connection = get_connection()
    try:
        yield Server(connection)
    finally:
        with suppress(SMTPException, OSError):  # saying goodbye can fail; what was taken was taken
            connection.close()


def message_of(mail: Mail, words: Words) -> EmailMessage:
    """Its id is always the same: where a mail arrives twice, programs can tell that it is one."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {
        "Message-ID": f"<ayni.{mail.uid}@{host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Precedence": "bulk",
    }
    if words.unsubscribe:
        headers["List-Unsubscribe"] = f"<{words.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return EmailMessage(
        subject=words.subject, body=words.body, to=[mail.address], headers=headers,
        reply_to=[mail.reply_to] if mail.reply_to else None,
    )  # fmt: skip


def mail_uid(message_ids: str) -> str | None:
    """The uid of the first of our own mails that these message ids name."""
    found = _MESSAGE_ID.search(message_ids)
    return found[1] if found else None


def _said(code: int, answer: bytes | str) -> str:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return _one_line(f"{code} {text}")


def _one_line(text: str) -> str:
    return " ".join(text.split())
