"""allauth's views where ours say more: a site without mail promises none."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account import views
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

logger = logging.getLogger("ayni.mail")


class LogIn(views.LoginView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "sends_mail": settings.SENDS_MAIL}


@never_cache
def password_reset(request: HttpRequest) -> HttpResponse:
    if not settings.SENDS_MAIL:
        return _ask_somebody(request)
    try:
        response: HttpResponse = views.password_reset(request)
    except (SMTPException, ConnectionError, TimeoutError) as error:
        logger.error("mail was not taken by its server: %s", error)  # noqa: TRY400 - one line is enough
        return _ask_somebody(request, status=503)
    return response


@never_cache
def password_reset_done(request: HttpRequest) -> HttpResponse:
    if not settings.SENDS_MAIL:
        return _ask_somebody(request)
    response: HttpResponse = views.password_reset_done(request)
    return response


def _ask_somebody(request: HttpRequest, status: int = 200) -> HttpResponse:
    return render(request, "account/password_ask.html", status=status)
