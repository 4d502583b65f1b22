"""What a page weighs on the wire: the HTML compressed, and what it links to at its first visit."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings

from ayni.discovery import indexing
from ayni.registry.queries.vocabularies import concepts
from ayni.web import addresses
from tests import worlds

FIRST_VISIT = 50_000
LATER_VISIT = 15_000
STATIC = Path(settings.STATICFILES_DIRS[0])


def wire_size(path: Path) -> int:
    content = path.read_bytes()
    return min(len(brotli.compress(content)), len(gzip.compress(content)))


def linked(html: str) -> set[Path]:
    found = re.findall(
        r'<(?:link rel="(?:stylesheet|icon)"|script)[^>]*?(?:href|src)="/static/([^"]+)"', html
    )
    return {STATIC / name for name in found}


@pytest.fixture
def long_world(world):
    """Long texts and many neighbours: the heaviest pages a site will really have."""
    body = {
        key: (value * 6 if isinstance(value, str) and " " in value else value)
        for key, value in worlds.FULL_BODY.items()
    }
    body["building_blocks"] = [
        {**block, "what": f"{number}. {block['what'] * 8}"}
        for number in range(4)
        for block in body["building_blocks"]
    ]
    heavy = worlds.published(world.trust, "A long and thorough practice " * 5, form="full", body=body)
    countries = [country.code for country in concepts().of("countries")][::4]
    for number, country in enumerate(countries):
        owner = worlds.institution(
            f"Institution number {number} of many", country=country, office_email="a@b.example"
        )
        worlds.published(
            owner,
            f"Practice number {number}",
            summary="It has a summary of some length. " * 8,
            terms=worlds.terms(f"countries/{country}", f"sdg/{number % 17 + 1}", "themes/health"),
            started=str(1990 + number % 30),
        )
    indexing.rebuild(processes=1)
    return heavy


@pytest.mark.parametrize(
    "name", ["home", "about", "institutions", "institution", "practice", "log in", "search", "map"]
)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_are_light(client, world, long_world, name, language):
    path = {
        "home": f"/{language}/",
        "about": f"/{language}/about/",
        "institutions": f"/{language}/institutions/",
        "institution": f"/{language}/institutions/{world.trust.uid}/{addresses.slug_of(world.trust.name)}/",
        "practice": f"/{language}/practices/{long_world.uid}/{addresses.slug_of(long_world.published.title)}/",
        "log in": f"/{language}/accounts/login/",
        "search": f"/{language}/search/",
        "map": f"/{language}/search/?view=map",
    }[name]
    response = client.get(path, headers={"accept-encoding": "gzip"})
    assert response.status_code == 200
    assert response["Content-Encoding"] == "gzip"
    later = len(response.content)
    files = linked(gzip.decompress(response.content).decode())
    assert files
    first = later + sum(wire_size(file) for file in files)
    assert later <= LATER_VISIT, f"{name}: {later} bytes"
    assert first <= FIRST_VISIT, f"{name}: {first} bytes"


def test_stylesheet_stays_small():
    assert wire_size(STATIC / "ayni.css") <= 6_000
