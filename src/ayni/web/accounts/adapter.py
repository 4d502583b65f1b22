from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from ayni.language.codes import SITE_LANGUAGES
from ayni.registry.models import Person
from ayni.web.site import errors


class AccountAdapter(DefaultAccountAdapter):
    """People are invited by institutions and operators; nobody signs up alone yet."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The desk, in the person's own language."""
        language = request.user.language
        with translation.override(language if language in SITE_LANGUAGES else "en"):
            return reverse("desk")

    def get_client_ip(self, request: HttpRequest) -> str:
        """The visitor's; the nearest server's for a request that came past fewer proxies than there should be."""
        try:
            return str(super().get_client_ip(request))
        except ImproperlyConfigured:
            return str(request.META["REMOTE_ADDR"])

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Too many wrong passwords: a page of its own and status 429, not a form with a remark."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise ImmediateHttpResponse(errors.too_many(request)) from error

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        super().send_mail(template_prefix, email, {**context, "SITE_NAME": settings.SITE_NAME})

    def set_password(self, user: Person, password: str) -> None:
        """Writes the password only: log-in is the one writer of people beside the actions."""
        user.set_password(password)
        user.save(update_fields=["password"])
