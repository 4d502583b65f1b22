"""What every test may ask for. Situations with records and people in them are in `worlds.py`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from ayni.registry import append_only
from ayni.registry.actions.vocabularies import load_built_in_vocabularies
from ayni.registry.queries.vocabularies import forget_concepts
from ayni.web import kept
from ayni.web.site import glance
from tests import worlds


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> None:
    """The vocabularies and the cache table are there for the whole session, as on any site."""
    with django_db_blocker.unblock():
        load_built_in_vocabularies()
        call_command("createcachetable", verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def _emptying_past_the_audit_guard() -> Iterator[None]:
    """Tests with real transactions empty the database afterwards, which the audit's triggers refuse.

    They are lifted for that moment only, and what the session began with is put back.
    """
    empty = TransactionTestCase._fixture_teardown

    def empty_and_refill(case: TransactionTestCase) -> None:
        append_only.lift(connection)
        empty(case)
        append_only.install(connection)
        load_built_in_vocabularies()

    TransactionTestCase._fixture_teardown = empty_and_refill
    yield
    TransactionTestCase._fixture_teardown = empty


@pytest.fixture(scope="session", autouse=True)
def _static_directory() -> None:
    """The server warns where no static files have been collected; tests read them from the source."""
    Path(site_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """What processes keep in memory must not outlive the test's transaction."""
    forget_concepts()
    glance.forget()
    kept.forget()
    yield
    forget_concepts()
    glance.forget()
    kept.forget()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """A request leaves its language behind in the thread; each test begins in English."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _empty_index(settings, tmp_path) -> None:
    """Each test has an index of its own, empty until it fills it."""
    settings.INDEX_DIRECTORY = tmp_path / "index"


@pytest.fixture
def world(db: None) -> worlds.ReadingRoom:
    """The reading room: see `worlds.reading_room`."""
    cache.clear()
    return worlds.reading_room()


@pytest.fixture
def room(db: None) -> worlds.ReviewRoom:
    """The review room: see `worlds.review_room`."""
    cache.clear()
    return worlds.review_room()
