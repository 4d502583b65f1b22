"""Reads about readings: who may make one, what there is to read, what was said, how long it takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from django.db.models import Prefetch, Q, QuerySet

from ayni.kernel import clock
from ayni.knowledge import policies
from ayni.knowledge.models import ApprovalStep, Comment, Record, RecordAuthor, Review, Revision
from ayni.knowledge.queries.standing import family_of
from ayni.knowledge.states import (
    UNDER_WAY,
    UNFINISHED,
    WITH_READERS,
    CommentState,
    ReviewSide,
    ReviewState,
    RevisionState,
)
from ayni.registry.models import Institution, Membership, Person
from ayni.registry.states import Role

TURNAROUND_OVER = timedelta(days=365)
ESCALATED_AFTER = timedelta(days=5)  # from the day it was due
FEW = 5  # decisions under which a median says nothing


def steps_of(institution: Institution) -> list[ApprovalStep]:
    """The institution's own chain, in order; that of a duplicate counts while the one that stays has none."""
    stays = institution.merged_into or institution
    own = list(stays.approval_steps.select_related("person"))
    return own or list(institution.approval_steps.select_related("person"))


def steps_of_duplicates(institution: Institution) -> list[ApprovalStep]:
    """What holds for the texts of those merged into it, while it has no steps of its own; by institution, in order."""
    if institution.approval_steps.exists():
        return []
    theirs = ApprovalStep.objects.filter(institution__merged_into=institution)
    return list(theirs.select_related("person", "institution").order_by("institution", "position"))


def members_of(institution: Institution) -> QuerySet[Membership]:
    """The roles held today in the institution, or in one that was merged into it."""
    today = clock.today()
    return Membership.objects.filter(
        Q(until__isnull=True) | Q(until__gte=today),
        since__lte=today,
        institution__in=family_of([institution]),
    )


def may_read(review: Review) -> QuerySet[Person]:
    """Those who could make the reading today, whoever has it: no author, and nobody who reads the other side."""
    people = Person.objects.filter(is_active=True)
    people = people.exclude(
        pk__in=RecordAuthor.objects.filter(record=review.revision.record_id).values("person")
    )
    other_side = Review.objects.filter(revision=review.revision_id, reader__isnull=False).exclude(
        Q(side=review.side) | Q(state=ReviewState.LAPSED)
    )
    people = people.exclude(pk__in=other_side.values("reader")).order_by("pk")
    if review.side == ReviewSide.SITE or review.in_stead:
        return people.filter(Q(is_reviewer=True) | Q(is_moderator=True))
    members = members_of(review.institution)
    if review.role:
        return people.filter(pk__in=members.filter(role__in={review.role, Role.ADMIN}).values("person"))
    return people.filter(pk__in=members.values("person")).filter(pk=review.reader_id)


def lacks_readers(planned: Iterable[Review]) -> bool:
    """Whether the site has fewer reviewers who are no authors than sides to read for: nobody reads for both.

    `planned`: readings of one revision. One query.
    """
    planned = list(planned)
    sides = {review.side for review in planned if review.side == ReviewSide.SITE or review.in_stead}
    if not sides:
        return False
    authors = RecordAuthor.objects.filter(record=planned[0].revision.record_id).values("person")
    reads_for_site = Q(is_reviewer=True) | Q(is_moderator=True)
    people = Person.objects.filter(reads_for_site, is_active=True).exclude(pk__in=authors)
    return people.count() < len(sides)


def get_review_for(person: Person | None, uid: str) -> Review | None:
    """The reading, for who may see its text (`sees_text`), and for its reader, who may see what they said; else None."""
    found = (
        Review.objects.filter(uid=uid)
        .select_related(
            "revision__record__owner__merged_into", "revision__record__owner__country", "revision__record__stand_in",
            "revision__record__published", "institution__merged_into", "reader",
        )
        .first()
    )  # fmt: skip
    if found is None:
        return None
    is_reader = person is not None and person.is_authenticated and found.reader_id == person.pk
    return found if is_reader or sees_text(person, found) else None


def target_of(uid: str) -> str:
    """How notices name the reading."""
    return f"knowledge.review:{uid}"


def was_asked(person: Person, uid: str) -> bool:
    """They were told of the reading once: that it is there, whoever makes it, is no news to them."""
    return person.notices.filter(target=target_of(uid)).exists()


def reads_it_now(record: Record, person: Person) -> bool:
    """They have a reading of what is being worked on, in hand or decided, that has not lapsed."""
    return (
        Review.objects.filter(reader=person, revision__record=record, revision__state__in=UNFINISHED)
        .exclude(state=ReviewState.LAPSED)
        .exists()
    )


def sees_text(person: Person | None, review: Review) -> bool:
    """While they may make it, and whoever may read the draft; not whose reading is over."""
    return policies.open_reading.allows(person, review) or (
        policies.read_draft.allows(person, review.revision.record)
    )


def comments_of(revision: Revision) -> list[Comment]:
    """What was said beside the fields, oldest first: threads, with `replies` fetched. Two queries.

    For those who may read the draft (`policies.read_draft`); the caller has asked.
    """
    replies = Prefetch("replies", Comment.objects.select_related("by").order_by("at", "pk"))
    threads = Comment.objects.filter(revision=revision, parent__isnull=True, is_left_over=False)
    return list(threads.select_related("by", "answered_by").prefetch_related(replies).order_by("at", "pk"))


def open_comments(revisions: Iterable[Revision]) -> dict[int, int]:
    """Revision id -> how many threads are not dealt with. One query."""
    found: dict[int, int] = {}
    rows = Comment.objects.filter(
        revision__in=[revision.pk for revision in revisions], parent__isnull=True, is_left_over=False,
        state=CommentState.OPEN,
    )  # fmt: skip
    for pk in rows.values_list("revision_id", flat=True):
        found[pk] = found.get(pk, 0) + 1
    return found


def readings_of(revision: Revision) -> list[Review]:
    """All of the revision's readings in the order of a page: the institution's steps, then the site's."""
    return list(revision.reviews.select_related("reader", "institution").order_by("side", "step"))


def overdue(today: date) -> QuerySet[Review]:
    """Readings about which somebody is still to be reminded, or called to help."""
    return Review.objects.filter(
        Q(reminded_at__isnull=True) | Q(escalated_at__isnull=True, due_on__lte=today - ESCALATED_AFTER),
        state__in=UNDER_WAY, revision__state__in=WITH_READERS, due_on__lte=today,
    ).order_by("due_on", "pk")  # fmt: skip


@dataclass(frozen=True)
class Turnaround:
    """From handed in to decided, over the last twelve months. `days` is None when there were too few."""

    days: int | None
    decisions: int


def turnaround() -> Turnaround:
    """How long a decision takes here. One query, over one year's decisions."""
    rows = Revision.objects.filter(
        decided_at__gte=clock.now() - TURNAROUND_OVER, submitted_at__isnull=False,
        state__in=[
            RevisionState.PUBLISHED, RevisionState.SUPERSEDED, RevisionState.APPROVED, RevisionState.DECLINED,
            RevisionState.CHANGES_ASKED,
        ],
    ).values_list("submitted_at", "decided_at")  # fmt: skip
    days = [(decided - handed_in).days for handed_in, decided in rows if decided >= handed_in]
    return Turnaround(round(median(days)) if len(days) >= FEW else None, len(days))


@dataclass(frozen=True)
class Reviewed:
    """What the public is told about the review of a revision: institutions and days, never persons."""

    owner: Institution | None  # whose reading it was
    owner_on: date | None
    in_stead: bool  # the site read for the owner, where nobody could
    site_on: date | None
    trusted: bool  # published after its own institution's reading alone
    criteria: str


def reviewed(record: Record) -> Reviewed | None:
    """How what is public was reviewed; None when it was not (an import published it). One query."""
    revision = record.published
    if revision is None or not revision.criteria:
        return None
    done = [
        review
        for review in revision.reviews.select_related("institution__merged_into").order_by("side", "step")
        if review.state == ReviewState.APPROVED and review.done_at
    ]
    own = [review for review in done if review.side == ReviewSide.OWNER]
    site = [review for review in done if review.side == ReviewSide.SITE]
    last = own[-1] if own else None
    return Reviewed(
        owner=(last.institution.merged_into or last.institution) if last and last.institution else None,
        owner_on=last.done_at.date() if last and last.done_at else None,
        in_stead=any(review.in_stead for review in own),
        site_on=site[-1].done_at.date() if site and site[-1].done_at else None,
        trusted=not site,
        criteria=revision.criteria,
    )
