"""Uploads in pieces: what is here is here once, whatever the line and the server do."""

import errno
import os
import subprocess
import sys
from datetime import timedelta

import pytest

from ayni.kernel import clock
from ayni.kernel.errors import Invalid, NotAllowed, WrongState
from ayni.registry.actions import files, uploads
from ayni.registry.filing import shelf
from ayni.registry.filing.refusals import Refused
from ayni.registry.models import Upload
from ayni.registry.tasks import sweep_uploads
from tests import worlds
from tests.pictures import PDF, written

MARK = "0123456789abcdef"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def sender(db):
    return worlds.person("Sena Sender")


def begun(sender, size=1000, **fields):
    values = {"target": "knowledge.record:x", "name": "a.pdf", "fingerprint": MARK} | fields
    return uploads.begin(by=sender, size=size, **values)


def here(upload):
    return shelf.arriving(upload.uid).read_bytes()


def test_pieces_follow_each_other(sender):
    upload = begun(sender, 10)
    uploads.add_piece(by=sender, upload=upload, offset=0, piece=b"01234")
    uploads.add_piece(by=sender, upload=upload, offset=5, piece=b"56789")
    assert (upload.received, here(upload)) == (10, b"0123456789")


def test_the_same_file_finds_its_upload_again(sender):
    first = begun(sender)
    assert begun(sender) == first
    assert begun(sender, target="knowledge.record:y") != first
    assert begun(sender, fingerprint="another one") != first


def test_a_piece_whose_answer_was_lost_is_not_stored_twice(sender):
    upload = begun(sender, 10)
    uploads.add_piece(by=sender, upload=upload, offset=0, piece=b"01234")
    with pytest.raises(uploads.WrongOffset) as refusal:
        uploads.add_piece(by=sender, upload=Upload.objects.get(), offset=0, piece=b"01234")
    assert refusal.value.params == {"offset": 5}
    assert here(upload) == b"01234"


def test_bytes_that_nobody_was_told_of_are_written_over(sender):
    """Killed after the bytes reached the disk and before the database knew of them."""
    upload = begun(sender, 10)
    uploads.add_piece(by=sender, upload=upload, offset=0, piece=b"01234")
    with shelf.alone_with(upload.uid) as handle:
        shelf.write_piece(handle, 5, b"XXXXX")
    uploads.add_piece(by=sender, upload=upload, offset=5, piece=b"56")
    assert (upload.received, here(upload)) == (7, b"0123456")


def test_a_full_disk_loses_nothing(sender):
    upload = begun(sender, 10)
    shelf.begin_arriving(upload.uid)
    place = shelf.arriving(upload.uid)
    place.unlink()
    place.symlink_to("/dev/full")
    with pytest.raises(OSError) as refusal:
        uploads.add_piece(by=sender, upload=upload, offset=0, piece=b"01234")
    assert refusal.value.errno == errno.ENOSPC
    assert Upload.objects.get().received == 0
    place.unlink()
    uploads.add_piece(by=sender, upload=upload, offset=0, piece=b"01234")
    assert here(upload) == b"01234"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"size": 0}, "empty"),
        ({"size": 30 * 1024 * 1024}, "too_large"),
        ({"name": "a.heic"}, "heic"),
    ],
)
def test_what_can_never_be_taken_is_refused_before_a_byte_is_sent(sender, fields, code):
    with pytest.raises(Refused) as refusal:
        begun(sender, **fields)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("fields", "path"),
    [({"name": " "}, "name"), ({"size": -1}, "size"), ({"fingerprint": "short"}, "fingerprint")],
)
def test_a_beginning_without_sense_is_refused(sender, fields, path):
    with pytest.raises(Invalid) as refusal:
        begun(sender, **fields)
    assert [fault.path for fault in refusal.value.faults] == [path]


def test_nobody_sends_endlessly_many_at_once(sender, settings):
    settings.FILE_LIMIT = 1000
    for number in range(10):
        begun(sender, fingerprint=f"number {number}")
    with pytest.raises(Refused) as refusal:
        begun(sender, fingerprint="one too many")
    assert refusal.value.code == "too_many_at_once"
    assert begun(worlds.person("Olga Other")).received == 0


def test_more_than_announced_is_refused_and_not_stored(sender):
    upload = begun(sender, 5)
    with pytest.raises(Refused) as refusal:
        uploads.add_piece(by=sender, upload=upload, offset=0, piece=b"012345")
    assert (refusal.value.code, upload.received, here(upload)) == ("longer_than_announced", 0, b"")


def test_others_cannot_go_on_with_it(sender):
    upload = begun(sender)
    with pytest.raises(NotAllowed):
        uploads.add_piece(by=worlds.person("Olga Other"), upload=upload, offset=0, piece=b"0")


def test_it_finishes_once_and_only_when_all_is_here(sender, tmp_path):
    upload = begun(sender, 5)
    file = files.store(by=sender, prepared=files.prepare(written(tmp_path, PDF), "a.pdf"))
    with pytest.raises(WrongState):
        uploads.finish(by=sender, upload=upload, file=file)
    uploads.add_piece(by=sender, upload=upload, offset=0, piece=b"01234")
    uploads.finish(by=sender, upload=upload, file=file)
    with pytest.raises(WrongState):
        uploads.finish(by=sender, upload=upload, file=file)
    with pytest.raises(WrongState):
        uploads.add_piece(by=sender, upload=upload, offset=5, piece=b"5")


def test_given_up_for_a_week_it_is_swept(sender, django_capture_on_commit_callbacks):
    upload = begun(sender, 10)
    uploads.add_piece(by=sender, upload=upload, offset=0, piece=b"01234")
    with clock.at(clock.now() + timedelta(days=6)):
        assert sweep_uploads() == 0
    with clock.at(clock.now() + timedelta(days=8)), django_capture_on_commit_callbacks(execute=True):
        sweep_uploads()
    assert not Upload.objects.exists()
    assert not shelf.arriving(upload.uid).exists()


KILLED = """
import os, signal, django
django.setup()
from django.conf import settings
settings.MEDIA_ROOT = {media!r}
from ayni.registry.filing import shelf
with shelf.alone_with({uid!r}) as handle:
    shelf.write_piece(handle, 0, b"01234")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_killed_between_bytes_and_row_the_piece_is_simply_sent_again(sender, settings):
    """kill -9 lets go of the lock, too."""
    upload = begun(sender, 10)
    code = KILLED.format(media=str(settings.MEDIA_ROOT), uid=upload.uid)
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run([sys.executable, "-c", code], check=False, env=environment)
    assert done.returncode == -9
    assert here(upload) == b"01234"
    assert uploads.add_piece(by=sender, upload=upload, offset=0, piece=b"0123456789").received == 10
    assert here(upload) == b"0123456789"
