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


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_picture(
    visit: Callable[..., Visitor], places: Places, options_of: Callable[[Place], dict[str, Any]],
    language: str, name: str, width: int,
) -> None:  # fmt: skip
    place = places[name]
    visitor = visit(language, viewport={"width": width, "height": 800}, **options_of(place))
    page = place.open(visitor)
    path = FOLDER / f"{name.replace(' ', '-')}-{language}-{width}.png"
    page.screenshot(path=path, full_page=True)
    assert path.stat().st_size > 5000
