"""Where the office of an institution is reached: claim links go there, so whoever wrote for it does not say it."""

import pytest

from ayni.kernel.errors import Invalid, NotAllowed
from ayni.knowledge.actions.drafts import begin
from ayni.knowledge.actions.offices import set_office_email
from ayni.registry.actions.people import grant_role
from ayni.registry.models import AuditEntry, Institution
from ayni.registry.states import Role
from tests import worlds

EMAIL = "office@clinic.example"


@pytest.fixture
def clinic(world):
    return worlds.institution("Clinic of the Delta")


def office_of(institution):
    return Institution.objects.get(pk=institution.pk).office_email


@pytest.mark.parametrize("who", ["moderator", "operator"])
def test_who_keeps_institutions_says_it_and_the_audit_does_not_have_the_address(world, clinic, who):
    person = getattr(world, who)
    set_office_email(by=person, institution=clinic, email=f" {EMAIL} ")
    set_office_email(by=person, institution=clinic, email=EMAIL)  # changes nothing
    assert office_of(clinic) == EMAIL
    entry = AuditEntry.objects.get(verb="institution.office_email_set")
    assert (entry.actor_uid, entry.details) == (person.uid, "")
    set_office_email(by=person, institution=clinic, email="")
    assert office_of(clinic) == ""


@pytest.mark.parametrize("who", ["author", "member"])
def test_others_do_not(world, clinic, who):
    with pytest.raises(NotAllowed):
        set_office_email(by=getattr(world, who), institution=clinic, email=EMAIL)


def test_what_is_no_address_is_refused(world, clinic):
    with pytest.raises(Invalid):
        set_office_email(by=world.moderator, institution=clinic, email="nowhere")
    assert office_of(clinic) == ""


@pytest.mark.parametrize("part", ["wrote it", "belongs to who wrote it"])
def test_a_moderator_who_stood_in_for_it_does_not(client, world, clinic, part):
    other = worlds.person("Also a moderator", is_moderator=True)
    writer = other if part == "wrote it" else world.author
    grant_role(by=None, person=other, institution=world.trust, role=Role.CONTRIBUTOR)
    begin(by=writer, kind="practice", language="en", owner=clinic, stand_in=world.trust)
    with pytest.raises(NotAllowed):
        set_office_email(by=other, institution=clinic, email=EMAIL)
    client.force_login(other)
    page = f"/en/institutions/{clinic.uid}/-/keep/"
    assert "Somebody else must say" in client.get(page).content.decode()
    client.post(page, {"email": EMAIL})
    assert office_of(clinic) == ""
    client.force_login(world.moderator)
    client.post(page, {"email": EMAIL})
    assert office_of(clinic) == EMAIL


def test_the_form_keeps_what_was_wrong(client, world, clinic):
    client.force_login(world.moderator)
    answer = client.post(f"/en/institutions/{clinic.uid}/-/keep/", {"email": "nowhere"})
    assert answer.status_code == 422
    assert 'value="nowhere"' in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()
