"""Logging in and out, and an operator's day, with and without scripts."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e import operator
from tests.e2e.visitor import Visitor


def test_one_logs_in_and_out(visitor: Visitor) -> None:
    page = operator.log_in(visitor, "programme officer")
    page.locator("header details.account summary").click()
    expect(page.locator("header a[href$='/accounts/logout/']")).to_be_visible()
    expect(page.locator("header")).to_contain_text("Demo Programme Officer")
    expect(page.locator("header a[href$='/imports/']")).to_have_count(0)
    page.locator("header a[href$='/accounts/logout/']").click()
    page.locator("main form button").click()
    expect(page.locator("header a[href$='/accounts/login/']")).to_be_visible()


def test_a_wrong_password_is_said(visitor: Visitor) -> None:
    page = operator.log_in(visitor, "moderator", password="not this one")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    expect(page.locator("main .errorlist, main .errors").first).to_be_visible()
    expect(page.locator("input[name=login]")).to_have_value(operator.EMAILS["moderator"])
    expect(page.locator("input[name=password]")).to_have_value("")


@pytest.fixture
def at_work(
    visit: Callable[..., Visitor], language: str, scripts: bool, operator_state: dict[str, Any]
) -> Visitor:
    return visit(language, java_script_enabled=scripts, storage_state=operator_state)


def test_an_operator_imports_a_file_and_takes_it_back(at_work: Visitor, scripts: bool) -> None:
    word = f"Quillabamba{at_work.language}{'js' if scripts else 'plain'}"
    content = operator.lesson(f"e2e-{word}", f"{word}: the pump that waited")
    page = operator.upload(at_work, "lesson.jsonl", content)
    expect(page).to_have_url(re.compile(r"/imports/\w+/$"))
    operator.wait_until_done(page)
    here = page.url
    expect(page.locator("main")).to_contain_text("lesson.jsonl")
    search = f"{at_work.site}/{at_work.language}/search/?q={word}"
    record = at_work.site + operator.wait_until_found(page, search)
    page.goto(here)
    operator.undo(page)
    expect(page.locator("main a[href$='/undo/']")).to_have_count(0)
    at_work.expects_error(record)
    answer = page.goto(record)
    assert answer is not None
    assert answer.status == 410


def test_an_operator_checks_a_file_without_storing(at_work: Visitor) -> None:
    content = operator.lesson("e2e-check", "Only looked at") + b'{"id": "2", "kind": "song"}\n'
    page = operator.upload(at_work, "check.jsonl", content, do="check")
    expect(page.locator("#report")).to_be_visible()
    expect(page.locator("#faults")).to_contain_text("kind")


def test_import_pages_are_not_there_for_others(visitor: Visitor) -> None:
    visitor.go("/imports/", status=404)
