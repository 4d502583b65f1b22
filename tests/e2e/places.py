"""Where each sort of page is on a new site: ids differ from site to site, so they are looked up."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.e2e import operator
from tests.e2e.visitor import Visitor

SEARCHES = {
    "full practice": "q=pupil-led+water+committees&kind=practice&country=KE",
    "snapshot": "q=night+boats+labour&kind=practice",
    "lesson": "q=solar+pumps&kind=lesson",
    "publication": "kind=publication",
    "activity": "kind=activity",
}
UNDONE = "Zanzilabak: a lesson to be taken back"


@dataclass
class Place:
    """`path` is without language; `status` is what the server says there."""

    path: str
    status: int = 200
    by: str = ""  # whose log-in of the demo opens it; nobody's where empty
    send: Callable[[Page], None] | None = (
        None  # what is sent there, where the answer is the page that is meant
    )

    def open(self, visitor: Visitor) -> Page:
        if self.send is None:
            return visitor.go(self.path, status=self.status)
        page = visitor.go(self.path)
        if self.status != 200:
            visitor.expects_error(page.url)
        with page.expect_navigation() as answer:
            self.send(page)
        assert answer.value is not None
        assert answer.value.status == self.status
        return page


@dataclass
class Places:
    by_name: dict[str, Place] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Place:
        return self.by_name[name]


# Known before the site runs, so that there is one test for each.
NAMES = (
    "home", "search", "narrowed search", "map", "nothing found", *SEARCHES, "institutions", "institution",
    "about", "log in", "forgotten password", "log out", "not found", "gone",
    "imports", "import", "undone import", "undo",
    "write", "write a page", "write where", "two texts", "preview", "files", "authors", "put away", "from a file",
    "from an address", "from an activity", "an adaptation", "take a draft",
    "readings", "a reading", "a reading with changes", "the way to publication", "criteria",
    "translations", "translate", "read a translation",
    "measures", "ask", "look after", "confirm", "withdraw", "questions", "measures of an institution",
    "desk", "desk of a director", "notices", "my settings", "change a search", "delete a search", "trust",
    "approval chain", "what a file says", "words given back",
    "claim by link", "still true by link", "a link that does not work",
)  # fmt: skip


def find_places(reader: Visitor, worker: Visitor, reviewer: Visitor, secrets: dict[str, str]) -> Places:
    """`secrets`: of the links in the mails `claim` and `still-true`, which no page shows."""
    places = {
        "home": Place("/"),
        "search": Place("/search/?q=water+school"),
        "narrowed search": Place("/search/?q=water&kind=practice&sdg=6&mine=KE"),
        "map": Place("/search/?q=water&view=map"),
        "nothing found": Place("/search/?q=zzqqxxyy&kind=lesson"),
        "institutions": Place("/institutions/"),
        "about": Place("/about/"),
        "log in": Place("/accounts/login/"),
        "forgotten password": Place("/accounts/password/reset/"),
        "log out": Place("/accounts/logout/", by="operator"),
        "not found": Place("/there-is-nothing/here/", status=404),
        "imports": Place("/imports/", by="operator"),
        "measures": Place("/measures/"),
        "questions": Place("/questions/", by="operator"),
    }
    for name, query in SEARCHES.items():
        page = reader.go(f"/search/?{query}")
        places[name] = Place(_path(page.locator("article.card h2 a").first.get_attribute("href")))
    page = reader.go("/search/?q=water&country=KE")
    places["institution"] = Place(_path(page.locator("#who ~ .scroll tbody a").first.get_attribute("href")))
    places |= _using(places["full practice"], places["institution"])
    places |= _reviewing(reviewer)
    places |= _translating(places["full practice"])
    places |= _desk(worker)
    places |= _heading(places["institution"])
    places |= _by_link(secrets)
    places |= _imports(worker)
    places |= _writing(worker, places["full practice"], places["activity"])
    return Places(places)


def _reviewing(reviewer: Visitor) -> dict[str, Place]:
    """What the demo reviewer has in hand: one text to decide on, one that its authors are changing."""
    page = reviewer.go("/review/")
    cards = page.locator("main li.card")
    in_hand = cards.filter(has_text="Your turn").locator("h2 a").first
    asked = cards.filter(has_text="Changes asked").locator("h2 a").first
    found = {
        "readings": Place("/review/", by="reviewer"),
        "a reading": Place(_path(in_hand.get_attribute("href")), by="reviewer"),
        "a reading with changes": Place(_path(asked.get_attribute("href")), by="reviewer"),
        "criteria": Place("/criteria/"),
    }
    page = reviewer.go(found["a reading with changes"].path)
    way = page.locator("main a[href*='/review/of/']").first.get_attribute("href")
    return found | {"the way to publication": Place(_path(way), by="operator")}


def _desk(worker: Visitor) -> dict[str, Place]:
    """What is one's own; a search is saved to be changed and deleted."""
    page = worker.go("/search/?q=water&kind=practice")
    page.locator("form[action$='/searches/save/'] button").click()
    page.wait_for_url(re.compile(r"/desk/"))
    change = _path(
        page.locator(
            "#searches ~ ul a[href*='/searches/'], #searches a[href*='/searches/']"
        ).first.get_attribute("href")
    )
    search = change.split("/")[2]
    paths = {
        "desk": "/desk/", "notices": "/notices/", "my settings": "/me/",
        "change a search": f"/searches/{search}/", "delete a search": f"/searches/{search}/delete/",
    }  # fmt: skip
    return {name: Place(path, by="operator") for name, path in paths.items()}


def _heading(institution: Place) -> dict[str, Place]:
    """What those see who head an institution, and those who may trust one."""
    owner = institution.path.split("/")[2]
    return {
        "desk of a director": Place("/desk/", by="director"),
        "trust": Place(f"/institutions/{owner}/trust/", by="moderator"),
        "approval chain": Place(f"/institutions/{owner}/approval/", by="moderator"),
    }


def _by_link(secrets: dict[str, str]) -> dict[str, Place]:
    return {
        "claim by link": Place(f"/claim/{secrets['claim']}/"),
        "still true by link": Place(f"/still-true/{secrets['still-true']}/"),
        "a link that does not work": Place(f"/claim/{'x' * 32}/", status=404),
    }


def _translating(practice: Place) -> dict[str, Place]:
    """The practice has some French that waits for its institution to read it; the operator writes for that."""
    record = practice.path.split("/")[2]
    return {
        "translations": Place("/translate/?to=fr", by="operator"),
        "translate": Place(f"/translate/{record}/ar/", by="operator"),
        "read a translation": Place(f"/translate/{record}/fr/read/", by="operator"),
    }


def _using(practice: Place, institution: Place) -> dict[str, Place]:
    """Of a record whose institution the demo operator writes for."""
    record, owner = (place.path.split("/")[2] for place in (practice, institution))
    return {
        "ask": Place(f"/ask/{record}/"),
        "look after": Place(f"/records/{record}/manage/", by="operator"),
        "confirm": Place(f"/records/{record}/confirm/", by="operator"),
        "withdraw": Place(f"/records/{record}/withdraw/", by="operator"),
        "measures of an institution": Place(f"/measures/{owner}/", by="operator"),
    }


def _writing(worker: Visitor, practice: Place, activity: Place) -> dict[str, Place]:
    """Of a draft with two texts in one field, a theme that is chosen, and something that is still missing."""
    uid = operator.begin_draft(worker, "A draft to be looked at")
    here = worker.page.url
    other = worker.context.new_page()
    other.goto(here)
    for page, words in ((worker.page, "The first text."), (other, "The second text.")):
        page.locator("textarea").first.fill(words)
        page.locator("button[name=go][value=next]").click()
        page.wait_for_load_state()
    other.close()
    paths = {
        "write": "/write/", "write a page": f"/write/{uid}/done/", "write where": f"/write/{uid}/where/",
        "two texts": f"/write/{uid}/problem/", "preview": f"/write/{uid}/preview/", "files": f"/files/of/{uid}/",
        "authors": f"/write/{uid}/authors/", "put away": f"/write/{uid}/discard/", "from a file": "/write/from-file/",
        "from an address": "/write/from-address/",
        "from an activity": f"/write/from-activity/{activity.path.split('/')[2]}/",
        "an adaptation": f"/write/adaptation/{practice.path.split('/')[2]}/",
        "take a draft": f"/practices/{uid}/take/choose/?draft=yes",
    }  # fmt: skip
    return {name: Place(path, by="operator") for name, path in paths.items()} | {
        "what a file says": Place("/write/from-file/", by="operator", send=_a_sheet),
        "words given back": Place("/write/", 401, by="operator", send=_words_too_late),
    }


def _a_sheet(page: Page) -> None:
    """One row that is good, and one with something to say about it."""
    rows = "title,kind,problem\nThe lamp at the landing,practice,It was dark.\n,practice,Nobody knows its name.\n"
    file = {"name": "records.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.locator("#f-file").set_input_files(file)
    page.locator("form.writing button").click()


def _words_too_late(page: Page) -> None:
    """The log-in has ended while somebody wrote."""
    page.locator("#f-title").fill("A title that comes too late")
    page.context.clear_cookies(name="sessionid")
    page.locator("form.writing > p button").click()


def _imports(worker: Visitor) -> dict[str, Place]:
    page = operator.upload(worker, "kept.jsonl", operator.lesson("kept-1", "A lesson that stays"))
    operator.wait_until_done(page)
    kept = _path(page.url)
    page = operator.upload(worker, "undone.jsonl", operator.lesson("undone-1", UNDONE))
    operator.wait_until_done(page)
    undone = _path(page.url)
    record = operator.wait_until_found(page, f"{worker.site}/en/search/?q={UNDONE.split(':', maxsplit=1)[0]}")
    worker.go(undone)
    operator.undo(page)
    return {
        "import": Place(kept, by="operator"),
        "undo": Place(f"{kept}undo/", by="operator"),
        "undone import": Place(undone, by="operator"),
        "gone": Place(_path(record), status=410),
    }


def _path(href: str | None) -> str:
    """Path and query without the language."""
    parts = urlsplit(href or "")
    _, _, rest = parts.path.lstrip("/").partition("/")
    return f"/{rest}?{parts.query}" if parts.query else f"/{rest}"
