"""Writing along: somebody is invited by their address, and becomes an author when they say yes."""

from ayni.kernel.actions import action
from ayni.kernel.errors import NotAllowed
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
        or record.pk in policies.authored_by(person)
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
    row, _ = RecordAuthor.objects.get_or_create(
        record=record, person=by,
        defaults={"institution_id": invitation.institution_id, "added_by": invitation.invited_by},
    )  # fmt: skip
    _end(by, record, invitation, "author.added")
    return row


@action
def decline_invitation(*, by: Person, record: Record) -> None:
    """Nobody is told: who is not an author was perhaps never here."""
    locked(record)
    if invitation := AuthorInvitation.objects.filter(record=record, person=by).first():
        _end(by, record, invitation, "author.declined")


def _end(by: Person, record: Record, invitation: AuthorInvitation, verb: str) -> None:
    invitation.delete()
    settle(target=record.target, codes=[NOTICE], people=[by])
    audit.record(by=by, verb=verb, target=record.target, person=by.uid)
