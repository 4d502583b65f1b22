"""The words of this room: faults, outcomes, and what happened to a record."""

import json
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext

from ayni.kernel.errors import Fault, WrongState
from ayni.knowledge.states import QuestionState
from ayni.registry.models import AuditEntry

_FAULTS: dict[tuple[str, str], Any] = {
    ("contact_email", "bad_value"): lazy("This is not an e-mail address."),
    ("contact_until", "in_the_past"): lazy("Choose a day that is still to come."),
    ("answer", "missing"): lazy("Choose one of the three answers."),
    ("successor", "not_there"): lazy("There is no record at this address that readers can see."),
    ("successor", "not_public"): lazy("That record is not public now. Name one that readers find today."),
    ("successor", "itself"): lazy("This is the address of this record itself. Name another one."),
    ("successor", "circle"): lazy("That record says that it continues in this one. Both cannot be."),
    ("email", "bad_value"): lazy("This is not an e-mail address."),
    ("email", "taken"): lazy("There is an account with this address already. Log in with it, then open the link again."),
    ("text", "too_long"): lazy("This is too long: at most %(limit)s characters."),
}  # fmt: skip
_REFUSALS: dict[str, Any] = {
    "no_office_email": lazy(
        "The institution has no office address here. A moderator who did not write for it can add one on the page of the institution."
    ),
    "no_mail": lazy("No mail can be sent from this site. Write to the office yourself."),
    "sent_lately": lazy("A link was sent less than a week ago. Give the office some time."),
    "not_on_behalf": lazy("This record was not written on behalf of another institution."),
    "may_not_be_asked": lazy("The people who did this cannot be asked any more."),
}


def fault(fault: Fault) -> list[str]:
    """What is wrong, in sentences; Django has its own for passwords."""
    if fault.code == "too_weak":
        return list(fault.params["messages"])
    if fault.code == "changed_meanwhile":
        return [
            _("Somebody else was faster: this has changed meanwhile. Look at it as it is now."),
            _contact(fault),
        ]
    known = _FAULTS.get((fault.path, fault.code), lazy("This cannot be used as it is."))
    return [str(known) % fault.params]


def _contact(fault: Fault) -> str:
    """Whom people may ask today, beside what somebody has just typed."""
    email, until = fault.params["email"], fault.params["until"]
    if not email or until is None:
        return email or "–"
    promise = _("They agreed to answer until %(day)s.") % {"day": date_format(until, "DATE_FORMAT")}
    return f"{email} – {promise}"


def refusal(error: WrongState) -> str:
    return str(_REFUSALS.get(error.code, too_late()))


def too_late() -> str:
    return _("This is not possible any more: somebody was here before you.")


def moved(name: str) -> str:
    """What was done to the record, by the name of its move."""
    return {
        "archive": _("It is archived: readable, and no longer offered in search."),
        "unarchive": _("It is public again, and counts as confirmed today."),
        "withdraw": _("It is withdrawn. Its address says that it was here, and why it is not."),
        "put back": _("It is public again."),
        "continued": _("Saved."),
    }[name]


def withdrawal_reasons() -> dict[str, str]:
    """Code -> as the one who withdraws says it. The tombstone says the same to readers (`reason_for_going`)."""
    return {
        "owner-request": _("We do not want it to be shown here any more."),
        "duplicate": _("It describes the same thing as another record."),
        "wrong": _("What it says turned out not to be right."),
        "personal-data": _("It says more about persons than it may."),
    }


def outcome(move: str, *, is_asker: bool) -> str:
    """What a button says: `move` is one of the moves of questions."""
    if is_asker:
        return {
            "answer": _("I got an answer"),
            "agree": _("It led to working together"),
            "close": _("Nobody has answered"),
        }[move]
    return {
        "answer": _("We have answered"),
        "agree": _("It led to working together"),
        "close": _("We cannot answer this"),
    }[move]


def state_of_question(state: str) -> str:
    return str(QuestionState(state).label)


def happened(entry: AuditEntry) -> str:
    """One line of a record's history; empty for what says nothing to its people."""
    details = json.loads(entry.details) if entry.details else {}
    answers = {
        "holds": _("It was said that it still holds."),
        "changed": _("It was said that it goes on, but differently."),
        "ended": _("It was said that it is no longer done."),
    }
    moves = {
        "archive": pgettext("history of a record", "Archived."),
        "unarchive": _("Public again: somebody stands for it."),
        "withdraw": pgettext("history of a record", "Withdrawn."),
        "put back": _("Put back by a moderator."),
    }
    outcomes = {
        "answered": _("A question was answered."),
        "agreed": _("A question led to working together."),
        "closed": _("A question was closed without an answer."),
    }
    plain = {
        "record.created": _("Begun."),
        "record.published": pgettext("history of a record", "Published."),
        "record.asked": _("Its people were asked whether it still holds."),
        "record.reminded": _("Its people were reminded."),
        "record.unanswered": _("Nobody had answered for two months; its page says so."),
        "record.standing_changed": _("Source, licence or contact were changed."),
        "claim.link_sent": _("A link to claim it was sent to the office."),
        "record.claimed": _("Claimed by its institution."),
        "record.objected_to": _("The office said that it is wrong."),
        "question.asked": _("Somebody asked a question."),
        "revision.created": _("A new version was begun."),
        "record.successor_named": _("Where it continues was changed."),
    }
    if entry.verb == "record.confirmed":
        return answers.get(details.get("answer", "holds"), "")
    if entry.verb == "record.moved":
        return moves.get(details.get("move", ""), "")
    if entry.verb == "question.moved":
        return outcomes.get(details.get("new", ""), "")
    return plain.get(entry.verb, "")
