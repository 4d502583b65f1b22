"""Whatever happens while somebody writes: their words are saved, or given back."""

import re

import pytest
from django.test import Client

from ayni.knowledge.actions.drafts import begin_again, discard, save_draft
from ayni.knowledge.actions.reviews import submit
from ayni.knowledge.drafts import Edit
from ayni.registry.actions.people import end_role, grant_role
from ayni.registry.models import Membership, Person
from ayni.registry.states import Role
from ayni.web.logs import OneLine
from tests import worlds
from tests.web.writing.conftest import Browser, Form, fresh, path_of

WORDS = "Words that took an hour."


def given_back(response, status):
    """The words are in the form at the same address; its Save sends them again."""
    assert response.status_code == status
    form = Form(response.content.decode())
    assert form.fields["body.problem"] == [WORDS]
    return form


def test_the_session_ends_while_writing(world, browser, draft):
    form = browser.form(path_of(draft, "problem"))
    browser.client.logout()
    response = browser.send(form, body__problem=WORDS)
    again = given_back(response, 401)
    assert "You were logged out meanwhile." in response.content.decode()
    assert 'target="_blank"' in response.content.decode()
    browser.client.force_login(world.author)
    assert browser.send(again)["Location"] == path_of(draft, "done")
    assert fresh(draft).body["problem"] == WORDS


def test_a_visitor_gets_the_same_answer_for_drafts_that_are_there_and_not(draft, client):
    sent = {"body.problem": WORDS, "was.body.problem": "", "sort": "practice/snapshot", "language": "en"}
    there = client.post(path_of(draft, "problem"), sent)
    nowhere = client.post("/en/write/zzzzzzzzzzzz/problem/", sent)
    assert there.status_code == nowhere.status_code == 401
    strip = lambda response: re.sub(rb"[0-9a-z]{12}|(?<=value=\")\w{64}", b"", response.content)  # noqa: E731
    assert strip(there) == strip(nowhere)


def test_a_log_in_in_another_tab_makes_the_token_old(world, draft):
    browser = Browser(world.author, enforce_csrf_checks=True)
    form = browser.form(path_of(draft, "problem"))
    browser.client.cookies["csrftoken"] = "a" * 32  # what logging in anew does
    response = browser.send(form, body__problem=WORDS)
    again = given_back(response, 403)
    assert "Press Save once more." in response.content.decode()
    assert browser.send(again)["Location"] == path_of(draft, "done")
    assert fresh(draft).body["problem"] == WORDS


def test_when_all_cookies_are_gone_one_is_told_to_log_in(world, draft):
    browser = Browser(world.author, enforce_csrf_checks=True)
    form = browser.form(path_of(draft, "problem"))
    browser.client.cookies.clear()
    response = browser.send(form, body__problem=WORDS)
    given_back(response, 401)
    assert "You were logged out meanwhile." in response.content.decode()


def test_the_script_is_given_a_new_token(world, draft):
    browser = Browser(world.author, enforce_csrf_checks=True)
    form = browser.form(path_of(draft, "problem"))
    browser.client.cookies["csrftoken"] = "a" * 32
    told = browser.send(form, body__problem=WORDS, json=True)
    assert (told.status_code, told.json()["error"]) == (403, "token")
    form.fields["csrfmiddlewaretoken"] = [told.json()["token"]]
    assert browser.send(form, body__problem=WORDS, json=True).status_code == 200


def test_other_forms_with_an_old_token_are_refused_as_ever():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/en/accounts/login/", {"login": "x"})
    assert response.status_code == 403
    assert "This is not open to you" in response.content.decode()


def test_a_title_sent_with_an_old_token_is_given_back():
    response = Client(enforce_csrf_checks=True).post("/en/write/", {"title": "Rain in jars"})
    assert response.status_code == 403
    assert "Rain in jars" in response.content.decode()


def test_words_of_one_are_never_saved_as_anothers(world, browser, draft):
    second = worlds.person("Sita Second")
    grant_role(by=None, person=second, institution=world.trust, role=Role.CONTRIBUTOR)
    form = browser.form(path_of(draft, "problem"))
    browser.client.force_login(second)
    assert browser.send(form, body__problem=WORDS, json=True).json()["error"] == "somebody-else"
    response = browser.send(form, body__problem=WORDS)
    given_back(response, 409)
    assert "Somebody else has logged in" in response.content.decode()
    assert "problem" not in fresh(draft).body


def test_two_tabs_of_one_person(browser, draft):
    one, other = browser.form(path_of(draft, "problem")), browser.form(path_of(draft, "problem"))
    browser.send(one, body__problem="From the first tab.")
    response = browser.send(other, body__problem="From the second tab.")
    assert response["Location"] == f"{path_of(draft, 'problem')}#clashes"
    page = browser.client.get(path_of(draft, "problem")).content.decode()
    assert "From the first tab." in page
    assert "From the second tab." in page


def colleague_who_wrote_too(world, browser, draft) -> Browser:
    """Both had the page open: the colleague's words are kept beside those of the first."""
    second = worlds.person("Sita Second")
    grant_role(by=None, person=second, institution=world.trust, role=Role.CONTRIBUTOR)
    theirs = Browser(second)
    form, other = browser.form(path_of(draft, "problem")), theirs.form(path_of(draft, "problem"))
    browser.send(form, body__problem="Pumps broke often.")
    theirs.send(other, body__problem="Pumps broke, and nobody came.")
    return theirs


def test_two_authors_and_the_choice(world, browser, draft):
    theirs = colleague_who_wrote_too(world, browser, draft)
    choice = theirs.form(path_of(draft, "problem"), of="card")
    page = theirs.page.content.decode()
    assert "last saved by Alice Author" in page
    assert "Kept beside it, by Sita Second" in page
    answer = theirs.client.post(choice.action, {"keep": "both"})
    assert answer["Location"] == path_of(draft, "problem")
    assert fresh(draft).body["problem"] == "Pumps broke often.\n\nPumps broke, and nobody came."
    assert theirs.client.post(choice.action, {"keep": "both"}).status_code == 302  # chosen already


def test_a_choice_never_drops_words_that_came_after_it_was_shown(world, browser, draft):
    theirs = colleague_who_wrote_too(world, browser, draft)
    choice = theirs.form(path_of(draft, "problem"), of="card")
    browser.send(browser.form(path_of(draft, "problem")), body__problem=WORDS)
    for keep in ("variant", "there"):
        answer = theirs.client.post(choice.action, choice.fields | {"keep": keep}, follow=True)
        assert "Somebody else was faster" in answer.content.decode()
    assert fresh(draft).body["problem"] == WORDS
    again = theirs.form(path_of(draft, "problem"), of="card")
    theirs.client.post(again.action, again.fields | {"keep": "variant"})
    assert fresh(draft).body["problem"] == "Pumps broke, and nobody came."


def test_the_script_does_not_learn_words_the_writer_has_not_seen(world, browser, draft):
    """Else its next save would put the writer's old words over a co-author's new ones."""
    form = browser.form(path_of(draft, "done"))
    save_draft(by=world.author, revision=fresh(draft), edits=[Edit("body.what_was_done", "New.", "")])
    told = browser.send(form, started="2021", json=True).json()
    assert set(told["was"]) == {"started"}
    assert browser.send(form, started="2021", body__what_was_done="", json=True).json()["clashes"] == []
    assert fresh(draft).body["what_was_done"] == "New."


def test_it_was_handed_in_meanwhile(world, browser, draft):
    form = browser.form(path_of(draft, "problem"))
    edits = [
        Edit(path, value, "")
        for path, value in {
            "summary": "s", "tags.countries": ["KE"], "body.problem": "p", "body.what_was_done": "d",
            "body.what_changed": "c",
        }.items()
    ]  # fmt: skip
    save_draft(by=world.author, revision=fresh(draft), edits=edits)
    submit(by=world.author, revision=fresh(draft))
    response = browser.send(form, body__problem=WORDS)
    given_back(response, 409)
    assert "handed in or put away meanwhile" in response.content.decode()
    assert fresh(draft).body["problem"] == "p"
    assert browser.client.get(path_of(draft, "problem"))["Location"] == path_of(draft, "preview")


def test_it_was_put_away_meanwhile(world, browser, draft):
    form = browser.form(path_of(draft, "problem"))
    discard(by=world.author, revision=fresh(draft))
    given_back(browser.send(form, body__problem=WORDS), 409)
    begin_again(by=Person.objects.get(pk=world.author.pk), record=draft.record)
    assert browser.send(form, body__problem=WORDS).status_code == 302


def test_the_author_leaves_the_institution(world, browser, draft):
    form = browser.form(path_of(draft, "problem"))
    end_role(by=None, membership=Membership.objects.get(person=world.author))
    response = browser.send(form, body__problem=WORDS)
    given_back(response, 403)
    assert "You no longer write for the institution" in response.content.decode()


def test_what_is_not_yours_gives_back_words_like_what_is_not_there(world, draft):
    stranger = worlds.person("Stan Stranger")
    grant_role(by=None, person=stranger, institution=world.network, role=Role.CONTRIBUTOR)
    browser = Browser(stranger)
    sent = {
        "body.problem": WORDS, "was.body.problem": "", "sort": "practice/snapshot", "language": "en",
        "writer": stranger.uid,
    }  # fmt: skip
    there = browser.client.post(path_of(draft, "problem"), sent)
    nowhere = browser.client.post("/en/write/zzzzzzzzzzzz/problem/", sent)
    given_back(there, 404)
    assert nowhere.status_code == 404
    assert draft.title not in there.content.decode()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_thirty_megabytes_pasted(browser, draft, language):
    form = browser.form(f"/{language}/write/{draft.record.uid}/problem/")
    page = browser.send(form, body__problem="x" * 30_000_000)
    assert page.status_code == 413
    assert (
        f"<summary><bdi>{draft.created_by.name}</bdi></summary>" in page.content.decode()
    )  # still logged in
    if language == "en":
        assert "Go back with your browser" in page.content.decode()
    told = browser.send(form, body__problem="x" * 30_000_000, json=True)
    assert (told.status_code, told.json()) == (413, {"error": "too-large"})
    assert "problem" not in fresh(draft).body


def test_too_much_at_once_is_one_line_in_the_log_and_never_kept_by_the_script(
    browser, draft, caplog, settings
):
    form = browser.form(path_of(draft, "problem"))
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert f'data-limit="{limit}"' in browser.page.content.decode()
    caplog.handler.addFilter(shortens := OneLine())
    try:
        assert browser.send(form, body__problem="x" * (limit + 1), json=True).status_code == 413
    finally:
        caplog.handler.removeFilter(shortens)
    told = [one for one in caplog.records if one.name.startswith("django.security")]
    assert [one.exc_info for one in told] == [None]


def test_what_is_too_long_stays_in_the_form(browser, draft):
    form = browser.form(path_of(draft, "done"))
    long = "x" * 20_001
    page = browser.send(form, body__what_was_done=long, started="2021")
    assert page.status_code == 422
    again = Form(page.content.decode())
    assert again.fields["body.what_was_done"] == [long]
    assert 'href="#f-body-what_was_done"' in page.content.decode()
    assert fresh(draft).started == "2021"
    told = browser.send(again, json=True).json()
    assert told["faults"] == {"body.what_was_done": "This is too long: at most 20000 characters."}


def test_a_clash_that_the_script_saved_is_before_ones_eyes_at_the_next_step_once(world, draft):
    one, two = Browser(world.author), Browser(world.author)
    first, second = (browser.form(path_of(draft, "problem")) for browser in (one, two))
    one.send(first, body__problem="The first text.")
    told = two.send(second, json=True, body__problem="The second text.").json()
    assert [clash["path"] for clash in told["clashes"]] == ["body.problem"]
    second.fields["was.body.problem"] = [told["was"]["body.problem"]]
    here = two.send(second, body__problem="The second text.")["Location"]
    assert here == f"{path_of(draft, 'problem')}#clashes"
    seen = two.form(path_of(draft, "problem"))
    assert two.send(seen)["Location"] == path_of(draft, "done")
