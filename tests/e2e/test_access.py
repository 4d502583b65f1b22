"""Every named page: nothing for axe to find, no error behind it, no sideways scrolling on a small screen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.places import NAMES, Place, Places
from tests.e2e.visitor import Visitor

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
# Only numbers come back of what is well: of a long page that is half a megabyte.
RUN = """rules => axe.run(document, {runOnly: rules})
    .then(found => ({passes: found.passes.length, violations: found.violations}))"""
SMALL = {"width": 320, "height": 640}


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.exists():
        pytest.fail("axe-core is not installed; `make e2e` does that")
    return AXE.read_text()


SCHEMES = ("light", "dark")


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing(
    visit: Callable[..., Visitor], places: Places, options_of: Callable[[Place], dict[str, Any]],
    language: str, name: str, axe: str,
) -> None:  # fmt: skip
    """In the light and in the dark. The strict policy of the pages keeps axe out as well; it is lifted in this
    context only."""
    place = places[name]
    options = options_of(place)
    page = place.open(visit(language, bypass_csp=True, color_scheme=SCHEMES[0], **options))
    page.evaluate(axe)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate(RUN, RULES)
        assert found["passes"]
        assert [f"{scheme}: {_told(violation)}" for violation in found["violations"]] == []


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
