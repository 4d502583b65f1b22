"""Two people loaded the same record: what the first stored is neither lost nor overlooked by the second."""

from collections.abc import Callable
from threading import Thread

import pytest
from django.db import connection

from ayni.kernel.errors import WrongState
from ayni.kernel.locking import Gone
from ayni.knowledge.actions import records, reviews
from ayni.knowledge.models import Record, Revision
from ayni.knowledge.texts import Standing, Text
from tests import worlds

TEXT = Text(title="Another text", body={"problem": "P", "what_was_done": "W"})


def copies(record: Record) -> tuple[Record, Record]:
    return Record.objects.get(pk=record.pk), Record.objects.get(pk=record.pk)


@pytest.mark.parametrize(
    "later",
    [
        lambda record: records.confirm(by=None, record=record),
        lambda record: records.change_standing(by=None, record=record, standing=Standing(licence="CC0-1.0")),
        lambda record: records.add_revision(by=None, record=record, text=TEXT),
    ],
)
def test_what_was_withdrawn_stays_withdrawn(
    world: worlds.ReadingRoom, later: Callable[[Record], object]
) -> None:
    mine, theirs = copies(world.practice)
    records.change_visibility(by=None, record=mine, name="withdraw", reason="outdated")
    later(theirs)
    assert Record.objects.get(pk=mine.pk).state == "withdrawn"
    assert theirs.withdrawn_reason == "outdated"


def test_moves_start_from_the_state_of_now(world: worlds.ReadingRoom) -> None:
    mine, theirs = copies(world.practice)
    records.change_visibility(by=None, record=mine, name="archive")
    with pytest.raises(WrongState):
        records.change_visibility(by=None, record=theirs, name="archive")


def test_each_change_is_a_version_of_its_own(world: worlds.ReadingRoom) -> None:
    mine, theirs = copies(world.practice)
    before = mine.version
    records.confirm(by=None, record=mine)
    records.confirm(by=None, record=theirs)
    assert Record.objects.get(pk=mine.pk).version == theirs.version == before + 2


def test_a_revision_is_moved_once(world: worlds.ReadingRoom) -> None:
    mine, theirs = (world.draft.revisions.get(), world.draft.revisions.get())
    reviews.withdraw(by=None, revision=mine)
    with pytest.raises(WrongState):
        reviews.withdraw(by=None, revision=theirs)
    assert theirs.state == "withdrawn"


def test_publishing_an_old_copy_supersedes_what_was_published_meanwhile(world: worlds.ReadingRoom) -> None:
    mine, theirs = copies(world.practice)
    first = records.add_revision(by=None, record=mine, text=TEXT)
    second = Revision.objects.get(pk=records.add_revision(by=None, record=theirs, text=TEXT).pk)
    second.record = theirs
    records.publish(by=None, revision=first, as_imported=True)
    records.publish(by=None, revision=second, as_imported=True)
    states = dict(world.practice.revisions.values_list("number", "state"))
    assert states == {1: "superseded", 2: "superseded", 3: "published"}


def test_the_removed_is_gone(world: worlds.ReadingRoom) -> None:
    mine, theirs = copies(world.lesson)
    records.remove(by=None, record=mine, reason="import_undone")
    with pytest.raises(Gone):
        records.confirm(by=None, record=theirs)
    assert not Record.objects.filter(uid=theirs.uid).exists()


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_many_at_once_lose_nothing() -> None:
    record = worlds.published(worlds.institution("Rural Water Trust"), "One")
    before = record.version
    failed: list[Exception] = []

    def work() -> None:
        try:
            mine = Record.objects.get(pk=record.pk)
            records.confirm(by=None, record=mine)
            records.add_revision(by=None, record=mine, text=TEXT)
        except Exception as error:  # noqa: BLE001 - a thread's own would be lost
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert failed == []
    assert Record.objects.get(pk=record.pk).version == before + 6
    assert list(record.revisions.order_by("number").values_list("number", flat=True)) == list(range(1, 8))
