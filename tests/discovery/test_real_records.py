"""The IATI activities of the public test data, imported and searched. Skipped, saying so, without the data."""

import json
import os
from pathlib import Path

import pytest
from django.core.management import call_command

from ayni.discovery import indexing
from ayni.discovery.queries import Request, search
from ayni.knowledge.models import ImportRow, Record

DATA = Path(os.environ.get("AYNI_TEST_DATA", "../shared/data")) / "practices" / "iati_south_south.jsonl"
pytestmark = [
    pytest.mark.data,
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.exists(), reason="needs the public test data (AYNI_TEST_DATA)"),
]


@pytest.fixture
def imported():
    indexing.rebuild(processes=1)
    call_command("import", "records", str(DATA))
    indexing.drain()


def first_titles(text, language, **filters):
    request = Request(text=text, language=language, filters=filters, page_size=3)
    return [result.card.title for result in search(request).results]


def test_632_in_then_none_changed(imported):
    assert Record.objects.filter(origin="iati", state="public").count() == 632
    versions = dict(Record.objects.values_list("uid", "version"))
    call_command("import", "records", str(DATA))
    last = ImportRow.objects.order_by("-batch").values_list("batch", flat=True).first()
    outcomes = list(ImportRow.objects.filter(batch=last).values_list("outcome", flat=True))
    assert outcomes == ["unchanged"] * 632
    assert dict(Record.objects.values_list("uid", "version")) == versions


WANTED = [
    (
        "decent work cotton",
        "en",
        "South-South cooperation for the promotion of decent work in cotton-producing",
    ),
    ("rice value chain Sierra Leone", "en", "Strengthening the Rice Value Chain in Sierra Leone"),
    ("sécurité alimentaire VIH en ville", "fr", "Sécurité alimentaire en milieu urbain et VIH/sida"),
    ("pertes et gaspillage alimentaires", "fr", "Explorer les pertes et le gaspillage alimentaires"),
    (
        "trabajo decente protección social",
        "es",
        "Cooperación Sur-Sur para el desarrollo sustentable a través",
    ),
]


def test_what_people_look_for_is_found(imported):
    """One import for all of them: it takes longer than all the searches."""
    found = {text: first_titles(text, language) for text, language, _ in WANTED}
    missed = [
        (text, found[text])
        for text, _, title in WANTED
        if not any(one.startswith(title) for one in found[text])
    ]
    assert missed == []


def test_identical_titles_are_one_result(imported):
    found = search(Request(text="promoting gender equality women's empowerment in the world of work"))
    same = [
        result
        for result in found.results
        if result.card.title.startswith("Promoting gender equality and women")
    ]
    assert len(same) == 1
    assert same[0].siblings == 19


def test_every_activity_says_who_published_it(imported):
    rows = Record.objects.filter(origin="iati").values_list("source_publisher", "origin_id")
    assert len(rows) == len({origin_id for _, origin_id in rows}) == len(DATA.read_text().splitlines())
    assert all(publisher for publisher, _ in rows)
    identifiers = {json.loads(line)["iati_identifier"] for line in DATA.read_text().splitlines()}
    assert {origin_id for _, origin_id in rows} == identifiers
