"""What every request passes: an id for the log, the person's time zone, plain pages when storage fails."""

import errno
import logging
import re
import secrets
import sqlite3
import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ayni.kernel import context
from ayni.web.logs import told

logger = logging.getLogger("ayni.requests")
Handler = Callable[[HttpRequest], HttpResponse]
_SENT_ID = re.compile(r"[A-Za-z0-9._-]{8,40}")


class HeadWithoutBody:
    """The headers of the page alone: neither Django nor waitress leaves its body away.

    On a connection that is kept, those bytes would be taken for the beginning of the next answer.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "HEAD":
            if response.streaming:
                response.streaming_content = []  # type: ignore[attr-defined]
            else:
                response.content = b""
        return response


class RequestContext:
    """Gives each request an id (or keeps a proxy's), logs one line for it, and sends the id back."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get("X-Request-ID", "")
        name = sent if _SENT_ID.fullmatch(sent) else secrets.token_hex(8)
        token = context.request_id.set(name)
        begun = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = name
            self._log(request, response, round((time.perf_counter() - begun) * 1000))
        finally:
            context.request_id.reset(token)
        return response

    @staticmethod
    def _log(request: HttpRequest, response: HttpResponse, took: int) -> None:
        facts = {
            "method": told(request.method or ""),
            "path": told(request.path),
            "status": response.status_code,
            "ms": took,
        }
        logger.info("%(method)s %(path)s %(status)s %(ms)s ms", facts, extra={"facts": facts})


def storage_fault(error: BaseException) -> str | None:
    """`full` or `read-only` when that is what an error comes from, else None."""
    if isinstance(error, OSError):
        return {errno.ENOSPC: "full", errno.EDQUOT: "full", errno.EROFS: "read-only"}.get(error.errno or 0)
    if not isinstance(error, DatabaseError | sqlite3.Error):
        return None
    text = str(error).lower()
    if "disk is full" in text or "no space left" in text or "could not extend" in text:
        return "full"
    if "readonly database" in text or "read-only transaction" in text:
        return "read-only"
    return None


class PlainFailures:
    """A full disk or a read-only database: a plain page that says so, with status 503, and no traceback."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        fault = storage_fault(error) or storage_fault(error.__cause__ or error)
        if fault is None:
            return None
        logger.error("storage is %s", fault, exc_info=error)
        response = render(request, "errors/storage.html", {"fault": fault}, status=503)
        response["Retry-After"] = "300"
        return response


class PersonTimeZone:
    """Dates and times in the person's own zone; UTC for visitors."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Only a request with a session can have a person; others are spared the look-up.
        zone = (
            request.user.time_zone
            if self._may_have_person(request) and request.user.is_authenticated
            else "UTC"
        )
        with timezone.override(ZoneInfo(zone)):
            return self.get_response(request)

    @staticmethod
    def _may_have_person(request: HttpRequest) -> bool:
        return settings.SESSION_COOKIE_NAME in request.COOKIES
