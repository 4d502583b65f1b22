"""An institution's own approval: the steps its texts pass before the site may publish them."""

from django.db.models import Max

from ayni.kernel.actions import action
from ayni.kernel.errors import Fault, Invalid, NotAllowed
from ayni.kernel.locking import locked
from ayni.knowledge import policies
from ayni.knowledge.models import ApprovalStep
from ayni.language.normalise import clean
from ayni.registry.actions import audit
from ayni.registry.actions.institutions import target_of
from ayni.registry.models import Institution, Person
from ayni.registry.policies import institutions_of
from ayni.registry.states import Role

NAME_LIMIT = 120
STEPS_LIMIT = 6


@action
def add_step(
    *, by: Person | None, institution: Institution, name: str, role: str = "", person: Person | None = None
) -> ApprovalStep:
    """A further step, after those there are: whoever holds `role`, or one `person` of the institution.

    What is under way keeps the steps it was handed in with. Raises Invalid, NotAllowed.
    """
    locked(institution)
    _must_be_allowed(by, institution)
    name = clean(" ".join(name.split()), NAME_LIMIT)
    faults = [] if name else [Fault("name", "missing")]
    if bool(role) == bool(person):
        faults.append(Fault("who", "missing"))
    if role and role not in Role.values:
        faults.append(Fault("who", "unknown_choice"))
    if person and institution.pk not in institutions_of(person, frozenset(Role)):
        faults.append(Fault("who", "not_a_member"))
    if institution.approval_steps.count() >= STEPS_LIMIT:
        faults.append(Fault("", "too_many", {"limit": STEPS_LIMIT}))
    if faults:
        raise Invalid(faults)
    last = institution.approval_steps.aggregate(last=Max("position"))["last"] or 0
    step = ApprovalStep.objects.create(
        institution=institution, position=last + 1, name=name, role=role, person=person
    )
    audit.record(
        by=by, verb="approval.step_added", target=target_of(institution), position=step.position, role=role,
        person=person.uid if person else "",
    )  # fmt: skip
    return step


@action
def move_step_up(*, by: Person | None, step: ApprovalStep) -> None:
    """The step changes places with the one before it; the first stays where it is."""
    institution = locked(step.institution)
    locked(step)
    _must_be_allowed(by, institution)
    steps = list(institution.approval_steps.order_by("position"))
    place = [one.pk for one in steps].index(step.pk)
    if place == 0:
        return
    steps[place - 1], steps[place] = steps[place], steps[place - 1]
    _number(steps)
    audit.record(by=by, verb="approval.step_moved", target=target_of(institution), position=place)


@action
def remove_step(*, by: Person | None, step: ApprovalStep) -> None:
    """Take the step out; those after it move up. What is under way keeps the steps it was handed in with."""
    institution = locked(step.institution)
    locked(step)
    _must_be_allowed(by, institution)
    position = step.position
    step.delete()
    _number(list(institution.approval_steps.order_by("position")))
    audit.record(by=by, verb="approval.step_removed", target=target_of(institution), position=position)


def _number(steps: list[ApprovalStep]) -> None:
    """One after the other from 1; by way of numbers nobody has, since no two may be equal even for a moment."""
    for offset in (1000, 1):
        for number, step in enumerate(steps):
            step.position = number + offset
            step.save()


def _must_be_allowed(by: Person | None, institution: Institution) -> None:
    """`by` None is the site itself (command line, demo world)."""
    if by is not None and not policies.set_approval_chain.allows(by, institution):
        raise NotAllowed("not_your_institution")
