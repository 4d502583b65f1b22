import hashlib

from django.db import models

from ayni.kernel import clock, guarded
from ayni.registry.states import TranslationStatus


def source_hash(original: str) -> str:
    return hashlib.sha256(original.encode()).hexdigest()[:32]


class Translation(guarded.Guarded):
    """One field of one object in one further language. No foreign key: any app's objects can have them.

    `source_hash` is of the original text that was translated; where the original's hash differs now,
    the translation is stale.
    """

    target = models.CharField(max_length=60)  # "knowledge.record:<uid>"
    field = models.CharField(max_length=120)  # dotted path, e.g. "body.results.0.what"
    language = models.CharField(max_length=10)
    text = models.TextField()
    status = models.CharField(max_length=10, choices=TranslationStatus.choices)
    source_hash = models.CharField(max_length=32)
    engine = models.CharField(max_length=60, blank=True)
    author_uid = models.CharField(max_length=16, blank=True)
    updated_at = models.DateTimeField(default=clock.now)

    PRIVACY = {
        **dict.fromkeys(
            ["id", "target", "field", "language", "text", "status", "source_hash", "engine", "updated_at"],
            "public",
        ),
        "author_uid": "members",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target", "language", "field"], name="translation_once")
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.field} {self.language}"
