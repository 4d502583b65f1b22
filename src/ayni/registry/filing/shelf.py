"""Where files lie: `files/<two letters>/<uid>/<form>` under MEDIA_ROOT, and `arriving/<uid>` on their way here.

A file's folder appears whole or not at all: it is written beside its place, flushed to the disk, and renamed.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from fcntl import LOCK_EX, flock
from pathlib import Path

from django.conf import settings

from ayni.kernel.ids import PATTERN

# A file that nothing uses may be put back; later it goes.
KEPT_UNUSED = timedelta(days=7)
_BESIDE = ".new-"


def folder_of(uid: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "files" / uid[:2] / uid


def arriving(uid: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "arriving" / uid


def put(uid: str, forms: dict[str, bytes | Path]) -> None:
    """Store the forms of a file. A full disk leaves nothing behind. Raises OSError."""
    place = folder_of(uid)
    beside = place.with_name(f"{_BESIDE}{uid}")
    try:
        beside.mkdir(parents=True, mode=0o700)
        for name, content in forms.items():
            with (beside / name).open("xb") as file:
                if isinstance(content, bytes):
                    file.write(content)
                else:
                    with content.open("rb") as source:
                        shutil.copyfileobj(source, file)
                file.flush()
                os.fsync(file.fileno())
            (beside / name).chmod(0o600)
        _settle(beside)
        beside.rename(place)
        _settle(place.parent)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def take_away(uid: str) -> None:
    shutil.rmtree(folder_of(uid), ignore_errors=True)


def begin_arriving(uid: str) -> None:
    place = arriving(uid)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.touch(mode=0o600)


def forget_arriving(uid: str) -> None:
    arriving(uid).unlink(missing_ok=True)


@contextmanager
def alone_with(uid: str) -> Iterator[int]:
    """The bytes of an upload so far, as a descriptor to write to; nobody else writes meanwhile."""
    begin_arriving(uid)
    handle = os.open(arriving(uid), os.O_RDWR)
    try:
        flock(handle, LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def write_piece(handle: int, offset: int, piece: bytes) -> None:
    """After it the bytes up to here are on the disk, and what lay beyond (a piece nobody knows of) is not."""
    if os.fstat(handle).st_size > offset:
        os.ftruncate(handle, offset)
    done = 0
    while done < len(piece):
        done += os.pwrite(handle, piece[done:], offset + done)
    os.fsync(handle)


def stored() -> Iterator[tuple[str, Path, float]]:
    """uid, place and time of every folder there is, also of those that were never finished."""
    for folder in (Path(settings.MEDIA_ROOT) / "files").glob("*/*"):
        uid = folder.name.removeprefix(_BESIDE)
        if PATTERN.fullmatch(uid):
            yield ("" if folder.name.startswith(_BESIDE) else uid), folder, folder.stat().st_mtime


def under_way() -> Iterator[tuple[str, Path, float]]:
    for place in (Path(settings.MEDIA_ROOT) / "arriving").glob("*"):
        if PATTERN.fullmatch(place.name):
            yield place.name, place, place.stat().st_mtime


def remove(place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place, ignore_errors=True)
    else:
        place.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """A rename is only safe from a power cut once its folder is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
