"""Photos and documents of a draft: they arrive once, are described, put in order, taken off and put back."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Max

from ayni.kernel.actions import action
from ayni.kernel.errors import NotAllowed, WrongState
from ayni.kernel.locking import locked
from ayni.knowledge import attached, policies
from ayni.knowledge.actions.records import locked_with_record, must_be_allowed, note_author
from ayni.knowledge.models import Record, Revision, RevisionFile
from ayni.knowledge.states import EDITABLE
from ayni.language.normalise import clean
from ayni.registry.actions import audit, files, uploads
from ayni.registry.filing import shelf
from ayni.registry.filing.refusals import Refused
from ayni.registry.models import File, Person, Upload
from ayni.registry.states import UploadState

FILES_LIMIT = 20


@dataclass(frozen=True)
class Words:
    """What somebody sends about one file. `was`: `attached.fingerprint_of` what they saw."""

    caption: str
    description: str
    was: str

    @property
    def written(self) -> bool:
        """Else they are sent back as they were shown."""
        return attached.fingerprint(self.caption, self.description) != self.was


@action
def begin_upload(*, by: Person, revision: Revision, name: str, size: int, fingerprint: str) -> Upload:
    """A file for this draft starts on its way, or goes on; one that has arrived already is given as it is.

    Raises NotAllowed; WrongState; Invalid; Refused.
    """
    record = _must_be_editable(by, revision)
    arrived = Upload.objects.filter(
        person=by, target=record.target, fingerprint=fingerprint, size=size, state=UploadState.DONE,
        file__in=revision.files.values("file"),
    ).first()  # fmt: skip
    if arrived:
        return arrived
    _must_have_room(revision)
    return uploads.begin(by=by, target=record.target, name=name, size=size, fingerprint=fingerprint)


def finish_upload(*, by: Person, upload: Upload) -> RevisionFile:
    """All of it is here: check it, store it, add it to the draft. Once, however often and by however many asked.

    When the draft was handed in meanwhile the bytes stay, and it can be finished once the draft is open again
    (WrongState). Who may no longer write there gets nothing stored (NotAllowed). Raises Refused; OSError; Busy, and the bytes stay: ask again later.
    """
    if upload.state == UploadState.DONE:
        return _row_of(upload)
    with shelf.alone_with(upload.uid):
        upload.refresh_from_db()
        if upload.state == UploadState.DONE:
            return _row_of(upload)
        if upload.state != UploadState.RECEIVING:
            raise Refused(upload.fault or "not_yours")
        if upload.received != upload.size:
            raise uploads.WrongOffset(upload.received)
        try:
            _must_still_be_wanted(by, upload)
            prepared = files.prepare(shelf.arriving(upload.uid), upload.name)
        except (Refused, NotAllowed) as error:
            uploads.refuse(by=by, upload=upload, fault=error.code)
            raise
        row = _stored(by, prepared, _draft_of(upload), upload)
    shelf.forget_arriving(upload.uid)
    return row


def receive(*, by: Person, revision: Revision, path: Path, name: str) -> RevisionFile:
    """A file that came whole, by a plain form. Raises NotAllowed; WrongState; Refused; Busy; OSError."""
    record = revision.record
    must_be_allowed(by, record, policies.change_record)
    if revision.state not in EDITABLE:
        raise WrongState("not_editable", state=revision.state)
    return _stored(by, files.prepare(path, name), revision, None)


def _stored(by: Person, prepared: files.Prepared, revision: Revision, upload: Upload | None) -> RevisionFile:
    """Bytes without a row are taken away at once; if we are killed before that, by the sweep."""
    try:
        row = _store(by=by, prepared=prepared, revision=revision, upload=upload)
    except BaseException:
        shelf.take_away(prepared.uid)
        raise
    if row.file.uid != prepared.uid:
        shelf.take_away(prepared.uid)
    return row


@action
def _store(
    *, by: Person, prepared: files.Prepared, revision: Revision, upload: Upload | None
) -> RevisionFile:
    _must_be_editable(by, revision)
    same = revision.files.select_related("file").filter(file__digest=prepared.digest).first()
    row = same or _attach(by, revision, files.store(by=by, prepared=prepared))
    if upload:
        uploads.finish(by=by, upload=upload, file=row.file)
    return row


@action
def attach(
    *, by: Person, revision: Revision, file: File, caption: str = "", description: str = "",
    position: int | None = None,
) -> RevisionFile:  # fmt: skip
    """Add a stored file to a draft, or put it back where it was. Doing so twice changes nothing."""
    _must_be_editable(by, revision)
    if there := revision.files.filter(file=file).first():
        return there
    return _attach(by, revision, file, caption, description, position)


@action
def describe(*, by: Person, row: RevisionFile, caption: str, description: str, was: str) -> RevisionFile:
    """Set its words. `was`: `attached.fingerprint_of` what the writer saw; if another wrote meanwhile, WrongState."""
    record = _must_be_editable(by, row.revision)
    locked(row)
    new = (clean(caption, attached.CAPTION_LIMIT), clean(description, attached.DESCRIPTION_LIMIT))
    if new == (row.caption, row.description):
        return row
    if was != attached.fingerprint_of(row):
        raise WrongState("changed_meanwhile")
    row.caption, row.description = new
    row.save()
    note_author(by, record)
    audit.record(by=by, verb="file.described", target=record.target, file=row.file.uid)
    return row


@action
def describe_all(*, by: Person, revision: Revision, words: Mapping[str, Words]) -> list[RevisionFile]:
    """The words of several files, by their uid: all or none. Gives those that were written about.

    What was sent back as it was shown says nothing: it leaves alone what others have written meanwhile.
    Raises WrongState as `describe` does, and "gone" when a file that was written about is no longer there.
    """
    written = {uid: one for uid, one in words.items() if one.written}
    if not written:
        return []
    _must_be_editable(by, revision)
    rows = [row for row in attached.files_of(revision) if row.file.uid in written]
    if len(rows) < len(written):
        raise WrongState("gone")
    for row in rows:
        one = written[row.file.uid]
        describe(by=by, row=row, caption=one.caption, description=one.description, was=one.was)
    return rows


@action
def shift(*, by: Person, row: RevisionFile, up: bool) -> None:
    """One place towards the beginning or the end. At the edge nothing changes."""
    record = _must_be_editable(by, row.revision)
    rows = list(row.revision.files.all())
    place = next((number for number, one in enumerate(rows) if one.pk == row.pk), 0)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for number, one in enumerate(rows):
        one.position = number
    RevisionFile.objects.bulk_update(rows, ["position"])
    audit.record(by=by, verb="file.moved", target=record.target, file=row.file.uid)


@action
def detach(*, by: Person, row: RevisionFile) -> None:
    """Take a file off the draft. It stays stored for a week, to be put back (`attach`)."""
    record = _must_be_editable(by, row.revision)
    locked(row)
    uid = row.file.uid
    row.delete()
    audit.record(by=by, verb="file.detached", target=record.target, file=uid)


@action
def give_up(*, by: Person, upload: Upload) -> None:
    """The sender does not want to send it after all."""
    if upload.person_id != by.pk:
        raise NotAllowed("not_yours")
    locked(upload)
    if upload.state == UploadState.RECEIVING:
        uploads.forget(by=by, upload=upload)


def _must_be_editable(by: Person, revision: Revision) -> Record:
    record = locked_with_record(revision)
    must_be_allowed(by, record, policies.change_record)
    if revision.state not in EDITABLE:
        raise WrongState("not_editable", state=revision.state)
    return record


def _must_have_room(revision: Revision) -> None:
    if revision.files.count() >= FILES_LIMIT:
        raise Refused("too_many_files", limit=FILES_LIMIT)


def _attach(
    by: Person, revision: Revision, file: File, caption: str = "", description: str = "",
    position: int | None = None,
) -> RevisionFile:  # fmt: skip
    _must_have_room(revision)
    files.note_use(by=by, file=file)
    last = revision.files.aggregate(last=Max("position"))["last"]
    row = RevisionFile.objects.create(
        revision=revision, file=file, caption=clean(caption, attached.CAPTION_LIMIT),
        description=clean(description, attached.DESCRIPTION_LIMIT),
        position=position if position is not None else 0 if last is None else last + 1,
    )  # fmt: skip
    note_author(by, revision.record)
    audit.record(by=by, verb="file.attached", target=revision.record.target, file=file.uid)
    return row


def _draft_of(upload: Upload) -> Revision:
    """The draft people work on now: another than at the start, perhaps, but of the same record."""
    revision = attached.newest_revision(upload.target)
    if revision is None:
        raise NotAllowed("not_yours")
    return revision


def _must_still_be_wanted(by: Person, upload: Upload) -> None:
    """Seen before the slow work, and once more with the storing."""
    if upload.person_id != by.pk:
        raise NotAllowed("not_yours")
    revision = _draft_of(upload)
    must_be_allowed(by, revision.record, policies.change_record)
    if revision.state not in EDITABLE:
        raise WrongState("not_editable", state=revision.state)


def _row_of(upload: Upload) -> RevisionFile:
    revision = _draft_of(upload)
    row = revision.files.select_related("file").filter(file=upload.file).first()
    if row is None:
        raise WrongState("taken_off")
    row.revision = revision
    return row
