"""Files that people add to what they write: stored once checked, images made anew without what cameras hide in them."""

from django.db import models

from ayni.kernel import clock, guarded
from ayni.kernel.ids import new_uid
from ayni.registry.models.people import Person
from ayni.registry.states import FileKind, UploadState


class File(guarded.Guarded):
    """A stored file. Who may fetch it follows from what it belongs to, never from knowing its id."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    kind = models.CharField(max_length=10, choices=FileKind.choices)
    name = models.CharField(max_length=200)  # as people see it; on disk it is called by its uid
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()  # bytes, of the largest form kept
    digest = models.CharField(max_length=64, db_index=True)  # sha256 of what arrived
    width = models.PositiveIntegerField(default=0)  # images only; pixels of the largest form kept
    height = models.PositiveIntegerField(default=0)
    widths = models.JSONField(default=list)  # images only: the forms there are, small to large
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    unused_since = models.DateTimeField(null=True, blank=True)  # when it was first found to belong to nothing

    PRIVACY = {
        **dict.fromkeys(
            [
                "id", "uid", "kind", "name", "media_type", "size", "digest", "width", "height", "widths",
                "created_at",
            ],
            "public",
        ),
        "created_by": "members",
        "unused_since": "members",
    }  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def target(self) -> str:
        return f"registry.file:{self.uid}"


class Upload(guarded.Guarded):
    """A file on its way here in pieces, over a line that may break. Becomes a File once, however often it is sent."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    state = models.CharField(max_length=10, choices=UploadState.choices, default=UploadState.RECEIVING)
    person = models.ForeignKey(Person, models.CASCADE, related_name="uploads")
    target = models.CharField(max_length=60)  # what it is for: "knowledge.record:<uid>"
    fingerprint = models.CharField(max_length=64)  # the sender's name for this very file, to find it again
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()  # bytes announced
    received = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=60, blank=True)  # why it was refused
    file = models.ForeignKey(File, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    PRIVACY = dict.fromkeys(
        [
            "id", "uid", "state", "person", "target", "fingerprint", "name", "size", "received", "fault", "file",
            "created_at", "updated_at",
        ],
        "restricted",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "target", "fingerprint"],
                condition=models.Q(state="receiving"),
                name="upload_once",
            )
        ]

    def __str__(self) -> str:
        return self.uid

    @property
    def as_target(self) -> str:
        """How the audit names it; `target` is what it is for."""
        return f"registry.upload:{self.uid}"
