"""Pages kept for visitors: whose they are, how long they last, and what cannot get into them."""

from itertools import count

import pytest
from django.test import Client

from ayni.language.codes import CONTENT_LANGUAGES
from ayni.registry.actions.institutions import register_institution
from ayni.web import kept
from tests import worlds


@pytest.mark.parametrize(
    "query", ["x=ANYTHING", "lang=fr&x=ANYTHING", "lang=ANYTHING", "lang=FR", "lang=fr&lang=ar"]
)
def test_what_one_visitor_writes_into_the_address_never_reaches_another(client, world, query):
    assert (
        query.replace("&", "&amp;") in client.get(f"/en/?{query}").content.decode()
    )  # in the language links
    assert not kept._pages
    assert "ANYTHING" not in Client().get("/en/").content.decode()


def test_made_up_languages_push_nothing_out(client, world):
    client.get("/en/")
    for number in range(9):
        client.get(f"/en/?lang=z{number}")
    assert list(kept._pages) == [("/en/", "")]
    for code in CONTENT_LANGUAGES:
        client.get(f"/en/?lang={code}")
    assert len(kept._pages) == 1 + len(CONTENT_LANGUAGES)


def test_each_language_asked_for_has_its_own_page(client, world):
    path = client.get(f"/id/{world.snapshot.uid}/", follow=True).request["PATH_INFO"]
    pages = [client.get(path + query).content for query in ("", "?lang=fr", "", "?lang=fr")]
    assert pages[:2] == pages[2:]
    assert pages[0] != pages[1]


def test_the_page_read_last_is_the_last_to_go(client, world, monkeypatch):
    monkeypatch.setattr(kept, "LIMIT", 2)
    for path in ("/en/", "/fr/", "/en/", "/es/"):
        client.get(path)
    assert list(kept._pages) == [("/en/", ""), ("/es/", "")]


def test_a_kept_page_is_made_anew_after_a_while(client, world, monkeypatch, django_assert_num_queries):
    now = [1000.0]
    monkeypatch.setattr(kept.time, "monotonic", lambda: now[0])
    client.get("/en/")
    with django_assert_num_queries(1):
        client.get("/en/")
    made = kept._pages["/en/", ""]
    now[0] += kept.KEEP_SECONDS + 1
    client.get("/en/")
    assert kept._pages["/en/", ""] is not made


def test_a_change_shows_at_once(client, world):
    path = client.get(f"/id/{world.practice.uid}/", follow=True).request["PATH_INFO"]
    client.get(path)
    made = kept._pages[path, ""]
    register_institution(by=None, name="Any change at all")
    client.get(path)
    assert kept._pages[path, ""].stamp > made.stamp


def test_people_who_are_logged_in_neither_get_nor_fill_kept_pages(client, world, monkeypatch):
    calls = count()
    monkeypatch.setattr(kept, "_newest_change", lambda: next(calls))
    client.force_login(world.operator)
    client.get("/en/")
    assert not kept._pages
    Client().get("/en/")
    assert "Omar Operator" not in kept._pages["/en/", ""].plain.decode()
    assert "Omar Operator" in client.get("/en/").content.decode()
    assert next(calls) == 1  # only the visitor's request looked at the store


def test_only_whole_pages_are_kept(client, world):
    gone = worlds.published(world.trust, "Short-lived")
    client.get(f"/en/practices/{gone.uid}/another-slug/")  # redirects
    client.get("/en/practices/zzzzzzzzzzzz/x/")
    client.head("/en/")
    assert not kept._pages
