from django.db import models

from ayni.kernel import clock, guarded


class FormerId(guarded.Guarded):
    """What became of a public id that no longer names a live object: it moved, or it is gone (tombstone)."""

    target = models.CharField(max_length=60, unique=True)  # "knowledge.record:<uid>"
    now = models.CharField(max_length=60, blank=True)  # where it leads; empty: gone
    reason = models.CharField(max_length=60)  # a code; pages find the words
    at = models.DateTimeField(default=clock.now)

    PRIVACY = dict.fromkeys(["id", "target", "now", "reason", "at"], "public")

    def __str__(self) -> str:
        return f"{self.target} -> {self.now or 'gone'}"
