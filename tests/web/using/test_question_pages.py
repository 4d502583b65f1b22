"""Asking the people who did it, in the browser."""

import pytest
from django.core.cache import cache

from ayni.knowledge.actions.questions import Asked, ask
from ayni.knowledge.models import Question
from ayni.registry.models import Mail

GIVEN = {
    "name": "Amina Asker", "email": "amina@ministry.example", "institution_name": "Ministry",
    "text": "How do you mend the pumps?", "website": "",
}  # fmt: skip


def address(record):
    return f"/en/ask/{record.uid}/"


def asked(world):
    return ask(
        by=None, record=world.practice, asked=Asked("Amina Asker", "a@b.example", "Why?"), language="en"
    )


def test_a_visitor_asks_without_an_account(client, world):
    page = client.get(address(world.practice)).content.decode()
    assert "ask@water-trust.example" in page
    response = client.post(address(world.practice), GIVEN)
    assert response.status_code == 200
    assert "amina@ministry.example" in response.content.decode()
    question = Question.objects.get()
    assert (question.text, question.institution_name, question.person) == (GIVEN["text"], "Ministry", None)
    assert Mail.objects.get(template="question").reply_to == "amina@ministry.example"


def test_where_no_mail_is_sent_one_is_told_to_write_oneself(client, world, settings):
    settings.SENDS_MAIL = False
    shown, answered = client.get(address(world.practice)), client.post(address(world.practice), GIVEN)
    assert (shown.status_code, answered.status_code) == (200, 409)
    assert f' readonly dir="auto">{GIVEN["text"]}</textarea>' in answered.content.decode()
    assert "Copy your words" not in shown.content.decode()
    for response in (shown, answered):
        html = response.content.decode()
        assert "mailto:ask@water-trust.example" in html
        assert "Send the question" not in html
    assert (Question.objects.count(), Mail.objects.count()) == (0, 0)


def test_who_is_logged_in_need_not_say_who_they_are(client, world):
    client.force_login(world.member)
    html = client.get(address(world.practice)).content.decode()
    for known in ("Moussa Member", "moussa@example.org", "Réseau des comptes ouverts"):
        assert f'value="{known}"' in html
    client.post(address(world.practice), GIVEN)
    assert Question.objects.get().person == world.member


def test_everything_that_is_missing_is_said_at_once(client, world):
    response = client.post(address(world.practice), {})
    assert response.status_code == 422
    html = response.content.decode()
    for name in ("name", "email", "text"):
        assert f'<a href="#id_{name}">' in html
    assert not Question.objects.exists()


@pytest.mark.parametrize("name", ["email", "name"])
def test_no_field_can_add_headers_to_a_mail(client, world, name):
    client.post(address(world.practice), GIVEN | {name: "a@b.example\r\nBcc: all@example.org"})
    for mail in Mail.objects.all():
        assert "\n" not in mail.reply_to + mail.address + mail.params.get("name", "")


def test_a_program_that_fills_in_everything_sends_nothing_and_learns_nothing(client, world):
    response = client.post(address(world.practice), GIVEN | {"website": "https://spam.example"})
    assert response.status_code == 200
    assert "Your question is on its way" in response.content.decode()
    assert not Question.objects.exists()
    assert not Mail.objects.exists()


def test_asking_a_lot_is_slowed_with_the_text_kept(client, world):
    cache.clear()
    for number in range(5):
        assert client.post(address(world.practice), GIVEN | {"text": f"{number}?"}).status_code == 200
    response = client.post(address(world.practice), GIVEN | {"text": "One more, please"})
    assert response.status_code == 429
    assert "One more, please" in response.content.decode()
    assert Question.objects.count() == 5


def test_only_those_who_agreed_can_be_asked(client, world):
    for record in (world.lesson, world.snapshot):
        response = client.get(address(record))
        assert response.status_code == 410
        assert "cannot be asked now" in response.content.decode()
        assert client.post(address(record), GIVEN).status_code == 410
    assert not Question.objects.exists()


def test_what_came_of_it_by_link(client, world):
    asked(world)
    link = f"/en/what-came-of-it/{Mail.objects.get(template='question').params['secret']}/"
    for _ in range(2):
        html = client.get(link).content.decode()
    assert Question.objects.get().state == "asked"
    assert [f'value="{move}"' in html for move in ("answer", "agree", "close")] == [True] * 3
    client.post(link, {"do": "answer"})
    html = client.get(link).content.decode()
    assert "Answered" in html
    assert 'value="close"' not in html
    for nonsense in ("", "answer", "close", "publish"):
        client.post(link, {"do": nonsense})
    assert Question.objects.get().state == "answered"
    client.post(link, {"do": "agree"})
    assert Question.objects.get().state == "agreed"
    assert client.get("/en/what-came-of-it/made-up/").status_code == 404


def test_those_who_write_see_what_was_asked_and_others_nothing(client, world):
    question = asked(world)
    assert client.get("/en/questions/").status_code == 302
    client.force_login(world.member)
    assert "Amina" not in client.get("/en/questions/").content.decode()
    client.force_login(world.author)
    html = client.get("/en/questions/").content.decode()
    assert "Amina Asker" in html
    one = f"/en/questions/{question.uid}/"
    assert one in html
    assert "mailto:a@b.example" in client.get(one).content.decode()
    client.post(one, {"do": "agree"})
    assert Question.objects.get().state == "agreed"
    assert "somebody was here before you" in client.post(one, {"do": "agree"}, follow=True).content.decode()


def test_as_many_queries_for_three_questions_as_for_one(client, world, django_assert_num_queries):
    client.force_login(world.author)
    for count in (1, 3):
        while Question.objects.count() < count:
            asked(world)
        with django_assert_num_queries(5):
            assert client.get("/en/questions/").content.decode().count("Amina Asker") == count
