"""The right to import: one worker and one batch at a time, and another when that one is gone.

Two imports side by side would register the same institutions twice: neither sees what the other has not
committed yet.
"""

from collections.abc import Iterable
from datetime import datetime

from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.kernel.errors import ActionError, NotAllowed
from ayni.kernel.locking import in_turn, locked
from ayni.kernel.transitions import move
from ayni.knowledge import policies
from ayni.knowledge.models import ImportBatch
from ayni.knowledge.queries import imports as queries
from ayni.knowledge.states import BATCH_MOVES
from ayni.registry.actions import outbox
from ayni.registry.models import OutboxMessage, Person

_TURN = "knowledge.import"


class Busy(ActionError):
    """Another worker is at this batch or took it over, or is at another batch. Code `busy`."""

    def __init__(self) -> None:
        super().__init__("busy")


class OperatorsOnly(NotAllowed):
    def __init__(self) -> None:
        super().__init__("operators_only")

    @classmethod
    def check(cls, by: Person | None) -> None:
        """`by` None is the site itself (command line, worker)."""
        if by is not None and not policies.run_import.allows(by, None):
            raise cls


class Lease:
    """Held while the batch's heartbeat is the one we wrote last: whoever takes it over writes another."""

    def __init__(self, batch: ImportBatch, beat: datetime) -> None:
        self._batch = batch
        self._beat = beat

    @classmethod
    @action
    def claim(cls, *, batch: ImportBatch, name: str) -> "Lease":
        """Make the move `name`. Raises Busy while a worker is at it, or at another, that was heard of lately."""
        in_turn(_TURN)
        locked(batch)
        if queries.is_busy(batch) or queries.others_at_work(batch).exists():
            raise Busy
        move(batch, BATCH_MOVES, name)
        batch.heartbeat_at = clock.now()
        batch.save()
        return cls(batch, batch.heartbeat_at)

    def renew(self, **values: object) -> None:
        """Inside an action: say that we live, and store `values` with it. Raises Busy when the lease is lost.

        Also when another batch was begun because we were silent for too long. Until the action ends, no
        other import stores anything.
        """
        in_turn(_TURN)
        if queries.others_at_work(self._batch).exists():
            raise Busy
        now = max(clock.now(), self._beat)
        rows = ImportBatch.objects.filter(pk=self._batch.pk, heartbeat_at=self._beat)
        if not rows.update(heartbeat_at=now, **values):
            raise Busy
        self._beat = now

    @staticmethod
    def announce_once(uids: Iterable[str]) -> None:
        """One piece of news a record is enough, however many steps of a transaction made it."""
        targets = [f"knowledge.record:{uid}" for uid in uids if uid]
        messages = list(
            OutboxMessage.objects.filter(target__in=targets).order_by("pk").values_list("target", "pk")
        )
        last = dict(messages)
        outbox.acknowledge(message_ids=[pk for target, pk in messages if last[target] != pk])
