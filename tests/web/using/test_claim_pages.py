"""Claiming what was written on one's behalf, in the browser: opening changes nothing, and nobody else gets the link."""

from datetime import timedelta

import pytest

from ayni.kernel import clock, guarded
from ayni.knowledge.actions.claims import send_claim_link
from ayni.knowledge.actions.records import change_visibility
from ayni.knowledge.models import ClaimLink, Record
from ayni.registry.actions.people import grant_role
from ayni.registry.models import Mail, Person
from ayni.registry.states import Role
from tests import worlds

GIVEN = {
    "do": "claim", "name": "Nadia Newcomer", "email": "nadia@water-trust.example",
    "password": "a-long-enough-password", "language": "ar",
}  # fmt: skip


@pytest.fixture
def record(world):
    """The practice of the trust, as a network wrote it on its behalf."""
    helpers = worlds.institution("Network of Wells")
    person = worlds.person("Hugo Helper")
    grant_role(by=None, person=person, institution=helpers, role=Role.CONTRIBUTOR)
    with guarded.writing():
        Record.objects.filter(pk=world.practice.pk).update(stand_in=helpers)
    return Record.objects.get(pk=world.practice.pk)


@pytest.fixture
def link(record):
    send_claim_link(by=None, record=record)
    return f"/en/claim/{Mail.objects.get().params['secret']}/"


def test_whoever_sends_the_link_does_not_see_it(client, record):
    client.force_login(Person.objects.get(name="Hugo Helper"))
    address = f"/en/records/{record.uid}/claim-link/"
    assert client.get(address).status_code == 405
    html = client.post(address, follow=True).content.decode()
    assert "A link has gone to office@water-trust.example." in html
    assert Mail.objects.get().params["secret"] not in html
    again = client.post(address, follow=True).content.decode()
    assert "less than a week ago" in again
    assert Mail.objects.count() == 1


def test_where_no_mail_is_sent_no_link_is_offered_and_the_office_is_named(client, record, settings):
    settings.SENDS_MAIL = False
    client.force_login(Person.objects.get(name="Hugo Helper"))
    html = client.get(f"/en/records/{record.uid}/manage/").content.decode()
    assert "mailto:office@water-trust.example" in html
    assert "/claim-link/" not in html
    refused = client.post(f"/en/records/{record.uid}/claim-link/", follow=True).content.decode()
    assert "No mail can be sent from this site." in refused
    assert not ClaimLink.objects.exists()


def test_opening_the_link_changes_nothing_and_says_what_it_is_about(client, link):
    for _ in range(2):
        html = client.get(link).content.decode()
    assert ClaimLink.objects.values_list("used_at", "objected_at").get() == (None, None)
    for told in ("Pupil-led water committees", "Network of Wells", "Take it over for my institution"):
        assert told in html


def test_a_newcomer_claims_and_is_logged_in(client, link, record):
    html = client.post(link, GIVEN, follow=True).content.decode()
    assert "It is yours now." in html
    assert "Nadia Newcomer" in html
    record.refresh_from_db()
    assert record.stand_in is None
    assert client.get("/en/practices/" + record.uid + "/", follow=True).context["may_manage"]


def test_somebody_logged_in_claims_without_an_account_more(client, link, record, world):
    client.force_login(world.member)
    assert 'name="password"' not in client.get(link).content.decode()
    client.post(link, {"do": "claim"})
    assert ClaimLink.objects.get().used_by == world.member


@pytest.mark.parametrize(
    ("changed", "name", "words"),
    [
        ({"email": "ALICE@example.org"}, "email", "There is an account with this address already."),
        ({"password": "short"}, "password", "too short"),
        ({"name": ""}, "name", "Say who you are."),
        ({"email": "nobody"}, "email", "valid email"),
        ({"language": "xx"}, "language", "valid choice"),
    ],
)
def test_what_makes_no_account_is_said(client, link, changed, name, words):
    response = client.post(link, GIVEN | changed)
    assert response.status_code == 422
    html = response.content.decode()
    assert f'<a href="#id_{name}">' in html
    assert words in html
    assert ClaimLink.objects.get().used_at is None


def test_used_expired_withdrawn_and_unknown_links_say_so(client, link, record):
    assert client.get("/en/claim/made-up/").status_code == 404
    with clock.at(clock.now() + timedelta(days=31)):
        expired = client.get(link)
        assert expired.status_code == 410
        assert "thirty days" in expired.content.decode()
        assert client.post(link, GIVEN).status_code == 410
    client.post(link, GIVEN)
    client.logout()
    used = client.get(link)
    assert used.status_code == 410
    assert "claimed already" in used.content.decode()
    assert client.post(link, GIVEN | {"email": "second@example.org"}).status_code == 410
    assert not Person.objects.filter(email="second@example.org").exists()


def test_the_link_of_a_withdrawn_record_says_so_and_not_what_it_said(client, link, record):
    change_visibility(by=None, record=record, name="withdraw", reason="wrong")
    response = client.get(link)
    assert response.status_code == 410
    assert "Pupil-led" not in response.content.decode()


def test_the_office_says_that_it_is_wrong(client, link):
    html = client.post(link, {"do": "object"}, follow=True).content.decode()
    assert "you said that it is wrong" in html
    assert 'value="object"' not in html
    assert ClaimLink.objects.get().objected_at is not None
