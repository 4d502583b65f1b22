"""Every named page: nothing for axe to find, no error behind it, no sideways scrolling on a small screen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.places import NAMES, Place, Places
from tests.e2e.visitor import Visitor

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
SMALL = {"width": 320, "height": 640}


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.exists():
        pytest.fail("axe-core is not installed; `make e2e` does that")
    return AXE.read_text()


# In the dark only colours differ, and they come from the style sheets: these pages have no part that is not on
# another page which is looked at in the dark.
LIGHT_ONLY = {
    "change a search", "delete a search", "my settings", "desk of a director", "trust", "claim by link",
    "a link that does not work",
}  # fmt: skip
LOOKS = [(name, "light") for name in NAMES] + [(name, "dark") for name in NAMES if name not in LIGHT_ONLY]


@pytest.mark.parametrize(("name", "scheme"), LOOKS)
def test_axe_finds_nothing(
    visit: Callable[..., Visitor], places: Places, options_of: Callable[[Place], dict[str, Any]],
    language: str, name: str, scheme: str, axe: str,
) -> None:  # fmt: skip
    """The strict policy of the pages keeps axe out as well; it is lifted in this context only."""
    place = places[name]
    options = options_of(place)
    visitor = visit(language, bypass_csp=True, color_scheme=scheme, **options)
    page = place.open(visitor)
    page.evaluate(axe)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert found["passes"]
    assert [_told(violation) for violation in found["violations"]] == []


def _told(violation: dict[str, Any]) -> str:
    node = violation["nodes"][0]
    return f"{violation['id']} ({len(violation['nodes'])}): {node['html'][:300]} {node['failureSummary']}"


@pytest.mark.parametrize("name", NAMES)
def test_a_small_screen_does_not_scroll_sideways(
    visit: Callable[..., Visitor],
    places: Places,
    options_of: Callable[[Place], dict[str, Any]],
    language: str,
    name: str,
) -> None:
    """With the page's own policy in force: what it forbids, or what a script breaks, fails the visit."""
    place = places[name]
    page = place.open(visit(language, viewport=SMALL, **options_of(place)))
    too_wide = page.evaluate(
        "() => [document.documentElement.scrollWidth, document.body.scrollWidth]"
        ".some(width => width > document.documentElement.clientWidth)"
    )
    widest = page.evaluate(
        "() => [...document.querySelectorAll('body *')].filter(one => {"
        " const box = one.getBoundingClientRect();"
        " return box.width && !one.closest('.scroll, .hidden, .skip') && (box.right > 321 || box.left < -1) })"
        ".map(one => one.outerHTML.slice(0, 120)).slice(0, 3)"
    )
    assert not too_wide, widest
