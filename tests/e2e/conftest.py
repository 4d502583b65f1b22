"""One real server with the demo world and one browser for the whole run; a fresh context for each test."""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e import operator
from tests.e2e.places import Place, Places, find_places
from tests.e2e.server import Site
from tests.e2e.visitor import Visitor

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",  # Chromium refuses its sandbox to root, as in containers
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LANGUAGES = ("en", "ar")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The demo world, built once and never served: sites begin as it is."""
    site = Site(tmp_path_factory.mktemp("demo"))
    site.build_demo()
    return site


@pytest.fixture(scope="session")
def built(demo: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site of most tests, not served yet."""
    site = Site(tmp_path_factory.mktemp("home"))
    site.like(demo)
    return site


@pytest.fixture(scope="session")
def secrets(built: Site) -> dict[str, str]:
    """Of links in mails, read before the site runs and sends them."""
    return built.secrets()


@pytest.fixture(scope="session")
def site(built: Site, secrets: dict[str, str]) -> Iterator[str]:
    """The address of a site of its own with the demo world."""
    assert secrets
    built.start()
    try:
        yield built.address
    finally:
        built.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chosen = os.environ.get("AYNI_CHROMIUM") or os.environ.get("CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome")
    program = chosen or next(filter(None, map(shutil.which, names)), None)
    if program is None:
        pytest.fail("no Chromium found; name one in AYNI_CHROMIUM")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_ARGUMENTS))
        yield running
        running.close()


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=[True, False], ids=["scripts", "plain"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return request.param


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Callable[..., Visitor]]:
    """A new visitor with the given context options. At the end none of them may have met an error."""
    visitors: list[Visitor] = []

    def new(language: str, **options: Any) -> Visitor:
        visitors.append(Visitor(browser, site, language, **options))
        return visitors[-1]

    yield new
    for visitor in visitors:
        visitor.leave()
    assert [fault for visitor in visitors for fault in visitor.faults] == []


@pytest.fixture
def visitor(visit: Callable[..., Visitor], language: str, scripts: bool) -> Visitor:
    return visit(language, java_script_enabled=scripts)


@pytest.fixture
def page(visitor: Visitor) -> Page:
    return visitor.page


@pytest.fixture(scope="session")
def state_of(browser: Browser, site: str) -> Callable[[str], Any]:
    """The cookies of somebody of the demo who has logged in once: guessing is slowed, so tests log in rarely."""

    @cache
    def state(who: str) -> Any:
        visitor = Visitor(browser, site, "en")
        operator.log_in(visitor, who)
        found = visitor.context.storage_state()
        visitor.leave()
        return found

    return state


@pytest.fixture(scope="session")
def operator_state(state_of: Callable[[str], Any]) -> dict[str, Any]:
    return state_of("operator")


@pytest.fixture(scope="session")
def options_of(state_of: Callable[[str], Any]) -> Callable[[Place], dict[str, Any]]:
    """How a visitor must come to see the place."""
    return lambda place: {"storage_state": state_of(place.by)} if place.by else {}


@pytest.fixture(scope="session")
def places(browser: Browser, site: str, state_of: Callable[[str], Any], secrets: dict[str, str]) -> Places:
    """The paths, without language, of one page of each sort; a finished and an undone import among them."""
    reader = Visitor(browser, site, "en")
    worker = Visitor(browser, site, "en", storage_state=state_of("operator"))
    reviewer = Visitor(browser, site, "en", storage_state=state_of("reviewer"))
    try:
        return find_places(reader, worker, reviewer, secrets)
    finally:
        reader.leave()
        worker.leave()
        reviewer.leave()
