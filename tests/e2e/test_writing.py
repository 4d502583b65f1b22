"""Writing on a bad line: nothing that was typed is lost, and nothing arrives twice."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.e2e import operator
from tests.e2e.visitor import Visitor

KEPT = "() => Object.keys(localStorage).some(key => key.startsWith('ayni.words.'))"
NONE_KEPT = "() => !Object.keys(localStorage).some(key => key.startsWith('ayni.words.'))"
SLOW = 60_000  # bytes a second
MOST_STEPS = 40


@pytest.fixture
def writer(visit: Callable[..., Visitor], operator_state: dict[str, Any]) -> Visitor:
    return visit("en", storage_state=operator_state)


def _words(page: Page) -> Any:
    return page.locator("textarea[name='body.problem']")


def _page_of(uid: str) -> str:
    return f"/write/{uid}/problem/"


def test_words_typed_without_a_line_survive_the_closed_page_and_are_sent_from_elsewhere(
    writer: Visitor,
) -> None:
    uid = operator.begin_draft(writer, "Offline: closed")
    page = writer.go(_page_of(uid))
    writer.set_offline(True)
    _words(page).fill("The boat came at night, without a light.")
    expect(page.locator("#saved")).to_contain_text("kept on this device")
    assert page.evaluate(KEPT)
    writer.set_offline(False)
    page = writer.new_page()
    writer.go("/write/")
    page.wait_for_function(NONE_KEPT)
    expect(writer.go(f"/write/{uid}/preview/").locator("main")).to_contain_text("The boat came at night")


def test_words_are_put_back_where_they_were_typed_and_sent_when_the_line_is_back(writer: Visitor) -> None:
    uid = operator.begin_draft(writer, "Offline: open")
    page = writer.go(_page_of(uid))
    writer.set_offline(True)
    _words(page).fill("The lamp was broken.")
    expect(page.locator("#saved")).to_contain_text("kept on this device")
    writer.set_offline(False)
    expect(page.locator("#saved")).to_contain_text("Saved at")
    page.wait_for_function(NONE_KEPT)
    expect(_words(writer.go(_page_of(uid)))).to_have_value("The lamp was broken.")


def test_two_tabs_write_in_one_field_and_both_texts_are_there_to_choose(writer: Visitor) -> None:
    uid = operator.begin_draft(writer, "Two tabs")
    first = writer.go(_page_of(uid))
    second = writer.context.new_page()
    second.goto(first.url)
    _words(first).fill("Written in the first tab.")
    expect(first.locator("#saved")).to_contain_text("Saved at")
    _words(second).fill("Written in the second tab.")
    expect(second.locator("#saved")).to_contain_text("Both texts are kept")
    second.locator("button[name=go][value=next]").click()
    clash = second.locator("#clashes")
    expect(clash).to_contain_text("Written in the first tab.")
    expect(clash).to_contain_text("Written in the second tab.")
    clash.locator("button[value=both]").click()
    expect(second.locator("#clashes")).to_have_count(0)
    expect(_words(second)).to_have_value("Written in the first tab.\n\nWritten in the second tab.")


def _lose_answers(writer: Visitor, page: Page) -> None:
    """The site gets what is sent, and its answer does not arrive."""
    writer.may_be_offline = True

    def lose(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        assert route.fetch().status == 200
        route.abort("internetdisconnected")

    page.route("**/write/**", lose)


@pytest.mark.parametrize("way", ["waits", "presses Continue", "comes back later"])
def test_words_whose_answer_was_lost_never_clash_with_what_the_same_person_writes_on(
    writer: Visitor, way: str
) -> None:
    uid = operator.begin_draft(writer, f"Lost answer: {way}")
    page = writer.go(_page_of(uid))
    _lose_answers(writer, page)
    _words(page).fill("The boat is late.")
    expect(page.locator("#saved")).to_contain_text("kept on this device")
    _words(page).fill("The boat is late, and nobody knows why.")
    if way == "comes back later":
        page = writer.new_page()
        writer.go(_page_of(uid))
    else:
        page.unroute("**/write/**")
    if way == "presses Continue":
        page.locator("button[name=go][value=next]").click()
        expect(page).to_have_url(re.compile(r"/write/\w+/done/$"))
    else:
        expect(page.locator("#saved")).to_contain_text("Saved at")
    page.wait_for_function(NONE_KEPT)
    page = writer.go(_page_of(uid))
    expect(_words(page)).to_have_value("The boat is late, and nobody knows why.")
    expect(page.locator("#clashes")).to_have_count(0)


def _refuse_what_is_sent(writer: Visitor) -> None:
    """Something on the way, which knows nothing of the site, takes less than the site does."""
    writer.context.route(
        "**/write/**",
        lambda route: (
            route.fulfill(status=413, body="Request Entity Too Large")
            if route.request.method == "POST"
            else route.continue_()
        ),
    )


def test_what_something_on_the_way_finds_too_large_stays_and_is_shown_to_be_copied(writer: Visitor) -> None:
    uid = operator.begin_draft(writer, "Too large on the way")
    page = writer.go(_page_of(uid))
    writer.expects_error(page.url)
    _refuse_what_is_sent(writer)
    _words(page).fill("A long story of a boat.")
    expect(page.locator("#saved")).to_contain_text("Put the long part into a document")
    expect(_words(page)).to_have_value("A long story of a boat.")
    page = writer.new_page()
    page = writer.go(f"/write/{uid}/done/")
    told = page.locator("section.wait")
    expect(told).to_contain_text("A long story of a boat.")
    expect(told).to_contain_text("Put the long part into a document")
    told.locator("button").click()
    page.wait_for_function(NONE_KEPT)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"], indirect=True)
def test_more_than_the_site_takes_is_said_and_the_words_stay(
    visit: Callable[..., Visitor], operator_state: dict[str, Any], scripts: bool
) -> None:
    writer = visit("en", java_script_enabled=scripts, storage_state=operator_state)
    uid = operator.begin_draft(writer, f"More than the site takes {scripts}")
    page = writer.go(_page_of(uid))
    story = "The boat is late. " * 120_000  # two megabytes, whatever the field says of its length
    _words(page).evaluate(
        '(field, story) => { field.removeAttribute("maxlength"); field.value = story }', story
    )
    if scripts:
        _words(page).dispatch_event("input")
        _words(page).press("End")
        page.locator("button[name=go][value=next]").focus()
        expect(page.locator("#saved")).to_contain_text("Put the long part into a document")
        assert not page.evaluate(KEPT)
        expect(_words(page)).to_have_value(story)
    writer.expects_error(page.url)
    page.locator("button[name=go][value=next]").click()
    expect(page.locator("main")).to_contain_text("Go back with your browser")
    page.go_back()
    expect(_words(page)).to_have_value(story)


def test_without_scripts_words_come_back_when_the_session_is_over_and_are_saved_after_logging_in(
    visit: Callable[..., Visitor], operator_state: dict[str, Any]
) -> None:
    writer = visit("en", java_script_enabled=False, storage_state=operator_state)
    uid = operator.begin_draft(writer, "Session over")
    page = writer.go(_page_of(uid))
    _words(page).fill("It rained for three weeks.")
    writer.context.clear_cookies(name="sessionid")
    writer.expects_error(page.url)
    page.locator("button[name=go][value=next]").click()
    expect(page.locator("#faults")).to_contain_text("You were logged out")
    expect(_words(page)).to_have_value("It rained for three weeks.")
    with writer.context.expect_page() as opened:
        page.locator("#faults a").click()
    operator.fill_in_log_in(opened.value, "operator")
    expect(opened.value.locator("header details.account")).to_be_visible()
    for _ in range(2):  # logging in has made the page's token old: it says so, and the second time is right
        page.locator("button[name=go][value=next]").click()
        page.wait_for_load_state()
    expect(page).to_have_url(re.compile(f"/write/{uid}/done/$"))
    expect(_words(writer.go(_page_of(uid)))).to_have_value("It rained for three weeks.")


def test_a_photo_whose_line_breaks_goes_on_by_itself_and_arrives_once(writer: Visitor) -> None:
    uid = operator.begin_draft(writer, "Photo on a bad line")
    page = writer.go(f"/files/of/{uid}/")
    line = writer.context.new_cdp_session(page)
    on = {"offline": False, "latency": 50, "downloadThroughput": -1, "uploadThroughput": SLOW}
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", on)
    noise = io.BytesIO()
    Image.effect_noise((1200, 900), 80).save(noise, "JPEG", quality=90)
    file = {"name": "boat.jpg", "mimeType": "image/jpeg", "buffer": noise.getvalue()}
    page.locator("#files-choose").set_input_files(file)
    sending, there = page.locator("[data-sending] li"), page.locator("[data-files] > li")
    expect(sending).to_contain_text(re.compile(r"\d+ kB of \d+ kB sent"))
    writer.may_be_offline = True
    line.send("Network.emulateNetworkConditions", on | {"offline": True})
    expect(sending).to_contain_text("No connection.", timeout=15_000)
    assert there.count() == 0
    line.send("Network.emulateNetworkConditions", on | {"uploadThroughput": -1})
    expect(there).to_have_count(1, timeout=30_000)
    expect(sending).to_have_count(0)
    page = writer.go(f"/files/of/{uid}/")
    expect(page.locator("[data-files] > li")).to_have_count(1)
    expect(page.locator("[data-coming]")).to_have_count(0)


def test_the_first_pages_need_no_mouse(writer: Visitor) -> None:
    page = writer.go("/write/")
    _tab_to(page, "input[name=kind]")
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[name=kind][value=lesson]")).to_be_checked()
    _tab_to(page, "#f-title")
    page.keyboard.type("Written without a mouse")
    _tab_to(page, "form.writing > p button")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/write/\w+/situation/$"))
    _tab_to(page, "textarea")
    page.keyboard.type("The hand was tired.")
    _tab_to(page, "button[value=next]")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/write/\w+/tried/$"))


def test_what_is_chosen_from_a_long_list_stands_on_its_lid(writer: Visitor) -> None:
    uid = operator.begin_draft(writer, "A list with a lid")
    page = writer.go(f"/write/{uid}/where/")
    lid = page.locator("#f-tags-themes summary")
    expect(lid).to_have_text("None chosen yet")
    lid.click()
    page.locator("#f-tags-themes").get_by_label("Health", exact=True).check()
    expect(lid).to_have_text("Health")
    page.locator("button[value=preview]").click()
    expect(writer.go(f"/write/{uid}/where/").locator("#f-tags-themes summary")).to_have_text("Health")


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    pytest.fail(f"{selector} is not reached in {MOST_STEPS} steps")
