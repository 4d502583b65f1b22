"""What a newcomer goes through: five pages, twenty questions, no JavaScript."""

import pytest

from ayni.knowledge.drafts import values_of
from ayni.knowledge.models import Revision
from tests.web.writing.conftest import Browser, Form

ANSWERS = {
    "start": {"kind": "practice", "title": "Les comptes sur le mur", "language": "fr"},
    "problem": {"body__problem": "Les ménages ne payaient pas."},
    "done": {"body__what_was_done": "Nous avons peint les comptes.", "started": "2021-03"},
    "changed": {"body__what_changed": "Huit ménages sur dix paient (registre)."},
    "where": {"summary": "Des comptes que chacun peut lire.", "tags__themes": ["health"], "tags__sdg": ["6"]},
}


def test_a_newcomer_hands_in_a_snapshot_in_five_pages_and_twenty_questions(world):
    browser = Browser(world.author)
    path, questions, pages = "/en/write/", set(), 0
    for name, answers in ANSWERS.items():
        form = browser.form(path)
        questions |= form.questions
        pages += 1
        response = browser.send(form, **answers)
        assert response.status_code == 302, (name, response.content.decode())
        path = response["Location"]
    assert pages <= 5
    # The photo is one more question, on the page of what changed.
    assert len(questions) + 1 <= 20, sorted(questions)

    preview = browser.client.get(path)
    assert "something is missing" not in preview.content.decode()
    uid = path.split("/")[3]
    response = browser.client.post(f"/en/write/{uid}/hand-in/", follow=True)
    assert "Nothing is asked of you now." in response.content.decode()
    draft = Revision.objects.get(record__uid=uid)
    assert draft.state == "submitted"
    assert values_of(draft) == {
        "title": "Les comptes sur le mur",
        "summary": "Des comptes que chacun peut lire.",
        "started": "2021-03",
        "body.problem": "Les ménages ne payaient pas.",
        "body.what_was_done": "Nous avons peint les comptes.",
        "body.what_changed": "Huit ménages sur dix paient (registre).",
        "tags.countries": ["KE"],
        "tags.themes": ["health"],
        "tags.sdg": ["6"],
        "standing.licence": "CC-BY-4.0",
        "standing.contact_email": "office@water-trust.example",
        "standing.contact_until": values_of(draft)["standing.contact_until"],
    }


@pytest.mark.parametrize("kind", ["lesson", "publication"])
def test_other_kinds_have_their_own_pages(world, kind):
    browser = Browser(world.author)
    path = browser.send(browser.form("/en/write/"), kind=kind, title="Another kind")["Location"]
    seen = []
    while "preview" not in path:
        seen.append(path.split("/")[4])
        path = browser.send(browser.form(path))["Location"]
    assert (
        seen
        == {
            "lesson": ["situation", "tried", "happened", "where"],
            "publication": ["about", "says", "text", "where"],
        }[kind]
    )


def test_on_behalf_of_a_partner(world):
    browser = Browser(world.author)
    start = browser.form("/en/write/")
    answer = browser.send(start, title="Theirs", partner_name="Valley Nursing School", partner_country="UG")
    uid = answer["Location"].split("/")[3]
    record = Revision.objects.get(record__uid=uid).record
    assert (record.owner.name, record.stand_in) == ("Valley Nursing School", world.trust)
    page = browser.client.get(f"/en/write/{uid}/preview/").content.decode()
    assert "Written by <bdi>Rural Water Trust</bdi> on behalf of <bdi>Valley Nursing School</bdi>" in page


def test_a_partner_that_may_be_registered_is_asked_about(world):
    browser = Browser(world.author)
    start = browser.form("/en/write/")
    wanted = {"title": "Theirs", "partner_name": "Comptes ouverts", "partner_country": "SN"}
    asked = browser.send(start, **wanted)
    assert asked.status_code == 422
    assert "Réseau des comptes ouverts" in asked.content.decode()
    form = Form(asked.content.decode())
    answer = browser.send(form, partner=world.network.uid)
    assert Revision.objects.get(record__uid=answer["Location"].split("/")[3]).record.owner == world.network


def test_who_writes_for_nobody_is_told_whom_to_ask(world, client):
    client.force_login(world.member)
    page = client.get("/en/write/").content.decode()
    assert "You do not write for an institution here yet." in page
    assert "Whoever administers your institution here can give you the role" in page
    client.post("/en/write/", {"kind": "practice", "title": "No", "language": "en"})
    assert not Revision.objects.filter(title="No").exists()


def test_visitors_are_asked_to_log_in(client, world):
    assert "Log in first." in client.get("/en/write/").content.decode()


def test_what_is_missing_at_the_start_is_said(world):
    browser = Browser(world.author)
    form = browser.form("/en/write/")
    form.fields.pop("kind")
    page = browser.send(form, title="")
    assert page.status_code == 422
    assert "Choose what you want to write." in page.content.decode()
    assert "Give it a title." in page.content.decode()
