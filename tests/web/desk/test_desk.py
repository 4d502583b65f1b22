"""The desk: whose turn it is, what is being written, what became of it; the same few queries whatever there is."""

from datetime import timedelta

import pytest
from django.test import Client

from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.knowledge.actions.drafts import begin, save_draft
from ayni.knowledge.actions.questions import Asked, ask
from ayni.knowledge.drafts import Edit
from ayni.knowledge.texts import Standing
from ayni.registry.actions.notices import settle, tell
from ayni.registry.actions.people import end_role, grant_role
from ayni.registry.actions.searches import save_search
from ayni.registry.models import Membership, Person
from ayni.registry.states import Role
from tests import worlds

TARGET = "knowledge.record:0123456789ab"
QUERIES = 22


@pytest.fixture
def author(world, client: Client) -> Person:
    client.force_login(world.author)
    return world.author


@action
def news(*, by: Person | None, person: Person, title: str, is_turn: bool = False, **params: object) -> None:
    del by
    tell([person], code="question-asked", target=TARGET, key=title, title=title, is_turn=is_turn, **params)


@action
def done(*, by: Person | None) -> None:
    del by
    settle(target=TARGET)


def desk(client: Client) -> str:
    response = client.get("/en/desk/")
    assert response.status_code == 200
    return response.content.decode()


def draft(world, title: str, by: Person | None = None, kind: str = "practice") -> None:
    revision = begin(by=by or world.author, kind=kind, language="en", owner=world.trust)
    save_draft(by=by or world.author, revision=revision, edits=[Edit("title", title, "")])


def much(world, number: int) -> None:
    for n in range(number):
        draft(world, f"Draft {number} {n}")
        news(by=None, person=world.author, title=f"Turn {number} {n}", is_turn=True, due="2026-03-01")
        news(by=None, person=world.author, title=f"News {number} {n}")
        save_search(
            by=world.author, name=f"Search {number} {n}", query=f"q=search{number}x{n}", language="en"
        )
        ask(
            by=None,
            record=world.practice,
            asked=Asked("Amina", f"a{number}{n}@b.example", f"How? {number} {n}"),
            language="en",
        )
        worlds.published(
            world.network, f"Taken up {number} {n}", standing=Standing(adapted_from=world.practice)
        )
        leaver = worlds.person(f"leaver{number}x{n}")
        role = grant_role(by=None, person=leaver, institution=world.trust, role=Role.CONTRIBUTOR)
        draft(world, f"Left {number} {n}", by=leaver)
        end_role(by=None, membership=role)
    grant_role(by=None, person=world.author, institution=world.trust, role=Role.COORDINATOR)


def test_only_for_those_who_are_logged_in(client, world):
    for path in ("desk", "notices", "me"):
        response = client.get(f"/en/{path}/")
        assert (response.status_code, response["Location"]) == (302, f"/en/accounts/login/?next=/en/{path}/")


def test_the_same_queries_for_one_three_and_many(client, world, author, django_assert_num_queries):
    much(world, 1)
    client.get("/en/desk/")  # what the process remembers
    with django_assert_num_queries(QUERIES):
        client.get("/en/desk/")
    much(world, 3)
    with django_assert_num_queries(QUERIES):
        client.get("/en/desk/")
    much(world, 12)
    with django_assert_num_queries(QUERIES):
        client.get("/en/desk/")


def test_turns_come_first_the_oldest_on_top_with_age_and_day(client, world, author):
    with clock.at(clock.now() - timedelta(days=3)):
        news(by=None, person=author, title="Old turn", is_turn=True, due="2020-01-02")
    news(by=None, person=author, title="New turn", is_turn=True, due="2099-01-02")
    html = desk(client)
    assert html.index("Old turn") < html.index("New turn")
    assert "Waiting for 3 days" in html
    assert "it was due on Jan. 2, 2020" in html
    assert "due on Jan. 2, 2099" in html
    done(by=None)
    assert "Old turn" not in desk(client).partition('id="latest"')[0]


def test_drafts_say_who_saved_them_last(client, world, author):
    draft(world, "Goats")
    html = desk(client)
    assert "Goats" in html
    assert "you saved it last" in html


def test_an_empty_desk_says_what_to_do_first(client, world):
    client.force_login(world.member)
    html = desk(client)
    assert "Nothing is here yet" in html
    assert "You do not write for an institution here yet" in html


def test_what_became_of_mine(client, world, author):
    ask(by=None, record=world.practice, asked=Asked("Amina", "a@b.example", "How?"), language="en")
    worlds.published(world.network, "Taken up in Senegal", standing=Standing(adapted_from=world.practice))
    worlds.translate(world.practice, "es", {"title": "Comités de agua"})
    html = desk(client)
    assert "Somebody asked a question about it:" in html
    assert "Taken up in Senegal" in html
    assert "It was translated (español):" in html
    client.force_login(world.member)
    assert "What happened to mine" not in desk(client)


def test_what_is_published_of_mine_is_a_click_away(client, world, author):
    address = f"/en/records/{world.practice.uid}/manage/"
    html = desk(client)
    assert "My published records" in html
    assert address in html
    assert "/en/translate/" in html
    assert "All my published records" not in html
    for number in range(6):
        worlds.published(world.trust, f"Of ours {number}")
    html = desk(client)
    mine = html.partition('id="published"')[2].partition("</section>")[0]
    assert mine.index("Of ours 5") < mine.index("Of ours 1")
    assert "Of ours 0" not in mine
    assert "/en/desk/published/" in mine
    everything = client.get("/en/desk/published/").content.decode()
    assert "Of ours 0" in everything
    assert address in everything
    client.force_login(world.member)
    assert "My published records" not in desk(client)
    assert address not in client.get("/en/desk/published/").content.decode()


def test_what_its_authors_left_can_be_taken_over_by_who_leads(client, world):
    leaver = worlds.person("Lena Leaver")
    role = grant_role(by=None, person=leaver, institution=world.trust, role=Role.CONTRIBUTOR)
    draft(world, "Left behind", by=leaver)
    lead = worlds.person("Carla Coordinator")
    grant_role(by=None, person=lead, institution=world.trust, role=Role.COORDINATOR)
    client.force_login(lead)
    assert "Left behind" not in desk(client)
    end_role(by=None, membership=Membership.objects.get(pk=role.pk))
    html = desk(client)
    assert "Drafts nobody writes any more" in html
    record = lead.authorships.model.objects.get(person=leaver).record
    address = f"/en/desk/take-over/{record.uid}/"
    assert client.get(address).status_code == 200
    assert not lead.authorships.exists()
    assert client.post(address)["Location"] == "/en/desk/#drafts"
    html = desk(client)
    assert "Drafts nobody writes any more" not in html
    assert "Left behind" in html
    client.force_login(world.author)  # writes there, leads nothing
    assert client.post(address).status_code == 404


def test_titles_are_text_in_their_own_language(client, world):
    client.force_login(world.author)
    revision = begin(by=world.author, kind="lesson", language="ar", owner=world.trust)
    save_draft(by=world.author, revision=revision, edits=[Edit("title", "<script>alert(1)</script>", "")])
    html = desk(client)
    assert '<bdi lang="ar" dir="rtl">&lt;script&gt;' in html
