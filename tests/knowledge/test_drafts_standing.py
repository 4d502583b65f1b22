"""Source, licence and contact of a record that readers have seen: kept with the draft until it is published."""

from datetime import date

import pytest

from ayni.knowledge.actions import freshness
from ayni.knowledge.actions.drafts import begin_again, discard, save_draft
from ayni.knowledge.actions.freshness import Contact
from ayni.knowledge.actions.records import publish
from ayni.knowledge.drafts import STANDING, Edit, fingerprint, values_of
from ayni.knowledge.models import Record, Revision
from ayni.registry.models import OutboxMessage
from tests import worlds

WRITTEN = {
    "source_title": "Later report", "source_url": "", "licence": "CC0-1.0", "contact_email": "new@water-trust.example",
    "contact_until": "2098-01-01",
}  # fmt: skip
AFTER = WRITTEN | {"contact_until": date(2098, 1, 1), "source_publisher": ""}


@pytest.fixture
def record(world: worlds.ReadingRoom) -> Record:
    return world.practice


def write(world: worlds.ReadingRoom, record: Record, **values: str) -> Revision:
    draft = begin_again(by=world.author, record=fresh(record))
    now = values_of(draft)
    edits = [
        Edit(f"standing.{name}", value, fingerprint(now.get(f"standing.{name}")))
        for name, value in values.items()
    ]
    saved = save_draft(by=world.author, revision=draft, edits=edits)
    assert (saved.faults, saved.clashes) == ([], [])
    return Revision.objects.select_related("record").get(pk=draft.pk)


def fresh(record: Record) -> Record:
    return Record.objects.get(pk=record.pk)


def standing(record: Record) -> dict[str, object]:
    return {name: getattr(fresh(record), name) for name in STANDING}


def shown(draft: Revision) -> dict[str, object]:
    return {
        path.removeprefix("standing."): value
        for path, value in values_of(draft).items()
        if path.startswith("standing.")
    }


def test_readers_see_it_with_the_publication_and_not_before(world, record):
    before, version, told = standing(record), fresh(record).version, OutboxMessage.objects.count()
    draft = write(world, record, **WRITTEN)
    assert (standing(record), fresh(record).version, OutboxMessage.objects.count()) == (before, version, told)
    assert shown(draft) == {name: value for name, value in WRITTEN.items() if value}
    publish(by=None, revision=draft, as_imported=True)
    assert standing(record) == AFTER
    draft.refresh_from_db()
    assert draft.standing == {}


def test_what_is_written_back_is_no_change(world, record):
    write(world, record, licence="CC0-1.0")
    assert write(world, record, licence="CC-BY-4.0").standing == {}


def test_of_a_draft_put_away_nothing_stays(world, record):
    before = standing(record)
    discard(by=world.author, revision=write(world, record, **WRITTEN))
    again = begin_again(by=world.author, record=fresh(record))
    assert (standing(record), again.standing) == (before, {})
    assert values_of(again) == values_of(fresh(record).published)


def test_an_answer_about_the_contact_since_is_not_overwritten(world, record):
    draft = write(world, record, licence="CC0-1.0", contact_email="new@water-trust.example")
    contact = Contact("later@water-trust.example", date(2097, 1, 1))
    freshness.answer(by=world.author, record=fresh(record), answer="holds", contact=contact)
    draft.refresh_from_db()
    publish(by=None, revision=draft, as_imported=True)
    assert fresh(record).contact_email == "later@water-trust.example"
    assert fresh(record).licence == "CC0-1.0"


def test_a_record_that_nobody_has_seen_goes_along_with_its_draft(world):
    draft = worlds.ready(world.author, world.trust)
    write(world, draft.record, licence="CC0-1.0")
    assert standing(draft.record)["licence"] == "CC0-1.0"
