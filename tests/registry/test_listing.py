"""An institution that a writer named is listed only once something public stands by it."""

import pytest

from ayni.kernel import guarded
from ayni.kernel.errors import Invalid, NotAllowed
from ayni.knowledge.actions.records import publish
from ayni.registry.actions.institutions import (
    PARTNERS_A_DAY,
    list_institution,
    merge_institutions,
    register_partner,
)
from ayni.registry.models import AuditEntry, Institution, Term
from tests import worlds


@pytest.fixture
def kenya(world):
    return Term.objects.get(vocabulary__code="countries", code="KE")


@pytest.fixture
def named(world, kenya):
    return register_partner(by=world.author, name="Valley Nursing School", language="en", country=kenya)


def is_listed(institution):
    return Institution.objects.get(pk=institution.pk).is_listed


def test_it_is_not_listed_until_a_record_of_it_is_published(world, named):
    revision = worlds.ready(None, named)
    assert not is_listed(named)
    publish(by=None, revision=revision, as_imported=True)
    assert is_listed(named)
    assert AuditEntry.objects.get(verb="institution.listed").target.endswith(named.uid)


def test_a_published_record_that_names_it_as_a_partner_is_enough(world, named):
    from ayni.knowledge.texts import Partner

    worlds.published(
        world.trust, "Nurses visit each other", partners=(Partner(named.name, "provider", named),)
    )
    assert is_listed(named)


@pytest.mark.parametrize("who", ["moderator", "operator"])
def test_who_keeps_institutions_lists_it(world, named, who):
    list_institution(by=getattr(world, who), institution=named)
    list_institution(by=getattr(world, who), institution=named)
    assert is_listed(named)
    assert AuditEntry.objects.filter(verb="institution.listed").count() == 1


@pytest.mark.parametrize("who", ["author", "member"])
def test_others_do_not(world, named, who):
    with pytest.raises(NotAllowed):
        list_institution(by=getattr(world, who), institution=named)
    assert not is_listed(named)


def test_it_is_listed_when_what_is_listed_is_merged_into_it(world, named):
    merge_institutions(by=world.moderator, duplicate=world.network, stays=named)
    assert is_listed(named)


def test_how_many_new_ones_a_person_names_in_a_day_is_limited(world, kenya):
    def name(n, by=world.author):
        return register_partner(by=by, name=f"School number {n}", language="en", country=kenya)

    for n in range(PARTNERS_A_DAY):
        name(n)
    name(0)  # known by now
    with pytest.raises(Invalid) as refused:
        name(PARTNERS_A_DAY)
    assert [fault.code for fault in refused.value.faults] == ["too_many_today"]
    assert not Institution.objects.filter(name=f"School number {PARTNERS_A_DAY}").exists()
    with guarded.writing():
        from datetime import timedelta

        from ayni.kernel import clock

        Institution.objects.filter(named_by=world.author).update(created_at=clock.now() - timedelta(days=1))
    assert name(PARTNERS_A_DAY).named_by == world.author


def test_places_that_list_institutions_leave_it_out(client, world, named):
    def places():
        list_page = client.get("/en/institutions/").content.decode()
        sitemap = "".join(client.get(f"/sitemap-{n}.xml").content.decode() for n in range(3))
        page = client.get(f"/en/institutions/{named.uid}/valley-nursing-school/")
        return (named.name in list_page, named.uid in sitemap, page.status_code)

    assert places() == (False, False, 404)
    list_institution(by=world.moderator, institution=named)
    assert (places()[0], places()[2]) == (True, 200)


def test_writers_and_moderators_see_its_page_with_a_note(client, world, named):
    for who in (world.author, world.moderator):
        client.force_login(who)
        page = client.get(f"/en/institutions/{named.uid}/valley-nursing-school/").content.decode()
        assert "not listed until" in page
        assert '<meta name="robots" content="noindex">' in page
    assert named.name in client.get("/en/institutions/").content.decode()  # the moderator is asked to look
    client.force_login(world.author)
    assert named.name not in client.get("/en/institutions/").content.decode()


def test_a_moderator_lists_it_on_its_page(client, world, named):
    client.force_login(world.moderator)
    page = f"/en/institutions/{named.uid}/-/keep/"
    assert "List it" in client.get(page).content.decode()
    client.post(page, {"do": "list"})
    assert is_listed(named)
    assert "List it" not in client.get(page).content.decode()


def test_the_limit_is_told_beside_the_field(client, world, kenya):
    for n in range(PARTNERS_A_DAY):
        register_partner(by=world.author, name=f"School number {n}", language="en", country=kenya)
    client.force_login(world.author)
    given = {
        "kind": "practice", "title": "T", "language": "en", "institution": world.trust.uid,
        "partner_name": "Another one altogether", "partner_country": "KE",
    }  # fmt: skip
    page = client.post("/en/write/", given)
    assert page.status_code == 422
    assert "Name further ones tomorrow" in page.content.decode()
