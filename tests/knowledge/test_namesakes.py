"""Records of one title are one hit. Who leaves the group must tell it: the index cannot find it any more."""

from collections.abc import Callable

import pytest

from ayni.knowledge.actions import records
from ayni.knowledge.models import Record
from ayni.knowledge.texts import Text
from ayni.registry.models import OutboxMessage
from tests import worlds

BODY = {"problem": "A problem.", "what_was_done": "A deed."}


@pytest.fixture
def twins(db: None) -> tuple[Record, Record]:
    owner = worlds.institution("Rural Water Trust")
    return worlds.published(owner, "The same title"), worlds.published(owner, "The SAME title!")


def told(record: Record) -> bool:
    return OutboxMessage.objects.filter(target=record.target).exists()


def forget() -> None:
    OutboxMessage.objects.all()._raw_delete("default")


def retitle(record: Record, title: str = "Another title") -> None:
    revision = records.add_revision(by=None, record=record, text=Text(title=title, body=BODY))
    records.publish(by=None, revision=revision, as_imported=True)


@pytest.mark.parametrize(
    "leave", [lambda record: records.remove(by=None, record=record, reason="import_undone"), retitle]
)
@pytest.mark.parametrize("which", [0, 1])
def test_those_left_behind_are_told(
    twins: tuple[Record, Record], leave: Callable[[Record], None], which: int
) -> None:
    forget()
    leave(twins[which])
    assert told(twins[1 - which])


@pytest.mark.parametrize("undo", ["restore", "take back"])
def test_undoing_tells_those_under_the_title_that_is_undone(twins: tuple[Record, Record], undo: str) -> None:
    first, second = twins
    retitle(first)
    third = worlds.published(first.owner, "Another title")
    first.revisions.filter(number=1).get()
    forget()
    if undo == "restore":
        records.restore_revision(by=None, record=first, number=1)
    else:
        records.take_back_publication(by=None, record=first, number=2, published=1)
    assert told(third)
    assert Record.objects.get(pk=first.pk).title_key == Record.objects.get(pk=second.pk).title_key


def test_a_publication_taken_back_leaves_the_group(twins: tuple[Record, Record]) -> None:
    forget()
    records.take_back_publication(by=None, record=twins[0], number=1, published=None)
    assert told(twins[1])


def test_a_change_under_the_same_title_is_no_news_for_the_others(twins: tuple[Record, Record]) -> None:
    forget()
    retitle(twins[0], "The same title")
    assert not told(twins[1])


def test_drafts_and_other_kinds_are_not_told(twins: tuple[Record, Record]) -> None:
    first, _second = twins
    lesson = worlds.published(first.owner, "The same title", kind="lesson", body=worlds.LESSON_BODY)
    draft = records.create_record(
        by=None, kind="practice", language="en", owner=first.owner, text=Text("The same title", body=BODY)
    )
    forget()
    records.remove(by=None, record=first, reason="import_undone")
    assert not told(lesson)
    assert not told(draft)
    forget()
    records.remove(by=None, record=draft, reason="import_undone")
    assert OutboxMessage.objects.count() == 1
