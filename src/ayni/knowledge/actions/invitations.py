"""Writing along: somebody is invited by their address, and becomes an author when they say yes."""

from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.kernel.errors import NotAllowed, WrongState
from ayni.kernel.locking import locked
from ayni.knowledge import policies
from ayni.knowledge.actions.records import must_be_allowed
from ayni.knowledge.models import AuthorInvitation, Record, RecordAuthor
from ayni.knowledge.queries.reviews import reads_it_now
from ayni.registry.actions import audit
from ayni.registry.actions.notices import settle, tell
from ayni.registry.models import Person
from ayni.registry.policies import institutions_of
from ayni.registry.states import WRITING_ROLES

NOTICE = "author-invited"


@action
def invite_author(*, by: Person, record: Record, email: str) -> None:
    """Ask the person with this address to write along, for one of the record's institutions, else the first of theirs.

    Nothing tells whether there is such a person, nor that they read it or write it already.
    """
    locked(record)
    must_be_allowed(by, record, policies.change_record)
    person = Person.objects.filter(email__iexact=email, is_active=True).first()
    theirs = institutions_of(person, WRITING_ROLES) if person else set()
    if (
        person is None
        or not theirs
        or record.pk in policies.writes_along(person)
        or reads_it_now(record, person)
    ):
        return
    own = [pk for pk in (record.owner_id, record.stand_in_id) if pk in theirs]
    invitation, created = AuthorInvitation.objects.get_or_create(
        record=record, person=person,
        defaults={"institution_id": own[0] if own else min(theirs), "invited_by": by},
    )  # fmt: skip
    if not created:
        return
    newest = record.revisions.order_by("-number").first()
    tell(
        [person], code=NOTICE, target=record.target, key=f"{NOTICE} {invitation.pk}", is_turn=True,
        title=newest.title if newest else "",
    )  # fmt: skip
    audit.record(by=by, verb="author.invited", target=record.target, person=person.uid)


@action
def accept_invitation(*, by: Person, record: Record) -> RecordAuthor:
    """The invited person is an author from now on, and will never review it.

    Raises NotAllowed: `not_invited`; `writes_for_nobody` when they no longer write for that institution;
    `reads_it` when they have taken a reading of it on meanwhile.
    """
    locked(record)
    invitation = AuthorInvitation.objects.filter(record=record, person=by).first()
    if invitation is None:
        raise NotAllowed("not_invited")
    if invitation.institution_id not in institutions_of(by, WRITING_ROLES):
        raise NotAllowed("writes_for_nobody")
    if reads_it_now(record, by):
        raise NotAllowed("reads_it")
    again = {"institution_id": invitation.institution_id, "added_by": invitation.invited_by}
    row, _ = RecordAuthor.objects.update_or_create(
        record=record, person=by, defaults=again | {"left_at": None}, create_defaults=again
    )
    _end(by, record, invitation, "author.added")
    return row


@action
def decline_invitation(*, by: Person, record: Record) -> None:
    """Nobody is told: who is not an author was perhaps never here."""
    locked(record)
    if invitation := AuthorInvitation.objects.filter(record=record, person=by).first():
        _end(by, record, invitation, "author.declined")


@action
def remove_author(*, by: Person, record: Record, person: Person) -> None:
    """An author leaves, or is taken out by who may: their words stay, and they still never review it.

    Raises NotAllowed; WrongState `not_an_author`, `last_author`.
    """
    locked(record)
    if by.pk != person.pk and not policies.remove_author.allows(by, record):
        raise NotAllowed("not_yours")
    still = record.authors.filter(left_at__isnull=True)
    row = still.filter(person=person).first()
    if row is None:
        raise WrongState("not_an_author")
    if still.count() == 1:
        raise WrongState("last_author")
    row.left_at = clock.now()
    row.save()
    person.__dict__.pop("_authorships", None)  # what the policies remember is of before
    settle(target=record.target, codes=["changes-asked"], people=[person])
    if by.pk == person.pk:
        audit.record(by=by, verb="author.left", target=record.target, person=person.uid)
        return
    newest = record.revisions.order_by("-number").first()
    tell([person], code="author-removed", target=record.target, title=newest.title if newest else "")
    audit.record(by=by, verb="author.removed", target=record.target, person=person.uid)


def _end(by: Person, record: Record, invitation: AuthorInvitation, verb: str) -> None:
    invitation.delete()
    settle(target=record.target, codes=[NOTICE], people=[by])
    audit.record(by=by, verb=verb, target=record.target, person=by.uid)
