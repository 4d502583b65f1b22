"""Writing: a draft is begun, saved field by field, shared between authors, and begun anew from what is published."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.kernel.errors import Fault, Invalid, NotAllowed, WrongState
from ayni.kernel.locking import in_turn, locked
from ayni.knowledge import documents, drafts, policies
from ayni.knowledge.actions import reviews
from ayni.knowledge.actions.records import locked_with_record, must_be_allowed, note_author, tell_readers
from ayni.knowledge.drafts import Edit, checked_value, fingerprint
from ayni.knowledge.models import (
    Record,
    RecordAuthor,
    Revision,
    RevisionFile,
    RevisionPartner,
    RevisionTerm,
    Variant,
)
from ayni.knowledge.queries.reviews import reads_it_now
from ayni.knowledge.states import EDITABLE, REVISION_MOVES, UNFINISHED, Form, Kind, RecordState, RevisionState
from ayni.knowledge.texts import Standing
from ayni.language.codes import CONTENT_LANGUAGES
from ayni.registry.actions import audit
from ayni.registry.models import Institution, Person, Term
from ayni.registry.policies import institutions_of
from ayni.registry.queries.institutions import get_institution
from ayni.registry.states import WRITING_ROLES

# Saves follow each other every few seconds; the audit tells each sitting once.
SITTING = timedelta(minutes=15)
CHOICES = frozenset({"there", "variant", "both"})


@dataclass
class Saved:
    """What became of a save. Edits with a fault are not stored; those that clash are kept as variants."""

    revision: Revision
    changed: list[str] = field(default_factory=list)
    clashes: list[Variant] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    # Of each field that the writer changed: what stands for the words they have before their eyes from now on.
    # A field that only others changed is not among them: the writer has not seen the new words yet.
    was: dict[str, str] = field(default_factory=dict)


@action
def begin(
    *, by: Person, kind: str, language: str, owner: Institution, stand_in: Institution | None = None,
    form: str = "", adapted_from: Record | None = None, standing: Standing | None = None, title: str = "",
) -> Revision:  # fmt: skip
    """The first draft of a new record, with no more written than its title.

    Who may: those who write for the owner; or for `stand_in`, which then writes on the owner's behalf.
    A draft of that title which the same person has just begun is that one: a form is easily sent twice.
    Raises Invalid; NotAllowed.
    """
    if not policies.begin_record.allows(by, None):
        raise NotAllowed("writes_for_nobody")
    mine = institutions_of(by, WRITING_ROLES)
    writes_for = stand_in or owner
    if writes_for.pk not in mine:
        raise NotAllowed("not_your_institution")
    faults = [] if language in CONTENT_LANGUAGES else [Fault("language", "unknown_choice")]
    if kind not in {Kind.PRACTICE, Kind.LESSON, Kind.PUBLICATION}:
        faults.append(Fault("kind", "unknown_choice"))
    title, more = drafts.checked_value("title", title, kind, form)
    if faults := faults + more:
        raise Invalid(faults)
    digest = documents.title_digest(title)
    in_turn(f"begin {by.pk}")  # the second of two clicks waits, and then finds what the first has begun
    if title and (twin := _begun_just_now(by, kind, owner, digest)):
        return twin
    values = vars(standing or Standing()) | ({"adapted_from": adapted_from} if adapted_from else {})
    record = Record.objects.create(
        kind=kind, language=language, owner=owner, title_key=digest, created_by=by,
        stand_in=None if stand_in is None or owner.pk in mine else stand_in,
        is_demo=by.is_demo,  # what demo people write is part of the demo world, and says so
        **values,
    )  # fmt: skip
    now = clock.now()
    revision = Revision.objects.create(
        record=record, number=1, form=form or (Form.SNAPSHOT if kind == Kind.PRACTICE else ""), title=title,
        created_by=by, saved_at=now, saved_by=by,
    )  # fmt: skip
    RecordAuthor.objects.create(record=record, person=by, institution=writes_for, added_by=by)
    audit.record(by=by, verb="record.created", target=record.target, kind=kind)
    return revision


def _begun_just_now(by: Person, kind: str, owner: Institution, digest: str) -> Revision | None:
    return (
        Revision.objects.select_related("record")
        .filter(
            record__kind=kind, record__owner=owner, record__title_key=digest, state=RevisionState.DRAFT, number=1,
            edit=0, created_by=by, created_at__gt=clock.now() - SITTING,
        )
        .first()
    )  # fmt: skip


@action
def begin_again(*, by: Person, record: Record) -> Revision:
    """The draft in which a record is worked on again.

    The one there is; else one that was put away or declined before anything was published, reopened; else a new
    one that says what is published.
    """
    locked(record)
    must_be_allowed(by, record, policies.change_record)
    there = record.revisions.filter(state__in=UNFINISHED).order_by("-number").first()
    if there:
        there.record = record
        return there
    source, newest = record.published, record.revisions.order_by("-number")[0]
    if source is None and "reopen" in REVISION_MOVES.possible(newest.state):
        newest.record = record
        return reviews.reopen(by=by, revision=newest)
    if source is None or record.state == RecordState.WITHDRAWN:
        raise WrongState("nothing_to_begin_from", state=record.state)
    terms = list(RevisionTerm.objects.filter(revision=source).values_list("term_id", flat=True))
    partners = list(source.partners.values("institution_id", "name", "role", "position"))
    files = list(source.files.values("file_id", "caption", "description", "position"))
    draft = Revision.objects.create(
        record=record, number=newest.number + 1, form=source.form, title=source.title, summary=source.summary,
        body=source.body, started=source.started, ended=source.ended, created_by=by, saved_at=clock.now(),
        saved_by=by,
    )  # fmt: skip
    RevisionTerm.objects.bulk_create(RevisionTerm(revision=draft, term_id=term) for term in terms)
    RevisionPartner.objects.bulk_create(RevisionPartner(revision=draft, **row) for row in partners)
    RevisionFile.objects.bulk_create(RevisionFile(revision=draft, **row) for row in files)
    note_author(by, record)
    audit.record(by=by, verb="revision.created", target=record.target, number=draft.number)
    return draft


@action
def save_draft(*, by: Person, revision: Revision, edits: Sequence[Edit]) -> Saved:
    """Store the fields that the writer changed. Nobody's words are lost.

    A field that another changed since the writer last saw it stays as it is; the writer's words are kept
    beside it as a variant, to choose from. Whoever writes on from their own variant changes that variant.
    Raises WrongState when the draft is with its reviewers or done.
    """
    record = locked_with_record(revision)
    must_be_allowed(by, record, policies.change_record)
    if revision.state not in EDITABLE:
        raise WrongState("not_editable", state=revision.state)
    values = drafts.values_of(revision)
    saved = Saved(revision)
    known = drafts.paths_of(record.kind, revision.form)
    for edit in edits:
        if edit.path not in known:
            saved.faults.append(Fault(edit.path[:120], "unknown_field"))
            continue
        value, faults = checked_value(edit.path, edit.value, record.kind, revision.form)
        saved.faults += faults
        clean_edit = Edit(edit.path, value, edit.was)
        if faults or fingerprint(value) == edit.was:
            continue
        saved.was[edit.path] = fingerprint(value)
        if fingerprint(value) == fingerprint(values.get(edit.path)):
            continue
        if drafts.clash(values.get(edit.path), clean_edit):
            saved.clashes.append(_keep_variant(by, revision, clean_edit))
        else:
            _put(record, revision, edit.path, value)
            saved.changed.append(edit.path)
    if saved.changed:
        _store(by, record, revision, saved.changed)
    return saved


@action
def choose(*, by: Person, variant: Variant, keep: str, saw: str | None = None) -> Revision:
    """Settle what two wrote at once: `keep` "there" (as it is), "variant" (the other words) or "both" (texts only).

    `saw`: `drafts.stamp_of_choice` what was before the writer's eyes; where one of the two says something else by
    now, none is given up for the other (WrongState `words_changed`). Keeping both loses nothing, whatever they say.
    """
    revision = variant.revision
    record = locked_with_record(revision)
    locked(variant)
    must_be_allowed(by, record, policies.change_record)
    if revision.state not in EDITABLE:
        raise WrongState("not_editable", state=revision.state)
    if keep not in CHOICES:
        raise Invalid([Fault("keep", "unknown_choice", {"value": keep[:40]})])
    now, value = drafts.values_of(revision).get(variant.path), variant.value
    joins = keep == "both" and isinstance(now, str) and isinstance(value, str)
    if not joins and saw not in {None, drafts.stamp_of_choice(now, value)}:
        raise WrongState("words_changed", state=revision.state)
    if keep != "there":
        value = f"{now}\n\n{value}" if joins else value
        value, faults = checked_value(variant.path, value, record.kind, revision.form)
        if faults:
            raise Invalid(faults)
        _put(record, revision, variant.path, value)
        _store(by, record, revision, [variant.path])
    variant.delete()
    audit.record(by=by, verb="variant.chosen", target=record.target, number=revision.number, keep=keep)
    return revision


@action
def set_form(*, by: Person, revision: Revision, form: str) -> Revision:
    """A snapshot becomes a full description, or the other way round; no field that both know is lost."""
    record = locked_with_record(revision)
    must_be_allowed(by, record, policies.change_record)
    if revision.state not in EDITABLE:
        raise WrongState("not_editable", state=revision.state)
    if record.kind != Kind.PRACTICE or form not in Form.values:
        raise Invalid([Fault("form", "unknown_choice")])
    left_out = set(revision.body) - {field.name for field in documents.fields_of(record.kind, form)}
    if left_out:
        raise Invalid([Fault(f"body.{name}", "would_be_lost") for name in sorted(left_out)])
    revision.form = form
    _store(by, record, revision, ["form"])
    return revision


@action
def add_author(*, by: Person, record: Record, person: Person, institution: Institution) -> RecordAuthor:
    """Let somebody write along, for an institution they write for. Adding them again changes nothing.

    Who has a reading of it in hand, or has decided one that still counts, cannot be added (`reads_it`).
    """
    locked(record)
    must_be_allowed(by, record, policies.change_record)
    if institution.pk not in institutions_of(person, WRITING_ROLES):
        raise Invalid([Fault("person", "writes_for_nobody")])
    if reads_it_now(record, person):
        raise NotAllowed("reads_it")  # else authors could be rid of a reader by making them an author
    row, created = RecordAuthor.objects.get_or_create(
        record=record, person=person, defaults={"institution": institution, "added_by": by}
    )
    if not created and row.left_at:
        row.left_at, row.institution, row.added_by, created = None, institution, by, True
        row.save()
    if created:
        audit.record(by=by, verb="author.added", target=record.target, person=person.uid)
    return row


@action
def discard(*, by: Person, revision: Revision) -> Revision:
    """Put a draft away. It can be reopened; what is published is not touched."""
    return reviews.withdraw(by=by, revision=revision)


def _keep_variant(by: Person, revision: Revision, edit: Edit) -> Variant:
    """The same words of the same person once, however often they are sent; and what they become, in their place."""
    for known in revision.variants.filter(path=edit.path, by=by):
        if known.value == edit.value:
            return known
        if fingerprint(known.value) == edit.was:
            known.value, known.at = _kept(edit.value), clock.now()
            known.save()
            return known
    return Variant.objects.create(revision=revision, path=edit.path, value=_kept(edit.value), by=by)


def _kept(value: Any) -> Any:
    """Also that somebody emptied the field is a wish to choose from."""
    return "" if value is None else value


def _put(record: Record, revision: Revision, path: str, value: Any) -> None:
    """Set the field; rows of their own at once, the rest when the revision is stored."""
    group, _, name = path.partition(".")
    if group == "body":
        body = {key: inner for key, inner in revision.body.items() if key != name}
        revision.body = body | ({name: value} if value not in (None, "", []) else {})
    elif group == "tags":
        vocabulary = documents.TAGS[name]
        RevisionTerm.objects.filter(revision=revision, term__vocabulary__code=vocabulary).delete()
        terms = Term.objects.filter(vocabulary__code=vocabulary, code__in=value)
        RevisionTerm.objects.bulk_create(RevisionTerm(revision=revision, term=term) for term in terms)
    elif group == "partners":
        _put_partners(revision, value)
    elif group == "standing":
        drafts.put_standing(record, revision, name, value or "")
    else:
        setattr(revision, path, value or "")


def _put_partners(revision: Revision, rows: list[dict[str, str]]) -> None:
    RevisionPartner.objects.filter(revision=revision).delete()
    RevisionPartner.objects.bulk_create(
        RevisionPartner(
            revision=revision, name=row["name"], role=row["role"], position=position,
            institution=get_institution(row["institution"]) if row["institution"] else None,
        )
        for position, row in enumerate(rows)
    )  # fmt: skip


def _store(by: Person, record: Record, revision: Revision, paths: list[str]) -> None:
    now = clock.now()
    new_sitting = (
        revision.saved_by_id != by.pk or revision.saved_at is None or now - revision.saved_at > SITTING
        or revision.edit == 0
    )  # fmt: skip
    revision.edit += 1
    revision.saved_at, revision.saved_by = now, by
    revision.save()
    if record.state == RecordState.UNPUBLISHED:
        _store_unseen(record, revision, paths)
    if new_sitting:
        note_author(by, record)
        audit.record(by=by, verb="revision.edited", target=record.target, number=revision.number)


def _store_unseen(record: Record, revision: Revision, paths: list[str]) -> None:
    """Nobody has read the record yet: it goes along with its draft."""
    if "title" in paths:
        record.title_key = documents.title_digest(revision.title)
    if any(path.startswith("standing.") for path in paths):
        tell_readers(record)
    elif "title" in paths:
        record.save()
