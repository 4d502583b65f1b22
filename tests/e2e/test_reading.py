"""From arriving to reading a practice, in both directions of writing, with and without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.places import Places
from tests.e2e.visitor import Visitor

WORDS = {"en": "school water", "ar": "مياه المدارس"}
DIRECTION = {"en": "ltr", "ar": "rtl"}
RESULTS = "article.card h2 a"


def test_one_arrives_and_searches(visitor: Visitor, page: Page, language: str) -> None:
    page.goto(visitor.site)
    expect(page).to_have_url(f"{visitor.site}/{language}/")
    expect(page.locator("html")).to_have_attribute("dir", DIRECTION[language])
    box = page.locator("main input[name=q]")
    box.fill(WORDS[language])
    box.press("Enter")
    expect(page).to_have_url(re.compile(rf"/{language}/search/\?q="))
    expect(page.locator(RESULTS).first).to_be_visible()
    expect(page.locator("article.card .why mark").first).to_be_visible()


def test_a_filter_narrows_and_its_chip_takes_it_away(visitor: Visitor, scripts: bool) -> None:
    page = visitor.go("/search/?q=water")
    before = page.locator("#results").inner_text()
    box = page.locator(".facet input[name=kind][value=lesson]")
    box.check() if not scripts else box.click()
    apply = page.locator(".apply")
    if scripts:
        expect(apply).to_be_hidden()
    else:
        apply.click()
    page.wait_for_url(re.compile("kind=lesson"))
    expect(page.locator("#results")).not_to_have_text(before)
    expect(page.locator(".facet input[name=kind][value=lesson]")).to_be_checked()
    expect(page.locator("form.search input[name=q]")).to_have_value("water")
    page.locator("a.chip").click()
    page.wait_for_url(re.compile(r"\?q=water$"))
    expect(page.locator("#results")).to_have_text(before)


def test_two_values_of_a_filter_are_an_or(visitor: Visitor) -> None:
    page = visitor.go("/search/?kind=lesson&kind=publication")
    both = _number(page)
    expect(page.locator("a.chip")).to_have_count(2)
    lessons = _number(visitor.go("/search/?kind=lesson"))
    publications = _number(visitor.go("/search/?kind=publication"))
    assert both == lessons + publications


def test_a_filter_without_a_list_of_its_own_stays(visitor: Visitor, scripts: bool) -> None:
    """Sectors and single targets are reached from a record; the lists of the search do not show them."""
    page = visitor.go("/search/?sector=14030&sdg=6.1")
    page.locator(".facet input[name=kind][value=practice]").click()
    if not scripts:
        page.locator(".apply").click()
    page.wait_for_url(re.compile("kind=practice"))
    expect(page.locator("a.chip")).to_have_count(3)


def _number(page: Page) -> int:
    return int(re.sub(r"\D", "", page.locator("#results").inner_text()) or 0)


def test_one_reads_a_practice_from_the_results(visitor: Visitor) -> None:
    page = visitor.go("/search/?q=water+school&kind=practice")
    page.locator(RESULTS).first.click()
    expect(page).to_have_url(re.compile("/practices/"))
    expect(page.locator("article h1")).to_be_visible()
    assert page.locator("article.text > h2").count() >= 3
    expect(page.locator("aside dl.facts")).to_be_visible()


def test_one_sees_who_works_on_this_and_countries_like_mine(visitor: Visitor) -> None:
    page = visitor.go("/search/?q=water")
    expect(page.locator("#who ~ .scroll tbody tr").first).to_be_visible()
    assert page.locator("#who ~ .scroll tbody a[href^='mailto:']").count() > 0
    page.locator("#like-mine summary").click()
    page.locator("select[name=mine]").select_option("KE")
    page.locator("#like-mine form button").click()
    page.wait_for_url(re.compile("mine=KE"))
    like = page.locator("#like-mine ul li").first
    expect(like.locator("a")).to_be_visible()
    expect(like.locator(".small")).not_to_be_empty()  # the reason
    like.locator("a").click()
    page.wait_for_url(re.compile("country="))
    expect(page.locator(RESULTS).first).to_be_visible()


def test_the_language_changes_on_the_same_page(visitor: Visitor, language: str) -> None:
    other = "ar" if language == "en" else "en"
    page = visitor.go("/search/?q=water&kind=practice")
    page.locator("header details.menu summary").click()
    page.locator(f"header details.menu a[hreflang={other}]").click()
    expect(page).to_have_url(f"{visitor.site}/{other}/search/?q=water&kind=practice")
    expect(page.locator("html")).to_have_attribute("lang", other)
    expect(page.locator("html")).to_have_attribute("dir", DIRECTION[other])


def test_a_practice_is_read_in_the_original_language(visitor: Visitor, places: Places, language: str) -> None:
    """The full practice is written in English and translated into all languages."""
    page = visitor.go(places["full practice"].path)
    title = page.locator("article h1").inner_text()
    original = page.locator("header .meta a[hreflang], header .meta b[lang]")
    assert original.count() == 7
    if language == "en":
        expect(page.locator("a[href='?lang=en']")).to_have_count(0)
        return
    page.locator(".note a[href='?lang=en']").click()
    page.wait_for_url(re.compile(r"\?lang=en$"))
    expect(page.locator("article h1")).not_to_have_text(title)
    expect(page.locator("article h1 [lang=en], article h1[lang=en]")).to_have_attribute("dir", "ltr")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")


def test_the_map_has_a_table_and_leads_to_lists(visitor: Visitor, scripts: bool) -> None:
    page = visitor.go("/search/?q=water")
    page.locator("a[href*='view=map']").click()
    page.wait_for_url(re.compile("view=map"))
    box = page.locator("figure.map svg").bounding_box()
    assert box is not None
    assert box["height"] > 100
    countries = page.locator("figure.map ~ .scroll tbody tr")
    assert countries.count() == page.locator("figure.map svg a").count() > 3
    if scripts:
        assert page.locator("figure.map use.land").evaluate("use => use.getBBox().width") > 500
    countries.first.locator("a").click()
    page.wait_for_url(re.compile("country="))
    expect(page.locator(RESULTS).first).to_be_visible()


@pytest.mark.parametrize("name", ["full practice", "search"])
def test_print_has_the_text_without_menus(visitor: Visitor, places: Places, name: str) -> None:
    page = visitor.go(places[name].path)
    page.emulate_media(media="print")
    for away in (
        "header.site nav",
        "header.site details.menu",
        "footer nav",
        ".facet",
        "form.search",
        ".share",
    ):
        for one in page.locator(away).all():
            expect(one).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("article p").first).to_be_visible()
    assert page.pdf().startswith(b"%PDF")


def test_the_feed_of_a_search_is_linked(visitor: Visitor) -> None:
    page = visitor.go("/search/?q=water&kind=practice")
    address = page.locator("main a[href*='/search/feed/']").get_attribute("href") or ""
    assert page.locator("link[type='application/atom+xml']").get_attribute("href") == address
    answer = page.request.get(visitor.site + address)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert "<entry>" in answer.text()


def test_an_institution_shows_its_office_and_its_records(visitor: Visitor, places: Places) -> None:
    page = visitor.go("/institutions/")
    page.locator("select[name=country]").select_option("KE")
    page.locator("form.filters button").click()
    page.wait_for_url(re.compile("country=KE"))
    assert page.locator("main tbody tr").count() > 0
    page = visitor.go(places["institution"].path)
    expect(page.locator("aside a[href^='mailto:']").first).to_be_visible()
    page.locator("#records article.card a").first.click()
    expect(page.locator("article.text h1")).to_be_visible()


def test_what_is_not_there_says_so_and_helps(visitor: Visitor, places: Places) -> None:
    page = visitor.go(places["not found"].path, status=404)
    expect(page.locator("h1")).to_be_visible()
    page.locator("main input[name=q]").fill("water")
    page.locator("main form.search button").click()
    expect(page.locator(RESULTS).first).to_be_visible()


def test_what_was_taken_back_says_so(visitor: Visitor, places: Places) -> None:
    page = visitor.go(places["gone"].path, status=410)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("Zanzilabak")


def test_nothing_found_helps(visitor: Visitor) -> None:
    page = visitor.go("/search/?q=water&kind=publication&country=IS")
    expect(page.locator("#results")).to_be_visible()
    expect(page.locator(RESULTS)).to_have_count(0)
    page.locator(".nothing a").first.click()  # take the filters away
    page.wait_for_url(re.compile(r"\?q=water$"))
    expect(page.locator(RESULTS).first).to_be_visible()
    page = visitor.go("/search/?q=zzqqxxyy")
    page.locator(".nothing a[href*='theme=']").first.click()
    expect(page.locator("a.chip")).to_be_visible()
