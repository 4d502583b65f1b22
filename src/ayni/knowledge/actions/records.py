"""A record's life: written, published, confirmed, archived, withdrawn."""

from django.core.exceptions import ValidationError
from django.db.models import Q

from ayni.kernel import clock, guarded
from ayni.kernel.actions import action
from ayni.kernel.errors import Fault, Invalid, NotAllowed, WrongState
from ayni.kernel.locking import locked
from ayni.kernel.policies import Rule
from ayni.kernel.transitions import move
from ayni.knowledge import documents, drafts, policies
from ayni.knowledge.actions import asking, review_news
from ayni.knowledge.actions.adaptations import tell_of_adaptation
from ayni.knowledge.actions.following import follow_original
from ayni.knowledge.actions.successors import locked_with_successor
from ayni.knowledge.models import Record, RecordAuthor, Revision, RevisionPartner, RevisionTerm
from ayni.knowledge.states import (
    ENDED_STATES,
    PUBLISHING_MOVES,
    RECORD_MOVES,
    REVISION_MOVES,
    FreshnessAnswer,
    RecordState,
    RevisionState,
)
from ayni.knowledge.texts import Standing, Text, checked
from ayni.language.codes import CONTENT_LANGUAGES
from ayni.language.normalise import clean
from ayni.registry.actions import audit, outbox
from ayni.registry.actions.institutions import list_named
from ayni.registry.actions.translations import forget_translations
from ayni.registry.models import FormerId, Institution, Person
from ayni.registry.policies import institutions_of
from ayni.registry.states import WRITING_ROLES


@action
def create_record(
    *,
    by: Person | None,
    kind: str,
    language: str,
    owner: Institution,
    text: Text,
    standing: Standing | None = None,
    origin: str = "",
    origin_id: str = "",
    is_demo: bool = False,
) -> Record:
    """A new, unpublished record with its first draft. Raises Invalid with every fault found.

    Who may: those who write for the owner, operators, and the site itself (`by` None).
    """
    record = Record(
        kind=kind, language=language, owner=owner, origin=origin, origin_id=origin_id, is_demo=is_demo,
        title_key=documents.title_digest(text.title), created_by=by, **vars(standing or Standing()),
    )  # fmt: skip
    must_be_allowed(by, record, policies.WRITES_FOR_THE_OWNER)
    faults = (
        []
        if language in CONTENT_LANGUAGES
        else [Fault("language", "unknown_choice", {"value": language[:20]})]
    )
    text, more = checked(text, kind)
    faults += more + _faults_of(record)
    if faults:
        raise Invalid(faults)
    record.save()
    _store_revision(by, record, text, number=1)
    if by:
        note_author(by, record)
    audit.record(by=by, verb="record.created", target=record.target, kind=kind)
    return record


@action
def add_revision(*, by: Person | None, record: Record, text: Text) -> Revision:
    """A further draft of the record; what is published stays as it is until the draft's turn comes."""
    locked(record)
    must_be_allowed(by, record, policies.change_record)
    text, faults = checked(text, record.kind)
    if faults:
        raise Invalid(faults)
    last = record.revisions.order_by("-number").values_list("number", flat=True).first() or 0
    revision = _store_revision(by, record, text, number=last + 1)
    if by:
        note_author(by, record)
    audit.record(by=by, verb="revision.created", target=record.target, number=revision.number)
    return revision


@action
def publish(*, by: Person | None, revision: Revision, as_imported: bool = False) -> Record:
    """Make the revision what everyone sees, apart from review, whose last yes publishes by itself (`reviews.decide`).

    `as_imported`: an operator's import publishes a draft as others published it. Else a moderator publishes what
    was approved while its record was withdrawn.
    """
    record = locked_with_record(revision)
    must_be_allowed(by, record, policies.run_import if as_imported else policies.publish_record)
    make_public(by, record, revision, "publish as imported" if as_imported else "publish")
    return record


def make_public(by: Person | None, record: Record, revision: Revision, name: str) -> None:
    """Publish by the named move, inside the action that decided it; the revision before it is superseded.

    Record and revision have been locked.
    """
    guarded.check("Revision")
    now = clock.now()
    earlier = record.published if record.published != revision else None
    if earlier:
        move(earlier, REVISION_MOVES, "supersede")
        earlier.save()
    move(revision, REVISION_MOVES, name)
    revision.published_at = now
    drafts.settle_standing(record, revision)
    revision.save()
    move(record, RECORD_MOVES, "publish")
    record.published = revision
    record.successor = None
    if record.published_at is None:
        tell_of_adaptation(record)
    record.published_at = record.published_at or now
    _retitle(record, revision.title)
    tell_readers(record)
    _list_institutions(by, record)
    if earlier:
        follow_original(record, by)
    audit.record(by=by, verb="record.published", target=record.target, number=revision.number)


@action
def change_visibility(
    *, by: Person | None, record: Record, name: str, reason: str = "", successor: Record | None = None
) -> Record:
    """Archive, unarchive, withdraw or put back. A withdrawal needs a reason (a code), shown at its address.

    `successor`: the public record in which it continues, told while it is archived or withdrawn; None keeps what an
    archived one named. Raises Invalid.
    """
    if name in PUBLISHING_MOVES:
        raise WrongState("not_a_visibility_move", move=name, state=record.state)
    locked_with_successor(by, record, successor)
    # A moderator may have withdrawn it: only moderators put it back.
    must_be_allowed(by, record, policies.publish_record if name == "put back" else policies.confirm_record)
    if name == "withdraw" and not reason:
        raise Invalid([Fault("reason", "missing")])
    old, new = move(record, RECORD_MOVES, name)
    record.withdrawn_reason = reason if record.state == RecordState.WITHDRAWN else ""
    record.successor = None if record.state == RecordState.PUBLIC else successor or record.successor
    if record.state != RecordState.PUBLIC:
        asking.no_longer_asked(record)
    elif name == "unarchive":
        asking.answered(by, record, FreshnessAnswer.HOLDS)
    tell_readers(record)
    named = {"successor": record.successor.uid} if record.successor else {}
    audit.record(
        by=by, verb="record.moved", target=record.target, move=name, old=old, new=new, reason=reason, **named
    )
    return record


@action
def name_successor(*, by: Person | None, record: Record, successor: Record | None) -> Record:
    """Say in which public record an archived or withdrawn one continues, or (None) that it does so in none.

    Raises WrongState `still_public`; Invalid.
    """
    locked_with_successor(by, record, successor)
    must_be_allowed(by, record, policies.confirm_record)
    if record.state not in ENDED_STATES:
        raise WrongState("still_public", state=record.state)
    record.successor = successor
    tell_readers(record)
    audit.record(
        by=by, verb="record.successor_named", target=record.target,
        successor=successor.uid if successor else "",
    )  # fmt: skip
    return record


@action
def put_back(*, by: Person | None, record: Record) -> Record:
    """Reverse a withdrawal, and publish what was approved while it lasted: nothing else would."""
    change_visibility(by=by, record=record, name="put back")
    waiting = record.revisions.filter(state=RevisionState.APPROVED).order_by("-number").first()
    if waiting:
        locked(waiting).record = record
        make_public(by, record, waiting, "publish")
        review_news.published(record, waiting)
    return record


@action
def confirm(*, by: Person | None, record: Record) -> Record:
    """Someone who stands for it says that it still holds, today."""
    locked(record)
    must_be_allowed(by, record, policies.confirm_record)
    asking.answered(by, record, FreshnessAnswer.HOLDS)
    tell_readers(record)
    audit.record(by=by, verb="record.confirmed", target=record.target, answer=FreshnessAnswer.HOLDS)
    return record


@action
def change_standing(
    *, by: Person | None, record: Record, standing: Standing, owner: Institution | None = None,
    language: str = "",
) -> Record:  # fmt: skip
    """Replace source, licence, contact, freshness and origin of adaptation; owner and language where given."""
    locked(record)
    must_be_allowed(by, record, policies.change_record)
    for name, value in vars(standing).items():
        setattr(record, name, value)
    record.owner = owner or record.owner
    record.language = language or record.language
    if faults := _faults_of(record):
        raise Invalid(faults)
    tell_readers(record)
    _list_institutions(by, record)
    audit.record(by=by, verb="record.standing_changed", target=record.target)
    return record


@action
def remove(*, by: Person | None, record: Record, reason: str) -> None:
    """Delete a record with all it says, leaving a tombstone. For undoing imports; else withdraw it."""
    locked(record)
    must_be_allowed(by, record, policies.run_import)
    target = record.target
    _announce_namesakes(record)
    forget_translations(target)
    record.published = None
    record.save()
    record.delete()
    FormerId.objects.create(target=target, reason=reason)
    audit.record(by=by, verb="record.removed", target=target, reason=reason)
    outbox.announce(target)


@action
def restore_revision(*, by: Person | None, record: Record, number: int) -> Record:
    """Undo the newest publication: it is deleted, and revision `number` is what everyone sees again.

    Drafts that people have begun since are theirs and stay.
    """
    locked(record)
    must_be_allowed(by, record, policies.run_import)
    earlier = record.revisions.get(number=number)
    undone, record.published = record.published, earlier
    if undone:
        undone.delete()
    move(earlier, REVISION_MOVES, "restore")
    earlier.save()
    _retitle(record, earlier.title)
    tell_readers(record)
    follow_original(record, by)
    audit.record(by=by, verb="record.restored", target=record.target, number=number)
    return record


@action
def take_back_publication(*, by: Person | None, record: Record, number: int, published: int | None) -> Record:
    """Undo a publication that an import made of draft `number`: a draft again, later revisions deleted.

    `published` is the revision that readers saw before, or None when the record was not public.
    """
    locked(record)
    must_be_allowed(by, record, policies.run_import)
    # Also where it keeps its title: it leaves the group when nobody saw it before.
    _announce_namesakes(record)
    record.published = None
    record.save()
    record.revisions.filter(number__gt=number).delete()
    draft = record.revisions.get(number=number)
    if draft.state == RevisionState.PUBLISHED:
        move(draft, REVISION_MOVES, "take back")
        draft.published_at = None
        draft.save()
    if published is None:
        move(record, RECORD_MOVES, "take back")
        record.published_at = None
    else:
        record.published = record.revisions.get(number=published)
        move(record.published, REVISION_MOVES, "restore")
        record.published.save()
        _retitle(record, record.published.title)
        follow_original(record, by)
    tell_readers(record)
    audit.record(by=by, verb="record.publication_taken_back", target=record.target, number=number)
    return record


def _faults_of(record: Record) -> list[Fault]:
    try:
        record.clean_fields(
            exclude=["owner", "published", "adapted_from", "successor", "created_by", "kind", "language"]
        )
    except ValidationError as error:
        return [Fault(name, "bad_value") for name in error.message_dict]
    return []


def _store_revision(by: Person | None, record: Record, text: Text, number: int) -> Revision:
    revision = Revision.objects.create(
        record=record, number=number, state=RevisionState.DRAFT, form=text.form, title=text.title,
        summary=text.summary, body=text.body, started=text.started, ended=text.ended, created_by=by,
    )  # fmt: skip
    RevisionTerm.objects.bulk_create(RevisionTerm(revision=revision, term_id=term) for term in text.terms)
    RevisionPartner.objects.bulk_create(
        RevisionPartner(
            revision=revision, institution=partner.institution, name=clean(partner.name, 300),
            role=partner.role, position=position,
        )
        for position, partner in enumerate(text.partners)
    )  # fmt: skip
    return revision


def locked_with_record(revision: Revision) -> Record:
    """The record first, always: two that lock in another order would wait for each other."""
    record = locked(revision.record)
    locked(revision).record = record
    return record


def _list_institutions(by: Person | None, record: Record) -> None:
    """Those that a public record stands for or names as partners: something public stands by them from now on."""
    if record.state == RecordState.PUBLIC:
        named = Q(pk=record.owner_id) | Q(pk__in=record.published.partners.values("institution"))  # type: ignore[union-attr]
        list_named(by, Institution.objects.filter(named, is_listed=False))


def _retitle(record: Record, title: str) -> None:
    """Set the key of what readers see; those it leaves behind under the old one are told."""
    key = documents.title_digest(title)
    if key != record.title_key:
        _announce_namesakes(record)
        record.title_key = key


def _announce_namesakes(record: Record) -> None:
    """The index keeps records of one title together; when one goes, what is left is put together anew.

    One of them is enough for that: told of all, a thousand that go one by one would make a million messages.
    """
    if record.state != RecordState.PUBLIC:
        return
    same = Record.objects.filter(kind=record.kind, title_key=record.title_key, state=record.state)
    if other := same.exclude(pk=record.pk).order_by("pk").first():
        outbox.announce(other.target)


def note_author(by: Person, record: Record) -> None:
    """Whoever writes words into a record is one of its authors from then on, and never its reviewer."""
    guarded.check("RecordAuthor")
    mine = institutions_of(by, WRITING_ROLES)
    ids = [pk for pk in (record.owner_id, record.stand_in_id) if pk in mine]
    institution = ids[0] if ids else record.owner_id
    RecordAuthor.objects.update_or_create(
        record=record, person=by, defaults={"left_at": None},
        create_defaults={"institution_id": institution, "added_by": by},
    )  # fmt: skip


def tell_readers(record: Record) -> None:
    """Store the record as a new version and tell those above."""
    guarded.check("Record")
    record.version += 1
    record.updated_at = clock.now()
    record.save()
    outbox.announce(record.target)


def must_be_allowed(by: Person | None, record: Record, rule: Rule) -> None:
    """`by` None is the site itself (command line, worker). Operators may write for anyone they import for."""
    if by is None or policies.run_import.allows(by, record) or rule.allows(by, record):
        return
    raise NotAllowed("not_yours")
