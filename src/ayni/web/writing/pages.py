"""The pages on which each kind is written: one thing a page, in the order in which it is told.

The start page (kind, title, language, institution) comes before these and is the first of the five of a snapshot.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ayni.knowledge.states import Form, Kind


@dataclass(frozen=True)
class Page:
    """`name` stands in the address, for good. `files`: images and documents are added here."""

    name: str
    title: Any
    paths: tuple[str, ...]
    files: bool = False


_TITLE = Page("title", _("Title"), ("title",))
_CONTACT = ("standing.contact_email", "standing.contact_until", "standing.licence")
_WHERE = Page(
    "where",
    _("Where, and for whom"),
    ("summary", "tags.countries", "tags.themes", "tags.sdg", "partners", *_CONTACT),
)
_SOURCE = Page(
    "source",
    _("Where it was told before"),
    ("standing.source_title", "standing.source_url", "standing.source_publisher"),
)
_PROBLEM = Page("problem", _("The problem"), ("body.problem",))
_DONE = Page("done", _("What was done"), ("body.what_was_done", "started", "ended"))
_CHANGED = Page("changed", _("What changed"), ("body.what_changed",), files=True)
_SNAPSHOT = (_TITLE, _PROBLEM, _DONE, _CHANGED, _WHERE)
_FULL = (
    _TITLE,
    Page("setting", _("The place"), ("body.setting", "body.level")),
    _PROBLEM,
    Page("people", _("Whom it concerns"), ("body.who_is_affected",)),
    _DONE,
    Page("blocks", _("Building blocks"), ("body.building_blocks",)),
    _CHANGED,
    Page("results", _("Results"), ("body.results",)),
    Page("evidence", _("How you know"), ("body.evidence_level", "body.evidence")),
    Page("failures", _("What did not work"), ("body.what_did_not_work",)),
    Page("adapting", _("For those who adapt it"), ("body.adaptation_notes",)),
    Page("effort", _("What it took"), ("body.resources", "body.in_kind", "body.sustainability")),
    Page("links", _("Where to read more"), ("body.links", "tags.exchange_types")),
    _WHERE,
    _SOURCE,
)
_LESSON = (
    _TITLE,
    Page("situation", _("The situation"), ("body.situation",)),
    Page("tried", _("What was tried"), ("body.what_was_tried", "started", "ended")),
    Page("happened", _("What happened"), ("body.what_happened", "body.why", "body.advice"), files=True),
    _WHERE,
)
_PUBLICATION = (
    _TITLE,
    Page("about", _("What it is"), ("body.publication_type", "body.authors", "body.year", "body.publisher")),
    Page("says", _("What it says"), ("body.abstract", "body.key_points")),
    Page("text", _("Where it can be read"), ("body.url", "body.doi"), files=True),
    _WHERE,
)
_ACTIVITY = (
    _TITLE,
    Page("about", _("What it is"), ("body.description", "body.objectives", "body.activity_status")),
    Page("dates", _("When"), ("started", "ended", "body.identifiers")),
    _WHERE,
    _SOURCE,
)


def pages_of(kind: str, form: str = "") -> tuple[Page, ...]:
    if kind == Kind.PRACTICE:
        return _FULL if form == Form.FULL else _SNAPSHOT
    return {Kind.LESSON: _LESSON, Kind.PUBLICATION: _PUBLICATION, Kind.ACTIVITY: _ACTIVITY}[Kind(kind)]


def page_named(name: str, kind: str, form: str = "") -> Page | None:
    """None when this kind has no such page. Every kind that has a source may be given one, on a page of its own."""
    pages = (*pages_of(kind, form), _SOURCE)
    return next((page for page in pages if page.name == name), None)


def page_of(path: str, kind: str, form: str = "") -> Page:
    """Where the field is written: for links from what is missing, from comments, from a translation."""
    top = ".".join(path.split(".")[:2]) if not path.startswith("partners") else "partners"
    pages = (*pages_of(kind, form), _SOURCE)
    return next((page for page in pages if top in page.paths), pages[0])


def after(page: Page, kind: str, form: str = "") -> Page | None:
    """The page that follows; None: the preview does."""
    pages = pages_of(kind, form)
    place = pages.index(page) + 1 if page in pages else len(pages)
    return pages[place] if place < len(pages) else None


def before(page: Page, kind: str, form: str = "") -> Page | None:
    pages = pages_of(kind, form)
    place = pages.index(page) if page in pages else 0
    return pages[place - 1] if place else None
