"""What was approved while its record was withdrawn is not lost."""

from django.test import Client

from ayni.knowledge.actions import records, reviews
from ayni.knowledge.actions.drafts import begin_again
from tests import worlds
from tests.worlds import ReviewRoom, read_by, reading


def test_what_was_approved_while_its_record_was_withdrawn_is_published_when_it_is_put_back(
    room: ReviewRoom, client: Client
) -> None:
    record = worlds.published(room.trust, "Public", summary="S", terms=worlds.terms("countries/KE"), body={
        "problem": "P", "what_was_done": "W", "what_changed": "C"})  # fmt: skip
    second = begin_again(by=room.author, record=record)
    reviews.submit(by=room.author, revision=second)
    read_by(room.reader, reading(second, "owner"))
    records.change_visibility(by=room.author, record=record, name="withdraw", reason="owner-request")
    read_by(room.site, reading(second, "site"))
    second.refresh_from_db()
    record.refresh_from_db()
    assert (second.state, record.state, record.published.number) == ("approved", "withdrawn", 1)
    client.force_login(room.moderator)
    page = client.get(f"/en/records/{record.uid}/put-back/").content.decode()
    assert "approved meanwhile is published with it" in page
    client.post(f"/en/records/{record.uid}/put-back/")
    second.refresh_from_db()
    record.refresh_from_db()
    assert record.published == second
