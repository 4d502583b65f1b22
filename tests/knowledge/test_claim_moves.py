"""What was written on an institution's behalf: who may send its office a link, and who may use it, written down."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from ayni.kernel import clock
from ayni.kernel.errors import Invalid, NotAllowed, WrongState
from ayni.kernel.guarded import writing
from ayni.knowledge import policies
from ayni.knowledge.actions import claims, records
from ayni.knowledge.actions.claims import Newcomer
from ayni.knowledge.models import ClaimLink, Record
from ayni.registry.actions.people import grant_role
from ayni.registry.models import Institution, Mail, Membership, Person
from ayni.registry.states import Role
from tests import worlds
from tests.knowledge.roles import BY_THE_SITE, WRITERS, Company, company, done_by, may

# `WRITERS` are of the stand-in: the owner's own people stand beside them.
SENDERS = WRITERS | {"of the owner"}
# What is the case -> may a link be sent by those who may?
SENDING: dict[str, bool] = {
    "a draft": True,
    "public": True,
    "archived": True,
    "withdrawn": False,
    "sent lately": False,
    "sent a week ago": True,
    "the office has no address": False,
    "taken over": False,
}
# What has become of the link -> may whoever has it take the record over; and say that it is wrong?
USING: dict[str, tuple[bool, bool]] = {
    "sent": (True, True),
    "sent, and then another": (True, True),
    "said to be wrong": (True, False),  # once is enough
    "used": (False, False),
    "too old": (False, False),
    "withdrawn since": (False, False),
    "another office since": (False, False),
    "never sent": (False, False),
}
NEWCOMER = Newcomer("Nadia Newcomer", "nadia@clinic.example", "a-long-enough-password")
STORED = (ClaimLink, Membership, Person)


@pytest.fixture
def clinic(db: None) -> Institution:
    return worlds.institution("Clinic of the Delta", office_email="office@clinic.example")


@pytest.fixture
def there(clinic: Institution) -> Company:
    found = company(on_behalf_of=clinic)
    for name, role in (("of the owner", Role.CONTRIBUTOR), ("reviewer of the owner", Role.REVIEWER)):
        found.people[name] = worlds.person(name.replace(" ", "-"))
        grant_role(by=None, person=found.people[name], institution=clinic, role=role)
    return found


def the_record(there: Company) -> Record:
    return Record.objects.get(pk=there.record.pk)


def send(there: Company) -> str:
    claims.send_claim_link(by=there.people["author"], record=the_record(there))
    return Mail.objects.filter(template="claim").latest("pk").params["secret"]


def show(there: Company, state: str) -> None:
    records.publish(by=None, revision=there.revision, as_imported=True)
    name = {"archived": "archive", "withdrawn": "withdraw"}.get(state)
    if name:
        records.change_visibility(by=None, record=the_record(there), name=name, reason="outdated")


def forget_office(clinic: Institution, address: str = "") -> None:
    with writing():
        Institution.objects.filter(pk=clinic.pk).update(office_email=address)


@pytest.mark.parametrize("case", SENDING)
def test_who_may_send_the_link(there: Company, clinic: Institution, case: str) -> None:
    """Co-authors too while it was never published? No: the office hears from an institution, not from a helper."""
    days = 0
    if case in {"public", "archived", "withdrawn"}:
        show(there, case)
    elif case == "the office has no address":
        forget_office(clinic)
    elif case in {"sent lately", "sent a week ago", "taken over"}:
        secret = send(there)
        if case == "taken over":
            claims.claim(by=there.people["of the owner"], secret=secret)
        days = 6 if case == "sent lately" else 7
    writers = SENDERS - (WRITERS - {"moderator"}) if case == "taken over" else SENDERS
    assert may(policies.send_claim_link, there.everybody, the_record(there)) == writers
    with clock.at(clock.now() + timedelta(days=days)):
        found = done_by(
            there.everybody,
            lambda person: claims.send_claim_link(by=person, record=the_record(there)),
            *STORED,
        )
    assert found == (SENDERS | BY_THE_SITE if SENDING[case] else set())


@pytest.mark.parametrize("case", USING)
def test_who_may_use_the_link(there: Company, clinic: Institution, case: str) -> None:
    """Whoever has it comes from the office it was sent to: logged in, or with an account that is made by it."""
    later, secret = timedelta(), "x" * 32
    if case != "never sent":
        secret = send(there)
    if case == "sent, and then another":
        with clock.at(clock.now() + timedelta(days=8)):
            send(there)
    elif case == "said to be wrong":
        claims.object_to(by=None, secret=secret)
    elif case == "used":
        claims.claim(by=there.people["of the owner"], secret=secret)
    elif case == "too old":
        later = claims.VALID_FOR
    elif case == "withdrawn since":
        show(there, "withdrawn")
    elif case == "another office since":
        forget_office(clinic, "other@clinic.example")
    takes, objects = USING[case]
    people = {"visitor": there.visitor, **there.logged_in}
    with clock.at(clock.now() + later):
        taken = done_by(people, taking(secret, None), *STORED, refusals=(NotAllowed, WrongState, Invalid))
        assert taken == (set(there.logged_in) if takes else set())
        made = done_by({"visitor": there.visitor}, taking(secret, NEWCOMER), *STORED)
        assert made == ({"visitor"} if takes else set())
        said = done_by(people, objecting(secret), *STORED)
        assert said == (set(people) if objects else set())


def taking(secret: str, newcomer: Newcomer | None) -> Callable[[Person], object]:
    return lambda person: claims.claim(
        by=person if person.is_authenticated else None,
        secret=secret, newcomer=replace(newcomer) if newcomer else None,
    )  # fmt: skip


def objecting(secret: str) -> Callable[[Person], object]:
    return lambda person: claims.object_to(by=person if person.is_authenticated else None, secret=secret)
