"""What the pages of review show, gathered with a constant number of queries."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ayni.kernel import clock
from ayni.kernel.errors import Fault
from ayni.knowledge import attached, criteria, drafts, policies
from ayni.knowledge.actions.reviews import may_take_over
from ayni.knowledge.models import Record, Review, Revision
from ayni.knowledge.queries import reviews as queries
from ayni.knowledge.queries.review_lists import history_of
from ayni.knowledge.states import (
    EDITABLE,
    REVISION_MOVES,
    UNDER_WAY,
    UNFINISHED,
    WITH_READERS,
    Answer,
    ReviewSide,
    ReviewState,
    RevisionState,
)
from ayni.language.codes import content_language
from ayni.registry.models import Person
from ayni.registry.policies import IS_MODERATOR
from ayni.registry.queries.institutions import names_in
from ayni.web.fields import field_label
from ayni.web.files.presenting import attached_files
from ayni.web.reviewing import showing, wording

HISTORY = 60  # lines; an older life of a record is in its earlier versions


@dataclass(frozen=True)
class Row:
    """A reading in a list, or a step on the way to publication."""

    review: Review
    who: str  # whose reading it is, in words
    state: str
    tone: str  # of the state's mark: turn, wait, good, or none
    is_overdue: bool
    owner_name: str = ""
    owner_language: str = ""
    comments: int = 0


@dataclass(frozen=True)
class Question:
    criterion: criteria.Criterion
    answer: str
    fault: str
    options: list[tuple[str, str, bool]]


@dataclass(frozen=True)
class Event:
    at: datetime
    sentence: str


def page_language() -> str:
    return content_language(get_language() or "en")


def rows_of(reviews: Iterable[Review], person: Person) -> list[Row]:
    """With the owners' names and the open comments. Three queries for any number."""
    reviews = list(reviews)
    owners = {one.revision.record.owner for one in reviews}
    names = names_in(page_language(), {owner.merged_into_id or owner.pk for owner in owners})
    said = queries.open_comments({one.revision for one in reviews})
    return [
        row_of(
            one, person, names[one.revision.record.owner.merged_into_id or one.revision.record.owner_id],
            said.get(one.revision_id, 0),
        )
        for one in reviews
    ]  # fmt: skip


def row_of(review: Review, person: Person, owner: tuple[str, str] = ("", ""), said: int = 0) -> Row:
    overdue = bool(review.due_on and review.due_on < clock.today() and review.state in UNDER_WAY)
    mine = review.reader_id == person.pk and review.state in UNDER_WAY
    done = {ReviewState.APPROVED: "good", ReviewState.CHANGES_ASKED: "wait", ReviewState.DECLINED: "wait"}
    tone = "turn" if mine else done.get(ReviewState(review.state), "wait" if overdue else "")
    state = _("Your turn") if mine else review.get_state_display()
    return Row(review, whose(review), str(state), tone, overdue, *owner, said)


def whose(review: Review) -> str:
    if review.side == ReviewSide.SITE:
        return _("The site’s reading")
    if review.in_stead:
        return _("The institution’s reading, made by the site in its stead")
    if review.step_name:
        return _("The institution’s reading: %(step)s") % {"step": review.step_name}
    return _("The institution’s own reading")


def reading_context(
    review: Review, person: Person, *, posted: Mapping[str, str] | None = None, faults: Iterable[Fault] = (),
    said: Mapping[str, str] | None = None, saw: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """For `reviewing/reading.html`. `saw`: the stamp of the words that were decided on, where they are others now."""
    revision = review.revision
    in_hand = review.reader_id == person.pk and review.state == ReviewState.READING
    with_readers = revision.state in WITH_READERS
    can_make = policies.open_reading.allows(person, review)
    faults = list(faults)
    return text_context(revision, person, said=said) | {
        "review": review,
        "row": row_of(review, person),
        "is_mine": in_hand,
        "with_readers": with_readers,
        "may_take": review.state == ReviewState.OPEN and with_readers and can_make,
        "may_release": review.reader_id is not None and review.state in UNDER_WAY
        and (in_hand or IS_MODERATOR.allows(person, None) or may_take_over(person, review)),
        "questions": questions(review, posted or review.answers, faults),
        "note": (posted or {}).get("note", ""),
        "note_faults": [wording.fault_sentence(one) for one in faults if one.path == "note"],
        "faults": [(anchor_of(one), _told(one, revision.record.kind)) for one in faults],
        "since_mine": changes_since(review.seen, revision) if review.seen else [],
        "seen_on": review.done_at,
        "stamp": attached.stamp_of(revision),
        "was_changed": saw is not None,
        "changed": None if saw is None else changed_from(saw, revision),
        "edition": criteria.CURRENT,
    }  # fmt: skip


def text_context(
    revision: Revision, person: Person, *, said: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The text with what is said beside it: for its readers and its authors alike."""
    record = revision.record
    owner = record.owner.merged_into or record.owner
    names = names_in(page_language(), {owner.pk, *([record.stand_in_id] if record.stand_in_id else [])})
    may_write = policies.change_record.allows(person, record)
    may_answer = revision.state in EDITABLE and policies.answer_suggestion.allows(person, record)
    fields = showing.fields_of(revision, may_write=may_write, may_answer_suggestions=may_answer)
    for one in fields:
        if said is not None and said.get("path", "") == one.path:
            one.said = said
    has_public = record.published is not None and record.published_id != revision.pk
    # Whoever could take a reading on sees the words; the files come with taking it.
    files = attached_files(revision) if policies.read_record.allows(person, record) else []
    return {
        "area": "review",
        "record": record,
        "revision": revision,
        "fields": fields,
        "images": [one for one in files if one.is_image],
        "documents": [one for one in files if not one.is_image],
        "is_public_text": record.published_id == revision.pk,
        "open_threads": sum(one.open_threads for one in fields),
        "owner": owner,
        "owner_name": names[owner.pk],
        "stand_in_name": names.get(record.stand_in_id or 0),
        "may_write": may_write,
        "may_say": revision.state in UNFINISHED and policies.read_draft.allows(person, record),
        "since_public": changes_between(record.published, revision) if has_public else [],
        "has_public": has_public,
        "person": person,
    }


def questions(review: Review, answers: Mapping[str, str], faults: Iterable[Fault]) -> list[Question]:
    wrong = {one.path: wording.fault_sentence(one) for one in faults}
    return [
        Question(
            one, answers.get(one.code, ""), wrong.get(f"answers.{one.code}", ""),
            [(code, str(label), answers.get(one.code) == code) for code, label in Answer.choices],
        )
        for one in criteria.criteria_of(review.revision.record.kind)
    ]  # fmt: skip


def _told(fault: Fault, kind: str) -> str:
    """In the list above the page, where the question is not in sight."""
    sentence = wording.fault_sentence(fault)
    for one in criteria.criteria_of(kind):
        if fault.path == f"answers.{one.code}":
            return _("%(field)s: %(fault)s") % {"field": one.question, "fault": sentence}
    return sentence


def anchor_of(fault: Fault) -> str:
    group, _dot, code = fault.path.partition(".")
    return f"c-{code}" if group == "answers" else fault.path


def changed_from(stamp: str, revision: Revision) -> list[showing.Changed] | None:
    """What has changed since the words had this stamp; None where no reading has kept them."""
    for seen in revision.reviews.exclude(seen={}).values_list("seen", flat=True):
        if drafts.fingerprint(seen) == stamp:
            return changes_since(seen, revision)
    return None


def over_context(review: Review, person: Person) -> dict[str, Any]:
    """For `reviewing/over.html`: what its reader said, and none of the words of a draft they may not read."""
    record = review.revision.record
    return {
        "area": "review",
        "record": record,
        "review": review,
        "row": row_of(review, person),
        "title": review.seen.get("title", ""),
        "is_public": policies.read_record.allows(person, record),
        "questions": questions(review, review.answers, []),
    }


def changes_since(seen: Mapping[str, Any], revision: Revision) -> list[showing.Changed]:
    return showing.changes(seen, attached.all_values_of(revision), revision.record.kind, revision.form)


def changes_between(old: Revision, new: Revision) -> list[showing.Changed]:
    """Of two revisions of one record. Of what belongs to the record itself (source, licence, contact) only today's is

    known: it is compared with what is public, and with no earlier version.
    """
    old.record = new.record
    both = [attached.all_values_of(one) for one in (old, new)]
    if old.pk != new.record.published_id:
        both = [
            {path: value for path, value in values.items() if not path.startswith("standing.")}
            for values in both
        ]
    return showing.changes(*both, new.record.kind, new.form or old.form)


def of_context(
    revision: Revision, person: Person, *, said: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """For `reviewing/of.html`: where it is, whose turn, what happened, and the text."""
    record = revision.record
    readings = queries.readings_of(revision)
    for one in readings:
        one.revision = revision
    may_write = policies.change_record.allows(person, record)
    possible = REVISION_MOVES.possible(revision.state)
    earlier = record.revisions.filter(state=RevisionState.SUPERSEDED, number__lt=revision.number).order_by(
        "-number"
    )
    return text_context(revision, person, said=said) | {
        "rows": [row_of(one, person) for one in readings],
        "your_turn": may_write and revision.state in EDITABLE,
        "may_withdraw": may_write and "withdraw" in possible,
        "may_reopen": may_write and "reopen" in possible,
        "history": events(record),
        "earlier": list(earlier.values("number", "published_at", "title")[:20]),
    }


def events(record: Record) -> list[Event]:
    """Newest first; what another line tells already is left out."""
    found = []
    for entry in history_of(record)[: HISTORY * 2]:
        details = json.loads(entry.details) if entry.details else {}
        sentence = wording.happened(entry.verb, details.get("side", ""), details.get("move", ""))
        if sentence:
            found.append(Event(entry.at, sentence))
    return found[:HISTORY]


def label_of(path: str, revision: Revision) -> str:
    return field_label(path, revision.record.kind, revision.form)
