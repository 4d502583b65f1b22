"""A writer, her draft, and a browser that fills in the forms it is shown."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from ayni.knowledge.actions.drafts import begin
from ayni.knowledge.models import Revision


class Form(HTMLParser):
    """The fields of the page's first form of a class, with their values, as a browser would send them."""

    def __init__(self, html: str, of: str = "writing") -> None:
        super().__init__()
        self._of, self._inside, self._text, self._select = of, False, None, None
        self.action, self.fields, self.labelled = "", {}, []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form" and not self.action and self._of in (given.get("class") or ""):
            self._inside, self.action = True, given["action"]
        if not self._inside:
            return
        name, kind = given.get("name"), given.get("type", "")
        if tag in {"label", "legend"} or (tag == "select" and "aria-label" in given):
            self.labelled.append(given.get("for") or name or "")
        if tag == "input" and name and (kind not in {"checkbox", "radio"} or "checked" in given):
            self._add(name, given.get("value", ""))
        elif tag == "textarea":
            self._text = name
            self._add(name, "")
        elif tag == "select":
            self._select = name
            self._add(name, "")
        elif tag == "option" and "selected" in given:
            self.fields[self._select][-1] = given["value"]

    def _add(self, name, value):
        self.fields.setdefault(name, []).append(value)

    def handle_data(self, data):
        if self._text:
            self.fields[self._text][-1] += data.removeprefix("\n")

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._text = None
        if tag == "form":
            self._inside = False

    @property
    def questions(self) -> set[str]:
        """What a person is asked: a row of a table, or one of many boxes, belongs to one question."""
        hidden = {"csrfmiddlewaretoken", "writer", "sort", "language_hidden", "go"}
        names = {name for name in self.fields if not name.startswith("was.")} - hidden
        return {re.sub(r"\.\d+\..*", "", name) for name in names}


class Browser:
    """Follows what the pages say; JavaScript is off."""

    def __init__(self, person=None, **options) -> None:
        self.client = Client(**options)
        if person:
            self.client.force_login(person)

    def form(self, path, of="writing"):
        self.page = self.client.get(path)
        assert self.page.status_code == 200, self.page
        return Form(self.page.content.decode(), of)

    def send(self, form, *, json=False, go="next", **changed):
        """`changed`: paths with `__` for the dot, as Python writes names."""
        data = form.fields | {name.replace("__", "."): value for name, value in changed.items()} | {"go": go}
        headers = {"accept": "application/json"} if json else {}
        return self.client.post(form.action, data, headers=headers)


@pytest.fixture
def draft(world):
    return begin(
        by=world.author, kind="practice", language="en", owner=world.trust, title="Water on the wall"
    )


@pytest.fixture
def browser(world):
    return Browser(world.author)


def path_of(draft, name):
    return f"/en/write/{draft.record.uid}/{name}/"


def fresh(draft):
    return Revision.objects.select_related("record").get(pk=draft.pk)
