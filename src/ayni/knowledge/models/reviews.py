"""Review: the readings a revision passes, what is said beside its fields, and an institution's own chain."""

from django.db import models

from ayni.kernel import clock, guarded
from ayni.kernel.ids import new_uid
from ayni.knowledge.models.records import Revision
from ayni.knowledge.states import CommentState, ReviewSide, ReviewState
from ayni.registry.models import Institution, Person
from ayni.registry.states import Role


class ApprovalStep(guarded.Guarded):
    """A step of an institution's own approval: whoever holds the role, or one person, reads in this place."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="approval_steps")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=120)  # in the institution's words: "Head of training"
    role = models.CharField(max_length=24, choices=Role.choices, blank=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")

    PRIVACY = dict.fromkeys(["id", "institution", "position", "name", "role", "person"], "members")

    class Meta:
        ordering = ["institution", "position"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "position"], name="approval_step_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Review(guarded.Guarded):
    """One reading of a revision: by the owner institution (one for each step of its chain), or by the site.

    The owner's later steps wait for its earlier ones; both sides read at the same time.
    """

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="reviews")
    side = models.CharField(max_length=6, choices=ReviewSide.choices)
    step = models.PositiveIntegerField(default=1)
    step_name = models.CharField(max_length=120, blank=True)  # of the institution's chain, as it was then
    role = models.CharField(max_length=24, choices=Role.choices, blank=True)  # who of the institution may
    institution = models.ForeignKey(Institution, models.PROTECT, null=True, blank=True, related_name="+")
    in_stead = models.BooleanField(default=False)  # the site reads for an institution where nobody can
    state = models.CharField(max_length=16, choices=ReviewState.choices, default=ReviewState.WAITING)
    reader = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="reviews")
    criteria = models.CharField(max_length=20, blank=True)  # the edition read against
    answers = models.JSONField(default=dict)  # criterion -> yes, partly, no
    note = models.TextField(blank=True)  # to the authors, with the decision
    seen = models.JSONField(
        default=dict
    )  # the fields as they were when it was decided: what has changed since?
    opened_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    PRIVACY = {
        **dict.fromkeys(
            [
                "id", "uid", "revision", "side", "step", "step_name", "role", "institution", "in_stead", "state",
                "criteria", "opened_at", "due_on", "reminded_at", "escalated_at", "taken_at", "done_at",
            ],
            "members",
        ),
        **dict.fromkeys(["reader", "answers", "note", "seen"], "members"),
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "side", "step"], name="review_once"),
            models.CheckConstraint(
                condition=models.Q(side="site", institution__isnull=True)
                | models.Q(side="owner", institution__isnull=False),
                name="review_owner_has_an_institution",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="reading") | models.Q(reader__isnull=False),
                name="review_reading_has_a_reader",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="review_state_due")]

    def __str__(self) -> str:
        return self.uid


class Comment(guarded.Guarded):
    """Something said beside a field of a revision, perhaps with words to put there instead.

    `is_left_over`: nobody said it. Words of the file that a draft began from, for which there was no place; they are
    for those who write the draft alone, until they are settled.
    """

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    path = models.CharField(max_length=120, blank=True)  # of the field; empty: about the whole
    text = models.TextField(blank=True)
    suggestion = models.TextField(blank=True)  # what the field could say instead
    is_left_over = models.BooleanField(default=False)
    suggested_for = models.CharField(max_length=32, blank=True)  # hash of the words it would replace
    state = models.CharField(max_length=10, choices=CommentState.choices, default=CommentState.OPEN)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    answered_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    PRIVACY = dict.fromkeys(
        [
            "id", "uid", "revision", "parent", "path", "text", "suggestion", "is_left_over", "suggested_for", "state",
            "by", "at", "answered_by", "answered_at",
        ],
        "members",
    )  # fmt: skip

    class Meta:
        ordering = ["revision", "at", "pk"]

    def __str__(self) -> str:
        return self.uid
