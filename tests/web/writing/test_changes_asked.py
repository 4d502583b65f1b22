"""The reviewers ask for changes: what they said stands beside the field it is about."""

import pytest

from ayni.knowledge.actions import comments, reviews
from tests import worlds
from tests.web.writing.conftest import Browser
from tests.worlds import ReviewRoom, reading


@pytest.fixture
def room(db) -> ReviewRoom:
    room = worlds.review_room()
    reviews.submit(by=room.author, revision=room.revision)
    review = reviews.take_up(by=room.reader, review=reading(room.revision, "owner"))
    comments.comment(
        by=room.reader,
        revision=room.revision,
        path="body.problem",
        text="How many?",
        suggestion="Nine of ten.",
    )
    reviews.decide(
        by=room.reader, review=review, verdict="changes", answers=worlds.all_yes(), note="See beside."
    )
    return room


def test_what_readers_said_stands_beside_its_field(room):
    browser = Browser(room.author)
    uid = room.revision.record.uid
    page = browser.client.get(f"/en/write/{uid}/problem/").content.decode()
    assert "How many?" in page
    assert "Nine of ten." in page
    assert f'href="/en/review/of/{uid}/#t-' in page
    assert "How many?" not in browser.client.get(f"/en/write/{uid}/done/").content.decode()
    assert "Your turn" in browser.client.get(f"/en/write/{uid}/preview/").content.decode()


def test_the_changed_draft_is_handed_in_again(room):
    browser = Browser(room.author)
    uid = room.revision.record.uid
    browser.send(browser.form(f"/en/write/{uid}/problem/"), body__problem="Nine of ten pumps broke.")
    page = browser.client.post(f"/en/write/{uid}/hand-in/", follow=True).content.decode()
    assert "Handed in: the reviewers have it" in page
