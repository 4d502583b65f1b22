"""Error pages: plain words, in the reader's language, and never a second error on top of the first."""

import logging
import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

from ayni.web import words_back
from ayni.web.middleware import storage_fault
from ayni.web.writing import back

logger = logging.getLogger("ayni.requests")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; 413 with what to do when a form was too large, which scripts are told in their own way."""
    if not isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return render(request, "errors/400.html", status=400)
    if back.wants_json(request):
        return JsonResponse({"error": "too-large"}, status=413)
    return render(request, "errors/413.html", status=413)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A log-in in another tab makes the tokens of open pages old. Words are given back with a fresh one.

    Never words that another site sent in our reader's name: they would only have to press the button.
    """
    try:
        request.resolver_match = resolve(request.path_info)
    except Resolver404:
        request.resolver_match = None
    match = request.resolver_match
    if match and not reason.startswith(("Origin", "Referer")):
        if match.url_name == "write-page":
            return back.give(request, "token", **match.kwargs)
        if answer := words_back.give(request, "token"):
            return answer
    return render(request, "403_csrf.html", status=403)


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
