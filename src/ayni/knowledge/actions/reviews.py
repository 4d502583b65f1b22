"""Review: handed in, taken up, decided; the last yes publishes. Nobody ever reads what they wrote."""

from collections.abc import Mapping

from ayni.kernel import clock, guarded
from ayni.kernel.actions import action
from ayni.kernel.errors import Fault, Invalid, NotAllowed, WrongState
from ayni.kernel.transitions import move
from ayni.knowledge import attached, criteria, drafts, policies
from ayni.knowledge.actions import readings
from ayni.knowledge.actions import review_news as news
from ayni.knowledge.actions.records import locked_with_record, make_public, must_be_allowed
from ayni.knowledge.models import Comment, Record, Review, Revision
from ayni.knowledge.queries.reviews import may_read
from ayni.knowledge.states import (
    EDITABLE,
    REVISION_MOVES,
    UNFINISHED,
    WITH_READERS,
    Answer,
    RecordState,
    ReviewSide,
    ReviewState,
    RevisionState,
)
from ayni.language.normalise import clean
from ayni.registry.actions import audit
from ayni.registry.models import Person
from ayni.registry.policies import IS_MODERATOR

NOTE_LIMIT = 5000
VERDICTS = ("approve", "changes", "decline")


@action
def submit(*, by: Person | None, revision: Revision) -> Revision:
    """Hand it in: the readings are planned, or go on where changes had been asked for.

    Raises Invalid with what is still missing, and where two versions wait for a choice (`two_versions`);
    WrongState; NotAllowed.
    """
    record = locked_with_record(revision)
    must_be_allowed(by, record, policies.change_record)
    if revision.state not in EDITABLE:
        raise WrongState("wrong_state", move="submit", state=revision.state)
    if record.state == RecordState.WITHDRAWN:
        raise WrongState("record_withdrawn", state=record.state)
    faults = drafts.missing(drafts.values_of(revision), record.kind, revision.form)
    faults += attached.missing(revision)
    waiting = revision.variants.order_by("pk").values_list("path", flat=True)
    faults += [Fault(path, "two_versions") for path in dict.fromkeys(waiting)]
    if faults:
        raise Invalid(faults)
    again = revision.state == RevisionState.CHANGES_ASKED
    revision.submitted_at = clock.now()
    _move(by, record, revision, "submit")
    news.authors_acted(record)
    if not again:
        readings.plan(by, record, revision)
    elif readings.read_again(by, revision):
        _move(by, record, revision, "take up")
    return revision


@action
def withdraw(*, by: Person | None, revision: Revision) -> Revision:
    """The authors take it back, at any time before it is published. What is published is not touched."""
    record = locked_with_record(revision)
    must_be_allowed(by, record, policies.change_record)
    _move(by, record, revision, "withdraw")
    news.authors_acted(record)
    readings.lapse_all(by, revision)
    return revision


@action
def reopen(*, by: Person | None, revision: Revision) -> Revision:
    """Go on with what was withdrawn or declined, unless something newer is there to go on with."""
    record = locked_with_record(revision)
    must_be_allowed(by, record, policies.change_record)
    if "reopen" in REVISION_MOVES.possible(revision.state) and (
        record.revisions.filter(number__gt=revision.number).exists()
        or record.revisions.filter(state__in=UNFINISHED).exists()
    ):
        raise WrongState("newer_is_there", state=revision.state)
    _move(by, record, revision, "reopen")
    news.authors_acted(record)
    return revision


@action
def take_up(*, by: Person, review: Review) -> Review:
    """Take the reading on. Of two who do so at once one gets it; the other is told (`already_taken`)."""
    record = readings.locked_reading(review)
    revision = review.revision
    if review.state == ReviewState.READING and review.reader_id == by.pk:
        return review
    _must_be_with_readers(revision)
    if review.state == ReviewState.READING:
        raise WrongState("already_taken", state=review.state)
    _must_read(by, review)
    review.reader, review.taken_at = by, clock.now()
    readings.make_move(by, review, "take up")
    if revision.state == RevisionState.SUBMITTED:
        _move(by, record, revision, "take up")
    news.taken(review, by)
    return review


@action
def hand_back(*, by: Person, review: Review) -> Review:
    """Give a reading to the others: its reader cannot make it after all, or is away too long.

    Who may: its reader and moderators; once it is overdue, also whoever could make it instead.
    """
    readings.locked_reading(review)
    if review.reader_id is None or review.state not in {ReviewState.READING, ReviewState.OPEN}:
        raise WrongState("not_in_hand", state=review.state)
    mine = review.reader_id == by.pk
    if not (mine or IS_MODERATOR.allows(by, None) or may_take_over(by, review)):
        raise NotAllowed("not_yours_to_read")
    news.lapsed([] if mine else [review])
    news.done(review)
    readings.release(review)
    if review.state == ReviewState.READING:
        readings.make_move(by, review, "hand back")
    else:  # it was kept for one person, who had not begun
        guarded.check("Review")
        review.save()
        audit.record(by=by, verb="review.released", target=review.revision.record.target, review=review.uid)
    news.ask(review)
    return review


def may_take_over(person: Person, review: Review) -> bool:
    """It is overdue, and the person could make it if nobody had it."""
    if review.escalated_at is None or review.reader_id == person.pk:
        return False
    free = Review(
        revision=review.revision, side=review.side, role=review.role or "reviewer", institution=review.institution,
        in_stead=review.in_stead,
    )  # fmt: skip
    return policies.make_review.allows(person, free) and may_read(free).filter(pk=person.pk).exists()


@action
def decide(
    *,
    by: Person,
    review: Review,
    verdict: str,
    answers: Mapping[str, str],
    note: str = "",
    saw: str | None = None,
) -> Review:
    """The reader's decision: `approve`, `changes` (asked of the authors) or `decline`. The last yes publishes.

    Every criterion needs an answer; changes and declining need a note to the authors. Raises Invalid with
    faults at `answers.<criterion>`, `note`, `verdict`; WrongState; NotAllowed.
    `saw`: `attached.stamp_of` the words that were before the reader's eyes; of others nobody decides (`changed_since`).
    """
    record = readings.locked_reading(review)
    revision = review.revision
    if review.reader_id != by.pk:
        raise NotAllowed("not_yours_to_read")
    _must_read(by, review)
    if revision.state not in WITH_READERS and not (
        revision.state == RevisionState.CHANGES_ASKED and verdict == "changes"
    ):
        raise WrongState("not_with_readers", state=revision.state)
    if review.state != ReviewState.READING:
        raise WrongState("not_in_hand", state=review.state)
    if saw is not None and saw != attached.stamp_of(revision):
        raise WrongState("changed_since")
    note = clean(note, NOTE_LIMIT)
    if faults := _decision_faults(record, verdict, answers, note):
        raise Invalid(faults)
    now = clock.now()
    review.criteria, review.note, review.done_at = criteria.CURRENT, note, now
    review.answers = {one.code: answers[one.code] for one in criteria.criteria_of(record.kind)}
    review.seen = attached.all_values_of(revision)
    if note:
        Comment.objects.create(revision=revision, text=note, by=by)
    news.done(review)
    if verdict == "approve":
        _approve(by, record, review)
    elif verdict == "changes":
        _ask_for_changes(by, record, review)
    else:
        _decline(by, record, review)
    return review


def _approve(by: Person, record: Record, review: Review) -> None:
    revision = review.revision
    readings.make_move(by, review, "approve")
    if review.side == ReviewSide.OWNER:
        readings.open_next(by, revision)
    still = revision.reviews.exclude(state__in=[ReviewState.APPROVED, ReviewState.LAPSED])
    if still.exists():
        return
    site = revision.reviews.filter(side=ReviewSide.SITE, state=ReviewState.APPROVED)
    if not site.exists() and not readings.is_trusted(record):
        readings.add_site_reading(by, revision)  # it was trusted when this was handed in, and is no longer
        return
    revision.criteria, revision.decided_at = criteria.CURRENT, clock.now()
    _move(by, record, revision, "approve")
    if record.state != RecordState.WITHDRAWN:  # else moderators publish it, should they put the record back
        make_public(by, record, revision, "publish")
        news.published(record, revision)


def _ask_for_changes(by: Person, record: Record, review: Review) -> None:
    revision = review.revision
    readings.make_move(by, review, "ask for changes")
    if revision.state != RevisionState.CHANGES_ASKED:
        revision.decided_at = clock.now()
        _move(by, record, revision, "ask for changes")
    news.changes_asked(review)


def _decline(by: Person, record: Record, review: Review) -> None:
    revision = review.revision
    readings.make_move(by, review, "decline")
    revision.decided_at = clock.now()
    _move(by, record, revision, "decline")
    readings.lapse_all(by, revision)
    news.declined(review)


def _decision_faults(record: Record, verdict: str, answers: Mapping[str, str], note: str) -> list[Fault]:
    faults = [] if verdict in VERDICTS else [Fault("verdict", "unknown_choice")]
    for one in criteria.criteria_of(record.kind):
        answer = answers.get(one.code, "")
        if answer not in Answer.values:
            faults.append(Fault(f"answers.{one.code}", "missing"))
        elif verdict == "approve" and one.must and answer == Answer.NO:
            faults.append(Fault(f"answers.{one.code}", "no_but_approved"))
    if verdict in {"changes", "decline"} and not note:
        faults.append(Fault("note", "missing"))
    return faults


def _must_be_with_readers(revision: Revision) -> None:
    if revision.state not in WITH_READERS:
        raise WrongState("not_with_readers", state=revision.state)


def _must_read(by: Person, review: Review) -> None:
    """By the rule, and by the database as it is now: whoever became an author or left may not."""
    if not policies.make_review.allows(by, review) or not may_read(review).filter(pk=by.pk).exists():
        raise NotAllowed(_why_not(by, review))


def _why_not(by: Person, review: Review) -> str:
    record = review.revision.record
    if record.authors.filter(person=by).exists():
        return "author_of_it"
    other = review.revision.reviews.filter(reader=by).exclude(side=review.side)
    if other.exclude(state=ReviewState.LAPSED).exists():
        return "reads_the_other_side"
    return "not_yours_to_read"


def _move(by: Person | None, record: Record, revision: Revision, name: str) -> None:
    guarded.check("Revision")
    old, new = move(revision, REVISION_MOVES, name)
    revision.save()
    audit.record(
        by=by, verb="revision.moved", target=record.target,
        number=revision.number, move=name, old=old, new=new,
    )  # fmt: skip
