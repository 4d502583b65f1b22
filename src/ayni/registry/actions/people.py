from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.kernel.errors import Fault, Invalid, NotAllowed
from ayni.kernel.locking import locked
from ayni.language.normalise import clean
from ayni.registry import policies
from ayni.registry.actions import audit
from ayni.registry.models import Institution, Membership, Person
from ayni.registry.states import MailRhythm, Role


def target_of(person: Person) -> str:
    return f"registry.person:{person.uid}"


@action
def create_person(
    *,
    by: Person | None,
    email: str,
    name: str,
    password: str | None = None,
    language: str = "en",
    time_zone: str = "UTC",
    is_moderator: bool = False,
    is_operator: bool = False,
    is_reviewer: bool = False,
    is_demo: bool = False,
) -> Person:
    """A person who can log in with `password`, or cannot until they set one (None).

    `by` None is the command line or an install step. Raises Invalid when the e-mail is taken.
    """
    if by is not None and not policies.IS_OPERATOR.allows(by, None):
        raise NotAllowed("operators_only")
    person = Person(
        email=email.strip(),
        name=_name(name),
        language=language,
        time_zone=time_zone,
        is_moderator=is_moderator,
        is_operator=is_operator,
        is_reviewer=is_reviewer,
        is_demo=is_demo,
    )
    if password is None:
        person.set_unusable_password()
    else:
        person.set_password(password)
    try:
        person.clean_fields()
        with transaction.atomic():
            person.save()
    except ValidationError as error:
        raise Invalid([Fault(field, "bad_value") for field in error.message_dict]) from error
    except IntegrityError as error:
        raise Invalid([Fault("email", "taken")]) from error
    audit.record(by=by, verb="person.created", target=target_of(person))
    return person


def _name(name: str) -> str:
    """Without what disguises one as another's."""
    return " ".join(clean(name).split())


@action
def change_person(
    *, by: Person, person: Person, name: str, language: str, time_zone: str, mail_rhythm: str = ""
) -> Person:
    """`mail_rhythm` stays as it is when none is given."""
    locked(person)
    if not policies.change_person.allows(by, person):
        raise NotAllowed("not_yours")
    person.name, person.language, person.time_zone = _name(name), language, time_zone
    person.mail_rhythm = mail_rhythm or person.mail_rhythm
    try:
        person.clean_fields()
    except ValidationError as error:
        raise Invalid([Fault(field, "bad_value") for field in error.message_dict]) from error
    person.save()
    audit.record(by=by, verb="person.changed", target=target_of(person))
    return person


@action
def stop_mail(*, by: Person) -> None:
    """The person wants no more mail: by the link in a mail, which proves that they read that address."""
    locked(by)
    if by.mail_rhythm == MailRhythm.NEVER:
        return
    by.mail_rhythm = MailRhythm.NEVER
    by.save()
    audit.record(by=by, verb="person.mail_stopped", target=target_of(by))


@action
def set_password(*, by: Person | None, person: Person, password: str) -> None:
    """The caller has checked that the password is a good one. Open sessions of the person end."""
    locked(person)
    if by is not None and not policies.change_person.allows(by, person):
        raise NotAllowed("not_yours")
    person.set_password(password)
    person.save(update_fields=["password"])
    audit.record(by=by, verb="person.password_set", target=target_of(person))


@action
def grant_role(
    *, by: Person | None, person: Person, institution: Institution, role: Role, since: date | None = None
) -> Membership:
    """Give the role from `since` (today). Granting a role that is held changes nothing."""
    # One at a time for a person: two grants of one role at once shall be one role.
    locked(person)
    if by is not None and not policies.change_institution.allows(by, institution):
        raise NotAllowed("not_your_institution")
    membership, created = Membership.objects.get_or_create(
        person=person,
        institution=institution,
        role=role,
        until=None,
        defaults={"since": since or clock.today()},
    )
    if created:
        audit.record(
            by=by, verb="role.granted", target=target_of(person), role=str(role), institution=institution.uid
        )
    return membership


@action
def end_role(*, by: Person | None, membership: Membership) -> None:
    """The role holds until yesterday; the row stays as history. One granted today is removed."""
    locked(membership)
    if by is not None and not policies.change_institution.allows(by, membership.institution):
        raise NotAllowed("not_your_institution")
    yesterday = date.fromordinal(clock.today().toordinal() - 1)
    if membership.until is not None and membership.until <= yesterday:
        return  # another has ended it; history is not made longer
    if membership.since > yesterday:
        membership.delete()
    else:
        membership.until = yesterday
        membership.save()
    audit.record(
        by=by, verb="role.ended", target=target_of(membership.person),
        role=membership.role, institution=membership.institution.uid,
    )  # fmt: skip
