"""What becomes of a published record: whether it still holds, and who asked about it."""

from django.db import models

from ayni.kernel import clock, guarded
from ayni.kernel.ids import new_uid
from ayni.knowledge.models.records import Record
from ayni.knowledge.states import FreshnessAnswer, QuestionState
from ayni.registry.models import Person


class FreshnessCheck(guarded.Guarded):
    """The question "is this still true, and may people still ask you?", and what was answered."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="freshness_checks")
    secret_hash = models.CharField(max_length=64, unique=True)  # of the link that answers without log-in
    reminder_secret_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    reminded_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=FreshnessAnswer.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")

    PRIVACY = dict.fromkeys(
        [
            "id", "record", "secret_hash", "reminder_secret_hash", "asked_at", "reminded_at", "answer",
            "answered_at", "answered_by",
        ],
        "restricted",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record"], condition=models.Q(answered_at__isnull=True), name="freshness_asked_once"
            ),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at__isnull=True)
                | (~models.Q(answer="") & models.Q(answered_at__isnull=False)),
                name="freshness_answer_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.asked_at:%Y-%m-%d}"


class Question(guarded.Guarded):
    """Somebody asked the people behind a record. The mail itself goes between the two; here stands what came of it."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="questions")
    state = models.CharField(max_length=10, choices=QuestionState.choices, default=QuestionState.ASKED)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254)
    institution_name = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    language = models.CharField(max_length=10)  # a site language
    # Of the links by which each side tells what came of it: the people asked, and whoever asked.
    secret_hash = models.CharField(max_length=64, unique=True)
    asker_secret_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    followed_up_at = models.DateTimeField(null=True, blank=True)  # the asker was asked what came of it
    answered_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    PRIVACY = {
        **dict.fromkeys(
            [
                "id", "uid", "record", "state", "person", "language", "secret_hash", "asker_secret_hash",
                "asked_at", "followed_up_at", "answered_at", "agreed_at", "closed_at",
            ],
            "restricted",
        ),
        **dict.fromkeys(["name", "email", "institution_name", "text"], "erase"),
    }  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["record", "asked_at"], name="question_of_record")]

    def __str__(self) -> str:
        return self.uid
