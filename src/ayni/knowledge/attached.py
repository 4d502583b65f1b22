"""The files of a revision, read: their words, what is missing, and which draft an upload is for."""

import hashlib

from ayni.kernel.errors import Fault
from ayni.knowledge.models import Revision, RevisionFile
from ayni.registry.states import FileKind

CAPTION_LIMIT = 300
DESCRIPTION_LIMIT = 500
_PREFIX = "knowledge.record:"


def files_of(revision: Revision) -> list[RevisionFile]:
    """In their order, with the file. One query."""
    return list(revision.files.select_related("file"))


def fingerprint_of(row: RevisionFile) -> str:
    """Stands for caption and description as they are."""
    return hashlib.sha256(f"{row.caption}\0{row.description}".encode()).hexdigest()[:12]


def missing(revision: Revision) -> list[Fault]:
    """Images without words for those who do not see them: `files.<uid>.description`."""
    rows = revision.files.filter(file__kind=FileKind.IMAGE, description="").values_list(
        "file__uid", flat=True
    )
    return [Fault(f"files.{uid}.description", "missing") for uid in rows]


def newest_revision(target: str) -> Revision | None:
    """The last revision of the record that an upload names, with its record."""
    if not target.startswith(_PREFIX):
        return None
    return (
        Revision.objects.filter(record__uid=target.removeprefix(_PREFIX))
        .select_related("record__owner", "record__stand_in")
        .order_by("-number")
        .first()
    )
