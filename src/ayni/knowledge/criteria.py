"""What readings are made against: the criteria of review, edition by edition. Codes are stored; words are here.

An edition is never changed once something was read against it: a new one is added, and what was read before
keeps naming the old one, whose words stay readable.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ayni.knowledge.states import Kind


@dataclass(frozen=True)
class Criterion:
    """A question that a reader answers yes, partly or no. `must`: what fails it is not approved."""

    code: str
    question: Callable[..., str] | str
    meaning: Callable[..., str] | str
    must: bool = False


_PERSONS = Criterion(
    "persons",
    _("Does it say nothing about persons that they have not agreed to?"),
    _("No patient, pupil or villager can be recognised. Whoever is named or seen in a photo has said yes."),
    must=True,
)
_SOURCE = Criterion(
    "source",
    _("Is it clear who says so?"),
    _("The institution stands for it. What comes from a report or from others is named, with a link."),
)
_CLEAR = Criterion(
    "clear",
    _("Would somebody in another country understand it?"),
    _("Plain words, no abbreviations that only insiders know, and enough about the place to picture it."),
)

_PRACTICE = (
    Criterion(
        "done",
        _("Was it really done?"),
        _("It tells what people did, where and when: not what a project plans, promises or recommends."),
        must=True,
    ),
    Criterion(
        "problem",
        _("Does it say which problem there was, and for whom?"),
        _("A reader can tell whether it is their problem too."),
        must=True,
    ),
    Criterion(
        "change",
        _("Does it say what changed, and how that is known?"),
        _("A figure before and after, a register, an evaluation, or who saw it. A small change is a change."),
        must=True,
    ),
    Criterion(
        "honest",
        _("Is it honest about what did not work?"),
        _("What was difficult, what it cost, what came out differently. Nothing ever goes all well."),
    ),
    Criterion(
        "elsewhere",
        _("Could somebody elsewhere begin with it?"),
        _("It says what was needed (people, money, time, permission), and what may have to be different."),
    ),
    Criterion(
        "horizontal",
        _("Is it something peers can learn from each other?"),
        _("Those who did it share it as equals. Nobody has to buy a product or a service for it."),
    ),
    _CLEAR,
    _SOURCE,
    _PERSONS,
)
_LESSON = (
    Criterion(
        "tried",
        _("Was it really tried?"),
        _("It tells what people set out to do, where and when, and what they did."),
        must=True,
    ),
    Criterion(
        "happened",
        _("Does it say plainly what happened instead?"),
        _("With what was seen or counted, and not softened until nothing is left of it."),
        must=True,
    ),
    Criterion(
        "why",
        _("Does it look for the reasons?"),
        _("In conditions, decisions and assumptions. That one is not sure of a reason may be said."),
    ),
    Criterion(
        "advice",
        _("Does it spare others the same mistake?"),
        _("It says what its authors would do differently, or what to settle first."),
    ),
    Criterion(
        "fair",
        _("Is it fair to those who took part?"),
        _("Nobody is blamed by name, and partners would recognise what is told about them."),
        must=True,
    ),
    _CLEAR,
    _SOURCE,
    _PERSONS,
)
_PUBLICATION = (
    Criterion(
        "use",
        _("Is it of use to people who want to do something?"),
        _("Research, a report, a guideline or a course that helps to decide or to act; no advertisement."),
        must=True,
    ),
    Criterion(
        "found",
        _("Can everyone get it?"),
        _("It has an address that leads to it, or says how it is got and what it costs."),
        must=True,
    ),
    Criterion(
        "named",
        _("Are its authors, publisher and year given?"),
        _("As on its title page, so that it can be cited."),
    ),
    Criterion(
        "told",
        _("Does the description say what is in it?"),
        _("What was asked, how it was found out, what came out: enough to decide whether to open it."),
    ),
    Criterion(
        "rights",
        _("May it be shown as it is shown here?"),
        _("The description is the institution’s own or may be used, and the licence is given where known."),
    ),
    _PERSONS,
)
# Newest last.
EDITIONS: dict[str, dict[str, tuple[Criterion, ...]]] = {
    "2026-11": {
        Kind.PRACTICE: _PRACTICE,
        Kind.LESSON: _LESSON,
        Kind.PUBLICATION: _PUBLICATION,
        Kind.ACTIVITY: (_CLEAR, _SOURCE, _PERSONS),
    },
}
CURRENT = list(EDITIONS)[-1]


def criteria_of(kind: str, edition: str = "") -> tuple[Criterion, ...]:
    """The criteria for records of the kind; of the current edition when none, or none we know, is named."""
    return EDITIONS.get(edition, EDITIONS[CURRENT])[Kind(kind)]
