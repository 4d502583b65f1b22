"""Files as readers get them. Types and names are ours; nothing in a file can act in the name of the site."""

import io
import re
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from ayni.knowledge.queries import files as queries
from ayni.registry.filing import shelf
from ayni.registry.models import File
from ayni.registry.states import FileKind

_YEAR = "public, max-age=31536000, immutable"
_ASK_AGAIN = "private, no-cache"  # whoever lost the right to read it shall not get it from a cache
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")
# Nothing may be loaded, run or framed by it, should a browser ever show it as a page.
_SANDBOX = "default-src 'none'; sandbox"


class Part(io.FileIO):
    """A file that ends before its end, for those who ask for a part of it."""

    def __init__(self, path: Path, start: int, end: int) -> None:
        super().__init__(path)
        self.seek(start)
        self._end = end

    def read(self, size: int | None = -1) -> bytes:
        left = max(0, self._end - self.tell())
        return super().read(left if size is None or size < 0 else min(size, left))


@require_safe
def file(request: HttpRequest, uid: str, name: str) -> HttpResponseBase:
    """One form of an image (`960`), or a document (by any name). Others' and unknown files look alike."""
    found = queries.shown_file(uid)
    is_public = found is not None
    if found is None:
        found = queries.file_for(request.user, uid)
    if found is None:
        if queries.is_withdrawn(uid):
            return render(request, "errors/410.html", status=410)
        raise Http404
    form = _form(found, name)
    etag = f'"{found.uid}-{form}"'
    response = _answer(request, found, shelf.folder_of(found.uid) / form, etag)
    response["Cache-Control"] = _YEAR if is_public else _ASK_AGAIN
    return response


def _form(found: File, name: str) -> str:
    if found.kind == FileKind.DOCUMENT:
        return "document"
    if name.isdecimal() and int(name) in found.widths:
        return name
    raise Http404


def _answer(request: HttpRequest, found: File, path: Path, etag: str) -> HttpResponseBase:
    if etag in {one.strip() for one in request.headers.get("If-None-Match", "").split(",")}:
        return HttpResponseNotModified(headers={"ETag": etag})
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise Http404 from error
    start, end, status = _asked_part(request, size, etag)
    if status == 416:  # noqa: PLR2004 - HTTP's code for a part that is not there
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    is_document = found.kind == FileKind.DOCUMENT
    response = FileResponse(Part(path, start, end), status=status, content_type=_content_type(found))
    response["Content-Length"] = str(end - start)
    response["Content-Disposition"] = content_disposition_header(is_document, found.name) or "attachment"
    if status == 206:  # noqa: PLR2004 - HTTP's code for a part
        response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    # These are packed already; packed once more here, they would pass through memory and hold a thread.
    response["Content-Encoding"] = "identity"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-site"
    return response


def _content_type(found: File) -> str:
    return f"{found.media_type}; charset=utf-8" if found.media_type.startswith("text/") else found.media_type


def _asked_part(request: HttpRequest, size: int, etag: str) -> tuple[int, int, int]:
    """Start, end and status: one range, of the very file the reader has a part of; else all of it."""
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if not asked or request.headers.get("If-Range", etag) != etag:
        return 0, size, 200
    start = int(asked[1])
    end = min(int(asked[2]) + 1, size) if asked[2] else size
    return (start, end, 206) if start < end else (0, 0, 416)
