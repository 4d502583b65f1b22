"""Texts in further languages: what readers see, what somebody is still working on, and what a machine was asked for."""

import hashlib

from django.db import models

from ayni.kernel import clock, guarded
from ayni.registry.states import JobState, TranslationStatus


def source_hash(original: str) -> str:
    return hashlib.sha256(original.encode()).hexdigest()[:32]


class Translation(guarded.Guarded):
    """One field of one object in one further language. No foreign key: any app's objects can have them.

    `source_hash` is of the original text that was translated; where the original's hash differs now,
    the translation is stale. `is_stale` says the same for lists, which cannot hash originals; it is set
    when the original changes. A field that the original no longer has is kept, and not shown.
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
    is_stale = models.BooleanField(default=False)

    PRIVACY = {
        **dict.fromkeys(
            [
                "id", "target", "field", "language", "text", "status", "source_hash", "engine", "updated_at",
                "is_stale",
            ],
            "public",
        ),
        "author_uid": "members",
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target", "language", "field"], name="translation_once")
        ]
        indexes = [
            # The few that wait to be looked at again, among all that are right.
            models.Index(
                fields=["language", "target"], condition=models.Q(is_stale=True), name="translation_stale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.field} {self.language}"


class TranslationDraft(guarded.Guarded):
    """What a translator is working on, beside what readers see of the same field until it is read and published.

    A table of its own: nothing that serves readers or search reads it.
    """

    target = models.CharField(max_length=60)
    field = models.CharField(max_length=120)
    language = models.CharField(max_length=10)
    text = models.TextField()
    source_hash = models.CharField(max_length=32)
    # All who wrote in it: none of them says that it is right.
    author_uids = models.JSONField(default=list)
    saved_at = models.DateTimeField(default=clock.now)
    # Given to be read; a later change takes it back. A day, and no state with moves: a draft waits or does not, may be
    # handed in and taken back at any time, and goes when it is published.
    handed_in_at = models.DateTimeField(null=True, blank=True)
    # What whoever read it asked for when it was sent back; gone when it is handed in again.
    note = models.TextField(blank=True)

    PRIVACY = dict.fromkeys(
        [
            "id",
            "target",
            "field",
            "language",
            "text",
            "source_hash",
            "author_uids",
            "saved_at",
            "handed_in_at",
            "note",
        ],
        "members",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target", "language", "field"], name="translation_draft_once")
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.field} {self.language}"


class TranslationJob(guarded.Guarded):
    """Somebody asked a machine for a first version of one object in one language. The worker does it."""

    target = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    asked_by_uid = models.CharField(max_length=16, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(default=clock.now)  # also the end of the lease of who is at it
    fault = models.CharField(max_length=60, blank=True)  # a code: why the last try came to nothing
    ended_at = models.DateTimeField(null=True, blank=True)

    PRIVACY = {
        **dict.fromkeys(
            ["id", "target", "language", "state", "asked_at", "tries", "next_try_at", "fault", "ended_at"],
            "public",
        ),
        "asked_by_uid": "members",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["target", "language"],
                condition=models.Q(state="waiting"),
                name="translation_job_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=models.Q(state="waiting"), name="translation_job_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.language} {self.state}"
