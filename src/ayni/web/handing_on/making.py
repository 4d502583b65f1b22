"""Files made for readers: one at a time, so that they never stop the site, and the latest few kept."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, time
from threading import BoundedSemaphore, Lock

from django.utils import translation

from ayni import __version__
from ayni.kernel import clock
from ayni.kernel.errors import ActionError
from ayni.knowledge.formats.handing_on import Document
from ayni.language.codes import site_language

FORMATS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "json": "application/json",
}
_KEPT = 16
_LARGEST = 500_000  # bytes; larger ones are made anew each time
_AT_ONCE = 1
_MAY_WAIT = 2  # each holds a thread of the server
_PATIENCE = 20  # seconds

_made: OrderedDict[str, bytes] = OrderedDict()
_lock = Lock()
_at_work = BoundedSemaphore(_AT_ONCE)
_places = BoundedSemaphore(_AT_ONCE + _MAY_WAIT)


class Busy(ActionError):
    """Others are having files made. Code: `busy`."""


def fingerprint(document: Document, file_format: str) -> str:
    """Equal while the file would be the same: it names the file for browsers that have it already."""
    words = json.dumps([__version__, file_format, asdict(document)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def make(document: Document, file_format: str) -> bytes:
    """Raises Busy and NoPdf."""
    key = fingerprint(document, file_format)
    with _lock:
        if key in _made:
            _made.move_to_end(key)
            return _made[key]
    with _turn(), translation.override(site_language(document.language)):
        made = _writer(file_format)(document, datetime.combine(clock.today(), time(), UTC))
    if len(made) <= _LARGEST and not document.is_draft:
        with _lock:
            _made[key] = made
            while len(_made) > _KEPT:
                _made.popitem(last=False)
    return made


def _writer(file_format: str) -> Callable[[Document, datetime], bytes]:
    if file_format == "pdf":
        from ayni.knowledge.formats import pdf_out

        return pdf_out.write
    from ayni.knowledge.formats import word_out

    return word_out.write


@contextmanager
def _turn() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise Busy("busy")
    try:
        if not _at_work.acquire(timeout=_PATIENCE):
            raise Busy("busy")
        try:
            yield
        finally:
            _at_work.release()
    finally:
        _places.release()


def forget() -> None:
    """For tests."""
    with _lock:
        _made.clear()
