"""Mail on its way: written in the action that has a reason for it, sent by the worker when the server is there."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q

from ayni.kernel import clock, guarded
from ayni.kernel.actions import action
from ayni.kernel.errors import NotAllowed, WrongState
from ayni.kernel.locking import locked
from ayni.kernel.transitions import move
from ayni.registry import policies
from ayni.registry.actions import audit
from ayni.registry.actions.people import target_of
from ayni.registry.models import Mail, Notice, Person
from ayni.registry.states import MAIL_MOVES, MailState

# While one worker talks to the server about a mail, the others leave it alone; longer than any server takes.
LEASE = timedelta(minutes=10)
FIRST_PAUSES = (1, 5, 15, 60)  # minutes after the first tries; then hourly
PATIENCE = timedelta(days=5)
LAST_TRY = len(FIRST_PAUSES) + int(PATIENCE / timedelta(hours=1))
FAULT_LIMIT = 200


def post(
    *,
    address: str,
    template: str,
    key: str,
    language: str,
    person: Person | None = None,
    reply_to: str = "",
    **params: Any,
) -> None:
    """Put a mail into the queue, inside the running action. The same `key` again is silent.

    `template`: the text is `mail/<template>.txt`, rendered when it is sent, in `language` (a site language).
    `params` go to the template; they are erased once the mail is sent.
    """  # fmt: skip
    guarded.check("Mail")
    Mail.objects.bulk_create(
        [
            Mail(
                person=person, address=address, template=template, key=key[:160], language=language,
                reply_to=reply_to, params=params,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def pause(tries: int) -> timedelta:
    """How long to wait after so many tries."""
    return timedelta(minutes=FIRST_PAUSES[min(tries, len(FIRST_PAUSES)) - 1])


@action
def claim(*, mail: Mail) -> bool:
    """Take a due mail for this worker; False when another has it. Whoever dies with it loses it after LEASE."""
    now = clock.now()
    due = Mail.objects.filter(pk=mail.pk, state=MailState.WAITING, next_try_at__lte=now)
    taken = due.update(next_try_at=now + LEASE, tries=F("tries") + 1)
    if taken:
        mail.refresh_from_db()
    return bool(taken)


@action
def note_sent(*, mail: Mail) -> None:
    """The server took it. What it said, with any secret in it, is not kept."""
    if locked(mail).state != MailState.WAITING:
        return
    move(mail, MAIL_MOVES, "send")
    mail.sent_at, mail.fault, mail.params, mail.reply_to = clock.now(), "", {}, ""
    mail.save()


@action
def drop(*, mail: Mail) -> None:
    """Nobody needs it any more, or its reader wants no mail."""
    if locked(mail).state != MailState.WAITING:
        return
    move(mail, MAIL_MOVES, "drop")
    _empty(mail)
    mail.save()


def _empty(mail: Mail) -> None:
    """It will not be sent (again): whom it was for, what it said and the secret of its link are not kept."""
    mail.address, mail.reply_to, mail.params = "", "", {}


@action
def put_off(*, mail: Mail, fault: str) -> None:
    """It could not be sent now. After five days of trying it is given up."""
    if locked(mail).state != MailState.WAITING:
        return
    _wait_or_give_up(mail, fault)
    mail.save()


@action
def put_off_all(*, fault: str) -> int:
    """The server is away: one knock on its door counts for every mail that is due, or each would wait for it."""
    due = list(
        Mail.objects.select_for_update(no_key=True).filter(
            state=MailState.WAITING, next_try_at__lte=clock.now()
        )
    )
    for mail in due:
        mail.tries += 1
        _wait_or_give_up(mail, fault)
    Mail.objects.bulk_update(due, ["tries", "state", "fault", "next_try_at"], batch_size=500)
    return len(due)


def _wait_or_give_up(mail: Mail, fault: str) -> None:
    mail.fault = fault[:FAULT_LIMIT]
    if mail.tries >= LAST_TRY:
        move(mail, MAIL_MOVES, "fail")
    else:
        mail.next_try_at = clock.now() + pause(mail.tries)


@action
def note_refused(*, mail: Mail, fault: str, is_address: bool) -> None:
    """The server will never take it. `is_address`: because of whom it is for, who is told on the site."""
    if "fail" not in MAIL_MOVES.possible(locked(mail).state):
        return
    move(mail, MAIL_MOVES, "fail")
    mail.fault, address = fault[:FAULT_LIMIT], mail.address
    _empty(mail)
    mail.save()
    person = mail.person
    if person is None or not is_address:
        return
    # They may have given another address since: nothing is known about that one.
    if locked(person).mail_failed_at is None and person.email.lower() == address.lower():
        person.mail_failed_at = clock.now()
        person.save()
        audit.record(by=None, verb="person.mail_failed", target=target_of(person))


@action
def try_address_again(*, by: Person) -> None:
    """The person says that their address takes mail again. What was told meanwhile is on the site."""
    locked(by)
    if by.mail_failed_at is None:
        return
    by.mail_failed_at = None
    by.save()
    audit.record(by=by, verb="person.mail_tried_again", target=target_of(by))


@action
def retry(*, by: Person | None) -> int:
    """Try everything that waits now, and what was given up without its address being at fault."""
    if by is not None and not policies.IS_OPERATOR.allows(by, None):
        raise NotAllowed("operators_only")
    now = clock.now()
    count = Mail.objects.filter(state=MailState.WAITING).update(next_try_at=now, tries=0)
    given_up = Mail.objects.filter(state=MailState.FAILED, sent_at=None, tries__gte=LAST_TRY).exclude(
        address=""
    )
    for mail in given_up:
        move(mail, MAIL_MOVES, "try again")
        mail.next_try_at, mail.tries = now, 0
        mail.save()
        count += 1
    return count


NOTICES_ARE_KEPT = timedelta(days=365)
MAILS_ARE_KEPT = timedelta(days=90)
MAILS_WAIT = timedelta(days=30)  # then nobody expects them, and links in them have ended


@action
def forget_old(*, by: Person | None) -> tuple[int, int]:
    """Clear what is of no use any more: (notices, mails). A turn that is still open stays, however old.

    Mails that could not leave for a month are given up and emptied before.
    """
    if by is not None and not policies.IS_OPERATOR.allows(by, None):
        raise NotAllowed("operators_only")
    now = clock.now()
    year_ago = now - NOTICES_ARE_KEPT
    notices = Notice.objects.filter(Q(read_at__lt=year_ago) | Q(read_at=None, is_turn=False, at__lt=year_ago))
    for mail in Mail.objects.filter(state=MailState.WAITING, created_at__lt=now - MAILS_WAIT):
        drop(mail=mail)
    given_up = Mail.objects.filter(state=MailState.FAILED, created_at__lt=now - MAILS_WAIT).exclude(
        address=""
    )
    given_up.update(address="", reply_to="", params={})
    mails = Mail.objects.filter(created_at__lt=now - MAILS_ARE_KEPT).exclude(state=MailState.WAITING)
    return notices.delete()[0], mails.delete()[0]


def must_be_sent() -> None:
    """Raises WrongState `no_mail` on a site that sends none: nobody is promised a letter that never leaves."""
    if not settings.SENDS_MAIL:
        raise WrongState("no_mail")
