"""The page of notices, settings, and saved searches on the desk."""

import re

import pytest

from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.registry.actions.mails import note_refused, post
from ayni.registry.actions.notices import tell
from ayni.registry.actions.people import grant_role
from ayni.registry.models import Mail, Notice, Person, SavedSearch
from ayni.registry.states import Role
from tests import worlds

TARGET = "knowledge.record:0123456789ab"


@action
def news(*, by: Person | None, person: Person, title: str, is_turn: bool = False) -> None:
    del by
    tell([person], code="question-asked", target=TARGET, key=title, title=title, is_turn=is_turn)


@pytest.fixture
def ada(db, client) -> Person:
    person = worlds.person("Ada Lovelace")
    client.force_login(person)
    return person


def test_newest_first_the_unread_marked_in_words_and_others_not_shown(client, ada):
    news(by=None, person=worlds.person("Other"), title="Not hers")
    news(by=None, person=ada, title="First")
    news(by=None, person=ada, title="Second", is_turn=True)
    html = client.get("/en/notices/").content.decode()
    assert html.index("Second") < html.index("First")
    assert "Your turn" in html
    assert ">New<" in html
    assert "Not hers" not in html


def test_looking_changes_nothing_and_the_button_marks_all_but_turns(client, ada):
    news(by=None, person=ada, title="News")
    news(by=None, person=ada, title="Turn", is_turn=True)
    client.get("/en/notices/")
    assert Notice.objects.filter(read_at=None).count() == 2
    assert client.get("/en/notices/read/").status_code == 405
    client.post("/en/notices/read/")
    assert [notice.params["title"] for notice in Notice.objects.filter(read_at=None)] == ["Turn"]
    assert "Mark all as read" not in client.get("/en/notices/").content.decode()


def test_pages_and_a_constant_number_of_queries(client, ada, django_assert_num_queries):
    for number in range(40):
        news(by=None, person=ada, title=f"News {number}")
    with django_assert_num_queries(4):
        first = client.get("/en/notices/").content.decode()
    with django_assert_num_queries(4):
        second = client.get("/en/notices/?page=2").content.decode()
    assert first.count('class="notice') == 30 + 1  # the list itself
    assert "News 9<" in second


def test_settings_are_stored_and_faults_told(client, ada):
    values = {"name": "Ada L.", "language": "fr", "time_zone": "Africa/Nairobi", "mail_rhythm": "weekly"}
    assert client.post("/en/me/", values)["Location"] == "/fr/me/"
    ada.refresh_from_db()
    assert (ada.name, ada.language, ada.time_zone, ada.mail_rhythm) == tuple(values.values())
    for wrong in (
        {"name": ""},
        {"name": "\u202e"},
        {"language": "tlh"},
        {"time_zone": "Mars/Olympus"},
        {"mail_rhythm": "hourly"},
    ):
        response = client.post("/en/me/", values | wrong)
        assert response.status_code == 422
        assert 'role="alert"' in response.content.decode()
    ada.refresh_from_db()
    assert ada.name == "Ada L."


def test_time_zones_of_the_persons_countries_come_first(client, world, ada):
    page = "/fr/me/"
    assert "<optgroup" not in client.get(page).content.decode()  # no institution, no country
    grant_role(by=None, person=ada, institution=world.trust, role=Role.CONTRIBUTOR)
    html = client.get(page).content.decode()
    groups = re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', html, re.DOTALL)
    assert [label for label, _ in groups] == ["Kenya", "Tout"]
    assert re.findall(r'value="([^"]+)"', groups[0][1]) == ["Africa/Nairobi"]
    assert 'value="Africa/Nairobi"' in groups[1][1]
    assert html.count(" selected>") == html.count("<select")
    values = {"name": "Ada", "language": "fr", "time_zone": "Asia/Kathmandu", "mail_rhythm": "weekly"}
    assert client.post(page, values).status_code == 302


def test_an_address_that_takes_no_mail_is_told_and_can_be_tried_again(client, ada):
    assert "takes no mail" not in client.get("/en/me/").content.decode()
    failing(by=None, person=ada)
    assert "Your mail address takes no mail" in client.get("/en/me/").content.decode()
    assert "Your mail address has taken no mail since" in client.get("/en/desk/").content.decode()
    client.post("/en/me/try-again/")
    assert "takes no mail" not in client.get("/en/me/").content.decode()


@action
def failing(*, by: Person | None, person: Person) -> None:
    del by
    post(address=person.email, template="digest", key="x", language="en", person=person)
    note_refused(mail=Mail.objects.get(), fault="550 no such user", is_address=True)


def test_a_search_is_saved_renamed_muted_and_deleted_with_confirmation(client, ada):
    page = client.get("/en/search/?q=goats&view=map").content.decode()
    assert "Save this search" in page or client.get("/en/search/?q=goats").status_code == 503
    response = client.post("/en/searches/save/", {"query": "q=goats&view=map&page=3", "name": "goats"})
    assert response["Location"] == "/en/desk/#searches"
    search = SavedSearch.objects.get()
    assert (search.query, search.name, search.alerts, search.language) == ("q=goats", "goats", True, "en")
    client.post(f"/en/searches/{search.uid}/", {"name": "My <goats>"})
    search.refresh_from_db()
    assert (search.name, search.alerts) == ("My <goats>", False)
    assert "My &lt;goats&gt;" in client.get("/en/desk/").content.decode()
    assert client.post(f"/en/searches/{search.uid}/", {"name": ""}).status_code == 422
    assert client.get(f"/en/searches/{search.uid}/delete/").status_code == 200
    assert SavedSearch.objects.exists()
    client.post(f"/en/searches/{search.uid}/delete/")
    assert not SavedSearch.objects.exists()


def test_nothing_to_look_for_is_not_saved(client, ada):
    response = client.post("/en/searches/save/", {"query": "page=2"}, follow=True)
    assert "Look for something first" in response.content.decode()
    assert not SavedSearch.objects.exists()


def test_how_much_is_new_stands_beside_a_saved_search(client, ada):
    from ayni.registry.actions.searches import save_search, tell_of_new

    search = save_search(by=ada, name="Goats", query="q=goats", language="en")
    tell_of_new(by=None, search=search, looked_at=search.looked_at, until=clock.now(), count=4, titles=[])
    assert "4 new" in client.get("/en/desk/").content.decode()
