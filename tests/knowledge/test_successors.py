"""Where an archived or withdrawn record continues: what may be named, and what is left of it when things move on."""

import pytest
from django.db import IntegrityError, transaction

from ayni.kernel import guarded
from ayni.kernel.errors import Invalid, WrongState
from ayni.knowledge.actions.records import (
    add_revision,
    change_visibility,
    create_record,
    name_successor,
    publish,
    put_back,
    remove,
)
from ayni.knowledge.models import Record
from ayni.knowledge.queries.successors import continuation_of, continuations_of, continued_by
from ayni.knowledge.texts import Text
from tests import worlds


def fresh(record):
    return Record.objects.get(pk=record.pk)


def end(record, name="archive", successor=None, reason="duplicate", by=None):
    reason = reason if name == "withdraw" else ""
    return change_visibility(by=by, record=fresh(record), name=name, successor=successor, reason=reason)


def fault_of(attempt) -> tuple[str, str]:
    with pytest.raises(Invalid) as caught:
        attempt()
    (fault,) = caught.value.faults
    return fault.path, fault.code


@pytest.mark.parametrize("name", ["archive", "withdraw"])
def test_it_continues_in_a_public_record(world, name):
    end(world.lesson, name, world.practice)
    assert continuation_of(fresh(world.lesson)) == world.practice


@pytest.mark.parametrize("name", ["archive", "withdraw", "named later"])
def test_what_cannot_be_named_is_refused_and_changes_nothing(world, name):
    theirs = create_record(
        by=None,
        kind="lesson",
        language="en",
        owner=world.network,
        text=Text(title="Theirs alone", body=worlds.LESSON_BODY),
    )
    end(world.snapshot)
    end(world.activity, successor=world.lesson)
    if name == "named later":
        end(world.activity, "unarchive")
        end(world.lesson, successor=world.practice)
        end(world.activity, successor=world.practice)
        with guarded.writing():  # as no action leaves it
            Record.objects.filter(pk=world.activity.pk).update(successor=world.lesson)
    before = fresh(world.lesson)

    def name_it(successor):
        if name == "named later":
            name_successor(by=world.author, record=fresh(world.lesson), successor=successor)
        else:
            end(world.lesson, name, successor, by=world.author)

    attempts = {
        "itself": world.lesson,
        "not_public": world.snapshot,
        "circle": world.activity,
        "not_there": theirs,
    }
    found = {code: fault_of(lambda one=one: name_it(one)) for code, one in attempts.items()}
    assert found == {code: ("successor", code) for code in attempts}
    assert fault_of(lambda: name_it(world.draft)) == ("successor", "not_public")  # their own, and a draft
    after = fresh(world.lesson)
    assert (after.state, after.successor, after.version) == (before.state, before.successor, before.version)


def test_a_public_record_names_none(world):
    with pytest.raises(WrongState):
        name_successor(by=None, record=world.lesson, successor=world.practice)
    with guarded.writing(), transaction.atomic(), pytest.raises(IntegrityError):
        Record.objects.filter(pk=world.lesson.pk).update(successor=world.practice)


@pytest.mark.parametrize(
    ("ended", "again"), [("archive", "unarchive"), ("archive", "publish"), ("withdraw", "put back")]
)
def test_what_is_public_again_continues_nowhere(world, ended, again):
    end(world.lesson, ended, world.practice)
    if again == "publish":
        text = Text(title="Phones with credit", body=worlds.LESSON_BODY)
        revision = add_revision(by=None, record=fresh(world.lesson), text=text)
        publish(by=None, revision=revision, as_imported=True)
    elif again == "put back":
        put_back(by=world.moderator, record=fresh(world.lesson))
    else:
        end(world.lesson, again)
    assert (fresh(world.lesson).state, fresh(world.lesson).successor) == ("public", None)


def test_what_is_withdrawn_after_it_was_archived_keeps_where_it_continues(world):
    end(world.lesson, "archive", world.practice)
    end(world.lesson, "withdraw")
    assert continuation_of(fresh(world.lesson)) == world.practice


def test_it_can_be_named_later_and_taken_back(world):
    end(world.lesson)
    for successor in (world.practice, world.snapshot, None):
        name_successor(by=world.author, record=fresh(world.lesson), successor=successor)
        assert continuation_of(fresh(world.lesson)) == successor


def test_it_leads_to_the_first_that_can_be_read_and_never_into_a_dead_end(world, django_assert_num_queries):
    end(world.lesson, "withdraw", world.snapshot)
    end(world.snapshot, "withdraw", world.activity)
    assert continuation_of(fresh(world.lesson)) == world.activity
    assert continued_by(world.activity) == ([], [world.snapshot.pk, world.lesson.pk])
    end(world.activity, "archive", world.practice)
    assert continuation_of(fresh(world.lesson)) == world.activity  # can still be read, and leads on itself
    end(world.activity, "withdraw")
    assert continuation_of(fresh(world.lesson)) == world.practice
    assert continued_by(world.practice) == ([], [world.activity.pk, world.snapshot.pk, world.lesson.pk])
    end(world.practice, "withdraw")
    assert [continuation_of(fresh(one)) for one in (world.lesson, world.snapshot, world.practice)] == [
        None
    ] * 3
    put_back(by=None, record=fresh(world.practice))
    assert continuation_of(fresh(world.lesson)) == world.practice
    with django_assert_num_queries(0):
        assert continuations_of([world.practice]) == {}


def test_as_many_queries_for_one_as_for_three(world, django_assert_num_queries):
    ended = [end(one, successor=world.practice) for one in (world.lesson, world.snapshot, world.activity)]
    for some in (ended[:1], ended):
        with django_assert_num_queries(1):
            assert continuations_of(some) == dict.fromkeys([one.pk for one in some], world.practice)


def test_what_is_removed_altogether_is_continued_nowhere(world):
    end(world.lesson, "withdraw", world.activity)
    remove(by=None, record=fresh(world.activity), reason="import_undone")
    assert continuation_of(fresh(world.lesson)) is None
