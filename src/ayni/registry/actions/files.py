"""Files are made ready outside of any transaction, and become rows inside of one.

Bytes come first: a process killed in between leaves bytes without a row, which `sweep` takes away; never a row
without its bytes.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError

from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.kernel.ids import new_uid
from ayni.kernel.locking import locked
from ayni.registry.actions import audit
from ayni.registry.filing import documents, images, kinds, shelf
from ayni.registry.filing.refusals import Refused
from ayni.registry.models import File, Person
from ayni.registry.states import FileKind

DOCUMENT_FORM = "document"
_HEAD = 4096


@dataclass(frozen=True)
class Prepared:
    """A file that is on the disk already, under `uid`, and not yet in the database."""

    uid: str
    kind: str
    name: str
    media_type: str
    size: int
    digest: str
    width: int = 0
    height: int = 0
    widths: tuple[int, ...] = ()


def prepare(path: Path, name: str) -> Prepared:
    """Check the file, make an image anew, and put the bytes in their place. Slow. Raises Refused; Busy; OSError (disk full)."""
    size = path.stat().st_size
    if size > settings.FILE_LIMIT:
        raise Refused("too_large", limit=settings.FILE_LIMIT)
    with path.open("rb") as file:
        found = kinds.kind_of(file.read(_HEAD))
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    uid = new_uid()
    if found == "image":
        kinds.check_ending(name, found)
        remade = images.remake(path)
        shelf.put(uid, {str(width): content for width, content in remade.forms.items()})
        return Prepared(
            uid, FileKind.IMAGE, kinds.clean_name(name, images.ENDING), images.MEDIA_TYPE,
            len(remade.forms[remade.width]), digest, remade.width, remade.height, tuple(remade.forms),
        )  # fmt: skip
    ending = documents.check(path, name, found)
    shelf.put(uid, {DOCUMENT_FORM: path})
    return Prepared(
        uid, FileKind.DOCUMENT, kinds.clean_name(name, ending), kinds.MEDIA_TYPES[ending], size, digest
    )


@action
def store(*, by: Person | None, prepared: Prepared) -> File:
    """The row of a file whose bytes are there. Who may is for the caller to say: it knows what the file is for."""
    values = vars(prepared) | {"widths": list(prepared.widths)}
    file = File.objects.create(created_by=by, **values)
    audit.record(by=by, verb="file.stored", target=file.target, kind=file.kind, size=file.size)
    return file


@action
def note_use(*, by: Person | None, file: File) -> File:
    """It belongs to something now. Locks it, so that no sweep takes it away meanwhile."""
    del by  # the action it is part of tells of it
    locked(file)
    if file.unused_since:
        file.unused_since = None
        file.save()
    return file


@action
def sweep_file(*, by: Person | None, file: File) -> bool:
    """A file that nothing uses is marked, and a week later gone. True when it is gone."""
    locked(file)
    now = clock.now()
    if file.unused_since is None:
        file.unused_since = now
        file.save()
        return False
    if now - file.unused_since < shelf.KEPT_UNUSED:
        return False
    uid = file.uid
    try:
        with transaction.atomic():
            file.delete()
    except ProtectedError:  # put back meanwhile
        return False
    audit.record(by=by, verb="file.removed", target=f"registry.file:{uid}")
    transaction.on_commit(lambda: shelf.take_away(uid))
    return True
