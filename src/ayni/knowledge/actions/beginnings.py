"""Drafts that begin from what exists: a filled-in file, a page elsewhere, an activity record, another's practice."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ayni.kernel import clock, guarded
from ayni.kernel.actions import action
from ayni.kernel.errors import Fault, NotAllowed
from ayni.kernel.locking import in_turn
from ayni.knowledge import drafts, policies
from ayni.knowledge.actions.drafts import begin, save_draft
from ayni.knowledge.actions.records import locked_with_record, must_be_allowed
from ayni.knowledge.drafts import Edit
from ayni.knowledge.models import Comment, Record, Revision
from ayni.knowledge.queries import drafts as draft_queries
from ayni.knowledge.states import CommentState, Form, Kind, RecordState, RevisionState
from ayni.knowledge.texts import Standing
from ayni.registry.actions import audit
from ayni.registry.models import Institution, Person

ORIGIN = "own-file"
_COMMENT_LIMIT = 50_000


@dataclass
class Begun:
    """`faults`: fields whose values a draft cannot hold; their words are among what is left over."""

    revision: Revision
    is_new: bool = True
    faults: list[Fault] = field(default_factory=list)


@action
def begin_from_values(
    *, by: Person, kind: str, form: str = "", language: str, owner: Institution, values: Mapping[str, Any],
    left_over: Iterable[str] = (), key: str = "",
) -> Begun:  # fmt: skip
    """A draft that says what a file says. Words that belong to no field are kept beside it, for its authors.

    `key` names what the draft is made from: the same file, or the same row of a sheet, makes one draft however
    often it is sent. A draft that is there already is left as it is; one that was put away does not count.
    """
    origin_id = f"{owner.uid}:{key}" if key else ""
    in_turn(f"{ORIGIN} {origin_id}")
    if origin_id and (there := _still_there(by, origin_id)):
        return Begun(there, is_new=False)
    revision = begin(by=by, kind=kind, language=language, owner=owner, form=form)
    if origin_id:
        _name(revision.record, origin_id)
    saved = save_draft(
        by=by, revision=revision, edits=[Edit(path, value, "") for path, value in values.items()]
    )
    # A fault may be deeper than its value: `partners.1.role` of `partners`.
    bad = [f"{fault.path}." for fault in saved.faults]
    lost = [
        _words(value) for path, value in values.items() if any(fault.startswith(f"{path}.") for fault in bad)
    ]
    _keep_beside(by, revision, [*left_over, *(text for text in lost if text)])
    return Begun(revision, faults=saved.faults)


@action
def begin_from_activity(*, by: Person, activity: Record, owner: Institution) -> Begun:
    """A practice that begins from what an activity record says, and says no more than it: what was learned is
    still to be written. The record stays as it is, and is named as the source.

    While a draft that began from it is not published, that one is gone on with: a form is easily sent twice.
    """
    source = _must_be_readable(by, activity, Kind.ACTIVITY)
    origin_id = f"{owner.uid}:activity {activity.uid}"
    in_turn(f"{ORIGIN} {origin_id}")
    if begun := _still_there(by, origin_id, only_unpublished=True):
        return Begun(begun, is_new=False)
    there = drafts.values_of(source)
    taken = ("title", "started", "ended", "partners", *(path for path in there if path.startswith("tags.")))
    values = {path: there[path] for path in taken if path in there}
    values |= _source_of(activity, source.title)
    revision = begin(by=by, kind=Kind.PRACTICE, language=activity.language, owner=owner, form=Form.SNAPSHOT)
    _name(revision.record, origin_id)
    save_draft(by=by, revision=revision, edits=[Edit(path, value, "") for path, value in values.items()])
    audit.record(by=by, verb="record.begun_from", target=revision.record.target, source=activity.uid)
    return Begun(revision)


@action
def begin_adaptation(*, by: Person, original: Record, owner: Institution, language: str) -> Begun:
    """ "We did this too": a practice linked to the original, tagged like it but for the place; all words to be its own.

    While one that the institution began is not published, that one is gone on with.
    """
    there = drafts.values_of(_must_be_readable(by, original, Kind.PRACTICE))
    origin_id = f"{owner.uid}:adapts {original.uid}"
    in_turn(f"{ORIGIN} {origin_id}")
    if begun := _still_there(by, origin_id, only_unpublished=True):
        return Begun(begun, is_new=False)
    kept = ("tags.sdg", "tags.themes", "tags.sectors", "tags.exchange_types")
    values: dict[str, Any] = {path: there[path] for path in kept if path in there}
    if owner.country is not None:
        values["tags.countries"] = [owner.country.code]
    revision = begin(
        by=by, kind=Kind.PRACTICE, language=language, owner=owner, standing=Standing(adapted_from=original),
    )  # fmt: skip
    _name(revision.record, origin_id)
    save_draft(by=by, revision=revision, edits=[Edit(path, value, "") for path, value in values.items()])
    audit.record(by=by, verb="record.begun_from", target=revision.record.target, source=original.uid)
    return Begun(revision)


def key_of(values: Mapping[str, Any], *, name: str = "") -> str:
    """Of a row of a sheet: its own id or title (`name`), whatever was corrected in it. Of a file: all it says."""
    text = name or json.dumps(values, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@action
def settle_left_over(*, by: Person, revision: Revision) -> None:
    """An author has placed, or does not need, what was left over of the file that the draft began from."""
    record = locked_with_record(revision)
    must_be_allowed(by, record, policies.change_record)
    guarded.check("Comment")
    if draft_queries.left_over(revision).update(
        state=CommentState.SETTLED, answered_by=by, answered_at=clock.now()
    ):
        audit.record(by=by, verb="left_over.settled", target=record.target, number=revision.number)


def _name(record: Record, origin_id: str) -> None:
    """What the draft is made from; one that is made from the same again has a number of its own."""
    count = Record.objects.filter(origin=ORIGIN, origin_id__startswith=origin_id).count()
    record.origin, record.origin_id = ORIGIN, f"{origin_id}:{count}" if count else origin_id
    record.save()


def _still_there(by: Person, origin_id: str, *, only_unpublished: bool = False) -> Revision | None:
    rows = Record.objects.filter(origin=ORIGIN, origin_id__startswith=origin_id).order_by("-pk")
    if only_unpublished:
        rows = rows.filter(state=RecordState.UNPUBLISHED)
    for record in rows:
        revision = record.revisions.order_by("-number").first()
        if revision is None or (
            record.state == RecordState.UNPUBLISHED
            and revision.state in {RevisionState.WITHDRAWN, RevisionState.DECLINED}
        ):
            continue
        if policies.change_record.allows(by, record):
            revision.record = record
            return revision
    return None


def _must_be_readable(by: Person, record: Record, kind: str) -> Revision:
    """What the record says to readers."""
    if record.kind != kind or record.published is None or not policies.read_record.allows(by, record):
        raise NotAllowed("not_yours")
    return record.published


def _source_of(activity: Record, title: str) -> dict[str, str]:
    """The activity record's own source where it names one, else the record here."""
    found = {
        "standing.source_title": activity.source_title or title,
        "standing.source_url": activity.source_url,
        "standing.source_publisher": activity.source_publisher,
    }
    return {path: value for path, value in found.items() if value}


def _words(value: Any) -> str:
    """A value as words, for somebody to paste elsewhere."""
    if isinstance(value, list):
        return "\n".join(_words(inner) for inner in value)
    if isinstance(value, dict):
        return " – ".join(str(inner) for inner in value.values() if inner)
    return str(value)


def _keep_beside(by: Person, revision: Revision, texts: list[str]) -> None:
    """In pieces that a page can show."""
    text = "\n\n".join(texts)
    for start in range(0, len(text), _COMMENT_LIMIT):
        piece = text[start : start + _COMMENT_LIMIT]
        Comment.objects.create(revision=revision, text=piece, by=by, is_left_over=True)
