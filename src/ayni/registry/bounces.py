"""Reading what comes back: is this a mail server's word that one of our mails did not arrive?

Nothing here answers, and nothing believes the sender: only who knows the id of a mail that we sent, which
nobody can guess, can say that it failed.
"""

import re
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message

from ayni.registry.mail_server import mail_uid

LARGEST = 1_000_000  # bytes; what is longer is cut: reports come first, then what they report
_MOST_PARTS = 100
_FINAL = re.compile(r"\s*5\.\d{1,3}\.\d{1,3}")


class NotOurs(Exception):
    """Nothing to do, and why: for the log."""


def failed_mail(raw: bytes) -> tuple[str, str]:
    """(uid of our mail that failed for good, the server's status). Raises NotOurs for everything else."""
    try:
        return _failed_mail(message_from_bytes(raw[:LARGEST], policy=policy.compat32))
    except (MessageError, RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise NotOurs("it cannot be read") from error


def _failed_mail(message: Message) -> tuple[str, str]:
    if message.get_content_type() != "multipart/report":
        raise NotOurs(_what_else(message))
    status, ids = "", [str(message.get(name, "")) for name in ("In-Reply-To", "References")]
    for part in _parts(message):
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            status = status or _final_status(part)
        elif kind in {"message/rfc822", "text/rfc822-headers"}:
            ids.append(_original_id(part))
    if not status:
        raise NotOurs("a report that nothing failed for good")
    uid = mail_uid(" ".join(ids))
    if uid is None:
        raise NotOurs("a report about a mail that is not ours")
    return uid, status


def _parts(message: Message) -> list[Message]:
    """The parts of a report stand side by side; what is nested in them is nobody's word."""
    payload = message.get_payload()
    return (
        [part for part in payload[:_MOST_PARTS] if isinstance(part, Message)]
        if isinstance(payload, list)
        else []
    )


def _final_status(report: Message) -> str:
    """The status of the first recipient for whom it failed for good; empty when it may still arrive."""
    blocks = report.get_payload()
    for block in blocks[:_MOST_PARTS] if isinstance(blocks, list) else []:
        status = _FINAL.match(str(block.get("Status", "")))
        if status and str(block.get("Action", "")).strip().lower() == "failed":
            return status[0].strip()
    return ""


def _original_id(part: Message) -> str:
    payload = part.get_payload()
    if isinstance(payload, list):
        return str(payload[0].get("Message-ID", "")) if payload else ""
    text = part.get_payload(decode=True)
    headers = message_from_bytes(text if isinstance(text, bytes) else b"", policy=policy.compat32)
    return str(headers.get("Message-ID", ""))


def _what_else(message: Message) -> str:
    if str(message.get("Auto-Submitted", "no")).strip().lower() != "no" or message.get("List-Id"):
        return "sent by a machine"
    if str(message.get("Precedence", "")).strip().lower() in {"bulk", "list", "junk", "auto_reply"}:
        return "sent by a machine"
    return "written to the site, which reads no mail"
