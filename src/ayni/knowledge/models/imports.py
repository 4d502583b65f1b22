from django.db import models

from ayni.kernel import clock, guarded
from ayni.kernel.ids import new_uid
from ayni.knowledge.states import BatchState, RowOutcome
from ayni.registry.models import Person


class ImportBatch(guarded.Guarded):
    """One file brought in. The row is its own job ticket: a worker goes on where another stopped."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.WAITING)
    file_name = models.CharField(max_length=200)  # as uploaded, shown only
    stored_path = models.CharField(
        max_length=500, blank=True
    )  # where the worker reads it; empty: command line
    format = models.CharField(max_length=10)  # iati, jsonl, sheet
    digest = models.CharField(max_length=64)
    is_demo = models.BooleanField(default=False)
    publishes = models.BooleanField(default=False)  # practices, lessons, publications: public, not drafts
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=60, blank=True)  # code, when the file as a whole cannot be read
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    PRIVACY = {
        **dict.fromkeys(
            [
                "id", "uid", "state", "file_name", "stored_path", "format", "digest", "is_demo",
                "publishes", "rows_total", "rows_done", "fault", "created_at", "heartbeat_at", "ended_at",
            ],
            "restricted",
        ),
        "created_by": "restricted",
    }  # fmt: skip

    class Meta:
        verbose_name_plural = "import batches"

    def __str__(self) -> str:
        return self.uid


class ImportRow(guarded.Guarded):
    """What became of one row, and what is needed to undo it."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # as the person sees it in the file, from 1
    outcome = models.CharField(max_length=10, choices=RowOutcome.choices)
    record_uid = models.CharField(max_length=16, blank=True, db_index=True)
    title = models.CharField(max_length=300, blank=True)
    faults = models.JSONField(default=list)  # [{"path", "code", "params"}]
    notes = models.JSONField(default=list)  # corrected language, unknown codes left out, ...
    near = models.JSONField(default=list)  # uids of records that look like it
    version_after = models.PositiveIntegerField(default=0)  # edited since, when the record's is greater
    before = models.JSONField(default=dict)  # of an update: what undo puts back
    institutions_created = models.JSONField(default=list)  # uids

    PRIVACY = dict.fromkeys(
        [
            "id", "batch", "number", "outcome", "record_uid", "title", "faults", "notes", "near",
            "version_after", "before", "institutions_created",
        ],
        "restricted",
    )  # fmt: skip

    class Meta:
        ordering = ["batch", "number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_row_once")]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.number}"
