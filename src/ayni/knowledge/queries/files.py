"""Which files who may read. What a file belongs to decides, never who knows its id."""

from datetime import datetime

from django.db.models import Q

from ayni.knowledge import policies
from ayni.knowledge.models import RevisionFile
from ayni.knowledge.states import RecordState
from ayni.registry.filing.shelf import KEPT_UNUSED
from ayni.registry.models import File, Person


def shown_file(uid: str) -> File | None:
    """The file if it belongs to what everyone may read. One query, and nobody need be asked who they are."""
    row = (
        RevisionFile.objects.filter(policies.IS_SHOWN.scope(None), file__uid=uid)
        .select_related("file")
        .first()
    )
    return row.file if row else None


def file_for(person: Person | None, uid: str) -> File | None:
    """The file if it belongs to something that the person may read."""
    rows = RevisionFile.objects.filter(policies.read_attached_file.scope(person), file__uid=uid)
    row = rows.select_related("file").first()
    return row.file if row else None


def is_withdrawn(uid: str) -> bool:
    """It belonged to what a withdrawn record said in public."""
    return RevisionFile.objects.filter(
        file__uid=uid, revision__published_at__isnull=False, revision__record__state=RecordState.WITHDRAWN
    ).exists()


def unused_files(now: datetime, limit: int) -> list[File]:
    """Files that belong to no revision, and are not marked yet or have been for as long as they are kept."""
    rows = File.objects.exclude(pk__in=RevisionFile.objects.values("file"))
    due = Q(unused_since=None) | Q(unused_since__lte=now - KEPT_UNUSED)
    return list(rows.filter(due).order_by("pk")[:limit])
