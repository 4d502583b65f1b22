"""Error pages: plain words, in the reader's language, and never a second error on top of the first."""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from ayni.web.middleware import storage_fault

logger = logging.getLogger("ayni.requests")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return render(request, "errors/404.html", status=404)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    response = render(request, "errors/429.html", status=429)
    response["Retry-After"] = "300"
    return response


def failure(request: HttpRequest) -> HttpResponse:
    """500; 503 when storage or database fail us. These templates ask neither database nor session."""
    error = sys.exc_info()[1]
    fault = storage_fault(error) if error else None  # outside of views, where the middleware does not see it
    unreachable = fault is not None or isinstance(error, OperationalError | InterfaceError)
    status = 503 if unreachable else 500
    try:
        body = render_to_string(
            f"errors/{'storage' if fault else status}.html", {"fault": fault}, request=request
        )
    except Exception:
        logger.exception("the error page failed too")
        body = "<!doctype html><title>Error</title><p>Something went wrong here. Please try again later."
    response = HttpResponse(body, status=status)
    if unreachable:
        response["Retry-After"] = "60"
    return response
