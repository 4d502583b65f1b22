"""What happened to a record, for its people: from the audit, which holds ids and codes, and words for them."""

from dataclasses import dataclass
from datetime import datetime

from ayni.knowledge.models import Record
from ayni.registry.models import AuditEntry, Person
from ayni.web.using import words

LIMIT = 60


@dataclass(frozen=True)
class Event:
    at: datetime
    what: str
    who: str  # empty: the site, or somebody with a link


def of(record: Record) -> list[Event]:
    """The newest first. Two queries."""
    entries = list(AuditEntry.objects.filter(target=record.target).order_by("-pk")[:LIMIT])
    uids = {entry.actor_uid for entry in entries if entry.actor_uid}
    names = dict(Person.objects.filter(uid__in=uids).values_list("uid", "name"))
    told = [Event(entry.at, words.happened(entry), _who(entry, names)) for entry in entries]
    return [event for event in told if event.what]


def _who(entry: AuditEntry, names: dict[str, str]) -> str:
    """Nobody is named for good as the one who asked: what was audited before may still say who it was."""
    return "" if entry.verb == "question.asked" else names.get(entry.actor_uid, "")
