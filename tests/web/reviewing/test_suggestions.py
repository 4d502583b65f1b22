"""Words that somebody suggests beside a field, on the page of those who write."""

import pytest

from ayni.knowledge.actions import comments, reviews
from tests import worlds
from tests.worlds import ReviewRoom, reading

pytestmark = pytest.mark.django_db
BUTTON = b'value="accept"'


def test_only_an_author_takes_them_over(client, room: ReviewRoom) -> None:
    reviews.submit(by=room.author, revision=room.revision)
    review = reviews.take_up(by=room.reader, review=reading(room.revision, "owner"))
    made = comments.comment(by=room.reader, revision=room.revision, path="title", suggestion="A wall")
    reviews.decide(by=room.reader, review=review, verdict="changes", answers=worlds.all_yes(), note="N")
    address = f"/en/review/of/{room.record.uid}/"
    client.force_login(room.author)
    assert BUTTON in client.get(address).content
    client.force_login(room.admin)
    assert BUTTON not in client.get(address).content
    client.post(f"{address}say/", {"do": "accept", "comment": made.uid})
    made.refresh_from_db()
    assert made.state == "open"
    assert [one.person for one in room.record.authors.all()] == [room.author]
