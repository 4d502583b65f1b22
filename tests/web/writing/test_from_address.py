"""From an address to a draft: what the page says about itself, with its source; and what happens when it says nothing."""

import re
import time
from contextlib import ExitStack
from html import unescape

import pytest
from django.core.cache import cache

from ayni.knowledge.actions.records import publish
from ayni.knowledge.drafts import values_of
from ayni.knowledge.models import Revision
from ayni.web.writing import from_address
from tests.serving import page, serving

ADDRESS = "/en/write/from-address/"
REPORT = """<html lang="en"><head><meta name="citation_title" content="Rain in jars">
<meta name="citation_author" content="Amina Example"><meta name="citation_publication_date" content="2021">
<meta name="citation_doi" content="10.5555/jars"><meta property="og:site_name" content="Rain House">
<meta property="og:description" content="How jars are &lt;b&gt;built&lt;/b&gt;."></head></html>"""


@pytest.fixture
def writer(client, room):
    cache.clear()
    client.force_login(room.author)
    return client


@pytest.fixture
def site(settings):
    with serving(
        {
            "/report": page(REPORT),
            "/pdf": page(b"%PDF", "application/pdf"),
            "/evil": page("<title><script>alert(1)</script>T</title>"),
        }
    ) as served:
        settings.OUTGOING_ALLOWED = (served.address,)
        yield served


def carried(response) -> str:
    return unescape(re.search(r'name="understood" value="([^"]*)"', response.content.decode())[1])


def newest() -> Revision:
    return Revision.objects.select_related("record").latest("pk")


def test_opening_the_page_fetches_nothing(writer, site):
    assert writer.get(f"{ADDRESS}?url={site.url('/report')}").status_code == 200
    assert site.requests == []


def test_a_report_becomes_the_draft_of_a_publication_with_its_source(writer, site, room):
    response = writer.post(ADDRESS, {"url": site.url("/report")})
    text = response.content.decode()
    assert "Rain in jars" in text
    assert "from what the page says for citing it" in text
    assert re.search(r'value="publication" checked', text)
    writer.post(ADDRESS, {"understood": carried(response), "kind": "publication", "language": "en"})
    draft = newest()
    assert (draft.record.kind, draft.record.owner, draft.state) == ("publication", room.trust, "draft")
    assert values_of(draft) == {
        "title": "Rain in jars",
        "summary": "How jars are built.",
        "body.authors": ["Amina Example"],
        "body.year": 2021,
        "body.publisher": "Rain House",
        "body.doi": "10.5555/jars",
        "body.url": site.url("/report"),
        "standing.source_url": site.url("/report"),
        "standing.source_title": "Rain in jars",
        "standing.source_publisher": "Rain House",
    }


def test_a_practice_takes_the_source_but_not_what_only_publications_have(writer, site):
    understood = carried(writer.post(ADDRESS, {"url": site.url("/report")}))
    writer.post(ADDRESS, {"understood": understood, "kind": "practice", "language": "fr"})
    draft = newest()
    assert (draft.record.kind, draft.record.language) == ("practice", "fr")
    assert {path for path in values_of(draft) if path.startswith("body.")} == set()
    again = writer.post(ADDRESS, {"understood": understood, "kind": "practice", "language": "fr"})
    assert again.url == f"/en/write/{draft.record.uid}/"


def test_what_is_here_already_is_pointed_out(client, world, settings):
    cache.clear()
    with serving({"/": page("<title>T</title>")}) as site:
        settings.OUTGOING_ALLOWED = (site.address,)
        client.force_login(world.author)
        understood = carried(client.post(ADDRESS, {"url": site.url()}))
        client.post(ADDRESS, {"understood": understood, "kind": "lesson"})
        draft = newest()
        publish(by=None, revision=draft, as_imported=True)
        text = client.post(ADDRESS, {"url": site.url().rstrip("/")}).content.decode()
    assert "This is here already" in text
    assert draft.record.uid in text


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1/", "not on the public internet"),
        ("http://169.254.169.254/latest/", "not on the public internet"),
        ("http://example.org:22/", "a port of their own"),
        ("ftp://example.org/", "not a web address"),
        ("words", "not a web address"),
        ("", "not a web address"),
    ],
)
def test_what_cannot_be_asked_says_why_and_carries_nothing_on(writer, url, words):
    response = writer.post(ADDRESS, {"url": url})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert b'name="understood"' not in response.content


def test_a_file_or_a_missing_page_can_still_be_written_about(writer, site):
    for path, words in (("/pdf", "application/pdf"), ("/nothing", "no page at this address")):
        response = writer.post(ADDRESS, {"url": site.url(path)})
        assert response.status_code == 422
        assert words in response.content.decode()
        writer.post(ADDRESS, {"understood": carried(response), "kind": "lesson"})
        assert values_of(newest()) == {"standing.source_url": site.url(path)}


def test_what_a_page_says_is_shown_as_text(writer, site):
    text = writer.post(ADDRESS, {"url": site.url("/evil")}).content.decode()
    assert "<script>alert" not in text


def test_nobody_uses_the_site_to_knock_at_others(writer, site):
    for _ in range(30):
        writer.post(ADDRESS, {"url": "words"})
    response = writer.post(ADDRESS, {"url": site.url("/report")})
    assert response.status_code == 429
    assert site.requests == []


def test_the_limit_is_of_an_hour_and_not_of_the_last_minutes(writer, site, monkeypatch):
    for _ in range(30):
        writer.post(ADDRESS, {"url": "words"})
    really = time.time
    monkeypatch.setattr(time, "time", lambda: really() + 600)
    assert writer.post(ADDRESS, {"url": site.url("/report")}).status_code == 429
    monkeypatch.setattr(time, "time", lambda: really() + 3700)
    assert writer.post(ADDRESS, {"url": site.url("/report")}).status_code == 200


def test_while_others_wait_for_slow_sites_one_is_asked_to_come_again(writer, site, monkeypatch):
    monkeypatch.setattr(from_address.turns, "_patience", 0.01)
    with ExitStack() as others:
        others.enter_context(from_address.turns.turn())
        others.enter_context(from_address.turns.turn())
        response = writer.post(ADDRESS, {"url": site.url("/report")})
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert "Try again in a moment." in response.content.decode()
    assert site.url("/report") in unescape(response.content.decode())
    assert site.requests == []
    assert writer.post(ADDRESS, {"url": site.url("/report")}).status_code == 200
