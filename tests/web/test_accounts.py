import re

import pytest
from django.core import mail
from django.core.cache import cache

from tests.worlds import PASSWORD


def log_in(client, email, password, query=""):
    return client.post(f"/en/accounts/login/{query}", {"login": email, "password": password})


def test_log_in_leads_to_the_desk_in_the_persons_language(client, world):
    response = log_in(client, "ALICE@example.org", PASSWORD)
    assert (response.status_code, response["Location"]) == (302, "/fr/desk/")
    assert "Alice Author" in client.get("/fr/").content.decode()


def test_log_in_goes_back_where_one_came_from_but_never_elsewhere(client, world):
    assert log_in(client, "alice@example.org", PASSWORD, "?next=/en/about/")["Location"] == "/en/about/"
    client.logout()
    assert (
        log_in(client, "alice@example.org", PASSWORD, "?next=https://evil.example/")["Location"]
        == "/fr/desk/"
    )


def test_log_out_asks_first(client, world):
    client.force_login(world.member)
    assert "Do you want to log out" in client.get("/en/accounts/logout/").content.decode()
    assert "Moussa Member" in client.get("/en/about/").content.decode()
    response = client.post("/en/accounts/logout/")
    assert response.status_code == 302
    assert "Moussa Member" not in client.get("/en/about/").content.decode()


def test_wrong_password_and_unknown_person_look_alike(client, world):
    wrong = log_in(client, "alice@example.org", "wrong").content.decode()
    unknown = log_in(client, "nobody@example.org", "wrong").content.decode()
    clean = lambda html: re.sub(r'value="[^"]*"', "", html)  # noqa: E731 - token and e-mail differ
    assert clean(wrong) == clean(unknown)
    assert "errorlist" in wrong


def test_guessing_is_slowed_and_says_so(client, world):
    for _ in range(5):
        assert log_in(client, "alice@example.org", "wrong").status_code == 200
    refused = log_in(client, "alice@example.org", "wrong")
    assert refused.status_code == 429
    assert refused["Retry-After"] == "300"
    assert "Too many tries" in refused.content.decode()
    assert 'class="brand"' in refused.content.decode()
    assert (
        log_in(client, "alice@example.org", PASSWORD).status_code == 429
    )  # also for the right one, for a while
    assert log_in(client, "moussa@example.org", PASSWORD).status_code == 302  # but not for others


def test_right_password_works_before_the_limit(client, world):
    for _ in range(4):
        log_in(client, "alice@example.org", "wrong")
    assert log_in(client, "alice@example.org", PASSWORD).status_code == 302


@pytest.mark.parametrize("address", ["alice@example.org", "nobody@example.org"])
def test_the_mail_about_a_password_speaks_as_the_site_does(client, world, settings, address):
    settings.SENDS_MAIL = True
    settings.SITE_NAME = "Lake & Basin"
    cache.clear()
    client.post("/fr/accounts/password/reset/", {"email": address})
    sent = mail.outbox[0]
    assert sent.subject == "Un nouveau mot de passe pour Lake & Basin"
    assert "Lake & Basin" in sent.body
    assert ("/password/reset/key/" in sent.body) == address.startswith("alice")
    assert "testserver!" not in sent.body


def test_a_new_password_by_mail(client, world, settings):
    settings.SENDS_MAIL = True
    cache.clear()
    assert client.post("/en/accounts/password/reset/", {"email": "alice@example.org"}).status_code == 302
    link = re.search(r"https?://[^/]+(/\S+/password/reset/key/\S+)", mail.outbox[0].body).group(1)
    form = client.get(link, follow=True)
    assert "A new password" in form.content.decode()
    changed = client.post(
        form.request["PATH_INFO"], {"password1": "quite-another-one-9", "password2": "quite-another-one-9"}
    )
    assert changed.status_code == 302
    assert log_in(client, "alice@example.org", "quite-another-one-9").status_code == 302


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "From now on you log in with the new password."),
        ("ar", "من الآن تسجّلون الدخول بكلمة السر الجديدة."),
    ],
)
def test_who_changes_their_password_is_told_in_their_language(client, world, language, said):
    client.force_login(world.member)
    new = "a rather long new one 7"
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    page = client.post(f"/{language}/accounts/password/change/", sent, follow=True).content.decode()
    assert said in page
    assert "successfully" not in page


def test_without_mail_none_is_promised(client, world, settings):
    settings.SENDS_MAIL = False
    settings.CONTACT_EMAIL = "office@ayni.example"
    assert "password: whom to ask" in client.get("/en/accounts/login/").content.decode()
    for page in ("reset", "reset/sent"):
        html = client.get(f"/en/accounts/password/{page}/").content.decode()
        assert "Ask whoever runs it" in html
        assert "mailto:office@ayni.example" in html
        assert "on its way" not in html
        assert "<form" not in html.partition("<main")[2].partition("</main>")[0]
    answer = client.post("/en/accounts/password/reset/", {"email": "alice@example.org"})
    assert (answer.status_code, mail.outbox) == (200, [])


def test_a_mail_server_that_fails_is_not_hidden(client, world, settings, monkeypatch):
    settings.SENDS_MAIL = True
    assert "password: whom to ask" not in client.get("/en/accounts/login/").content.decode()
    assert "on its way" in client.get("/en/accounts/password/reset/sent/").content.decode()

    def refuse(_self, _messages):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    answer = client.post("/en/accounts/password/reset/", {"email": "alice@example.org"})
    assert answer.status_code == 503
    assert "Ask whoever runs it" in answer.content.decode()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("page", ["login", "signup", "password/reset", "password/reset/sent", "inactive"])
def test_account_pages_stand_in_our_layout(client, db, language, page):
    html = client.get(f"/{language}/accounts/{page}/").content.decode()
    assert 'class="brand"' in html
    assert html.count("<h1>") == 1
    assert "noindex" in html


def test_nobody_signs_up_alone(client, db):
    assert "by invitation" in client.get("/en/accounts/signup/").content.decode()
    client.post("/en/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD})
    assert log_in(client, "new@example.org", PASSWORD).status_code == 200  # the form again
