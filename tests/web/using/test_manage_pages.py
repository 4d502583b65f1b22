"""The page of a record for its people: what it offers to whom, and each way through it."""

import pytest

from ayni.kernel import guarded
from ayni.knowledge.models import Record
from ayni.registry.actions import audit
from tests import worlds


def manage(record):
    return f"/en/records/{record.uid}/manage/"


def there(client, record):
    return client.get(f"/en/practices/{record.uid}/", follow=True)


def test_only_those_who_may_change_it_are_led_to_it(client, world):
    assert manage(world.practice) not in there(client, world.practice).content.decode()
    client.force_login(world.member)
    assert manage(world.practice) not in there(client, world.practice).content.decode()
    client.force_login(world.author)
    assert manage(world.practice) in there(client, world.practice).content.decode()


OFFERS = ("confirm", "archive", "withdraw", "unarchive", "put-back", "claim-link")


def offers(client, record):
    html = client.get(manage(record)).content.decode()
    return {name for name in OFFERS if f"/en/records/{record.uid}/{name}/" in html}


@pytest.mark.parametrize("who", ["author", "moderator"])
def test_what_can_be_done_depends_on_state_and_person(client, world, who):
    client.force_login(getattr(world, who))
    assert offers(client, world.practice) == {"confirm", "archive", "withdraw"}
    client.post(f"/en/records/{world.practice.uid}/archive/")
    assert offers(client, world.practice) == {"unarchive", "withdraw"}
    client.post(f"/en/records/{world.practice.uid}/withdraw/", {"reason": "wrong"})
    assert offers(client, world.practice) == ({"put-back"} if who == "moderator" else set())


def test_archived_offered_again_withdrawn_and_put_back(client, world):
    record = world.practice
    client.force_login(world.author)
    for name in ("archive", "withdraw"):
        page = client.get(f"/en/records/{record.uid}/{name}/")  # asks first
        assert page.status_code == 200
    assert Record.objects.get(pk=record.pk).version == record.version
    done = client.post(f"/en/records/{record.uid}/archive/", follow=True).content.decode()
    assert "It is archived" in done
    assert "Archived." in there(client, record).content.decode()
    client.post(f"/en/records/{record.uid}/unarchive/")
    assert "Archived." not in there(client, record).content.decode()
    refused = client.post(f"/en/records/{record.uid}/withdraw/", {"reason": "because"})
    assert refused.status_code == 422
    assert client.post(f"/en/records/{record.uid}/withdraw/").status_code == 422
    assert Record.objects.get(pk=record.pk).state == "public"
    client.post(f"/en/records/{record.uid}/withdraw/", {"reason": "personal-data"})
    assert client.get(f"/en/records/{record.uid}/put-back/").status_code == 404
    client.logout()
    tombstone = there(client, record)
    assert tombstone.status_code == 410
    assert "It said more about persons than it may." in tombstone.content.decode()
    client.force_login(world.moderator)
    client.post(f"/en/records/{record.uid}/put-back/")
    assert there(client, record).status_code == 200


def test_what_somebody_else_did_meanwhile_is_said(client, world):
    client.force_login(world.author)
    client.post(f"/en/records/{world.practice.uid}/archive/")
    html = client.post(f"/en/records/{world.practice.uid}/archive/", follow=True).content.decode()
    assert "somebody was here before you" in html


def test_what_happened_to_it_is_told_with_who(client, world):
    client.force_login(world.author)
    client.post(f"/en/records/{world.practice.uid}/confirm/", {"answer": "holds"})
    client.post(f"/en/records/{world.practice.uid}/archive/")
    html = client.get(manage(world.practice)).content.decode()
    told = html[html.index('id="history"') :]
    places = [told.index(words) for words in ("Archived.", "it still holds", "Published.", "Begun.")]
    assert places == sorted(places)
    assert told.count("Alice Author") == 2


def test_nobody_is_named_as_the_one_who_asked_also_where_the_audit_knows(client, world):
    with guarded.writing():
        audit.record(by=world.member, verb="question.asked", target=world.practice.target)
    client.force_login(world.author)
    html = client.get(manage(world.practice)).content.decode()
    assert "Somebody asked a question." in html
    assert world.member.name not in html


def test_as_many_queries_for_a_long_history_as_for_a_short_one(client, world, django_assert_num_queries):
    client.force_login(world.author)
    for more in (1, 3):
        for _ in range(more):
            client.post(f"/en/records/{world.practice.uid}/confirm/", {"answer": "holds"})
        with django_assert_num_queries(7):
            client.get(manage(world.practice))


def test_on_behalf_of_whom_it_was_written_is_said(client, world):
    stand_in = worlds.institution("Network of Wells")
    with guarded.writing():
        Record.objects.filter(pk=world.practice.pk).update(stand_in=stand_in)
    html = there(client, world.practice).content.decode()
    assert (
        "Written by <bdi>Network of Wells</bdi> on behalf of <bdi>Rural Water Trust</bdi>, which has not yet claimed it."
        in html
    )
    client.force_login(world.author)
    assert "claim-link" in offers(client, world.practice)
