import re
from urllib.parse import quote

import pytest
from django.http import QueryDict
from django.utils.html import escape

from ayni.discovery import indexing
from ayni.registry.actions.institutions import merge_institutions
from ayni.web.discovery.forms import SearchAddress
from tests import worlds
from tests.worlds import ReadingRoom


@pytest.fixture
def index(world) -> ReadingRoom:
    indexing.rebuild(processes=1)
    indexing.drain()
    return world


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def results(html):
    cards = re.findall(r'<article class="card">.*?</article>', html, re.DOTALL)
    return [re.sub("<[^>]+>", "", re.search(r"<h2>(.*?)</h2>", card, re.DOTALL)[1]).strip() for card in cards]


def test_words_give_records_with_marks_and_reasons(client, index):
    html = page(client, "/en/search/?q=water+committees")
    assert results(html)[0] == "Pupil-led water committees"
    assert "<mark>water</mark> <mark>committees</mark>" in html
    assert "says <mark>water</mark>, <mark>committees</mark>" in html


def test_the_whole_state_is_in_the_address(client, index):
    html = page(client, "/en/search/?q=water&kind=practice&country=KE&mine=UG&sort=newest")
    assert results(html) == ["Pupil-led water committees"]
    assert re.search(r'name="kind" value="practice" checked', html)
    assert escape("?q=water&country=KE&sort=newest&mine=UG") in html  # the address without the kind
    assert '<option value="UG" selected>' in html


@pytest.mark.parametrize(
    "query",
    [
        "kind=nonsense", "country=<script>", "page=99999999999999999999", "page=-1", "view=x&sort=y&mine=<b>",
        "year=abcd", "sdg=99", "institution=0000000000zz", "q=" + "%00", "q=%ff%fe",
        "q=" + quote("a " * 10_000), "q=" + quote("<script>alert(1)</script>"), "q=" + quote("\u202eevil"),
    ],
)  # fmt: skip
def test_whatever_stands_in_the_address_is_answered(client, index, query):
    html = page(client, f"/en/search/?{query}")
    assert "<script>alert" not in html
    assert "<b>" not in re.sub(r"<b>(Why:|[^<]*)</b>", "", html)


def test_nothing_found_says_what_to_try(client, index):
    assert "Without the filters there is 1 result." in page(client, "/en/search/?q=committees&country=BR")
    assert "Try fewer or other words" in page(client, "/en/search/?q=xyzzyq")
    assert "There is no word in this" in page(client, "/en/search/?q=%F0%9F%98%80")
    assert "Maternal and child health" in page(client, "/en/search/?q=midwives")


def test_who_works_on_this_shows_the_offices(client, index):
    html = page(client, "/en/search/?q=committees")
    assert 'href="mailto:office@water-trust.example"' in html
    assert "Réseau des comptes ouverts" in html


def test_countries_like_mine_start_with_the_persons_own(client, index):
    client.force_login(index.author)
    html = page(client, "/en/search/")
    assert '<option value="KE" selected>' in html
    assert "Eastern Africa" in html


def test_the_map_links_each_country_to_its_list(client, index):
    html = page(client, "/en/search/?view=map")
    assert 'href="?country=KE"' in html
    assert "do not imply official endorsement" in html
    assert results(html) == []


def test_foreign_titles_carry_their_language(client, index):
    html = page(client, "/ar/search/?q=groundwater")
    assert '<html lang="ar" dir="rtl">' in html
    assert re.search(r'<h2 lang="en" dir="ltr"><a href=', html)


def test_siblings_are_told_of(client, index):
    worlds.published(index.trust, "Walrus crossing")
    worlds.published(index.network, "Walrus crossing")
    indexing.drain()
    assert "1 further record with this title" in page(client, "/en/search/?q=walrus")


def test_the_feed_of_a_search_holds_its_newest_records(client, index):
    response = client.get("/en/search/feed/?q=water&kind=practice")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    text = response.content.decode()
    assert text.count("<entry>") == 2
    assert f"/id/{index.practice.uid}/" in text


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("view", ["list", "map"])
def test_the_number_of_queries_does_not_grow(client, index, count, view, django_assert_num_queries):
    for number in range(count):
        owner = worlds.institution(f"Walrus society {number}")
        worlds.published(owner, f"Walrus number {number}", terms=worlds.terms("countries/KE", "sdg/14"))
    indexing.drain()
    address = f"/en/search/?q=walrus&view={view}"
    page(client, address)
    with django_assert_num_queries(13):
        page(client, address)


def test_beyond_the_last_page_is_the_last_page(client, index):
    for number in range(12):
        worlds.published(index.trust, f"Walrus number {number}")
    indexing.drain()
    response = client.get("/en/search/?q=walrus&kind=practice&page=999")
    assert (response.status_code, response["Location"]) == (302, "/en/search/?q=walrus&kind=practice&page=2")
    assert len(results(page(client, response["Location"]))) == 2
    assert "<svg" in page(client, "/en/search/?q=walrus&view=map&page=999")
    assert "Nothing found" in page(client, "/en/search/?q=xyzzyq&page=999")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("q=committees&country=BR&kind=practice", "there is 1 result"),
        ("q=committees&country=KE&kind=lesson&sdg=14&language=en", "there is 1 result"),
        ("q=xyzzyq&country=KE&kind=practice", "Try fewer or other words"),
        ("country=BR&kind=lesson", "there are 5 results"),
        ("q=committees&country=BR&kind=practice&view=map", "there is 1 result"),
    ],
)
def test_filters_are_named_where_they_are_to_blame(client, index, query, told):
    html = page(client, f"/en/search/?{query}")
    assert told in html
    assert ("Take the filters away" in html) == ("Without the filters" in html)


def test_an_institution_is_found_by_the_id_it_had_before_a_merge(client, index, django_assert_num_queries):
    double = worlds.institution("Rural Water Trust Kenya")
    merge_institutions(by=index.operator, duplicate=double, stays=index.trust)
    indexing.drain()
    now = page(client, f"/en/search/?institution={index.trust.uid}")
    assert "Pupil-led water committees" in results(now)
    before = page(client, f"/en/search/?institution={double.uid}")
    assert results(before) == results(now)
    assert f'value="{index.trust.uid}" checked' in before
    both = SearchAddress.read(QueryDict(f"institution={double.uid}&institution={index.trust.uid}"))
    assert both.filters["institution"] == (index.trust.uid,)
    with django_assert_num_queries(1):
        SearchAddress.read(QueryDict(f"q=x&institution={double.uid}"))
    with django_assert_num_queries(0):
        SearchAddress.read(QueryDict("q=x&country=KE"))


def test_a_slip_of_the_pen_is_helped(client, index):
    assert 'href="?q=sanitation"' in page(client, "/en/search/?q=sanitationn")
