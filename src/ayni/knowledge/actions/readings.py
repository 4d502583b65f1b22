"""The readings a revision needs: planned when it is handed in, opened when their turn comes."""

from datetime import timedelta

from django.conf import settings

from ayni.kernel import clock, guarded
from ayni.kernel.locking import locked
from ayni.kernel.transitions import move
from ayni.knowledge.actions import review_news as news
from ayni.knowledge.actions.records import locked_with_record
from ayni.knowledge.models import Record, Review, Revision
from ayni.knowledge.queries.reviews import may_read, steps_of
from ayni.knowledge.states import REVIEW_MOVES, UNDER_WAY, ReviewSide, ReviewState, RevisionState
from ayni.registry.actions import audit
from ayni.registry.models import Institution, Person
from ayni.registry.states import Role

_LAPSING = REVIEW_MOVES["lapse"].sources


def locked_reading(review: Review) -> Record:
    """Record, revision, reading: always in this order, read anew and locked."""
    revision = review.revision
    record = locked_with_record(revision)
    locked(review).revision = revision
    return record


def make_move(by: Person | None, review: Review, name: str) -> None:
    """Move, store and note it. What else is to change on the reading has been set before."""
    guarded.check("Review")
    old, new = move(review, REVIEW_MOVES, name)
    review.save()
    audit.record(
        by=by, verb="review.moved", target=review.revision.record.target, review=review.uid, side=review.side,
        step=review.step, number=review.revision.number, move=name, old=old, new=new,
    )  # fmt: skip


def institution_of(record: Record) -> Institution:
    """Whose own reading it is: those who write on the owner's behalf, while they do."""
    found = record.stand_in or record.owner
    return found.merged_into or found


def is_trusted(record: Record) -> bool:
    """Trust covers what an institution says about itself, not what it writes for others."""
    since = institution_of(record).trusted_since
    return record.stand_in_id is None and since is not None and since <= clock.today()


def _wanted(record: Record) -> dict[tuple[str, int], dict[str, object]]:
    """The readings that a text of the record needs today: side and step, and what is set on each."""
    institution = institution_of(record)
    wanted: dict[tuple[str, int], dict[str, object]] = {
        (ReviewSide.OWNER, number): {
            "step_name": step.name, "role": "" if step.person_id else step.role or Role.REVIEWER,
            "reader": step.person, "institution": institution,
        }
        for number, step in enumerate(steps_of(record.stand_in or record.owner), 1)
    }  # fmt: skip
    if not wanted:
        wanted[ReviewSide.OWNER, 1] = {"role": Role.REVIEWER, "institution": institution}
    if not is_trusted(record):
        wanted[ReviewSide.SITE, 1] = {}
    return wanted


def foreseen(revision: Revision) -> list[Review]:
    """The readings still to come, in order, as handing it in now would plan or reopen them. Nothing is stored."""
    if revision.state == RevisionState.CHANGES_ASKED:
        done = {ReviewState.APPROVED, ReviewState.LAPSED}
        there = revision.reviews.exclude(state__in=done).select_related("reader").order_by("side", "step")
        return list(there)
    found = []
    for (side, step), fields in _wanted(revision.record).items():
        found.append(Review(revision=revision, side=side, step=step, **fields))
        find_reader(found[-1])
    return found


def plan(by: Person | None, record: Record, revision: Revision) -> None:
    """The readings of a revision handed in for the first time, or anew after it was withdrawn or declined."""
    wanted = _wanted(record)
    known = {(review.side, review.step): review for review in revision.reviews.all()}
    for key, review in known.items():
        review.revision = revision
        if review.state != ReviewState.WAITING:
            _wipe(review)
            make_move(by, review, "start over")
        if key not in wanted:
            make_move(by, review, "lapse")
    for (side, step), fields in wanted.items():
        review = known.get((side, step)) or Review(revision=revision, side=side, step=step)
        for name, value in fields.items():
            setattr(review, name, value)
        guarded.check("Review")
        review.save()
    open_next(by, revision)
    open_site(by, revision)


def _wipe(review: Review) -> None:
    review.reader, review.role, review.step_name, review.in_stead = None, "", "", False
    review.answers, review.note, review.criteria, review.seen = {}, "", "", {}
    review.taken_at = review.done_at = review.opened_at = review.due_on = None


def open_next(by: Person | None, revision: Revision) -> None:
    """Open the institution's first step that waits, unless an earlier one is still to be made."""
    for review in revision.reviews.filter(side=ReviewSide.OWNER).order_by("step"):
        if review.state == ReviewState.WAITING:
            _open(by, review, revision)
            return
        if review.state not in {ReviewState.APPROVED, ReviewState.LAPSED}:
            return


def open_site(by: Person | None, revision: Revision) -> None:
    waiting = revision.reviews.filter(side=ReviewSide.SITE, state=ReviewState.WAITING).first()
    if waiting:
        _open(by, waiting, revision)


def add_site_reading(by: Person | None, revision: Revision) -> None:
    """Where the institution's own reading does not suffice after all."""
    guarded.check("Review")
    lapsed = revision.reviews.filter(side=ReviewSide.SITE).first()
    if lapsed is None:
        Review.objects.create(revision=revision, side=ReviewSide.SITE)
    else:
        lapsed.revision = revision
        _wipe(lapsed)
        make_move(by, lapsed, "start over")
    open_site(by, revision)


def _open(by: Person | None, review: Review, revision: Revision) -> None:
    review.revision = revision
    review.opened_at = clock.now()
    give_time(review)
    find_reader(review)
    make_move(by, review, "open")
    news.ask(review)


def give_time(review: Review) -> None:
    review.due_on = clock.today() + timedelta(days=settings.REVIEW_DAYS)
    review.reminded_at = review.escalated_at = None


def find_reader(review: Review) -> None:
    """Make sure that somebody can make it: else whoever reviews for the institution, else the site in its stead."""
    if review.side == ReviewSide.SITE or review.in_stead:
        return
    if not review.role and not may_read(review).exists():
        review.reader, review.role = None, Role.REVIEWER
    if review.role and not may_read(review).exists():
        review.in_stead = True


def read_again(by: Person | None, revision: Revision) -> bool:
    """Handed in after changes: who asked for them reads on, who approved has approved. Is it in somebody's hands?"""
    guarded.check("Review")
    in_hand = False
    for review in revision.reviews.select_related("reader", "institution"):
        review.revision = revision
        if review.state == ReviewState.CHANGES_ASKED:
            give_time(review)
            if review.reader and may_read(review).filter(pk=review.reader.pk).exists():
                make_move(by, review, "read again")
                news.handed_in_again(review)
            else:
                _to_others(by, review)
        elif review.state in UNDER_WAY:
            give_time(review)
            review.save()
        in_hand = in_hand or review.state == ReviewState.READING
    return in_hand


def _to_others(by: Person | None, review: Review) -> None:
    """Its reader may not read any more: it is opened to the others."""
    guarded.check("Review")
    move(review, REVIEW_MOVES, "read again")
    release(review)
    make_move(by, review, "hand back")
    news.ask(review)


def release(review: Review) -> None:
    """Take the reading out of its reader's hands, so that others can take it up."""
    review.reader, review.taken_at, review.opened_at = None, None, clock.now()
    if review.side == ReviewSide.OWNER and not review.role:
        review.role = Role.REVIEWER
    find_reader(review)


def lapse_all(by: Person | None, revision: Revision) -> None:
    """What is still to be read needs no reading any more."""
    left = []
    for review in revision.reviews.select_related("reader").filter(state__in=_LAPSING):
        review.revision = revision
        make_move(by, review, "lapse")
        left.append(review)
    news.lapsed(left)
