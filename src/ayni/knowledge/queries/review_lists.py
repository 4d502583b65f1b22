"""The desk of readings: what is mine, what I could take on, what is under way. Constant queries for any number."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet

from ayni.knowledge import policies
from ayni.knowledge.models import Record, Review, Revision
from ayni.knowledge.states import IN_HAND, UNDER_WAY, WITH_READERS, ReviewSide, ReviewState, RevisionState
from ayni.registry.models import AuditEntry, Institution, Person
from ayni.registry.policies import IS_MODERATOR

_NOT_DONE = (ReviewState.WAITING, *UNDER_WAY, ReviewState.CHANGES_ASKED)
# What a list does not show and a row may be heavy with.
_HEAVY = ("seen", "answers", "note", "revision__body")


@dataclass(frozen=True)
class Narrowed:
    """What the desk is narrowed to; empty is everything."""

    state: str = ""
    institution: str = ""  # uid of the owner
    overdue: bool = False


def mine(person: Person) -> QuerySet[Review]:
    """In my hands, or kept for me; those that wait for the authors at the end."""
    return Review.objects.filter(policies.IS_THE_READER.scope(person), state__in=IN_HAND)


def open_for(person: Person) -> QuerySet[Review]:
    """What nobody has, and I could take on: not mine to write, and not where I read the other side."""
    read = Review.objects.filter(reader=person).exclude(state=ReviewState.LAPSED)
    other = Q(side=ReviewSide.OWNER, revision__in=read.filter(side=ReviewSide.SITE).values("revision")) | Q(
        side=ReviewSide.SITE, revision__in=read.filter(side=ReviewSide.OWNER).values("revision")
    )
    return Review.objects.filter(
        policies.make_review.scope(person), state=ReviewState.OPEN, reader__isnull=True,
        revision__state__in=WITH_READERS,
    ).exclude(other)  # fmt: skip


def under_way(person: Person) -> QuerySet[Review]:
    """All of it, for moderators."""
    if not IS_MODERATOR.allows(person, None):
        return Review.objects.none()
    return Review.objects.filter(
        state__in=_NOT_DONE, revision__state__in=[*WITH_READERS, RevisionState.CHANGES_ASKED]
    )


def narrowed(found: QuerySet[Review], to: Narrowed, today: date) -> QuerySet[Review]:
    """Narrowed, with all that a row shows, what is due first in front."""
    if to.state in ReviewState.values:
        found = found.filter(state=to.state)
    if to.institution:
        found = found.filter(revision__record__owner__uid=to.institution)
    if to.overdue:
        found = found.filter(due_on__lt=today, state__in=UNDER_WAY)
    return (
        found.select_related("revision__record__owner", "institution", "reader")
        .defer(*_HEAVY)
        .order_by(F("due_on").asc(nulls_last=True), "pk")
    )


def owners_in(found: QuerySet[Review]) -> QuerySet[Institution]:
    """Whose texts these are, to narrow the list by."""
    return Institution.objects.filter(pk__in=found.values("revision__record__owner")).order_by("name", "pk")


def last_revision_for(person: Person | None, uid: str) -> Revision | None:
    """The record's newest revision, whatever its state, for those who may read its drafts; else None."""
    found = (
        Revision.objects.filter(record__uid=uid)
        .select_related("record__owner__merged_into", "record__stand_in", "record__published", "saved_by")
        .order_by("-number")
        .first()
    )
    return found if found and policies.read_draft.allows(person, found.record) else None


def history_of(record: Record) -> QuerySet[AuditEntry]:
    """What happened to the record's texts on their way, newest first. For those who may read its drafts."""
    return AuditEntry.objects.filter(
        target=record.target,
        verb__in=[
            "record.created", "revision.created", "revision.moved", "record.published", "review.moved",
            "review.reminded", "review.escalated",
        ],
    ).order_by("-pk")  # fmt: skip
