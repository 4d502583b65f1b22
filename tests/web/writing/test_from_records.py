"""Drafts from an activity record, and from another's practice that was done elsewhere too."""

import pytest
from django.urls import reverse

from ayni.knowledge.actions.drafts import set_form
from ayni.knowledge.actions.records import publish
from ayni.knowledge.drafts import values_of
from ayni.knowledge.models import Revision
from ayni.knowledge.states import RecordState
from ayni.registry.actions.people import grant_role
from ayni.registry.models import Notice
from ayni.registry.states import Role


@pytest.fixture
def writer(client, world):
    """Writes for the network; the practice is the trust's."""
    grant_role(by=None, person=world.member, institution=world.network, role=Role.CONTRIBUTOR)
    client.force_login(world.member)
    return client


def newest() -> Revision:
    return Revision.objects.select_related("record").latest("pk")


def test_an_activity_gives_a_draft_what_it_says_and_no_more(writer, world):
    address = f"/en/write/from-activity/{world.activity.uid}/"
    count = Revision.objects.count()
    assert writer.get(address).status_code == 200
    assert Revision.objects.count() == count
    response = writer.post(address)
    draft = newest()
    assert response.url == f"/en/write/{draft.record.uid}/"
    assert (draft.record.kind, draft.form, draft.record.owner, draft.state) == (
        "practice",
        "snapshot",
        world.network,
        "draft",
    )
    assert values_of(draft) == {
        "title": "Rainwater for schools",
        "started": "2022-01-01",
        "tags.countries": ["BR", "HT"],
        "standing.source_title": "XX-EXAMPLE-1234",
        "standing.source_publisher": "Agency of Example",
    }


def test_an_adaptation_is_linked_and_its_words_are_its_own(writer, world):
    response = writer.post(f"/en/write/adaptation/{world.practice.uid}/", {"language": "fr"})
    draft = newest()
    assert response.url == f"/en/write/{draft.record.uid}/"
    assert (draft.record.adapted_from, draft.record.language, draft.form) == (
        world.practice,
        "fr",
        "snapshot",
    )
    assert values_of(draft) == {
        "tags.sdg": ["4", "6", "6.1"],
        "tags.themes": ["water-sanitation"],
        "tags.sectors": ["14030"],
        "tags.exchange_types": ["government-officials"],
        "tags.countries": ["SN"],
    }


def test_when_it_is_published_the_people_of_the_original_are_told_once(writer, world):
    writer.post(f"/en/write/adaptation/{world.practice.uid}/", {"language": "en"})
    draft = newest()
    told = Notice.objects.filter(code="adapted", target=draft.record.target)
    assert not told.exists()
    record = publish(by=None, revision=draft, as_imported=True)
    assert record.state == RecordState.PUBLIC
    notice = told.get()
    assert (notice.person, notice.target) == (world.author, record.target)
    writer.force_login(world.author)
    assert (
        "has done elsewhere what you described"
        in writer.get(reverse("notices"), follow=True).content.decode()
    )


@pytest.mark.parametrize(("path", "kind"), [("from-activity", "activity"), ("adaptation", "practice")])
def test_a_form_sent_twice_begins_one_draft_and_after_it_is_published_a_new_one(writer, world, path, kind):
    address, count = f"/en/write/{path}/{getattr(world, kind).uid}/", Revision.objects.count()
    first = writer.post(address, {"language": "en"})
    second = writer.post(address, {"language": "en"}, follow=True)
    assert Revision.objects.count() == count + 1
    assert second.redirect_chain[0][0] == first.url
    assert "This draft was there already" in second.content.decode()
    publish(by=None, revision=newest(), as_imported=True)
    assert writer.post(address, {"language": "en"}).url != first.url
    assert Revision.objects.count() == count + 2


@pytest.mark.parametrize(("path", "kind"), [("from-activity", "activity"), ("adaptation", "practice")])
def test_an_institution_that_is_no_longer_ones_own_is_not_replaced_by_another(writer, world, path, kind):
    count = Revision.objects.count()
    answer = writer.post(
        f"/en/write/{path}/{getattr(world, kind).uid}/", {"language": "en", "institution": world.trust.uid}
    )
    assert answer.status_code == 422
    assert "You may not do this here." in answer.content.decode()
    assert Revision.objects.count() == count


def test_an_adaptation_asks_about_the_new_place_where_it_is_told(writer, world):
    writer.post(f"/en/write/adaptation/{world.practice.uid}/", {"language": "en"})
    uid = newest().record.uid
    asked = {
        "problem": "What is your place like, compared with theirs?",
        "done": "What did you take over as it was, and what did you change, and why?",
        "changed": "What came out at your place?",
    }
    for name, question in asked.items():
        assert question in writer.get(f"/en/write/{uid}/{name}/").content.decode()
    set_form(by=newest().created_by, revision=newest(), form="full")
    assert asked["problem"] in writer.get(f"/en/write/{uid}/setting/").content.decode()
    assert asked["problem"] not in writer.get(f"/en/write/{uid}/problem/").content.decode()


@pytest.mark.parametrize(("path", "kind"), [("from-activity", "practice"), ("adaptation", "activity")])
def test_only_the_right_kind_of_record_can_be_begun_from(writer, world, path, kind):
    assert writer.get(f"/en/write/{path}/{getattr(world, kind).uid}/").status_code == 404
    assert writer.post(f"/en/write/{path}/{getattr(world, kind).uid}/").status_code == 404


def test_the_way_there_is_shown_to_those_who_write_somewhere(writer, world, client):
    activity, practice = f"/id/{world.activity.uid}/", f"/id/{world.practice.uid}/"
    assert "Did you carry this out?" in writer.get(activity, follow=True).content.decode()
    assert "We did this too" in writer.get(practice, follow=True).content.decode()
    client.logout()
    assert "Did you carry this out?" not in client.get(activity, follow=True).content.decode()
    assert "We did this too" not in client.get(practice, follow=True).content.decode()
