"""What others wrote on an institution's behalf is taken over by it, through a link that only its office gets."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection

from ayni.kernel import clock
from ayni.kernel.errors import Invalid, NotAllowed, WrongState
from ayni.knowledge import policies
from ayni.knowledge.actions import claims, records
from ayni.knowledge.actions.claims import Newcomer
from ayni.knowledge.actions.drafts import begin
from ayni.knowledge.models import ClaimLink, Record
from ayni.registry.actions.institutions import merge_institutions
from ayni.registry.actions.people import grant_role
from ayni.registry.models import Mail, Notice, Person
from ayni.registry.states import Role
from tests import worlds

NEWCOMER = Newcomer("Nadia Newcomer", "nadia@clinic.example", "a-long-enough-password", "ar")


@pytest.fixture
def clinic(db):
    return worlds.institution("Clinic of the Delta", office_email="office@clinic.example", language="fr")


@pytest.fixture
def helper(db):
    """Writes for a network, and for the clinic on its behalf."""
    network = worlds.institution("Network of Clinics")
    person = worlds.person("Hugo Helper")
    grant_role(by=None, person=person, institution=network, role=Role.CONTRIBUTOR)
    return person


@pytest.fixture
def record(clinic, helper):
    network = helper.memberships.get().institution
    revision = begin(by=helper, kind="lesson", language="en", owner=clinic, stand_in=network)
    revision.title = "Boats for the clinic"
    records_write(revision, title="Boats for the clinic")
    return revision.record


def records_write(obj, **fields):
    from ayni.kernel import guarded

    with guarded.writing():
        type(obj).objects.filter(pk=obj.pk).update(**fields)


def send(helper, record) -> str:
    claims.send_claim_link(by=helper, record=record)
    return Mail.objects.filter(template="claim").order_by("-pk")[0].params["secret"]


def claim(secret, by=None, newcomer=NEWCOMER):
    return claims.claim(by=by, secret=secret, newcomer=None if by else newcomer)


def test_the_link_goes_to_the_registered_office_and_to_nobody_else(record, helper):
    secret = send(helper, record)
    mail = Mail.objects.get()
    assert (mail.address, mail.language, mail.person) == ("office@clinic.example", "fr", None)
    assert mail.params["title"] == "Boats for the clinic"
    link = ClaimLink.objects.get()
    assert (link.address, link.sent_by) == ("office@clinic.example", helper)
    assert secret not in str(ClaimLink.objects.values())
    assert not Notice.objects.exists()


def test_only_those_who_stand_for_it_send_links(record):
    with pytest.raises(NotAllowed):
        claims.send_claim_link(by=worlds.person("Stranger"), record=record)
    assert not Mail.objects.exists()


def test_no_link_where_there_is_nothing_to_claim_or_no_office(record, helper, clinic):
    own = worlds.published(clinic, "Its own")
    with pytest.raises(WrongState, match="not_on_behalf"):
        claims.send_claim_link(by=None, record=own)
    send(helper, record)
    with pytest.raises(WrongState, match="sent_lately"):
        send(helper, record)
    with clock.at(clock.now() + timedelta(days=8)):
        send(helper, record)
        records_write(clinic, office_email="")
        record.refresh_from_db()
        with pytest.raises(WrongState, match="no_office_email"):
            send(helper, record)
    assert Mail.objects.count() == 2


def test_a_site_without_mail_sends_no_link_and_says_so(record, helper, settings):
    settings.SENDS_MAIL = False
    with pytest.raises(WrongState, match="no_mail"):
        claims.send_claim_link(by=helper, record=record)
    assert (ClaimLink.objects.count(), Mail.objects.count()) == (0, 0)


def test_a_newcomer_takes_it_over_for_the_institution(record, helper, clinic):
    claimed, person = claim(send(helper, record))
    assert claimed.stand_in is None
    assert (person.name, person.email, person.language) == ("Nadia Newcomer", "nadia@clinic.example", "ar")
    assert person.check_password(NEWCOMER.password)
    assert [(m.institution, m.role) for m in person.memberships.all()] == [(clinic, "admin")]
    link = ClaimLink.objects.get()
    assert (link.used_by, link.used_at is not None) == (person, True)
    assert policies.WRITES_IT.allows(person, claimed)
    assert not policies.WRITES_IT.allows(Person.objects.get(pk=helper.pk), claimed)
    notice = Notice.objects.get()
    assert (notice.person, notice.code, notice.target) == (helper, "claimed", claimed.target)


def test_where_somebody_administers_it_the_claimer_contributes(record, helper, clinic):
    grant_role(by=None, person=worlds.person("Adam Admin"), institution=clinic, role=Role.ADMIN)
    _, person = claim(send(helper, record))
    assert [m.role for m in person.memberships.all()] == ["contributor"]


def test_a_person_who_is_logged_in_takes_it_over(record, helper, clinic):
    known = worlds.person("Karim Known")
    _, person = claim(send(helper, record), by=known)
    assert person == known
    assert [(m.institution, m.role) for m in known.memberships.all()] == [(clinic, "admin")]


def test_who_writes_for_it_already_gets_no_second_role(record, helper, clinic):
    grant_role(by=None, person=worlds.person("Adam Admin"), institution=clinic, role=Role.ADMIN)
    coordinator = worlds.person("Cora Coordinator")
    grant_role(by=None, person=coordinator, institution=clinic, role=Role.COORDINATOR)
    claim(send(helper, record), by=coordinator)
    assert [m.role for m in coordinator.memberships.all()] == ["coordinator"]


@pytest.mark.parametrize(
    ("newcomer", "path", "code"),
    [
        (Newcomer("Nadia", "HUGO@example.org", "a-long-enough-password"), "email", "taken"),
        (Newcomer("Nadia", "nobody", "a-long-enough-password"), "email", "bad_value"),
        (Newcomer("Nadia", "nadia@clinic.example", "short"), "password", "too_weak"),
        (Newcomer(" ", "nadia@clinic.example", "a-long-enough-password"), "name", "missing"),
    ],
)
def test_what_makes_no_account_is_refused_and_the_link_stays_good(record, helper, newcomer, path, code):
    secret = send(helper, record)
    people = Person.objects.count()
    with pytest.raises(Invalid) as refused:
        claim(secret, newcomer=newcomer)
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [(path, code)]
    assert Person.objects.count() == people
    assert Record.objects.get().stand_in is not None
    claim(secret)


def test_of_two_who_click_at_once_one_takes_it_over(record, helper):
    secret = send(helper, record)
    claim(secret)
    with pytest.raises(WrongState, match="used"):
        claim(secret, newcomer=Newcomer("Second", "second@clinic.example", "a-long-enough-password"))
    assert not Person.objects.filter(name="Second").exists()


def test_a_second_link_leads_to_what_was_claimed_meanwhile(record, helper):
    first = send(helper, record)
    with clock.at(clock.now() + timedelta(days=8)):
        second = send(helper, record)
    claim(first)
    with pytest.raises(WrongState, match="claimed"):
        claim(second, newcomer=Newcomer("Second", "second@clinic.example", "a-long-enough-password"))


def test_links_expire_after_a_month(record, helper):
    secret = send(helper, record)
    with clock.at(clock.now() + timedelta(days=29)):
        assert claims.queries.why_not(claims.queries.link_by_secret(secret)) == ""
    with clock.at(clock.now() + timedelta(days=30)), pytest.raises(WrongState, match="expired"):
        claim(secret)


def test_a_withdrawn_record_is_not_claimed_and_a_removed_one_is_unknown(record, helper, clinic):
    secret = send(helper, record)
    records_write(record, state="withdrawn", published_at=clock.now())
    with pytest.raises(WrongState, match="withdrawn"):
        claim(secret)
    records.remove(by=None, record=record, reason="duplicate")
    with pytest.raises(WrongState, match="no_such_link"):
        claim(secret)


def test_when_the_institution_was_merged_it_is_claimed_for_the_one_that_stays(record, helper, clinic):
    secret = send(helper, record)
    stays = worlds.institution("Clinics of the Delta", office_email="Office@clinic.example")
    merge_institutions(by=worlds.person("M", is_moderator=True), duplicate=clinic, stays=stays)
    claimed, person = claim(secret)
    assert [(m.institution, m.role) for m in person.memberships.all()] == [(stays, "admin")]
    assert policies.WRITES_IT.allows(person, claimed)


@pytest.mark.parametrize("office", ["all@big-ministry.example", ""])
def test_a_link_makes_nobody_admin_of_an_institution_it_was_not_sent_to(record, helper, clinic, office):
    secret = send(helper, record)
    stays = worlds.institution("A big ministry", office_email=office)
    merge_institutions(by=worlds.person("M", is_moderator=True), duplicate=clinic, stays=stays)
    for use in (claim, lambda given: claims.object_to(by=None, secret=given)):
        with pytest.raises(WrongState, match="expired"):
            use(secret)
    assert not stays.memberships.exists()


def test_a_link_ends_with_the_address_it_was_sent_to_and_with_another_owner(record, helper, clinic):
    secret = send(helper, record)
    records_write(clinic, office_email="new-office@clinic.example")
    with pytest.raises(WrongState, match="expired"):
        claim(secret)
    records_write(clinic, office_email="office@clinic.example")
    records_write(record, owner=worlds.institution("Another", office_email="office@another.example"))
    with pytest.raises(WrongState, match="expired"):
        claim(secret)


def test_the_office_says_that_it_is_wrong_and_the_moderators_hear_once(record, helper):
    moderator = worlds.person("Mona Moderator", is_moderator=True)
    secret = send(helper, record)
    claims.object_to(by=None, secret=secret)
    claims.object_to(by=None, secret=secret)
    notice = Notice.objects.get()
    assert (notice.person, notice.code, notice.is_turn) == (moderator, "claim-objected", True)
    assert ClaimLink.objects.get().objected_at is not None
    claim(secret)  # it may still take it over


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_of_several_at_the_very_same_moment_one_takes_it_over(record, helper, clinic):
    secret, ends = send(helper, record), []

    def work(number: int) -> None:
        try:
            claim(secret, newcomer=Newcomer("N", f"n{number}@clinic.example", "a-long-enough-password"))
            ends.append("claimed it")
        except WrongState as refused:
            ends.append(refused.code)
        finally:
            connection.close()

    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(ends) == ["claimed it", "used", "used", "used"]
    assert clinic.memberships.count() == 1
