"""What people with an account do, step by step in the browser."""

import json
import re
import time

from playwright.sync_api import Page

from ayni.cli.demo.build import LOG_INS, PASSWORD
from tests.e2e.visitor import Visitor

EMAILS = {log_in.email.partition("@")[0].replace(".", " "): log_in.email for log_in in LOG_INS}
DONE_WITHIN = 30  # seconds


def log_in(visitor: Visitor, who: str, password: str = PASSWORD) -> Page:
    return fill_in_log_in(visitor.go("/accounts/login/"), who, password)


def fill_in_log_in(page: Page, who: str, password: str = PASSWORD) -> Page:
    page.locator("input[name=login]").fill(EMAILS[who])
    page.locator("input[name=password]").fill(password)
    page.locator("main form button").click()
    page.wait_for_load_state()
    return page


def begin_draft(visitor: Visitor, title: str) -> str:
    """A good practice begun on the start page; its id."""
    page = visitor.go("/write/")
    page.locator("#f-title").fill(title)
    page.locator("form.writing > p button").click()
    page.wait_for_url(re.compile(r"/write/\w+/problem/$"))
    return page.url.split("/")[-3]


def lesson(identifier: str, title: str) -> bytes:
    """A file of one record, as JSON lines."""
    row = {
        "id": identifier,
        "kind": "lesson",
        "language": "en",
        "institution": "Lake Basin Rural Water Trust",
        "title": title,
        "summary": "A lesson for the browser tests.",
        "countries": ["KE"],
        "sdg": ["6"],
        "body": {
            "situation": "A pump stood still.",
            "what_was_tried": "We waited.",
            "what_happened": "Nothing.",
            "why": "Nobody had been asked.",
            "advice": "Ask.",
        },
    }
    return json.dumps(row).encode() + b"\n"


def upload(visitor: Visitor, name: str, content: bytes, *, do: str = "import") -> Page:
    page = visitor.go("/imports/")
    file = {"name": name, "mimeType": "application/x-ndjson", "buffer": content}
    page.locator("input[type=file]").set_input_files(file)
    page.locator("input[name=publish]").check()
    page.locator(f"button[name=do][value={do}]").click()
    page.wait_for_load_state()
    return page


def wait_until_done(page: Page) -> None:
    """The page of an import renews itself while the work goes on; here it is asked more often."""
    end = time.monotonic() + DONE_WITHIN
    while page.locator("main progress").count():
        assert time.monotonic() < end, "the import is not done"
        page.wait_for_timeout(200)
        page.goto(page.url)


def undo(page: Page) -> None:
    page.locator("main a[href$='/undo/']").click()
    page.locator("main form[action$='/undo/'] button").click()
    page.wait_for_url(re.compile(r"/imports/\w+/$"))
    wait_until_done(page)


def wait_until_found(page: Page, address: str) -> str:
    """The link of the first result of a search, which the index may know a moment later."""
    end = time.monotonic() + DONE_WITHIN
    while True:
        page.goto(address)
        first = page.locator("article.card h2 a").first
        if first.count():
            return first.get_attribute("href") or ""
        assert time.monotonic() < end, f"nothing found: {address}"
        page.wait_for_timeout(200)
