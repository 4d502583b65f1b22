from django.db import models

from ayni.kernel import clock, guarded


class OutboxMessage(guarded.Guarded):
    """News of a change, written in the change's own transaction and deleted once it has been acted on.

    Drained by existence, never by a last-id cursor: PostgreSQL commits ids out of order.
    """

    target = models.CharField(max_length=60, db_index=True)  # "knowledge.record:<uid>"
    at = models.DateTimeField(default=clock.now)

    PRIVACY = dict.fromkeys(["id", "target", "at"], "restricted")

    def __str__(self) -> str:
        return self.target
