"""Nothing needs a mouse."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.visitor import Visitor

MOST_STEPS = 40


@pytest.fixture
def reader(visit: Callable[..., Visitor], language: str) -> Visitor:
    return visit(language)


def _tab_to(page: Page, selector: str) -> int:
    """Press Tab until the focus is on what the selector names; how often."""
    for step in range(1, MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return step
    pytest.fail(f"{selector} is not reached in {MOST_STEPS} steps")


def _is_outlined(page: Page) -> bool:
    return page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2")


def test_the_first_step_is_the_link_past_the_menus(reader: Visitor) -> None:
    page = reader.go("/about/")
    assert _tab_to(page, "a.skip") == 1
    box = page.locator("a.skip").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_results_are_reached_and_opened(reader: Visitor) -> None:
    page = reader.go("/search/?q=water")
    _tab_to(page, "article.card h2 a")
    assert _is_outlined(page)
    page.keyboard.press("Enter")
    expect(page.locator("article.text h1")).to_be_visible()


def test_the_language_menu_opens_and_leads_on(reader: Visitor) -> None:
    other = "ar" if reader.language == "en" else "en"
    page = reader.go("/")
    _tab_to(page, "header .menu summary")
    assert _is_outlined(page)
    page.keyboard.press("Enter")
    _tab_to(page, f"header .menu a[hreflang={other}]")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/{other}/$"))


def test_a_filter_is_ticked_with_the_space_bar(reader: Visitor) -> None:
    page = reader.go("/search/?q=water")
    page.locator(".facet input").first.focus()
    page.keyboard.press("Space")
    page.wait_for_url(re.compile("kind="))
    expect(page.locator("a.chip")).to_be_visible()
