"""The files of a revision, read: their words, what is missing, and which draft an upload is for."""

import hashlib
from typing import Any

from ayni.kernel.errors import Fault
from ayni.knowledge import drafts
from ayni.knowledge.models import Revision, RevisionFile
from ayni.language.normalise import clean
from ayni.registry.states import FileKind

CAPTION_LIMIT = 300
DESCRIPTION_LIMIT = 500
_PREFIX = "knowledge.record:"


def files_of(revision: Revision) -> list[RevisionFile]:
    """In their order, with the file. One query."""
    return list(revision.files.select_related("file"))


def fingerprint_of(row: RevisionFile) -> str:
    """Stands for caption and description as they are."""
    return fingerprint(row.caption, row.description)


def fingerprint(caption: str, description: str) -> str:
    """The same for words as somebody sends them."""
    both = f"{clean(caption, CAPTION_LIMIT)}\0{clean(description, DESCRIPTION_LIMIT)}"
    return hashlib.sha256(both.encode()).hexdigest()[:12]


def values_of(revision: Revision) -> dict[str, Any]:
    """What a reader sees of its files, beside `drafts.values_of`. One query; nothing where there are none."""
    rows = [
        {
            "file": row.file.uid, "name": row.file.name, "caption": row.caption, "description": row.description,
        }
        for row in files_of(revision)
    ]  # fmt: skip
    return {"files": rows} if rows else {}


def all_values_of(revision: Revision) -> dict[str, Any]:
    """Its fields and its files, as readings keep them and as they are compared."""
    return drafts.values_of(revision) | values_of(revision)


def stamp_of(revision: Revision) -> str:
    """Stands for every word and file of it as they are now: other words, another stamp."""
    return drafts.fingerprint(all_values_of(revision))


def without_words(revision: Revision) -> list[RevisionFile]:
    """Images without words for those who do not see them."""
    rows = revision.files.filter(file__kind=FileKind.IMAGE, description="")
    return list(rows.select_related("file"))


def missing(revision: Revision) -> list[Fault]:
    """The same as faults: `files.<uid>.description`."""
    return [Fault(f"files.{row.file.uid}.description", "missing") for row in without_words(revision)]


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
