"""What stands around a draft: who writes it, what two people wrote at once, and the files added to it."""

from django.db import models

from ayni.kernel import clock, guarded
from ayni.kernel.ids import new_uid
from ayni.knowledge.models.records import Record, Revision
from ayni.registry.models import File, Institution, Person


class RecordAuthor(guarded.Guarded):
    """Somebody who has written or may write in a record, and the institution they do it for.

    Whoever no longer writes for that institution stays an author (and may not review) but changes nothing.
    """

    record = models.ForeignKey(Record, models.CASCADE, related_name="authors")
    person = models.ForeignKey(Person, models.CASCADE, related_name="authorships")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    added_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    since = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True, blank=True)  # writes in it no longer; still never reviews it

    PRIVACY = dict.fromkeys(
        ["id", "record", "person", "institution", "added_by", "since", "left_at"], "members"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "person"], name="record_author_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.record_id}"


class AuthorInvitation(guarded.Guarded):
    """Somebody was asked to write along. It gives no right at all until they say yes; then it is gone."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="invitations")
    person = models.ForeignKey(Person, models.CASCADE, related_name="invitations")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")  # they would write for
    invited_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    PRIVACY = dict.fromkeys(["id", "record", "person", "institution", "invited_by", "at"], "restricted")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "person"], name="author_invited_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.record_id}"


class Variant(guarded.Guarded):
    """What one author wrote in a field that another had changed meanwhile: kept until somebody has chosen."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="variants")
    path = models.CharField(max_length=120)  # of the field: "title", "body.problem"
    value = models.JSONField()  # as the document holds it
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    PRIVACY = dict.fromkeys(["id", "uid", "revision", "path", "value", "by", "at"], "members")

    def __str__(self) -> str:
        return f"{self.revision_id} {self.path}"


class RevisionFile(guarded.Guarded):
    """An image or document that belongs to what a revision says."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="files")
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    caption = models.CharField(max_length=300, blank=True)
    description = models.CharField(max_length=500, blank=True)  # of an image, for those who do not see it
    position = models.PositiveIntegerField(default=0)

    PRIVACY = dict.fromkeys(["id", "revision", "file", "caption", "description", "position"], "public")

    class Meta:
        ordering = ["revision", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["revision", "file"], name="revision_file_once")]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.file_id}"


class ClaimLink(guarded.Guarded):
    """A link sent to an institution's office, by which its people take over what others wrote on its behalf.

    Only the hash of its secret is kept: who reads the database cannot use it.
    """

    record = models.ForeignKey(Record, models.CASCADE, related_name="claim_links")
    secret_hash = models.CharField(max_length=64, unique=True)
    address = models.EmailField(max_length=254)  # the office it was sent to
    sent_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    objected_at = models.DateTimeField(null=True, blank=True)  # the office says that it is wrong

    PRIVACY = {
        **dict.fromkeys(
            [
                "id",
                "record",
                "secret_hash",
                "sent_by",
                "sent_at",
                "expires_at",
                "used_at",
                "used_by",
                "objected_at",
            ],
            "restricted",
        ),
        "address": "restricted",
    }

    def __str__(self) -> str:
        return f"{self.record_id} {self.sent_at:%Y-%m-%d}"
