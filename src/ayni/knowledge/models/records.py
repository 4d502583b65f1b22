from django.db import models

from ayni.kernel import clock, guarded
from ayni.kernel.ids import new_uid
from ayni.knowledge.states import Form, Kind, PartnerRole, RecordState, RevisionState
from ayni.registry.models import Institution, Person, Term


class Record(guarded.Guarded):
    """One practice, lesson, publication or activity for good: who stands for it, and where it came from.

    What it *says* is in its revisions. `version` grows with every change to anything a reader sees;
    the search index and page caches compare it.
    """

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=RecordState.choices, default=RecordState.UNPUBLISHED)
    owner = models.ForeignKey(Institution, models.PROTECT, related_name="records")
    # Whose people write it on the owner's behalf, until the owner claims it.
    stand_in = models.ForeignKey(Institution, models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=10)  # of the original, a content language
    published = models.ForeignKey(
        "knowledge.Revision", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    title_key = models.CharField(max_length=64, db_index=True)  # equal for identical titles
    adapted_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="adaptations", db_index=False
    )
    # Where it continues, once it is archived or withdrawn. Only a public record is named, and a public one names
    # none: so no chain of successors comes back to where it began.
    successor = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="predecessors", db_index=False
    )
    source_title = models.CharField(max_length=500, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    source_publisher = models.CharField(max_length=300, blank=True)
    licence = models.CharField(max_length=40, blank=True)  # SPDX id
    contact_email = models.EmailField(blank=True)  # an office, published
    contact_until = models.DateField(null=True, blank=True)  # they agreed to be asked until then
    last_confirmed_on = models.DateField(null=True, blank=True)
    asked_on = models.DateField(null=True, blank=True)  # whether it still holds; nobody has answered since
    is_unanswered = models.BooleanField(
        default=False
    )  # so long that readers are told, and it stands further down
    withdrawn_reason = models.CharField(max_length=60, blank=True)
    origin = models.CharField(max_length=40, blank=True)  # "iati", "sheet", ...: where an import found it
    origin_id = models.CharField(max_length=200, blank=True)  # its id there
    is_demo = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, blank=True)  # first made public

    PRIVACY = {
        **dict.fromkeys(
            [
                "id", "uid", "kind", "state", "owner", "stand_in", "language", "published", "title_key", "adapted_from", "successor",
                "source_title", "source_url", "source_publisher", "licence", "contact_email", "contact_until",
                "last_confirmed_on", "asked_on", "is_unanswered", "withdrawn_reason", "origin", "origin_id", "is_demo",
                "version",
                "created_at", "updated_at", "published_at",
            ],
            "public",
        ),
        "created_by": "members",
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "origin_id"], condition=~models.Q(origin=""), name="record_origin_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="unpublished", published_at__isnull=True)
                | (~models.Q(state="unpublished") & models.Q(published_at__isnull=False)),
                name="record_published_has_a_date",
            ),
            models.CheckConstraint(
                condition=models.Q(successor__isnull=True) | models.Q(state__in=["archived", "withdrawn"]),
                name="record_public_has_no_successor",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "kind"], name="record_state_kind"),
            models.Index(fields=["-published_at"], condition=models.Q(state="public"), name="record_newest"),
            # Nearly all records adapt no other: an index over their NULLs is one that planners shun.
            models.Index(
                fields=["adapted_from"],
                condition=models.Q(adapted_from__isnull=False),
                name="record_adapted_from",
            ),
            models.Index(
                fields=["successor"], condition=models.Q(successor__isnull=False), name="record_successor"
            ),
        ]

    def __str__(self) -> str:
        return self.uid

    @property
    def target(self) -> str:
        """How audit, outbox and translations name it."""
        return f"knowledge.record:{self.uid}"


class Revision(guarded.Guarded):
    """What a record says, at one time. Frozen from publication on; `body` follows `documents.py`."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=RevisionState.choices, default=RevisionState.DRAFT)
    form = models.CharField(max_length=10, choices=Form.choices, blank=True)  # practices only
    title = models.CharField(max_length=300)
    summary = models.CharField(max_length=600, blank=True)
    body = models.JSONField(default=dict)
    # Of a draft whose record readers have seen: the source, licence and contact that hold once it is published.
    standing = models.JSONField(default=dict)
    started = models.CharField(max_length=10, blank=True)  # ISO 8601, as precise as known: 2019, 2019-03
    ended = models.CharField(max_length=10, blank=True)
    edit = models.PositiveIntegerField(default=0)  # grows each time the draft is saved
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)  # last handed in
    decided_at = models.DateTimeField(null=True, blank=True)  # approved, declined or sent back, last
    criteria = models.CharField(max_length=20, blank=True)  # the edition it was approved against
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, blank=True)
    terms = models.ManyToManyField(Term, through="knowledge.RevisionTerm", related_name="+")

    PRIVACY = {
        **dict.fromkeys(
            [
                "id", "record", "number", "state", "form", "title", "summary", "body", "standing",
                "started", "ended", "edit", "saved_at", "submitted_at", "decided_at", "criteria", "created_at", "published_at",
                "terms",
            ],
            "public",
        ),
        "created_by": "members",
        "saved_by": "members",
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="revision_number_once"),
            models.UniqueConstraint(
                fields=["record"], condition=models.Q(state="published"), name="revision_one_published"
            ),
        ]
        indexes = [
            # The few that somebody works on, among all that is published.
            models.Index(
                fields=["state", "saved_at"],
                condition=~models.Q(state__in=["published", "superseded"]),
                name="revision_at_work",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}#{self.number}"


class RevisionTerm(guarded.Guarded):
    """A country, goal, target, theme, sector or exchange type that a revision is tagged with."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="+")
    term = models.ForeignKey(Term, models.PROTECT, related_name="+")

    PRIVACY = dict.fromkeys(["id", "revision", "term"], "public")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "term"], name="revision_term_once")]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.term_id}"


class RevisionPartner(guarded.Guarded):
    """An institution that took part, as registered or only by the name the source gives."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="partners")
    institution = models.ForeignKey(Institution, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=300)
    role = models.CharField(max_length=12, choices=PartnerRole.choices)
    position = models.PositiveIntegerField(default=0)

    PRIVACY = dict.fromkeys(["id", "revision", "institution", "name", "role", "position"], "public")

    class Meta:
        ordering = ["revision", "position"]

    def __str__(self) -> str:
        return f"{self.name} ({self.role})"
