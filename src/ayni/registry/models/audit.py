"""Who did what, when, to which object. Append-only: the database itself refuses changes (see migrations)."""

from django.db import models

from ayni.kernel import clock, guarded


class AuditEntry(guarded.Guarded):
    """Holds opaque ids and codes, never personal values: erasing a person must stay possible."""

    at = models.DateTimeField(default=clock.now)
    actor_uid = models.CharField(max_length=16, blank=True)  # empty: the site itself
    verb = models.CharField(max_length=60)  # "record.published"
    target = models.CharField(max_length=60, db_index=True)  # "knowledge.record:<uid>"
    details = models.TextField(blank=True)  # canonical JSON text: what is stored is what is sealed
    request_id = models.CharField(max_length=40, blank=True)

    PRIVACY = {
        "id": "restricted", "at": "restricted", "actor_uid": "restricted", "verb": "restricted",
        "target": "restricted", "details": "restricted", "request_id": "restricted",
    }  # fmt: skip

    class Meta:
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.verb} {self.target}"


class AuditSeal(guarded.Guarded):
    """A link of the chain over audit entries, made later by the worker, in an order of its own."""

    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="seal")
    chain = models.CharField(max_length=64)  # sha256(previous chain + canonical text of the entry)

    PRIVACY = {"id": "restricted", "entry": "restricted", "chain": "restricted"}

    def __str__(self) -> str:
        return self.chain
