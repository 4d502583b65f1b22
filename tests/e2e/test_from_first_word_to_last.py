"""One practice, in the browser: written on two devices, read by its institution and by the site, published, found,
translated, adapted elsewhere, confirmed a year later by the link in a mail, withdrawn."""

import io
import random
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests import smtp
from tests.e2e import operator
from tests.e2e.server import Site
from tests.e2e.visitor import Visitor

A_YEAR_AND_MORE = 400
WORDS = {
    "en": {
        "title": "Zumbiro: ferrymen who carry the vaccine box",
        "problem": "Three island clinics had no vaccine for weeks. The health boat came once a month, or not at all.",
        "done": "Eleven ferrymen agreed to carry the cold box on their daily run. Each signs a sheet at both landings.",
        "changed": "In two years no clinic was without vaccine for more than three days; before, it was nineteen.",
        "better": "Eleven ferrymen agreed to carry the cold box. They sign at both landings; the clinic pays fuel.",
        "summary": "Ferrymen carry the vaccine box every day, so that island clinics are never without.",
        "comment": "Who pays for the fuel?",
        "photo": "A ferryman hands a blue box to a nurse on a landing.",
        "search": "Zumbiro ferrymen",
        "elsewhere": "Bonkala: drivers who carry the vaccine box",
        "their problem": "The mountain posts had no vaccine in the rains, when the ambulance does not get through.",
        "their deed": "Nine drivers of shared taxis carry the box. They asked for a fee, which the ferrymen had not.",
        "their change": "In one year no post was without vaccine for more than five days.",
    },
    "ar": {
        "title": "زمبيرو: أصحاب العبّارات ينقلون صندوق اللقاح",
        "problem": "بقيت ثلاث عيادات في الجزر أسابيع بلا لقاح. كان القارب الصحي يأتي مرة في الشهر أو لا يأتي.",
        "done": "اتفق أحد عشر من أصحاب العبّارات على حمل صندوق التبريد كل يوم، ويوقّع كل منهم عند المرسيين.",
        "changed": "لم تبق عيادة بلا لقاح أكثر من ثلاثة أيام خلال سنتين، وكان ذلك تسعة عشر يوما من قبل.",
        "better": "اتفق أحد عشر من أصحاب العبّارات على حمل صندوق التبريد، وتدفع العيادة ثمن الوقود.",
        "summary": "ينقل أصحاب العبّارات صندوق اللقاح كل يوم حتى لا تبقى عيادات الجزر بلا لقاح.",
        "comment": "من يدفع ثمن الوقود؟",
        "photo": "صاحب عبّارة يسلّم ممرضة صندوقا أزرق عند المرسى.",
        "search": "زمبيرو العبّارات",
        "elsewhere": "بونكالا: سائقون ينقلون صندوق اللقاح",
        "their problem": "كانت مراكز الجبل بلا لقاح في موسم المطر حين لا تصل سيارة الإسعاف.",
        "their deed": "ينقل تسعة سائقين الصندوق في سيارات الأجرة المشتركة، وطلبوا أجرا لم يطلبه أصحاب العبّارات.",
        "their change": "لم يبق أي مركز بلا لقاح أكثر من خمسة أيام خلال سنة.",
    },
}


class Company:
    """The people of the story, each at a device of their own. At the end none may have met an error."""

    def __init__(self, browser: Browser, site: Site, language: str, post: smtp.Post) -> None:
        self._browser, self.site, self._language, self._post = browser, site, language, post
        self._there: list[Visitor] = []
        self.faults: list[str] = []

    def come(self, who: str | None, *, scripts: bool = False, small: bool = False) -> Visitor:
        """Somebody of the demo world, logged in; `None` is a visitor."""
        options: dict[str, Any] = {"java_script_enabled": scripts}
        if small:
            options["viewport"] = {"width": 360, "height": 740}
        visitor = Visitor(self._browser, self.site.address, self._language, **options)
        self._there.append(visitor)
        if who:
            operator.log_in(visitor, who)
        return visitor

    def link_in_mail(self, to: str, about: str, part: str) -> str:
        """The link, known by a part of it, in the newest such mail that somebody got; it is on its way for a while."""
        link = re.compile(rf"{re.escape(self.site.address)}/\S*{re.escape(part)}\S+")
        end = time.monotonic() + operator.DONE_WITHIN
        while time.monotonic() < end:
            for mail in reversed(self._post.arrived):
                text = mail.get_body(("plain",)).get_content()
                if to in mail["To"] and about in text and (found := link.search(text)):
                    return found[0]
            time.sleep(0.1)
        pytest.fail(f"no mail to {to} about {about}")

    def leave(self) -> None:
        """Everybody goes home: nobody shall ask a site that is stopped."""
        while self._there:
            visitor = self._there.pop()
            visitor.leave()
            self.faults += visitor.faults


@pytest.fixture
def people(
    browser: Browser, language: str, demo: Site, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Company]:
    """On a site of their own, with a mail server: its clock will be moved."""
    with smtp.serving() as post:
        options = {
            "AYNI_MAIL_URL": f"smtp://127.0.0.1:{post.port}",
            "AYNI_MAIL_FROM": "ayni@ayni.example",
        }
        site = Site(tmp_path_factory.mktemp("story"), **options)
        site.like(demo)
        site.start()
        company = Company(browser, site, language, post)
        try:
            yield company
        finally:
            company.leave()
            site.stop()
    assert company.faults == []


def press(page: Page, selector: str) -> None:
    page.locator(f"main {selector}").first.click()
    page.wait_for_load_state()


def photo() -> bytes:
    """Large enough to be sent in several pieces."""
    dots = random.Random(7).randbytes(900 * 600 * 3)
    buffer = io.BytesIO()
    Image.frombytes("RGB", (900, 600), dots).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def test_from_the_first_word_to_the_last(people: Company, language: str) -> None:
    words = WORDS[language]
    uid = write_on_two_devices(people, words)
    read_twice_with_one_change_asked(people, words, uid)
    record = find(people, words)
    translate(people, uid, "en" if language == "ar" else "ar")
    adapt_elsewhere(people, uid, words)
    confirm_a_year_later(people, uid, words)
    withdraw(people, record, uid)


def write_on_two_devices(people: Company, words: dict[str, str]) -> str:
    """The first pages without scripts on a telephone, the rest on another device; the id of the record."""
    visitor = people.come("programme officer", small=True)
    page = visitor.go("/write/")
    page.fill("input[name=title]", words["title"])
    press(page, "form.writing button.button")
    uid = re.search(r"/write/(\w{12})/", page.url)[1]
    page.fill("textarea[name='body.problem']", words["problem"])
    press(page, "button[name=go][value=next]")
    page.fill("textarea[name='body.what_was_done']", words["done"])
    page.fill("input[name=started]", "2023")
    press(page, "button[name=go][value=next]")
    visitor = people.come("programme officer", scripts=True)
    page = visitor.go("/desk/")
    press(page, f"a[href*='/write/{uid}/']")
    page = visitor.go(f"/write/{uid}/changed/")
    page.fill("textarea[name='body.what_changed']", words["changed"])
    press(page, "button[name=go][value=next]")
    page = visitor.go(f"/files/of/{uid}/")
    page.set_input_files(
        "#files-choose", {"name": "landing.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    expect(page.locator("[data-files] img").first).to_be_visible(timeout=20_000)
    page.locator("main [name^=description-]").first.fill(words["photo"])
    press(page, "button[value=continue]")  # which saves the words as well
    page = visitor.go(f"/write/{uid}/where/")
    page.fill("[name=summary]", words["summary"])
    page.locator("select[name='tags.countries']").first.select_option("KE")
    press(page, "button[name=go][value=next]")
    expect(page).to_have_url(re.compile(f"/write/{uid}/preview/"))
    press(page, "form[action$='/hand-in/'] button")
    expect(page.locator("main form[action$='/hand-in/']")).to_have_count(0)
    return uid


def read_twice_with_one_change_asked(people: Company, words: dict[str, str], uid: str) -> None:
    reader = people.come("coordinator")
    page = take(reader, words["title"])
    say = (
        page.locator("form.say").filter(has=page.locator("input[name=path][value='body.what_was_done']")).last
    )
    page.locator("details").filter(has=say).last.locator("summary").first.click()
    say.locator("textarea[name=text]").fill(words["comment"])
    say.locator("button[value=comment]").click()
    page.wait_for_load_state()
    decide(page, "changes", note=words["comment"])
    author = people.come("programme officer")
    page = author.go("/desk/")
    expect(page.locator("main .turn").first).to_be_visible()
    page = author.go(f"/write/{uid}/done/")
    expect(page.locator("main")).to_contain_text(words["comment"])
    page.fill("textarea[name='body.what_was_done']", words["better"])
    press(page, "button[name=go][value=preview]")
    press(page, "form[action$='/hand-in/'] button")
    page = open_reading(reader, words["title"], "mine")
    expect(page.locator("main ins").first).to_be_visible()
    decide(page, "approve")
    for who in ("director", "reviewer"):  # the second step of the institution, and the site
        page = take(people.come(who), words["title"])
        decide(page, "approve")


def take(reader: Visitor, title: str) -> Page:
    page = open_reading(reader, title, "open")
    press(page, "button[name=do][value=take]")
    return page


def open_reading(reader: Visitor, title: str, which: str) -> Page:
    page = reader.go(f"/review/?list={which}")
    page.locator("main a", has_text=title).first.click()
    page.wait_for_load_state()
    return page


def decide(page: Page, verdict: str, note: str = "") -> None:
    for question in page.locator("form.decide fieldset").all():
        question.locator("input[value=yes]").check()
    if note:
        page.fill("form.decide textarea[name=note]", note)
    press(page, f"form.decide button[value={verdict}]")
    expect(page.locator("#faults")).to_have_count(0)


def find(people: Company, words: dict[str, str]) -> str:
    """By search, as anyone; the address of its page, with the photo and what it was reviewed against."""
    visitor = people.come(None)
    search = f"{people.site.address}/{visitor.language}/search/?q={words['search']}"
    path = operator.wait_until_found(visitor.page, search)
    page = visitor.page
    page.goto(people.site.address + path)
    expect(page.locator("h1")).to_contain_text(words["title"])
    expect(page.locator(f"main img[alt='{words['photo']}']")).to_have_count(1)
    expect(page.locator("main a[href*='/criteria/']")).to_have_count(1)
    return people.site.address + path


def translate(people: Company, uid: str, into: str) -> None:
    """By somebody of another institution; read and released by the owner's."""
    helper = people.come("training officer")
    page = helper.go(f"/translate/{uid}/{into}/")
    for number, field in enumerate(page.locator("textarea[name^=text-]").all()):
        field.fill(f"{into} {number}: ferry, vaccine")
    press(page, "button[name=do][value=hand-in]")
    reader = people.come("coordinator")
    page = reader.go(f"/translate/{uid}/{into}/read/")
    press(page, "button[name=do][value=approve]")
    page = people.come(None).go(f"/practices/{uid}/?lang={into}")
    expect(page.locator("h1")).to_contain_text(f"{into} 0: ferry, vaccine")


def adapt_elsewhere(people: Company, uid: str, words: dict[str, str]) -> None:
    """By another institution; read for it and for the site. The original leads to it once it is published."""
    visitor = people.come("training officer")
    page = visitor.go(f"/practices/{uid}/")
    press(page, f"a[href$='/write/adaptation/{uid}/']")
    house = page.locator("input[name=institution]").input_value()
    press(page, f"form[action$='/adaptation/{uid}/'] button, form.writing button.button")
    expect(page).to_have_url(re.compile(r"/write/\w{12}/"))
    theirs = re.search(r"/write/(\w{12})/", page.url)[1]
    pages = {
        "title": ("title", "elsewhere"), "problem": ("body.problem", "their problem"),
        "done": ("body.what_was_done", "their deed"), "changed": ("body.what_changed", "their change"),
        "where": ("summary", "elsewhere"),
    }  # fmt: skip
    for name, (path, text) in pages.items():
        page = visitor.go(f"/write/{theirs}/{name}/")
        page.fill(f"main [name='{path}']", words[text])
        press(page, "button[name=go][value=preview]")
    expect(page.locator("aside")).to_contain_text(words["title"])
    press(page, "form[action$='/hand-in/'] button")
    people.site.run("person", "role", operator.EMAILS["moderator"], house, "reviewer")
    for who in ("moderator", "reviewer"):  # for the institution, and for the site
        decide(take(people.come(who), words["elsewhere"]), "approve")
    page = people.come(None).go(f"/practices/{uid}/")
    link = page.locator(f"aside a[href*='/practices/{theirs}/']")
    expect(link).to_contain_text(words["elsewhere"])
    link.click()
    expect(page.locator("h1")).to_contain_text(words["elsewhere"])
    expect(page.locator(f"aside a[href*='/practices/{uid}/']")).to_have_count(1)


def confirm_a_year_later(people: Company, uid: str, words: dict[str, str]) -> None:
    """The site asks by itself when the year is over, on the desk and by mail; what opens its links changes nothing, one
    click does, by whoever has the mail."""
    people.leave()
    people.site.stop()
    people.site.run("worker", "--once", days=A_YEAR_AND_MORE)
    people.site.start(days=A_YEAR_AND_MORE)
    question = f"a[href*='/records/{uid}/confirm/']"
    expect(people.come("coordinator").go("/desk/").locator(f"main {question}")).to_have_count(0)
    expect(people.come("programme officer").go("/desk/").locator(f"main {question}").first).to_be_visible()
    link = people.link_in_mail(operator.EMAILS["programme officer"], words["title"], "/still-true/")
    for method in ("GET", "HEAD", "GET"):  # of programs that look at mail before people do
        seen = people.come(None).context.request.fetch(link, method=method)
        assert seen.status == 200
    expect(people.come("programme officer").go("/desk/").locator(f"main {question}").first).to_be_visible()
    page = people.come(None).page
    page.goto(link)
    expect(page.locator(f"main a[href*='/practices/{uid}/']").first).to_be_visible()
    press(page, "button[name=answer][value=holds]")
    page.goto(link)  # the second click of somebody else finds that it is answered
    expect(page.locator("button[name=answer]")).to_have_count(0)
    visitor = people.come("programme officer")
    expect(visitor.go("/desk/").locator(f"main {question}")).to_have_count(0)
    page = visitor.go(f"/practices/{uid}/")
    expect(page.locator("aside .late")).to_have_count(0)


def withdraw(people: Company, record: str, uid: str) -> None:
    page = people.come("coordinator").go(f"/records/{uid}/withdraw/")
    page.locator("input[name=reason]").first.check()
    press(page, "form.ask-form button.button")
    visitor = people.come(None)
    visitor.expects_error(record)
    answer = visitor.page.goto(record)
    assert answer is not None
    assert answer.status == 410
