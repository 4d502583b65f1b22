"""Files made for readers: one at a time, so that they never stop the site, and the latest few kept."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, time
from threading import Lock

from django.utils import translation

from ayni import __version__
from ayni.kernel import clock
from ayni.kernel.turns import Turns
from ayni.knowledge.formats.handing_on import Document
from ayni.language.codes import site_language

FORMATS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "json": "application/json",
}
_KEPT = 16
_LARGEST = 500_000  # bytes; larger ones are made anew each time

_made: OrderedDict[str, bytes] = OrderedDict()
_lock = Lock()
turns = Turns(at_once=1, may_wait=2, patience=20)


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
    with turns.turn(), translation.override(site_language(document.language)):
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


def forget() -> None:
    """For tests."""
    with _lock:
        _made.clear()
