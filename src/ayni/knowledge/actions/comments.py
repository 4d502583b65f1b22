"""What is said beside the fields of a revision on its way, and words suggested for them."""

from typing import Any

from django.db.models import Q

from ayni.kernel import clock, guarded
from ayni.kernel.actions import action
from ayni.kernel.errors import Fault, Invalid, NotAllowed, WrongState
from ayni.kernel.locking import locked
from ayni.kernel.transitions import move
from ayni.knowledge import documents, drafts, policies
from ayni.knowledge.actions.drafts import save_draft
from ayni.knowledge.actions.records import locked_with_record
from ayni.knowledge.actions.review_news import authors_of, words_of
from ayni.knowledge.drafts import Edit, checked_value, fingerprint
from ayni.knowledge.models import Comment, Record, Revision
from ayni.knowledge.states import COMMENT_MOVES, UNFINISHED, CommentState
from ayni.language.normalise import clean
from ayni.registry.actions import audit
from ayni.registry.actions.notices import tell
from ayni.registry.models import Person

TEXT_LIMIT = 5000


@action
def comment(
    *, by: Person, revision: Revision, path: str = "", text: str = "", suggestion: str = ""
) -> Comment:
    """Say something beside a field (about the whole: no path), perhaps with words it could say instead.

    Who may: whoever may read the draft. Words can be suggested for texts only. Raises Invalid; WrongState once it
    is published or put away; NotAllowed.
    """
    record = locked_with_record(revision)
    _must_read(by, record)
    _must_be_on_its_way(revision)
    text = clean(text, TEXT_LIMIT)
    faults = []
    if path and path not in drafts.paths_of(record.kind, revision.form):
        faults.append(Fault("path", "unknown_field"))
    elif suggestion.strip():
        suggestion, more = _checked_suggestion(record, revision, path, suggestion)
        faults += more
    if not text and not suggestion.strip() and not faults:
        faults.append(Fault("text", "missing"))
    if faults:
        raise Invalid(faults)
    now = drafts.values_of(revision).get(path) if suggestion else None
    made = Comment.objects.create(
        revision=revision, path=path, text=text, suggestion=suggestion, by=by,
        suggested_for=fingerprint(now) if suggestion else "",
    )  # fmt: skip
    _note(by, made, "comment.made")
    _tell_others(by, record, revision)
    return made


@action
def reply(*, by: Person, comment: Comment, text: str) -> Comment:
    """Answer in the same thread; one that was settled stays settled."""
    thread = comment.parent or comment
    revision = thread.revision
    record = locked_with_record(revision)
    _must_read(by, record)
    _must_be_on_its_way(revision)
    text = clean(text, TEXT_LIMIT)
    if not text:
        raise Invalid([Fault("text", "missing")])
    made = Comment.objects.create(revision=revision, parent=thread, path=thread.path, text=text, by=by)
    _note(by, made, "comment.made")
    _tell_others(by, record, revision)
    return made


@action
def accept(*, by: Person, comment: Comment) -> Comment:
    """An author puts the suggested words in place. Nobody becomes an author by it.

    Raises WrongState `words_changed` where the field has other words since they were suggested (nothing is
    overwritten), `not_editable` while the readers have it, `no_suggestion`.
    """
    record, revision = _locked(comment)
    _must_answer(by, record)
    if not comment.suggestion:
        raise WrongState("no_suggestion", state=comment.state)
    if comment.state != CommentState.OPEN:
        raise WrongState("wrong_state", move="accept", state=comment.state)
    now = drafts.values_of(revision).get(comment.path)
    if fingerprint(now) not in {comment.suggested_for, fingerprint(comment.suggestion)}:
        raise WrongState("words_changed", state=CommentState.OPEN)
    edit = Edit(comment.path, comment.suggestion, comment.suggested_for)
    saved = save_draft(by=by, revision=revision, edits=[edit])
    if saved.faults:
        raise Invalid(saved.faults)
    move(comment, COMMENT_MOVES, "accept")
    _answered(by, comment, "accept")
    return comment


@action
def set_aside(*, by: Person, comment: Comment) -> Comment:
    """An author keeps the words there are; the suggestion stays to be read."""
    record, _ = _locked(comment)
    _must_answer(by, record)
    if not comment.suggestion:
        raise WrongState("no_suggestion", state=comment.state)
    move(comment, COMMENT_MOVES, "set aside")
    _answered(by, comment, "set aside")
    return comment


@action
def settle_comment(*, by: Person, comment: Comment) -> Comment:
    """What was said has been dealt with: so says its writer, or an author."""
    record, _ = _locked(comment)
    _must_have_a_part(by, record, comment)
    move(comment, COMMENT_MOVES, "settle")
    _answered(by, comment, "settle")
    return comment


@action
def reopen_comment(*, by: Person, comment: Comment) -> Comment:
    """It is not dealt with after all."""
    record, revision = _locked(comment)
    _must_have_a_part(by, record, comment)
    _must_be_on_its_way(revision)
    guarded.check("Comment")
    move(comment, COMMENT_MOVES, "reopen")
    comment.answered_by = comment.answered_at = None
    comment.save()
    _note(by, comment, "comment.reopened")
    return comment


def takes_suggestions(record: Record, revision: Revision, path: str) -> bool:
    """Only where one text stands: not for lists, dates, choices and tags."""
    if path in {"title", "summary"}:
        return True
    fields = {f"body.{field.name}": field for field in documents.fields_of(record.kind, revision.form)}
    return path in fields and fields[path].translatable


def _checked_suggestion(
    record: Record, revision: Revision, path: str, suggestion: str
) -> tuple[str, list[Fault]]:
    if not takes_suggestions(record, revision, path):
        return "", [Fault("suggestion", "not_here")]
    value, faults = checked_value(path, suggestion, record.kind, revision.form)
    return value or "", [Fault("suggestion", fault.code, fault.params) for fault in faults]


def _locked(comment: Comment) -> tuple[Record, Revision]:
    revision = comment.revision
    record = locked_with_record(revision)
    locked(comment).revision = revision
    return record, revision


def _must_read(by: Person, record: Record) -> None:
    if not policies.read_draft.allows(by, record):
        raise NotAllowed("not_yours")


def _must_write(by: Person, record: Record) -> None:
    if not policies.change_record.allows(by, record):
        raise NotAllowed("not_yours")


def _must_answer(by: Person, record: Record) -> None:
    if not policies.answer_suggestion.allows(by, record):
        raise NotAllowed("not_yours")


def _must_have_a_part(by: Person, record: Record, comment: Comment) -> None:
    _must_read(by, record)
    if comment.by_id != by.pk:
        _must_write(by, record)


def _must_be_on_its_way(revision: Revision) -> None:
    if revision.state not in UNFINISHED:
        raise WrongState("not_on_its_way", state=revision.state)


def _answered(by: Person, comment: Comment, name: str) -> None:
    """Store the new state; who suggested something hears what became of it."""
    guarded.check("Comment")
    comment.answered_by, comment.answered_at = by, clock.now()
    comment.save()
    _note(by, comment, "comment.answered", move=name)
    if comment.suggestion and comment.by and comment.by != by:
        revision = comment.revision
        tell(
            [comment.by], code="suggestion-answered", target=revision.record.target,
            key=f"suggestion-answered {revision.record.uid} {_hour()}", taken=name == "accept",
            reading=_reading_of(comment.by, revision), **words_of(revision),
        )  # fmt: skip


def _reading_of(person: Person, revision: Revision) -> str:
    """Uid of their reading, whose page stays open to them when it is done; empty for who has none."""
    mine = revision.reviews.filter(reader=person).order_by("-pk")
    return mine.values_list("uid", flat=True).first() or ""


def _note(by: Person, comment: Comment, verb: str, **details: Any) -> None:
    revision = comment.revision
    audit.record(
        by=by,
        verb=verb,
        target=revision.record.target,
        number=revision.number,
        comment=comment.uid,
        **details,
    )


def _tell_others(by: Person, record: Record, revision: Revision) -> None:
    """Whoever writes or reads it, but for the speaker: once an hour, however much is said."""
    part = (
        Q(authorships__record=record, authorships__left_at__isnull=True)
        | Q(reviews__revision=revision)
        | Q(pk__in=_speakers(revision))
    )
    others = Person.objects.filter(part, is_active=True).exclude(pk=by.pk).distinct()
    authors = {person.pk for person in authors_of(record)}
    tell(
        [one for one in others if one.pk in authors or policies.read_draft.allows(one, record)],
        code="comment", target=record.target, key=f"comment {record.uid} {by.uid} {_hour()}", **words_of(revision),
    )  # fmt: skip


def _speakers(revision: Revision) -> list[int]:
    return [pk for pk in revision.comments.filter(is_left_over=False).values_list("by", flat=True) if pk]


def _hour() -> str:
    return f"{clock.now():%Y%m%d%H}"
