from collections.abc import Iterator

import pytest

from ayni.registry.models import Person
from tests import smtp, worlds


@pytest.fixture
def server(settings) -> Iterator[smtp.Post]:
    with smtp.serving() as post_office:
        settings.SENDS_MAIL = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", post_office.port, 5
        settings.DEFAULT_FROM_EMAIL = "ayni@ayni.example"
        settings.SITE_URL = "https://ayni.example"
        yield post_office


@pytest.fixture
def ada(db) -> Person:
    return worlds.person("Ada Lovelace")
