"""Readings that wait too long: reminders, calls for help, taking over. The clock is moved."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from ayni.kernel import clock
from ayni.kernel.errors import NotAllowed
from ayni.knowledge.actions import reviews
from ayni.knowledge.tasks import chase_readings
from ayni.registry.actions.people import end_role
from ayni.registry.models import Notice, Person
from tests import worlds
from tests.worlds import ReviewRoom, reading


@contextmanager
def days_later(days: int) -> Iterator[None]:
    with clock.at(clock.now() + timedelta(days=days)):
        yield


def told(code: str) -> set[str]:
    return set(Notice.objects.filter(code=code, read_at=None).values_list("person__name", flat=True))


@pytest.fixture
def in_hand(room: ReviewRoom) -> ReviewRoom:
    reviews.submit(by=room.author, revision=room.revision)
    reviews.take_up(by=room.reader, review=reading(room.revision, "owner"))
    return room


def test_nobody_is_chased_before_it_is_due(in_hand: ReviewRoom) -> None:
    with days_later(6):
        assert chase_readings() == 0


def test_its_reader_is_reminded_once_or_all_who_could_take_it_up(in_hand: ReviewRoom) -> None:
    with days_later(7):
        assert [chase_readings(), chase_readings()] == [2, 0]
        assert told("review-reminder") == {"Rita Reader", "Sita Site"}
    with days_later(9):
        assert chase_readings() == 0


def test_five_days_later_others_are_called_and_may_take_it_over(in_hand: ReviewRoom) -> None:
    with days_later(7):
        chase_readings()
    review = reading(in_hand.revision, "owner")
    with pytest.raises(NotAllowed):
        reviews.hand_back(by=in_hand.admin, review=review)
    with days_later(12):
        assert [chase_readings(), chase_readings()] == [2, 0]
        assert told("review-overdue") == {"Mona Moderator", "Adam Admin"}
        review.refresh_from_db()
        reviews.hand_back(by=in_hand.admin, review=review)
        reviews.take_up(by=in_hand.admin, review=review)
        assert review.reader == in_hand.admin
    assert told("review-lapsed") == {"Rita Reader"}


def test_readings_do_not_run_late_while_the_authors_have_the_text(in_hand: ReviewRoom) -> None:
    review = reading(in_hand.revision, "owner")
    reviews.decide(by=in_hand.reader, review=review, verdict="changes", answers=worlds.all_yes(), note="N")
    with days_later(40):
        assert chase_readings() == 0


def test_where_nobody_of_the_institution_is_left_the_site_reads(room: ReviewRoom) -> None:
    reviews.submit(by=room.author, revision=room.revision)
    for person in (room.reader, room.admin):
        end_role(by=None, membership=person.memberships.get())
    with days_later(7):
        chase_readings()
    assert reading(room.revision, "owner").in_stead
    reviews.take_up(by=Person.objects.get(pk=room.moderator.pk), review=reading(room.revision, "owner"))
