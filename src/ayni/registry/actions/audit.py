"""Audit entries are written inside the action they tell of; sealing follows later, in the worker."""

import hashlib
import json
from typing import Any

from ayni.kernel import context, guarded
from ayni.kernel.actions import action
from ayni.kernel.locking import in_turn
from ayni.registry.models import AuditEntry, AuditSeal, Person

FIRST_LINK = "0" * 64


def record(*, by: Person | None, verb: str, target: str, **details: Any) -> AuditEntry:
    """Write what happened, inside the running action. `details`: codes, ids, numbers; no personal values."""
    guarded.check("AuditEntry")
    return AuditEntry.objects.create(
        actor_uid=by.uid if by else "",
        verb=verb,
        target=target,
        details=json.dumps(details, sort_keys=True, ensure_ascii=False) if details else "",
        request_id=context.request_id.get()[:40],
    )


def canonical_text(entry: AuditEntry) -> str:
    parts = [
        entry.pk,
        entry.at.isoformat(),
        entry.actor_uid,
        entry.verb,
        entry.target,
        entry.details,
        entry.request_id,
    ]
    return "\x1f".join(str(part) for part in parts)


@action
def seal(*, limit: int = 1000) -> int:
    """Chain up to `limit` unsealed entries; safe to run twice and from several processes.

    The chain has an order of its own (the seals' ids), so entries that commit late are sealed late.
    Whoever seals does it in turn: locking the last seal would not do, because a process that waited for it
    would go on from a link that is no longer the last; and at the beginning there is none to lock.
    """
    in_turn("registry.seal")
    last = AuditSeal.objects.order_by("-pk").first()
    chain = last.chain if last else FIRST_LINK
    entries = AuditEntry.objects.filter(seal__isnull=True).order_by("pk")[:limit]
    seals = []
    for entry in entries:
        chain = hashlib.sha256((chain + canonical_text(entry)).encode()).hexdigest()
        seals.append(AuditSeal(entry=entry, chain=chain))
    AuditSeal.objects.bulk_create(seals)
    return len(seals)


def first_broken_seal() -> int | None:
    """The id of the first audit entry whose seal does not fit, or None when the chain holds."""
    chain = FIRST_LINK
    for link in AuditSeal.objects.select_related("entry").order_by("pk").iterator():
        chain = hashlib.sha256((chain + canonical_text(link.entry)).encode()).hexdigest()
        if chain != link.chain:
            return link.entry_id
    return None
