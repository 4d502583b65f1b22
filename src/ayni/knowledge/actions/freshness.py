"""Keeping records fresh: those who stand for one are asked, reminded, and answer with one click."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.kernel.errors import Fault, Invalid, WrongState
from ayni.kernel.ids import new_secret, secret_hash
from ayni.kernel.locking import locked
from ayni.knowledge import policies
from ayni.knowledge.actions import asking
from ayni.knowledge.actions.records import change_visibility, must_be_allowed, tell_readers
from ayni.knowledge.models import FreshnessCheck, Record
from ayni.knowledge.queries import freshness as queries
from ayni.knowledge.queries.standing import office_of, title_of, writers_of
from ayni.knowledge.states import UNFINISHED, FreshnessAnswer, RecordState
from ayni.language.codes import site_language
from ayni.registry.actions import audit
from ayni.registry.actions.mails import post
from ayni.registry.actions.notices import mailed_apart, tell
from ayni.registry.models import Person
from ayni.registry.states import MailRhythm

REMIND_AFTER = timedelta(days=30)
SILENT_AFTER = timedelta(days=60)
CONTACT = frozenset({"contact_email", "contact_until"})
ENDED = "ended"  # the reason, in the audit, of archiving what is no longer done


@dataclass(frozen=True)
class Contact:
    """Whom people may ask, and until when. No address: nobody.

    From a page that was open for some time: `seen` is what stood there then, `is_as_shown` that nobody has
    touched what the page offered.
    """

    email: str = ""
    until: date | None = None
    seen: "Contact | None" = None
    is_as_shown: bool = False


@action
def ask(*, by: Person | None, record: Record) -> FreshnessCheck | None:
    """Ask those who stand for it whether it still holds; None where it is not time, or nobody could be asked.

    Asked once and not answered, it is asked again after the same time; earlier links no longer work then.
    """
    locked(record)
    must_be_allowed(by, record, policies.publish_record)
    if not queries.due().filter(pk=record.pk).exists():
        return None
    people = writers_of(record)
    if not people and not office_of(record, nobody_logs_in=True):
        return None
    check = record.freshness_checks.filter(answered_at__isnull=True).first() or FreshnessCheck(record=record)
    secret = new_secret()
    check.secret_hash, check.asked_at = secret_hash(secret), clock.now()
    check.reminder_secret_hash = check.reminded_at = None
    check.save()
    record.asked_on = record.asked_on or clock.today()
    tell_readers(record)
    key = f"{asking.CODE} {record.uid} {check.asked_at:%Y%m%d}"
    tell(people, code=asking.CODE, target=record.target, key=key, is_turn=True, title=title_of(record))
    _write(record, people, secret, key, reminder=False)
    audit.record(by=by, verb="record.asked", target=record.target)
    return check


@action
def remind(*, by: Person | None, check: FreshnessCheck) -> bool:
    """Once, when nobody has answered for a month. The first mail's link goes on working."""
    record = check.record
    locked(record)
    locked(check)
    must_be_allowed(by, record, policies.publish_record)
    if check.answered_at or check.reminded_at or clock.now() - check.asked_at < REMIND_AFTER:
        return False
    secret = new_secret()
    check.reminder_secret_hash, check.reminded_at = secret_hash(secret), clock.now()
    check.save()
    key = f"{asking.CODE} {record.uid} {check.asked_at:%Y%m%d} again"
    _write(record, writers_of(record), secret, key, reminder=True)
    audit.record(by=by, verb="record.reminded", target=record.target)
    return True


@action
def note_silence(*, by: Person | None, record: Record) -> bool:
    """Nobody has answered for two months: readers are told, and it stands further down in results."""
    locked(record)
    must_be_allowed(by, record, policies.publish_record)
    if record.is_unanswered or not record.asked_on or clock.today() - record.asked_on < SILENT_AFTER:
        return False
    record.is_unanswered = True
    tell_readers(record)
    audit.record(by=by, verb="record.unanswered", target=record.target)
    return True


@action
def answer(*, by: Person | None, record: Record, answer: str, contact: Contact | None = None) -> Record:
    """Somebody who stands for it says how it is today; `contact` replaces whom people may ask."""
    locked(record)
    must_be_allowed(by, record, policies.confirm_record)
    return _answer(by, record, answer, contact)


@action
def answer_by_link(*, by: Person | None, secret: str, answer: str, contact: Contact | None = None) -> Record:
    """The same without log-in, by the link that was sent. Raises WrongState when it no longer works."""
    check = queries.check_by_secret(secret)
    if check is None:
        raise WrongState("no_such_link")
    record = locked(check.record)
    if locked(check).answered_at:
        raise WrongState("already_answered", answer=check.answer)
    return _answer(by, record, answer, contact)


def _answer(by: Person | None, record: Record, answer: str, contact: Contact | None) -> Record:
    if record.state != RecordState.PUBLIC:
        raise WrongState("not_public", state=record.state)
    contact = _still_meant(record, contact)
    if faults := _faults(answer, contact):
        raise Invalid(faults)
    asking.answered(by, record, answer)
    if contact is not None:
        record.contact_email = contact.email
        record.contact_until = contact.until if contact.email else None
        _forget_kept_contact(record)
    tell_readers(record)
    audit.record(by=by, verb="record.confirmed", target=record.target, answer=answer)
    if answer == FreshnessAnswer.ENDED:
        # Whoever has the link speaks for the office: the site archives for them.
        may = policies.confirm_record.allows(by, record)
        change_visibility(by=by if may else None, record=record, name="archive", reason=ENDED)
    return record


def _still_meant(record: Record, given: Contact | None) -> Contact | None:
    """What is newer than the page stays where the page was not touched. Raises Invalid where both have changed."""
    if given is None or given.seen is None:
        return given
    now = Contact(record.contact_email, record.contact_until)
    if given.seen == now:
        return given
    if given.is_as_shown or (given.email, given.until) == (now.email, now.until):
        return None
    raise Invalid([Fault("contact_email", "changed_meanwhile", {"email": now.email, "until": now.until})])


def _forget_kept_contact(record: Record) -> None:
    """What a draft has kept since earlier does not come back over it when the draft is published."""
    for revision in record.revisions.filter(state__in=UNFINISHED):
        if CONTACT & revision.standing.keys():
            revision.standing = {key: value for key, value in revision.standing.items() if key not in CONTACT}
            revision.save()


def _faults(answer: str, contact: Contact | None) -> list[Fault]:
    faults = [] if answer in FreshnessAnswer.values else [Fault("answer", "missing")]
    if contact is not None and contact.email:
        try:
            validate_email(contact.email)
        except ValidationError:
            faults.append(Fault("contact_email", "bad_value"))
        if contact.until is None or contact.until < clock.today():
            faults.append(Fault("contact_until", "in_the_past"))
    return faults


def _write(record: Record, people: list[Person], secret: str, key: str, *, reminder: bool) -> None:
    """A mail each with the link that answers by one click; whoever gets digests finds it there instead."""
    at_once = [p for p in people if p.mail_rhythm == MailRhythm.AT_ONCE and not p.mail_failed_at]
    if not reminder:
        mailed_apart(target=record.target, codes=[asking.CODE], people=at_once)
    receivers: dict[str, tuple[str, str, Person | None]] = {
        person.email.lower(): (person.email, person.language, person) for person in at_once
    }
    office = office_of(record, nobody_logs_in=not people or record.stand_in_id is not None)
    if office:
        receivers.setdefault(office.lower(), (office, site_language(record.language), None))
    for address, language, person in receivers.values():
        post(
            address=address, person=person, language=language, template="still-true",
            key=f"{key} {person.uid if person else 'office'}", secret=secret, title=title_of(record),
            reminder=reminder, months=settings.FRESH_MONTHS,
        )  # fmt: skip
