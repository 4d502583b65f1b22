"""Writing along: who is asked answers first, and who asks learns nothing about addresses."""

import re

import pytest
from django.core.cache import cache

from ayni.knowledge.actions.drafts import save_draft
from ayni.knowledge.actions.reviews import submit, take_up
from ayni.knowledge.drafts import Edit, fingerprint, values_of
from ayni.registry.actions.people import end_role, grant_role
from ayni.registry.models import Notice, Person
from ayni.registry.states import Role
from tests import worlds
from tests.web.writing.conftest import Browser, fresh, path_of


@pytest.fixture
def guest(world) -> Person:
    """Writes for another institution."""
    person = worlds.person("Gita Guest")
    grant_role(by=None, person=person, institution=world.network, role=Role.CONTRIBUTOR)
    return person


def ask(browser, draft, email: str):
    return browser.client.post(path_of(draft, "authors"), {"email": email}, follow=True)


@pytest.fixture
def complete_draft(world, draft):
    """With all that is asked for before it is handed in."""
    values = {
        "summary": "Accounts on the wall.", "tags.countries": ["KE"], "body.problem": "Nobody paid.",
        "body.what_was_done": "We painted.", "body.what_changed": "Eight of ten pay.",
    }  # fmt: skip
    edits = [Edit(path, value, fingerprint(values_of(draft).get(path))) for path, value in values.items()]
    assert save_draft(by=world.author, revision=fresh(draft), edits=edits).faults == []
    return draft


def authors_of(draft) -> list[Person]:
    return [row.person for row in draft.record.authors.order_by("pk")]


def test_known_and_unknown_addresses_look_alike(world, browser, draft, guest) -> None:
    """The whole page, but for the token of its forms."""
    pages = [
        re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", ask(browser, draft, email).content.decode())
        for email in ("nobody@example.org", world.member.email, guest.email, guest.email)
    ]
    assert "they are asked now" in pages[0]
    assert set(pages) == {pages[0]}
    assert guest.name not in pages[0]
    assert list(Notice.objects.filter(code="author-invited").values_list("person", flat=True)) == [guest.pk]


def test_who_is_asked_becomes_an_author_by_saying_yes(world, browser, draft, guest) -> None:
    ask(browser, draft, guest.email)
    theirs = Browser(guest).client
    assert authors_of(draft) == [world.author]
    assert theirs.get(path_of(draft, "problem")).status_code == 404
    page = theirs.get(path_of(draft, "join")).content.decode()
    assert world.author.name in page
    assert world.network.name in page
    assert authors_of(draft) == [world.author]  # looking changes nothing
    theirs.post(path_of(draft, "join"), {"do": "yes"})
    assert authors_of(draft) == [world.author, guest]
    assert theirs.get(path_of(draft, "problem")).status_code == 200
    assert theirs.get(path_of(draft, "join")).status_code == 404
    assert Notice.objects.get(code="author-invited").read_at is not None


def test_a_no_leaves_nothing_and_one_may_be_asked_again(world, browser, draft, guest) -> None:
    ask(browser, draft, guest.email)
    Browser(guest).client.post(path_of(draft, "join"), {"do": "no"})
    assert authors_of(draft) == [world.author]
    assert draft.record.invitations.count() == 0
    ask(browser, draft, guest.email)
    assert draft.record.invitations.count() == 1


def test_an_answer_that_comes_too_late_says_why(world, browser, draft, guest) -> None:
    """They have left the institution; or they read it by now."""
    ask(browser, draft, guest.email)
    membership = guest.memberships.get()
    end_role(by=None, membership=membership)
    answer = Browser(Person.objects.get(pk=guest.pk)).client.post(path_of(draft, "join"), {"do": "yes"})
    assert answer.status_code == 409
    assert "no longer write for the institution" in answer.content.decode()
    assert authors_of(draft) == [world.author]


def test_a_reader_cannot_be_made_an_author(world, browser, complete_draft) -> None:
    reader = worlds.person("Rita Reader")
    grant_role(by=None, person=reader, institution=world.trust, role=Role.ADMIN)
    ask(browser, complete_draft, reader.email)
    submit(by=world.author, revision=fresh(complete_draft))
    take_up(by=reader, review=complete_draft.reviews.get(side="owner"))
    answer = Browser(reader).client.post(path_of(complete_draft, "join"), {"do": "yes"})
    assert answer.status_code == 409
    assert "Hand it back" in answer.content.decode()
    assert authors_of(complete_draft) == [world.author]


def test_nobody_asks_without_end(world, browser, draft, guest) -> None:
    cache.clear()
    answers = [ask(browser, draft, f"person{number}@example.org").status_code for number in range(21)]
    assert answers == [200] * 20 + [429]
