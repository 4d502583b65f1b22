"""A log-in that ended, another's form, a text that is no longer open: what somebody wrote is shown back to them."""

import re

import pytest
from django.test import Client

from ayni.knowledge.actions import reviews
from ayni.knowledge.models import Comment
from ayni.registry.actions.people import grant_role
from ayni.registry.models import TranslationDraft
from ayni.registry.states import Role
from tests import worlds
from tests.worlds import ReviewRoom, read_by, reading

WORDS = "How many families were there?"


@pytest.fixture
def handed_in(room: ReviewRoom) -> ReviewRoom:
    reviews.submit(by=room.author, revision=room.revision)
    return room


def say(room: ReviewRoom, **more: str) -> tuple[str, dict[str, str]]:
    address = f"/en/review/of/{room.revision.record.uid}/say/"
    return address, {"do": "comment", "path": "title", "text": WORDS, **more}


def form_of(html: str) -> dict[str, str]:
    """What the page with the words would send."""
    form = html[html.rindex('<form class="plain text"') :]
    hidden = dict(re.findall(r'<input type="hidden" name="([\w.-]+)" value="([^"]*)"', form))
    return hidden | dict(re.findall(r'<textarea[^>]* name="([\w-]+)"[^>]*>([^<]*)<', form))


def test_a_comment_outlives_the_session_and_is_sent_again(client, handed_in: ReviewRoom) -> None:
    room = handed_in
    address, sent = say(room, writer=room.reader.uid)
    response = client.post(address, sent)
    html = response.content.decode()
    assert (response.status_code, "You were logged out meanwhile" in html) == (401, True)
    form = form_of(html)
    assert {name: form[name] for name in sent} == sent
    client.force_login(room.reader)
    client.post(address, form)
    assert Comment.objects.get().text == WORDS


def test_who_logs_in_on_the_same_device_is_asked_whose_words_they_are(client, handed_in: ReviewRoom) -> None:
    room = handed_in
    client.force_login(room.admin)
    address, sent = say(room, writer=room.reader.uid)
    response = client.post(address, sent)
    assert (response.status_code, Comment.objects.count()) == (409, 0)
    form = form_of(response.content.decode())
    assert form["writer"] == room.admin.uid
    client.post(address, form)
    assert Comment.objects.get().by == room.admin


def test_nothing_is_told_of_texts_that_are_not_open_to_somebody(client, handed_in: ReviewRoom) -> None:
    client.force_login(handed_in.stranger)
    address, sent = say(handed_in)
    there = client.post(address, sent)
    nowhere = client.post(address.replace(handed_in.revision.record.uid, "0" * 12), sent)
    assert (there.status_code, nowhere.status_code) == (404, 404)
    for response in (there, nowhere):
        html = response.content.decode()
        assert (WORDS in html, "no longer open to you" in html, ">Save</button>" in html) == (
            True,
            True,
            False,
        )
    assert "Accounts on the wall" not in there.content.decode()


def test_a_comment_on_what_was_decided_meanwhile_is_given_back(client, handed_in: ReviewRoom) -> None:
    room = handed_in
    read_by(room.reader, reading(room.revision, "owner"))
    read_by(room.site, reading(room.revision, "site"))
    client.force_login(room.reader)
    address, sent = say(room)
    response = client.post(address, sent)
    html = response.content.decode()
    assert (response.status_code, Comment.objects.count()) == (409, 0)
    assert (WORDS in html, "Copy your words" in html, ">Save</button>" in html) == (True, True, False)


def test_the_note_of_a_decision_comes_back_with_the_answers(client, handed_in: ReviewRoom) -> None:
    room = handed_in
    review = reviews.take_up(by=room.reader, review=reading(room.revision, "owner"))
    address = f"/en/review/{review.uid}/"
    sent = {"do": "changes", "note": WORDS, "c-done": "yes"}
    form = form_of(client.post(address, sent).content.decode())
    assert {name: form[name] for name in sent} == sent
    # The reading was given to others meanwhile: the note is not lost either.
    reviews.hand_back(by=room.reader, review=review)
    client.force_login(room.reader)
    response = client.post(address, sent)
    assert (response.status_code, WORDS in response.content.decode()) == (409, True)


def test_who_sent_no_words_logs_in_and_is_back_on_the_page(client, handed_in: ReviewRoom) -> None:
    address = f"/en/review/{reading(handed_in.revision, 'owner').uid}/"
    response = client.post(address, {"do": "take"})
    assert (response.status_code, response["Location"]) == (302, f"/en/accounts/login/?next={address}")
    assert client.get(address)["Location"] == f"/en/accounts/login/?next={address}"


@pytest.mark.parametrize("headers", [{}, {"origin": "https://elsewhere.example"}])
def test_an_old_token_gives_words_back_but_never_those_of_another_site(
    handed_in: ReviewRoom, headers: dict[str, str]
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(handed_in.reader)
    address, sent = say(handed_in)
    response = client.post(address, sent, headers=headers)
    html = response.content.decode()
    assert (response.status_code, Comment.objects.count()) == (403, 0)
    assert (WORDS in html) == (not headers)


def test_where_all_cookies_are_gone_one_is_told_to_log_in_again(handed_in: ReviewRoom) -> None:
    address, sent = say(handed_in, writer=handed_in.reader.uid)
    response = Client(enforce_csrf_checks=True).post(address, sent)
    html = response.content.decode()
    assert (response.status_code, "You were logged out meanwhile" in html, WORDS in html) == (401, True, True)


def test_changed_passages_come_back_and_unchanged_ones_go_along_unseen(client, world) -> None:
    person = worlds.person("Tarek Translator")
    grant_role(by=None, person=person, institution=world.network, role=Role.CONTRIBUTOR)
    client.force_login(person)
    address = f"/en/translate/{world.lesson.uid}/ar/"
    page = client.get(address).content.decode()
    hidden = r'<input type="hidden" name="([a-z]+-?\d*)" value="([^"]*)"'
    sent = dict(re.findall(hidden, page[page.index('id="sheet"') :]))
    sent |= {"text-0": "هواتف بلا رصيد", "text-1": "", "do": "save"}
    client.logout()
    html = client.post(address, sent).content.decode()
    shown = re.findall(r'<textarea[^>]* name="([\w-]+)"[^>]* lang="ar" dir="rtl">', html)
    assert shown == ["text-0"]
    client.force_login(person)
    client.post(address, form_of(html))
    assert TranslationDraft.objects.get().text == "هواتف بلا رصيد"


def test_a_title_that_is_begun_when_the_session_is_over_is_given_back(client, world):
    sent = {"title": "Rain in jars", "kind": "practice", "language": "en", "writer": world.author.uid}
    response = client.post("/en/write/", sent)
    assert response.status_code == 401
    assert "Rain in jars" in response.content.decode()
    client.force_login(world.member)
    response = client.post("/en/write/", sent)
    assert response.status_code == 409
    assert "Rain in jars" in response.content.decode()


def test_a_question_about_a_record_that_is_gone_is_given_back(client, db):
    response = client.post("/en/ask/0123456789ab/", {"text": "How do you clean the jars?"})
    assert response.status_code == 404
    assert "How do you clean the jars?" in response.content.decode()
