"""Saying where a record continues, and where readers then arrive."""

import pytest

from ayni.knowledge.actions.records import change_visibility
from ayni.knowledge.models import Record
from ayni.web import addresses


def at(record, name):
    return f"/en/records/{record.uid}/{name}/"


def withdraw(client, record, successor="", reason="duplicate", name="withdraw"):
    return client.post(at(record, name), {"reason": reason, "successor": successor}, follow=True)


@pytest.fixture
def writer(client, world):
    client.force_login(world.author)
    return client


@pytest.mark.parametrize("given", ["{uid}", "/id/{uid}/", " https://testserver/ar/practices/{UID}/words ", "https://x.example/fr/practices/{uid}/-/?lang=en"])  # fmt: skip
def test_any_address_of_the_record_will_do(writer, world, given):
    uid = world.snapshot.uid
    withdraw(writer, world.lesson, given.format(uid=uid, UID=uid.upper()))
    assert Record.objects.get(pk=world.lesson.pk).successor == world.snapshot


@pytest.mark.parametrize("name", ["archive", "withdraw"])
@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("nonsense", "There is no record at this address"),
        ("zzzzzzzzzzzz", "There is no record at this address"),
        ("draft", "There is no record at this address"),
        ("lesson", "the address of this record itself"),
        ("snapshot", "That record is not public now"),
        ("activity", "it continues in this one"),
    ],
)
def test_what_cannot_be_named_is_told_beside_the_field(writer, world, name, given, told):
    change_visibility(by=None, record=world.snapshot, name="archive")
    change_visibility(by=None, record=world.activity, name="archive", successor=world.lesson)
    named = getattr(getattr(world, given, None), "uid", given)
    page = withdraw(writer, world.lesson, named, name=name)
    assert page.status_code == 422
    assert told in page.content.decode()
    assert f'value="{named}"' in page.content.decode()
    assert Record.objects.get(pk=world.lesson.pk).state == "public"


def test_a_duplicate_leads_to_the_other_for_good_in_whatever_language(writer, world):
    withdraw(writer, world.lesson, world.practice.uid)
    writer.logout()
    for language in ("en", "fr", "ar", "zh-hans"):
        answer = writer.get(f"/{language}/lessons/{world.lesson.uid}/whatever/")
        assert answer.status_code == 301
        assert answer["Location"] == f"/{language}/practices/{world.practice.uid}/pupil-led-water-committees/"
    asked = writer.get(f"/fr/lessons/{world.lesson.uid}/x/?lang=ar")
    assert asked["Location"].endswith("?lang=ar")
    short = writer.get(f"/id/{world.lesson.uid}/")
    assert (short.status_code, short["Location"]) == (301, f"/id/{world.practice.uid}/")
    assert short["Cache-Control"] == "max-age=3600"  # it may be put back


def test_put_back_it_is_at_its_address_again(client, world):
    client.force_login(world.moderator)
    withdraw(client, world.lesson, world.practice.uid)
    client.post(at(world.lesson, "put-back"))
    client.logout()
    assert client.get(f"/en/lessons/{world.lesson.uid}/", follow=True).status_code == 200
    page = client.get(f"/id/{world.practice.uid}/", follow=True).content.decode()
    assert "Phones without credit" in page  # from the same institution


@pytest.mark.parametrize("reason", ["owner-request", "wrong", "personal-data"])
def test_withdrawn_for_another_reason_it_says_where_it_continues(writer, world, reason):
    withdraw(writer, world.lesson, world.snapshot.uid, reason)
    writer.logout()
    answer = writer.get(f"/en/lessons/{world.lesson.uid}/")
    page = answer.content.decode()
    assert answer.status_code == 410
    assert "Continued in" in page
    assert f"/en/practices/{world.snapshot.uid}/" in page
    assert "Water accounts on the wall" in page  # in the reader's language
    assert "Phones without credit" not in page


@pytest.mark.parametrize("reason", ["duplicate", "wrong"])
def test_when_the_other_goes_too_the_tombstone_says_so(writer, world, reason):
    withdraw(writer, world.lesson, world.snapshot.uid, reason)
    change_visibility(by=None, record=world.snapshot, name="withdraw", reason="owner-request")
    writer.logout()
    answer = writer.get(f"/en/lessons/{world.lesson.uid}/")
    assert answer.status_code == 410
    assert "which is no longer here either" in answer.content.decode()


def test_an_archived_record_and_the_one_it_continues_in_name_each_other(writer, world):
    withdraw(writer, world.lesson, world.snapshot.uid, name="archive")
    archived = writer.get(f"/en/lessons/{world.lesson.uid}/", follow=True).content.decode()
    assert "<b>Continued in</b>" in archived
    assert f"/en/practices/{world.snapshot.uid}/" in archived
    following = writer.get(f"/en/practices/{world.snapshot.uid}/", follow=True).content.decode()
    assert "<h2>Continues</h2>" in following
    assert "Phones without credit" in following
    writer.post(at(world.lesson, "unarchive"))
    following = writer.get(f"/en/practices/{world.snapshot.uid}/", follow=True).content.decode()
    assert "<h2>Continues</h2>" not in following


def test_of_a_withdrawn_record_the_other_says_nothing(writer, world):
    withdraw(writer, world.lesson, world.snapshot.uid, "personal-data")
    writer.logout()
    page = writer.get(f"/en/practices/{world.snapshot.uid}/", follow=True).content.decode()
    assert "<h2>Continues</h2>" not in page


def test_what_adapts_a_duplicate_adapts_the_record_that_stays(client, world):
    change_visibility(
        by=None, record=world.practice, name="withdraw", reason="duplicate", successor=world.lesson
    )
    adaptation = client.get(f"/en/practices/{world.snapshot.uid}/", follow=True).content.decode()
    assert "<h2>Adapted from</h2>" in adaptation
    assert f"/en/lessons/{world.lesson.uid}/" in adaptation
    stays = client.get(f"/en/lessons/{world.lesson.uid}/", follow=True).content.decode()
    assert "<h2>Done elsewhere too</h2>" in stays
    assert f"/en/practices/{world.snapshot.uid}/" in stays


def test_it_is_said_later_and_taken_back(writer, world):
    page = at(world.lesson, "continued")
    assert writer.get(page, follow=True).redirect_chain[-1][0] == at(world.lesson, "manage")  # it is public
    writer.post(at(world.lesson, "archive"))
    assert page in writer.get(at(world.lesson, "manage")).content.decode()
    assert f"/id/{world.practice.uid}/" in writer.get(page).content.decode()  # offered to choose from
    assert "Saved." in writer.post(page, {"successor": world.practice.uid}, follow=True).content.decode()
    assert Record.objects.get(pk=world.lesson.pk).successor == world.practice
    assert f'value="{addresses.short_url(world.practice)}"' in writer.get(page).content.decode()
    assert "Where it continues was changed." in writer.get(at(world.lesson, "manage")).content.decode()
    writer.post(page, {"successor": ""})
    assert Record.objects.get(pk=world.lesson.pk).successor is None


@pytest.mark.parametrize("who", ["member", "operator"])
def test_to_others_the_page_is_not_there(client, world, who):
    change_visibility(by=None, record=world.lesson, name="archive")
    client.force_login(getattr(world, who))
    assert client.get(at(world.lesson, "continued")).status_code == 404
