"""Whom review tells what, and which notices are dealt with. Called inside the actions that make it so."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from ayni.knowledge import policies
from ayni.knowledge.models import Record, Review, Revision
from ayni.knowledge.queries import reviews as queries
from ayni.knowledge.queries.reviews import may_read, members_of
from ayni.knowledge.states import ReviewSide
from ayni.registry.actions.notices import settle, tell
from ayni.registry.models import Person
from ayni.registry.states import Role

# What asks a reader for something, and what asks the authors.
READER_TURNS = ("review-asked", "handed-in-again", "review-reminder", "review-overdue")
AUTHOR_TURNS = ("changes-asked", "declined")


def target_of(review: Review) -> str:
    return queries.target_of(review.uid)


def words_of(revision: Revision) -> dict[str, Any]:
    """What the words of a notice need: which text it is about."""
    return {"title": revision.title, "kind": revision.record.kind, "record": revision.record.uid}


def _reading_words(review: Review) -> dict[str, Any]:
    return words_of(review.revision) | {
        "due": review.due_on.isoformat() if review.due_on else "",
        "institution": review.institution.name if review.institution and not review.in_stead else "",
    }


def authors_of(record: Record) -> list[Person]:
    """The authors who can still do something about it."""
    people = Person.objects.filter(
        authorships__record=record, authorships__left_at__isnull=True, is_active=True
    ).order_by("pk")
    return [person for person in people if policies.change_record.allows(person, record)]


def readers_asked(review: Review) -> QuerySet[Person]:
    """Whom to tell that there is something to read: moderators only where the site has no other reviewer."""
    people = may_read(review)
    if review.reader_id:
        return people.filter(pk=review.reader_id)
    if review.side == ReviewSide.SITE or review.in_stead:
        reviewers = people.filter(is_reviewer=True)
        return reviewers if reviewers.exists() else people
    return people


def ask(review: Review) -> None:
    """It is somebody's turn to read."""
    tell(
        readers_asked(review), code="review-asked", target=target_of(review),
        key=f"review-asked {review.uid} {review.opened_at:%Y%m%d%H%M%S%f}", is_turn=True, **_reading_words(review),
    )  # fmt: skip


def taken(review: Review, reader: Person) -> None:
    """It is one reader's turn now, and nobody else's; the authors may know."""
    others = Person.objects.filter(notices__target=target_of(review), notices__read_at__isnull=True)
    settle(target=target_of(review), codes=READER_TURNS, people=others.exclude(pk=reader.pk).distinct())
    if not reader.notices.filter(target=target_of(review), read_at__isnull=True).exists():
        tell([reader], code="review-asked", target=target_of(review), is_turn=True, **_reading_words(review))
    tell(
        authors_of(review.revision.record), code="review-taken", target=review.revision.record.target,
        key=f"review-taken {review.uid} {review.taken_at:%Y%m%d%H%M%S%f}", side=review.side, **words_of(review.revision),
    )  # fmt: skip


def handed_in_again(review: Review) -> None:
    tell(
        [review.reader] if review.reader else [], code="handed-in-again", target=target_of(review), is_turn=True,
        **_reading_words(review),
    )  # fmt: skip


def remind(review: Review) -> None:
    """It is due. The reminder takes the place of what asked for it first."""
    settle(target=target_of(review), codes=READER_TURNS)
    tell(
        readers_asked(review), code="review-reminder", target=target_of(review),
        key=f"review-reminder {review.uid} {review.due_on}", is_turn=True, **_reading_words(review),
    )  # fmt: skip


def escalate(review: Review) -> None:
    """Long overdue: those who can see to it hear of it."""
    tell(
        _who_sees_to_it(review), code="review-overdue", target=target_of(review),
        key=f"review-overdue {review.uid} {review.due_on}", is_turn=True, **_reading_words(review),
    )  # fmt: skip


def _who_sees_to_it(review: Review) -> QuerySet[Person]:
    moderators = Q(is_moderator=True)
    if review.institution is None:
        return Person.objects.filter(moderators, is_active=True)
    admins = members_of(review.institution).filter(role=Role.ADMIN)
    return Person.objects.filter(moderators | Q(pk__in=admins.values("person")), is_active=True)


def done(review: Review) -> None:
    settle(target=target_of(review), codes=READER_TURNS)


def changes_asked(review: Review) -> None:
    record = review.revision.record
    tell(
        authors_of(record), code="changes-asked", target=record.target, is_turn=True,
        **words_of(review.revision),
    )  # fmt: skip


def declined(review: Review) -> None:
    record = review.revision.record
    tell(
        authors_of(record),
        code="declined",
        target=record.target,
        **words_of(review.revision),
    )


def published(record: Record, revision: Revision) -> None:
    settle(target=record.target, codes=AUTHOR_TURNS)
    tell(authors_of(record), code="published", target=record.target, **words_of(revision))


def lapsed(reviews: Iterable[Review]) -> None:
    """Nothing is left to read; whoever had it in hand is told."""
    for review in reviews:
        settle(target=target_of(review), codes=READER_TURNS)
        if review.reader:
            tell([review.reader], code="review-lapsed", target=target_of(review), **words_of(review.revision))


def authors_acted(record: Record) -> None:
    settle(target=record.target, codes=AUTHOR_TURNS)
