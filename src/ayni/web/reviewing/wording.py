"""What review says when something cannot be done, and what has happened so far, as sentences."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ayni.kernel.errors import ActionError, Fault
from ayni.knowledge.models import Review
from ayni.knowledge.states import ReviewSide
from ayni.web.fields import fault_text

_REFUSALS: dict[str, Any] = {
    "already_taken": _("Somebody else has just taken this reading on. Nothing is left for you to do here."),
    "author_of_it": _("You are an author of this text, so somebody else reads it."),
    "reads_the_other_side": _("You read this text for the other side already; two readings are made by two people."),
    "not_yours_to_read": _("This reading is not yours to make any more."),
    "not_yours": _("You may not do this here."),
    "not_with_readers": _(
        "The authors have the text now, or it has been taken back. You can go on when they hand it in again."
    ),
    "not_in_hand": _("This reading has been decided already, or nobody has it in hand."),
    "not_editable": _(
        "The readers have the text now. You can take words over as soon as changes are asked for, or after you have "
        "taken the text back."
    ),
    "words_changed": _(
        "The words have changed since this was suggested, so nothing was overwritten. Both are shown below: put what "
        "you want into the text by hand."
    ),
    "newer_is_there": _("There is a newer version of this text. Go on with that one."),
    "record_withdrawn": _("This record was withdrawn. It has to be put back before it can be handed in."),
    "not_on_its_way": _("This version is no longer being worked on, so nothing more can be said about it."),
    "gone": _("It is no longer there."),
}  # fmt: skip
_REFUSED = _("Somebody else was faster: this has changed meanwhile. Look at it as it is now.")
_FAULTS: dict[str, Any] = {
    "no_but_approved": _(
        "What fails this cannot be published. Ask for changes, or answer “partly” if it can stay as it is."
    ),
    "not_here": _("Other words can be suggested for texts only. Say in your comment what you mean."),
}
_MISSING: dict[str, Any] = {
    "note": _("Tell the authors why, in a sentence or two."),
    "text": _("Write what you want to say."),
    "name": _("Give the step a name that people of the institution know."),
    "who": _("Choose who reads in this step: a role, or one person."),
    "verdict": _("Choose what you have decided."),
    "reason": _("Choose a reason."),
}
_HAPPENED: dict[str, Any] = {
    "revision.created": _("A new version was begun"),
    "record.created": _("The text was begun"),
    "revision submit": _("The authors handed it in"),
    "revision take up": "",  # the reading tells
    "revision ask for changes": _("It is with its authors again"),
    "revision approve": _("All readings said yes"),
    "revision decline": _("It was not taken"),
    "revision withdraw": _("The authors took it back"),
    "revision reopen": _("The authors went on with it"),
    "record.published": _("It was published"),
    "owner open": _("The institution’s reading was opened"),
    "owner take up": _("The institution’s reader started"),
    "owner hand back": _("The institution’s reading was handed back for somebody else to make"),
    "owner approve": _("The institution’s reader approved it"),
    "owner ask for changes": _("The institution’s reader asked for changes"),
    "owner decline": _("The institution’s reader declined it"),
    "owner read again": _("The institution’s reader reads what was changed"),
    "site open": _("The site’s reading was opened"),
    "site take up": _("The site’s reader started"),
    "site hand back": _("The site’s reading was handed back for somebody else to make"),
    "site approve": _("The site’s reader approved it"),
    "site ask for changes": _("The site’s reader asked for changes"),
    "site decline": _("The site’s reader declined it"),
    "site read again": _("The site’s reader reads what was changed"),
    "review.reminded": _("The reader was reminded"),
    "review.escalated": _("It took too long: others were asked to help"),
}


def refusal(error: ActionError) -> str:
    return str(_REFUSALS.get(error.code, _REFUSED))


def fault_sentence(fault: Fault) -> str:
    """What to do about one answer of a form."""
    if fault.code == "missing":
        if fault.path.startswith("answers."):
            return str(_("Answer this question."))
        return str(_MISSING.get(fault.path, _("This is still missing.")))
    return str(_FAULTS[fault.code]) if fault.code in _FAULTS else fault_text(fault)


def happened(verb: str, side: str, move: str) -> str:
    """One line of the history; empty for what another line tells already."""
    if verb == "review.moved":
        return str(_HAPPENED.get(f"{side} {move}", ""))
    if verb == "revision.moved":
        return str(_HAPPENED.get(f"revision {move}", ""))
    return str(_HAPPENED.get(verb, ""))


def who_reads(review: Review) -> str:
    """Whose turn a reading will be, as an item of a list."""
    if review.side == ReviewSide.SITE:
        return gettext("this site")
    if review.in_stead:
        return gettext("this site, because nobody at the institution can read it")
    if review.step_name:
        return review.step_name
    return review.reader.name if review.reader else gettext("a reviewer of the institution")
