from datetime import date, timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction

from ayni.kernel import clock, guarded
from ayni.kernel.errors import Invalid, NotAllowed
from ayni.kernel.locking import Gone
from ayni.registry.actions.people import change_person, create_person, end_role, grant_role, set_password
from ayni.registry.models import Membership, Person
from ayni.registry.policies import change_institution, institutions_of
from ayni.registry.states import Role
from tests import worlds


def again(person: Person) -> Person:
    """As the next request sees them: roles are remembered for one request."""
    return Person.objects.get(pk=person.pk)


def test_an_address_is_taken_whatever_its_case(db: None) -> None:
    create_person(by=None, email="Alice@example.org", name="Alice")
    with pytest.raises(Invalid) as refused:
        create_person(by=None, email="aLICE@EXAMPLE.ORG", name="Other")
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [("email", "taken")]
    assert Person.objects.get_by_natural_key("ALICE@example.org").name == "Alice"


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"email": "nobody"}, "email"),
        ({"name": ""}, "name"),
        ({"name": "\u202e"}, "name"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"name": "x" * 5000}, "name"),
    ],
)
def test_what_cannot_be_a_person_is_refused(db: None, fields: dict[str, str], path: str) -> None:
    with pytest.raises(Invalid) as refused:
        create_person(by=None, **({"email": "a@example.org", "name": "A"} | fields))
    assert [fault.path for fault in refused.value.faults] == [path]
    assert not Person.objects.exists()


def test_names_are_cleaned_of_what_disguises(db: None) -> None:
    person = create_person(by=None, email="a@example.org", name=" Ada\x00 \u202eecila\n Author ")
    assert person.name == "Ada ecila Author"
    change_person(by=person, person=person, name="\u2066Ada\u2069  L.", language="en", time_zone="UTC")
    assert again(person).name == "Ada L."


def test_without_a_password_nobody_gets_in(db: None) -> None:
    person = create_person(by=None, email="a@example.org", name="A")
    assert not person.has_usable_password()
    set_password(by=None, person=person, password="a-long-enough-one")
    assert authenticate(email="a@example.org", password="a-long-enough-one") == person


def test_only_operators_add_people(world: worlds.ReadingRoom) -> None:
    for person in (world.author, world.moderator):
        with pytest.raises(NotAllowed):
            create_person(by=person, email="x@example.org", name="X")
    assert create_person(by=world.operator, email="x@example.org", name="X").pk


def test_people_change_themselves_and_nobody_else(world: worlds.ReadingRoom) -> None:
    change_person(
        by=world.member, person=world.member, name="Moussa M.", language="ar", time_zone="Africa/Dakar"
    )
    assert (again(world.member).name, again(world.member).language) == ("Moussa M.", "ar")
    for change in (
        lambda: change_person(by=world.member, person=world.author, name="X", language="en", time_zone="UTC"),
        lambda: set_password(by=world.member, person=world.author, password="a-long-enough-one"),
    ):
        with pytest.raises(NotAllowed):
            change()
    assert again(world.author).name == "Alice Author"


def test_a_role_holds_from_its_first_to_its_last_day(world: worlds.ReadingRoom) -> None:
    start = date(2026, 3, 1)
    grant_role(by=None, person=world.member, institution=world.trust, role=Role.ADMIN, since=start)
    membership = world.member.memberships.get(role=Role.ADMIN)
    with guarded.writing():
        Membership.objects.filter(pk=membership.pk).update(until=date(2026, 3, 31))
    held = {}
    for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)):
        with clock.at(clock.now().replace(year=day.year, month=day.month, day=day.day)):
            held[day] = change_institution.allows(again(world.member), world.trust)
    assert list(held.values()) == [False, True, True, False]


def test_granting_twice_is_one_role_and_ending_keeps_history(world: worlds.ReadingRoom) -> None:
    last_week = clock.today() - timedelta(days=7)
    first = grant_role(
        by=None, person=world.member, institution=world.trust, role=Role.REVIEWER, since=last_week
    )
    same = grant_role(by=None, person=world.member, institution=world.trust, role=Role.REVIEWER)
    assert first == same
    end_role(by=None, membership=first)
    assert first.until == clock.today() - timedelta(days=1)
    assert world.trust.pk not in institutions_of(again(world.member), frozenset({Role.REVIEWER}))
    again_granted = grant_role(by=None, person=world.member, institution=world.trust, role=Role.REVIEWER)
    assert again_granted != first
    end_role(by=None, membership=again_granted)
    assert world.member.memberships.filter(institution=world.trust).count() == 1


def test_an_old_copy_of_a_person_puts_nothing_back(world: worlds.ReadingRoom) -> None:
    old = again(world.member)
    with guarded.writing():
        Person.objects.filter(pk=old.pk).update(email="moved@example.org")
    change_person(by=old, person=old, name="Moussa M.", language="ar", time_zone="UTC")
    assert (again(old).email, again(old).name) == ("moved@example.org", "Moussa M.")
    with guarded.writing():
        Person.objects.filter(pk=old.pk).delete()
    with pytest.raises(Gone):
        set_password(by=None, person=world.member, password="a-long-enough-one")


def test_a_role_that_another_has_ended_is_not_made_longer(world: worlds.ReadingRoom) -> None:
    began, ended = (clock.today() - timedelta(days=days) for days in (30, 10))
    role = grant_role(by=None, person=world.member, institution=world.trust, role=Role.ADMIN, since=began)
    with guarded.writing():
        Membership.objects.filter(pk=role.pk).update(until=ended)
    end_role(by=None, membership=role)
    assert Membership.objects.get(pk=role.pk).until == role.until == ended


def test_only_those_who_run_an_institution_give_its_roles(world: worlds.ReadingRoom) -> None:
    with pytest.raises(NotAllowed):
        grant_role(by=world.author, person=world.member, institution=world.trust, role=Role.ADMIN)
    admin = worlds.person("Ada Admin")
    grant_role(by=None, person=admin, institution=world.trust, role=Role.ADMIN)
    given = grant_role(by=admin, person=world.member, institution=world.trust, role=Role.CONTRIBUTOR)
    with pytest.raises(NotAllowed):
        end_role(by=world.member, membership=given)
    with pytest.raises(NotAllowed):
        grant_role(by=again(admin), person=world.member, institution=world.network, role=Role.ADMIN)


def test_the_database_keeps_memberships_sound(world: worlds.ReadingRoom) -> None:
    rows = {
        "membership_open_once": {"role": Role.CONTRIBUTOR, "person": world.author},
        "membership_ends_after_start": {
            "role": Role.ADMIN,
            "person": world.author,
            "until": date(2000, 1, 1),
        },
    }
    for fields in rows.values():
        with pytest.raises(IntegrityError), transaction.atomic(), guarded.writing():
            Membership.objects.create(institution=world.trust, **fields)
