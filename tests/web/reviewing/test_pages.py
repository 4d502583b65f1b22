"""Reading, speaking, deciding, and following it, in pages that need no script."""

import re

import pytest

from ayni.knowledge import attached
from ayni.knowledge.actions import approval, comments, records, reviews
from ayni.knowledge.actions.drafts import begin_again, save_draft
from ayni.knowledge.drafts import Edit, fingerprint
from ayni.knowledge.models import ApprovalStep, Comment, Record
from ayni.knowledge.queries.reviews import Turnaround, turnaround
from ayni.registry.actions.institutions import merge_institutions
from ayni.registry.models import AuditEntry
from ayni.web.reviewing import presenting
from tests import worlds
from tests.web.pages import text_of
from tests.worlds import ReviewRoom, read_by, reading

ALL_YES = {f"c-{code}": answer for code, answer in worlds.all_yes().items()}


@pytest.fixture
def handed_in(room: ReviewRoom) -> ReviewRoom:
    reviews.submit(by=room.author, revision=room.revision)
    return room


def page(client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_a_reading_is_taken_made_and_publishes(client, handed_in: ReviewRoom) -> None:
    room = handed_in
    read_by(room.reader, reading(room.revision, "owner"))
    address = f"/en/review/{reading(room.revision, 'site').uid}/"
    client.force_login(room.site)
    html = page(client, address)
    assert ("I will read it" in html, "Your decision" in html, "Say something" in html) == (
        True,
        False,
        False,
    )
    client.post(address, {"do": "take"})
    html = page(client, address)
    assert ("Your decision" in html, html.count("<fieldset")) == (True, 9)
    answer = client.post(
        address, {"do": "approve", "saw": attached.stamp_of(room.revision), **ALL_YES}, follow=True
    )
    assert "Thank you" in answer.content.decode()
    assert Record.objects.get().state == "public"


def test_what_is_missing_is_said_beside_it_and_nothing_typed_is_lost(client, handed_in: ReviewRoom) -> None:
    review = reviews.take_up(by=handed_in.reader, review=reading(handed_in.revision, "owner"))
    client.force_login(handed_in.reader)
    answers = {**ALL_YES, "c-done": "no"}
    del answers["c-clear"]
    response = client.post(
        f"/en/review/{review.uid}/",
        {"do": "changes", "note": " ", "saw": attached.stamp_of(handed_in.revision), **answers},
    )
    html = response.content.decode()
    assert response.status_code == 422
    assert re.findall(r'<li><a href="#([\w-]+)">', html) == ["c-clear", "note"]
    assert 'aria-describedby="c-clear-fault"' in html
    assert 'name="c-done" value="no" checked' in html


def test_declining_asks_once_more_and_keeps_what_was_typed(client, handed_in: ReviewRoom) -> None:
    review = reviews.take_up(by=handed_in.reader, review=reading(handed_in.revision, "owner"))
    client.force_login(handed_in.reader)
    address = f"/en/review/{review.uid}/"
    saw = attached.stamp_of(handed_in.revision)
    html = client.post(
        address, {"do": "decline", "note": "A plan only", "saw": saw, **ALL_YES}
    ).content.decode()
    assert f'name="saw" value="{saw}"' in html
    assert ("Decline this text?" in html, "A plan only" in html) == (True, True)
    review.refresh_from_db()
    assert review.state == "reading"
    client.post(address, {"do": "decline", "note": "A plan only", "sure": "1", "saw": saw, **ALL_YES})
    review.refresh_from_db()
    assert review.state == "declined"


def test_the_authors_follow_answer_and_hand_in_again(client, handed_in: ReviewRoom) -> None:
    room = handed_in
    review = reviews.take_up(by=room.reader, review=reading(room.revision, "owner"))
    made = comments.comment(
        by=room.reader,
        revision=room.revision,
        path="body.problem",
        text="Who?",
        suggestion="Families did not pay.",
    )
    reviews.decide(
        by=room.reader, review=review, verdict="changes", answers=worlds.all_yes(), note="Say who."
    )
    client.force_login(room.author)
    address = f"/en/review/of/{room.record.uid}/"
    html = page(client, address)
    assert '<span class="state turn">Your turn</span>' in html
    assert "asked for changes" in text_of(html)
    assert "<del>" in html
    client.post(f"{address}say/", {"do": "accept", "comment": made.uid})
    client.post(address, {"do": "submit"})
    room.revision.refresh_from_db()
    assert (room.revision.state, room.revision.body["problem"]) == ("in-review", "Families did not pay.")
    client.force_login(room.reader)
    html = page(client, f"/en/review/{review.uid}/")
    assert "What has changed since it was read on" in html
    assert "put in: </span>Families did not pay" in html


def test_words_that_changed_since_are_shown_both(client, handed_in: ReviewRoom) -> None:
    room = handed_in
    review = reviews.take_up(by=room.reader, review=reading(room.revision, "owner"))
    made = comments.comment(
        by=room.reader, revision=room.revision, path="title", suggestion="A wall of accounts"
    )
    reviews.decide(by=room.reader, review=review, verdict="changes", answers=worlds.all_yes(), note="N")
    first = comments.comment(by=room.author, revision=room.revision, path="title", suggestion="Third title")
    comments.accept(by=room.author, comment=first)
    client.force_login(room.author)
    response = client.post(
        f"/en/review/of/{room.record.uid}/say/", {"do": "accept", "comment": made.uid}, follow=True
    )
    words = text_of(response.content.decode())
    assert "The words have changed since this was suggested" in words
    assert "In the text now" in words
    assert ("Third title" in words, "A wall of accounts" in words) == (True, True)
    assert Record.objects.get().revisions.get().title == "Third title"


def test_what_could_not_be_said_is_still_there(client, handed_in: ReviewRoom) -> None:
    reviews.take_up(by=handed_in.site, review=reading(handed_in.revision, "site"))
    review = reading(handed_in.revision, "site")
    client.force_login(handed_in.site)
    response = client.post(
        f"/en/review/of/{handed_in.record.uid}/say/",
        {
            "do": "comment",
            "path": "title",
            "text": "Shorter?",
            "suggestion": "x" * 400,
            "reading": review.uid,
        },
    )
    html = response.content.decode()
    assert (response.status_code, "x" * 400 in html, ">Shorter?<" in html) == (422, True, True)
    assert "at most 300" in html
    assert not Comment.objects.exists()
    good = client.post(
        f"/en/review/of/{handed_in.record.uid}/say/",
        {"do": "comment", "path": "title", "text": "Shorter?", "reading": review.uid},
    )
    assert good["Location"] == f"/en/review/{review.uid}/#f-title"


def test_opening_pages_changes_nothing(client, handed_in: ReviewRoom) -> None:
    entries = AuditEntry.objects.count()
    for person in (handed_in.author, handed_in.reader, handed_in.moderator):
        client.force_login(person)
        for address in (
            "/en/review/", f"/en/review/{reading(handed_in.revision, 'owner').uid}/", "/en/criteria/",
            f"/en/review/of/{handed_in.record.uid}/?ask=withdraw", f"/en/institutions/{handed_in.trust.uid}/trust/",
        ):  # fmt: skip
            client.get(address)
    assert AuditEntry.objects.count() == entries


def test_taking_back_asks_first_and_tells(client, handed_in: ReviewRoom) -> None:
    client.force_login(handed_in.author)
    address = f"/en/review/of/{handed_in.record.uid}/"
    assert "Take this text back?" in page(client, f"{address}?ask=withdraw")
    html = client.post(address, {"do": "withdraw"}, follow=True).content.decode()
    assert "You have taken it back" in html
    client.post(address, {"do": "reopen"})
    handed_in.revision.refresh_from_db()
    assert handed_in.revision.state == "draft"


def test_a_page_costs_the_same_with_one_and_with_three_comments(
    client, handed_in: ReviewRoom, django_assert_num_queries
) -> None:
    client.force_login(handed_in.reader)
    review = reviews.take_up(by=handed_in.reader, review=reading(handed_in.revision, "owner"))
    client.get(f"/en/review/{review.uid}/")  # the vocabularies are remembered from here on
    for more in (1, 2):
        for _ in range(more):
            comments.comment(by=handed_in.reader, revision=handed_in.revision, path="title", text="A thought")
        with django_assert_num_queries(17):
            client.get(f"/en/review/{review.uid}/")


# What the public sees


def test_the_published_page_names_institutions_and_days_and_no_reader(client, handed_in: ReviewRoom) -> None:
    read_by(handed_in.reader, reading(handed_in.revision, "owner"))
    read_by(handed_in.site, reading(handed_in.revision, "site"))
    response = client.get(f"/id/{handed_in.record.uid}/", follow=True)
    html = response.content.decode()
    assert "Reviewed for Rural Water Trust on" in text_of(html)
    assert "Against the criteria of 2026-11" in text_of(html)
    for name in ("Rita Reader", "Sita Site"):
        assert name not in html


def test_what_an_import_published_says_that_it_was_not_reviewed(client, world) -> None:
    assert "Not yet reviewed here" in client.get(f"/id/{world.practice.uid}/", follow=True).content.decode()
    assert "Not yet reviewed" not in client.get(f"/id/{world.activity.uid}/", follow=True).content.decode()


def test_criteria_are_public_and_say_how_long_it_takes(client, db) -> None:
    html = page(client, "/en/criteria/")
    assert "Was it really done?" in html
    assert turnaround() == Turnaround(None, 0)
    assert "Too few texts" in html
    assert "Criteria of 2026-11" in page(client, "/en/criteria/?edition=1999-01")


# Institutions


def test_administrators_set_up_their_own_approval(client, room: ReviewRoom) -> None:
    client.force_login(room.admin)
    address = f"/en/institutions/{room.trust.uid}/approval/"
    client.post(address, {"do": "add", "name": "Colleague", "who": "role:reviewer"})
    client.post(address, {"do": "add", "name": "Head of training", "who": f"person:{room.admin.uid}"})
    second = ApprovalStep.objects.get(name="Head of training")
    client.post(address, {"do": "up", "step": second.pk})
    html = page(client, address)
    assert html.index("Head of training") < html.index("Colleague")
    client.post(address, {"do": "remove", "step": second.pk})
    assert list(ApprovalStep.objects.values_list("position", "name")) == [(1, "Colleague")]
    response = client.post(address, {"do": "add", "name": " ", "who": f"person:{room.stranger.uid}"})
    assert response.status_code == 422
    assert re.findall(r'<li><a href="#(\w+)">', response.content.decode()) == ["name", "who"]
    for person in (room.author, room.reader, room.stranger):
        client.force_login(person)
        assert client.get(address).status_code == 404


def test_what_holds_for_the_texts_of_a_duplicate_is_shown_to_who_stays(client, room: ReviewRoom) -> None:
    duplicate = worlds.institution("Rural Water Trust (old)")
    approval.add_step(by=None, institution=duplicate, name="Head of the old house", role="signatory")
    merge_institutions(by=None, duplicate=duplicate, stays=room.trust)
    client.force_login(room.admin)
    address = f"/en/institutions/{room.trust.uid}/approval/"
    html = page(client, address)
    assert "Rural Water Trust (old)" in html
    assert "Head of the old house" in html
    approval.add_step(by=None, institution=room.trust, name="Colleague", role="reviewer")
    assert "Head of the old house" not in page(client, address)  # nor does it hold any more


def test_an_earlier_version_is_not_said_to_have_had_todays_licence(client, room: ReviewRoom) -> None:
    first = records.publish(by=None, revision=room.revision, as_imported=True).published
    text = worlds.text_of_ready("Painted accounts")
    later = records.add_revision(by=None, record=Record.objects.get(pk=room.record.pk), text=text)
    records.publish(by=None, revision=later, as_imported=True)
    draft = begin_again(by=room.author, record=Record.objects.get(pk=room.record.pk))
    save_draft(by=room.author, revision=draft, edits=[Edit("standing.licence", "CC-BY-4.0", "")])
    client.force_login(room.author)
    response = client.get(f"/en/review/of/{room.record.uid}/", {"earlier": first.number})
    assert [one.label for one in response.context["since_earlier"]] == ["Title"]
    licence = presenting.label_of("standing.licence", draft)
    assert [one.label for one in response.context["since_public"]] == [licence]


def test_the_chain_has_an_end(room: ReviewRoom) -> None:
    for number in range(approval.STEPS_LIMIT):
        approval.add_step(by=room.admin, institution=room.trust, name=f"Step {number}", role="reviewer")
    with pytest.raises(approval.Invalid):
        approval.add_step(by=room.admin, institution=room.trust, name="One more", role="reviewer")


def test_moderators_give_trust_with_a_reason_and_take_it_back(client, room: ReviewRoom) -> None:
    client.force_login(room.moderator)
    address = f"/en/institutions/{room.trust.uid}/trust/"
    assert client.post(address, {}).status_code == 422
    client.post(address, {"reason": "good-work"})
    html = client.get(f"/en/institutions/{room.trust.uid}/", follow=True).content.decode()
    assert "Trusted since" in html
    client.post(address, {"reason": "quality"})
    room.trust.refresh_from_db()
    assert room.trust.trusted_since is None
    verbs = AuditEntry.objects.filter(verb__startswith="institution.trust").values_list("verb", flat=True)
    assert list(verbs) == ["institution.trusted", "institution.trust_ended"]
    client.force_login(room.admin)
    assert client.get(address).status_code == 404


def test_a_refused_handing_back_says_one_thing(client, handed_in: ReviewRoom) -> None:
    client.force_login(handed_in.reader)
    address = f"/en/review/{reading(handed_in.revision, 'owner').uid}/"
    words = text_of(client.post(address, {"do": "back"}, follow=True).content.decode())
    assert "nobody has it in hand" in words
    assert "It is handed back" not in words


@pytest.mark.parametrize("number", ["²", "9" * 40, "-1", "x"])
def test_an_earlier_version_that_is_no_number_is_not_there(
    client, handed_in: ReviewRoom, number: str
) -> None:
    client.force_login(handed_in.author)
    address = f"/en/review/of/{handed_in.record.uid}/"
    assert client.get(address, {"earlier": number}).status_code == 404
    client.force_login(handed_in.admin)
    chain = f"/en/institutions/{handed_in.trust.uid}/approval/"
    assert client.post(chain, {"do": "up", "step": number}).status_code == 404


def test_a_suggestion_begins_from_the_words_there_are_and_unchanged_is_none(client, handed_in) -> None:
    room = handed_in
    review = reviews.take_up(by=room.reader, review=reading(room.revision, "owner"))
    client.force_login(room.reader)
    html = page(client, f"/en/review/{review.uid}/")
    words = room.revision.body["problem"]
    shown = re.search(
        r'id="f-body-problem-words"[^>]*>\n(.*?)</textarea><input[^>]*value="(\w+)"', html, re.DOTALL
    )
    assert shown[1] == words
    sent = {"do": "comment", "path": "body.problem", "text": "Good.", "suggestion": words, "began": shown[2]}
    address = f"/en/review/of/{room.record.uid}/say/"
    client.post(address, sent)
    client.post(address, sent | {"suggestion": f"{words} Since 2020."})
    said = list(Comment.objects.order_by("pk").values_list("text", "suggestion"))
    assert said == [("Good.", ""), ("Good.", f"{words} Since 2020.")]


def test_keep_mine_is_for_authors_while_they_have_the_text(client, handed_in) -> None:
    room = handed_in
    review = reviews.take_up(by=room.reader, review=reading(room.revision, "owner"))
    comments.comment(by=room.reader, revision=room.revision, path="title", suggestion="A wall of accounts")
    address = f"/en/review/of/{room.record.uid}/"

    def offered(person) -> bool:
        client.force_login(person)
        return "Keep mine" in page(client, address)

    assert [offered(person) for person in (room.reader, room.author)] == [False, False]
    reviews.decide(by=room.reader, review=review, verdict="changes", answers=worlds.all_yes(), note="N")
    assert [offered(person) for person in (room.reader, room.author)] == [False, True]


def test_nobody_decides_on_words_they_have_not_seen(client, handed_in: ReviewRoom) -> None:
    room = handed_in
    theirs = reviews.take_up(by=room.site, review=reading(room.revision, "site"))
    client.force_login(room.site)
    address = f"/en/review/{theirs.uid}/"
    saw = re.findall(r'name="saw" value="(\w+)"', page(client, address))[0]
    read_by(room.reader, reading(room.revision, "owner"), "changes", "Who painted?")
    edits = [Edit("body.what_was_done", "The parents painted.", fingerprint("We painted."))]
    assert save_draft(by=room.author, revision=room.revision, edits=edits).changed
    reviews.submit(by=room.author, revision=room.revision)
    sent = {"do": "approve", "note": "Good work", "saw": saw, **ALL_YES}
    answer = client.post(address, sent)
    html = answer.content.decode()
    theirs.refresh_from_db()
    assert (answer.status_code, theirs.state) == (409, "reading")
    assert "the text has changed" in html
    assert "<ins>" in html
    assert ("Good work" in html, html.count(" checked")) == (True, len(ALL_YES))
    now = re.findall(r'name="saw" value="(\w+)"', html)[0]
    assert now != saw
    client.post(address, sent | {"saw": now})
    theirs.refresh_from_db()
    assert theirs.state == "approved"


def test_a_draft_taken_back_is_closed_to_the_sites_readers(client, handed_in: ReviewRoom) -> None:
    room = handed_in
    review = reviews.take_up(by=room.site, review=reading(room.revision, "site"))
    other = worlds.person("Olga Other", is_reviewer=True)
    reviews.withdraw(by=room.author, revision=room.revision)
    for person, status in ((room.site, 200), (other, 404)):
        client.force_login(person)
        assert "We painted" not in page(client, f"/en/review/{review.uid}/", status)
        assert client.get(f"/en/review/of/{room.record.uid}/").status_code == 404


def test_whose_reading_is_done_sees_what_they_said_and_no_newer_words(client, handed_in: ReviewRoom) -> None:
    room = handed_in
    read_by(room.site, reading(room.revision, "site"), note="Well told")
    edits = [Edit("title", "Newer words", fingerprint(room.revision.title))]
    read_by(room.reader, reading(room.revision, "owner"), "changes", "Shorter title?")
    assert save_draft(by=room.author, revision=room.revision, edits=edits).changed
    client.force_login(room.site)
    html = page(client, f"/en/review/{reading(room.revision, 'site').uid}/")
    assert ("Well told" in html, "How it was answered" in html) == (True, True)
    assert ("Newer words" in html, "We painted" in html) == (False, False)
