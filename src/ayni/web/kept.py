"""Pages for visitors, kept ready: most readers have no account, and what they see changes only when something does.

Every change writes an audit entry in its own transaction, so the newest entry's id tells whether anything
has changed at all: one look-up by primary key instead of a page's many queries. On PostgreSQL ids may be
committed out of order, and days pass without changes; so no page is kept longer than `KEEP_SECONDS`.
"""

import gzip
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from ayni.language.codes import CONTENT_LANGUAGES
from ayni.registry.models import AuditEntry

KEEP_SECONDS = 10
LIMIT = 400  # pages; each is some ten kilobytes
LARGEST = 200_000
_QUERIES = {"", *(f"lang={code}" for code in CONTENT_LANGUAGES)}

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class _Page:
    stamp: int
    until: float
    plain: bytes
    packed: bytes


_pages: OrderedDict[tuple[str, str], _Page] = OrderedDict()
_lock = Lock()


def for_visitors(view: View) -> View:
    """Keep the view's pages for requests without a session. They may depend on path and `?lang=` only.

    A page repeats its query in its links, so one with any other query is made for its reader alone: nobody
    shall put words into a page that others get, or push the others' pages out with made-up queries.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        if request.method != "GET" or query not in _QUERIES or not _is_visitor(request):
            return view(request, *args, **kwargs)
        key = (request.path, query)
        stamp = _newest_change()
        page = _find(key, stamp)
        if page is None:
            response = view(request, *args, **kwargs)
            if response.status_code != 200 or response.streaming or len(response.content) > LARGEST:  # noqa: PLR2004
                return response
            page = _keep(key, stamp, response.content)
        return _response(request, page)

    return answer


def forget() -> None:
    """For tests, whose transactions are rolled back under the pages' feet."""
    with _lock:
        _pages.clear()


def _is_visitor(request: HttpRequest) -> bool:
    return not {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys()


def _newest_change() -> int:
    return AuditEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _find(key: tuple[str, str], stamp: int) -> _Page | None:
    with _lock:
        page = _pages.get(key)
        if page is None or page.stamp != stamp or page.until < time.monotonic():
            return None
        _pages.move_to_end(key)
        return page


def _keep(key: tuple[str, str], stamp: int, content: bytes) -> _Page:
    page = _Page(stamp, time.monotonic() + KEEP_SECONDS, content, gzip.compress(content, 6))
    with _lock:
        _pages[key] = page
        _pages.move_to_end(key)
        while len(_pages) > LIMIT:
            _pages.popitem(last=False)
    return page


def _response(request: HttpRequest, page: _Page) -> HttpResponse:
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(page.packed)
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(page.plain)
    patch_vary_headers(response, ("Accept-Encoding", "Cookie"))
    return response
