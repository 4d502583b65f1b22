"""Files on their way here in pieces. What was stored is never asked for again, nor stored twice.

Bytes are flushed to the disk before the database says that they are here; what the database says, holds. A piece
whose answer was lost on the way is told from a new one by its offset.
"""

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.kernel.errors import ActionError, Fault, Invalid, NotAllowed, WrongState
from ayni.kernel.locking import in_turn, locked
from ayni.kernel.transitions import move
from ayni.language.normalise import clean
from ayni.registry import policies
from ayni.registry.actions import audit
from ayni.registry.filing import kinds, shelf
from ayni.registry.filing.refusals import Refused
from ayni.registry.models import File, Person, Upload
from ayni.registry.states import UPLOAD_MOVES, UploadState

PIECE_LIMIT = 256 * 1024
# Of one person, on their way at the same time.
MOST_AT_ONCE = 20
BYTES_AT_ONCE = 10  # times the largest file


class WrongOffset(ActionError):
    """The piece does not begin where the bytes that are here end. `offset` says where that is."""

    def __init__(self, offset: int) -> None:
        super().__init__("wrong_offset", offset=offset)


@action
def begin(*, by: Person, target: str, name: str, size: int, fingerprint: str) -> Upload:
    """The upload of this very file for this target: the one begun already, or a new one. Raises Invalid; Refused."""
    in_turn(f"registry.uploads:{by.pk}")
    there = Upload.objects.filter(
        person=by, target=target, fingerprint=fingerprint, state=UploadState.RECEIVING
    ).first()
    if there and there.size == size:
        return there
    if faults := _faults(name, size, fingerprint) or ([Fault("fingerprint", "in_use")] if there else []):
        raise Invalid(faults)
    if size > settings.FILE_LIMIT:
        raise Refused("too_large", limit=settings.FILE_LIMIT)
    if size == 0:
        raise Refused("empty")
    coming = Upload.objects.filter(person=by, state=UploadState.RECEIVING)
    bytes_coming = coming.aggregate(total=Sum("size"))["total"] or 0
    if coming.count() >= MOST_AT_ONCE or bytes_coming + size > BYTES_AT_ONCE * settings.FILE_LIMIT:
        raise Refused("too_many_at_once", limit=MOST_AT_ONCE)
    upload = Upload.objects.create(
        person=by, target=target, name=clean(name, 200), size=size, fingerprint=fingerprint
    )
    audit.record(by=by, verb="upload.begun", target=upload.as_target, size=size)
    return upload


def _faults(name: str, size: int, fingerprint: str) -> list[Fault]:
    faults = []
    if not name.strip():
        faults.append(Fault("name", "missing"))
    if size < 0:
        faults.append(Fault("size", "bad_value"))
    if not 8 <= len(fingerprint) <= 64:  # noqa: PLR2004 - the field's length, and too short to tell files apart
        faults.append(Fault("fingerprint", "bad_value"))
    if not faults and kinds.ending_of(name) in {"heic", "heif"}:  # known before a byte is sent
        raise Refused("heic")
    return faults


def add_piece(*, by: Person, upload: Upload, offset: int, piece: bytes) -> Upload:
    """Store a piece where the last one ended. Raises WrongOffset with the right one; Refused; WrongState; NotAllowed."""
    if not policies.continue_upload.allows(by, upload):
        raise NotAllowed("not_yours")
    if len(piece) > PIECE_LIMIT:
        raise Refused("piece_too_large", limit=PIECE_LIMIT)
    if upload.state != UploadState.RECEIVING:
        raise WrongState("wrong_state", state=upload.state)
    with shelf.alone_with(upload.uid) as handle:
        upload.refresh_from_db()
        _must_fit(upload, offset, piece)
        shelf.write_piece(handle, offset, piece)
        return _note_received(by=by, upload=upload, offset=offset, length=len(piece))


def _must_fit(upload: Upload, offset: int, piece: bytes) -> None:
    if upload.state != UploadState.RECEIVING:
        raise WrongState("wrong_state", state=upload.state)
    if upload.received != offset:
        raise WrongOffset(upload.received)
    if offset + len(piece) > upload.size:
        raise Refused("longer_than_announced")


@action
def _note_received(*, by: Person, upload: Upload, offset: int, length: int) -> Upload:
    del by  # pieces are not told of one by one: the beginning and the end are
    locked(upload)
    if upload.state != UploadState.RECEIVING:
        raise WrongState("wrong_state", state=upload.state)
    if upload.received != offset:  # another server of this site was quicker
        raise WrongOffset(upload.received)
    upload.received = offset + length
    upload.updated_at = clock.now()
    upload.save()
    return upload


@action
def finish(*, by: Person, upload: Upload, file: File) -> Upload:
    """It has become a file. Raises WrongState the second time."""
    locked(upload)
    if upload.received != upload.size:
        raise WrongState("not_all_here", offset=upload.received)
    move(upload, UPLOAD_MOVES, "finish")
    upload.file = file
    upload.updated_at = clock.now()
    upload.save()
    audit.record(by=by, verb="upload.finished", target=upload.as_target, file=file.uid)
    return upload


@action
def refuse(*, by: Person, upload: Upload, fault: str) -> Upload:
    """It is not what it should be, or no longer wanted: its bytes go."""
    locked(upload)
    move(upload, UPLOAD_MOVES, "refuse")
    upload.fault = fault
    upload.updated_at = clock.now()
    upload.save()
    audit.record(by=by, verb="upload.refused", target=upload.as_target, fault=fault)
    transaction.on_commit(lambda: shelf.forget_arriving(upload.uid))
    return upload


@action
def forget(*, by: Person | None, upload: Upload) -> None:
    """Take away what is left of an upload that was given up, or that ended long ago."""
    locked(upload)
    uid = upload.uid
    audit.record(by=by, verb="upload.forgotten", target=upload.as_target, state=upload.state)
    upload.delete()
    transaction.on_commit(lambda: shelf.forget_arriving(uid))
