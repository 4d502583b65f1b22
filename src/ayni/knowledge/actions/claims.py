"""An institution takes over what others wrote on its behalf: by a link that only its office gets."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.kernel.errors import Fault, Invalid, WrongState
from ayni.kernel.ids import new_secret, secret_hash
from ayni.kernel.locking import locked
from ayni.knowledge import policies
from ayni.knowledge.actions.records import must_be_allowed, tell_readers
from ayni.knowledge.models import ClaimLink, Record
from ayni.knowledge.queries import claims as queries
from ayni.knowledge.queries.standing import people_with, stays, title_of
from ayni.knowledge.states import RecordState
from ayni.knowledge.texts import one_line
from ayni.language.codes import SITE_LANGUAGES, site_language
from ayni.registry.actions import audit
from ayni.registry.actions.institutions import list_named
from ayni.registry.actions.mails import must_be_sent, post
from ayni.registry.actions.notices import tell
from ayni.registry.actions.people import create_person, grant_role
from ayni.registry.models import Institution, Person
from ayni.registry.policies import institutions_of
from ayni.registry.states import WRITING_ROLES, Role

VALID_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Newcomer:
    """Somebody of the institution who has no account yet. `language`: of the site."""

    name: str
    email: str
    password: str
    language: str = "en"


@action
def send_claim_link(*, by: Person | None, record: Record) -> ClaimLink:
    """Send it to the owner's registered office, and to nobody else; whoever asks for it never sees it.

    Raises WrongState: `not_on_behalf`, `withdrawn`, `no_office_email`, `no_mail`, `sent_lately`.
    """
    locked(record)
    must_be_allowed(by, record, policies.send_claim_link)
    if record.stand_in is None:
        raise WrongState("not_on_behalf")
    if record.state == RecordState.WITHDRAWN:
        raise WrongState("withdrawn")
    owner = stays(record.owner)
    if not owner.office_email:
        raise WrongState("no_office_email")
    must_be_sent()
    last = queries.last_link(record)
    if last and clock.now() - last.sent_at < queries.WAIT:
        raise WrongState("sent_lately", on=last.sent_at.date().isoformat())
    secret, now = new_secret(), clock.now()
    link = ClaimLink.objects.create(
        record=record, secret_hash=secret_hash(secret), address=owner.office_email, sent_by=by, sent_at=now,
        expires_at=now + VALID_FOR,
    )  # fmt: skip
    post(
        address=owner.office_email, template="claim", key=f"claim {link.pk}", secret=secret,
        language=site_language(owner.name_language), title=title_of(record), owner=owner.name,
        writer=stays(record.stand_in).name, days=VALID_FOR.days,
    )  # fmt: skip
    audit.record(by=by, verb="claim.link_sent", target=record.target)
    return link


@action
def claim(*, by: Person | None, secret: str, newcomer: Newcomer | None = None) -> tuple[Record, Person]:
    """Take the record over for its owner, as the person logged in or as somebody who gets an account now.

    The link speaks for the office: whoever uses it writes for the institution from now on, and administers it
    where nobody does yet. Raises WrongState (the link does not work, with why) and Invalid.
    """
    link = _usable(secret)
    record = link.record
    if newcomer is not None:
        by = _account_for(newcomer)
    if by is None:
        raise Invalid([Fault("email", "missing")])
    owner, stood_in = stays(record.owner), record.stand_in
    _welcome(by, owner)
    list_named(by, [owner])
    told = [author.person for author in record.authors.filter(left_at__isnull=True).select_related("person")]
    link.used_at, link.used_by = clock.now(), by
    link.save()
    record.stand_in = None
    tell_readers(record)
    title = title_of(record)
    tell(
        [person for person in told if person != by], code="claimed", target=record.target,
        key=f"claimed {record.uid} {link.pk}", title=title, owner=owner.name,
    )  # fmt: skip
    audit.record(
        by=by, verb="record.claimed", target=record.target, stand_in=stood_in.uid if stood_in else ""
    )
    return record, by


@action
def object_to(*, by: Person | None, secret: str) -> Record:
    """The office says that what was written on its behalf is wrong: the moderators are told, once."""
    link = _usable(secret)
    record = link.record
    if link.objected_at:
        return record
    link.objected_at = clock.now()
    link.save()
    moderators = Person.objects.filter(is_moderator=True, is_active=True)
    tell(
        moderators, code="claim-objected", target=record.target, key=f"claim-objected {link.pk}", is_turn=True,
        title=title_of(record), owner=stays(record.owner).name,
    )  # fmt: skip
    audit.record(by=by, verb="record.objected_to", target=record.target)
    return record


def _usable(secret: str) -> ClaimLink:
    """The link and its record, locked: of two who click at once one comes first."""
    link = queries.link_by_secret(secret)
    if link is None:
        raise WrongState("no_such_link")
    record = locked(link.record)
    locked(link).record = record
    if reason := queries.why_not(link):
        raise WrongState(reason)
    return link


def _account_for(newcomer: Newcomer) -> Person:
    name, email = one_line(newcomer.name, 200), newcomer.email.strip()
    faults = [] if name else [Fault("name", "missing")]
    if Person.objects.filter(email__iexact=email).exists():
        faults.append(Fault("email", "taken"))
    try:
        validate_password(newcomer.password, Person(name=name, email=email))
    except ValidationError as error:
        faults += [Fault("password", "too_weak", {"messages": error.messages})]
    if faults:
        raise Invalid(faults)
    language = newcomer.language if newcomer.language in SITE_LANGUAGES else "en"
    return create_person(by=None, email=email, name=name, password=newcomer.password, language=language)


def _welcome(person: Person, owner: Institution) -> None:
    if not people_with([owner], {Role.ADMIN}):
        grant_role(by=None, person=person, institution=owner, role=Role.ADMIN)
    elif owner.pk not in institutions_of(person, WRITING_ROLES):
        grant_role(by=None, person=person, institution=owner, role=Role.CONTRIBUTOR)
    for known in ("_held_roles", "_authorships"):  # what the policies remember of the person is of before
        person.__dict__.pop(known, None)
