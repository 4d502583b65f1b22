"""News for those above: a row in the same transaction, then a wake-up once it is committed."""

from collections.abc import Iterable

from django.db import transaction

from ayni.kernel import guarded
from ayni.kernel.actions import action
from ayni.registry.models import OutboxMessage
from ayni.registry.signals import outbox_filled


def announce(*targets: str) -> None:
    """Say that these objects ("knowledge.record:<uid>") changed. Call inside the action that changed them."""
    guarded.check("OutboxMessage")
    OutboxMessage.objects.bulk_create([OutboxMessage(target=target) for target in targets])
    transaction.on_commit(_wake)


def _wake() -> None:
    outbox_filled.send(sender=None)


@action
def acknowledge(*, message_ids: Iterable[int]) -> None:
    """Delete messages that have been acted on, durably."""
    OutboxMessage.objects.filter(pk__in=list(message_ids)).delete()
