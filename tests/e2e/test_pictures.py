"""Pictures of the main pages, for people to look at: in AYNI_PICTURES, else in e2e-pictures."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.places import NAMES, Place, Places
from tests.e2e.visitor import Visitor

FOLDER = Path(os.environ.get("AYNI_PICTURES", "e2e-pictures"))
WIDTHS = (360, 1280)
HEIGHT = 800


@pytest.mark.parametrize("name", NAMES)
def test_pictures(
    visit: Callable[..., Visitor], places: Places, options_of: Callable[[Place], dict[str, Any]],
    language: str, name: str,
) -> None:  # fmt: skip
    place = places[name]
    page = place.open(visit(language, viewport={"width": WIDTHS[0], "height": HEIGHT}, **options_of(place)))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        path = FOLDER / f"{name.replace(' ', '-')}-{language}-{width}.png"
        page.screenshot(path=path, full_page=True)
        assert path.stat().st_size > 5000
