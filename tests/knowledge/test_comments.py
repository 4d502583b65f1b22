"""Comments beside fields, and suggestions that can be accepted."""

from datetime import timedelta

import pytest

from ayni.kernel import clock
from ayni.kernel.errors import Invalid, NotAllowed, WrongState
from ayni.knowledge.actions import comments, reviews
from ayni.knowledge.actions.drafts import save_draft
from ayni.knowledge.drafts import Edit, fingerprint
from ayni.knowledge.models import Comment, Revision
from ayni.knowledge.queries.reviews import comments_of, open_comments
from ayni.registry.models import Notice, Person
from ayni.web.desk import links
from tests import worlds
from tests.worlds import ReviewRoom, read_by, reading

WAS = "We painted."
BETTER = "The parents painted the wall."


@pytest.fixture
def suggested(room: ReviewRoom) -> Comment:
    """The institution's reader suggests other words for a field, and asks for changes."""
    reviews.submit(by=room.author, revision=room.revision)
    review = reviews.take_up(by=room.reader, review=reading(room.revision, "owner"))
    made = comments.comment(
        by=room.reader, revision=room.revision, path="body.what_was_done", text="Who?", suggestion=BETTER
    )
    reviews.decide(
        by=room.reader, review=review, verdict="changes", answers=worlds.all_yes(), note="See beside."
    )
    return made


def words(room: ReviewRoom) -> str:
    return Revision.objects.get(pk=room.revision.pk).body["what_was_done"]


def told(person: Person, code: str) -> int:
    return Notice.objects.filter(person=person, code=code).count()


def test_a_suggestion_is_accepted_and_its_writer_hears(room: ReviewRoom, suggested: Comment) -> None:
    comments.accept(by=room.author, comment=suggested)
    assert (words(room), suggested.state) == (BETTER, "accepted")
    assert (told(room.reader, "suggestion-answered"), told(room.author, "comment")) == (1, 1)
    with pytest.raises(WrongState):
        comments.accept(by=room.author, comment=suggested)


def test_who_suggested_hears_it_at_an_address_that_is_open_to_them(client, room: ReviewRoom) -> None:
    """Also the site's reader whose own reading is done: drafts are closed to them by then."""
    reviews.submit(by=room.author, revision=room.revision)
    site = reviews.take_up(by=room.site, review=reading(room.revision, "site"))
    owner = reviews.take_up(by=room.reader, review=reading(room.revision, "owner"))
    made = comments.comment(
        by=room.site, revision=room.revision, path="body.what_was_done", suggestion=BETTER
    )
    reviews.decide(by=room.site, review=site, verdict="approve", answers=worlds.all_yes())
    reviews.decide(
        by=room.reader, review=owner, verdict="changes", answers=worlds.all_yes(), note="See beside."
    )
    comments.accept(by=room.author, comment=made)
    client.force_login(room.site)
    notice = Notice.objects.get(person=room.site, code="suggestion-answered")
    assert client.get(links.path_of(notice)).status_code == 200


def test_words_that_have_changed_since_are_not_overwritten(room: ReviewRoom, suggested: Comment) -> None:
    edits = [Edit("body.what_was_done", "Pupils painted.", fingerprint(WAS))]
    save_draft(by=room.author, revision=room.revision, edits=edits)
    with pytest.raises(WrongState) as refused:
        comments.accept(by=room.author, comment=suggested)
    assert refused.value.code == "words_changed"
    suggested.refresh_from_db()
    assert (words(room), suggested.state) == ("Pupils painted.", "open")
    assert not room.revision.variants.exists()


def test_what_is_suggested_is_not_taken_over_while_the_readers_have_it(room: ReviewRoom) -> None:
    reviews.submit(by=room.author, revision=room.revision)
    made = comments.comment(by=room.reader, revision=room.revision, path="title", suggestion="A better title")
    with pytest.raises(WrongState) as refused:
        comments.accept(by=room.author, comment=made)
    assert refused.value.code == "not_editable"
    assert Comment.objects.get().state == "open"


def test_a_suggestion_set_aside_can_be_opened_again(room: ReviewRoom, suggested: Comment) -> None:
    comments.set_aside(by=room.author, comment=suggested)
    assert (words(room), suggested.state, suggested.answered_by) == (WAS, "set-aside", room.author)
    comments.reopen_comment(by=room.reader, comment=suggested)
    assert (suggested.state, suggested.answered_by) == ("open", None)
    comments.settle_comment(by=room.reader, comment=suggested)
    assert suggested.state == "settled"


def test_only_authors_answer_for_the_words_and_only_those_with_a_part_settle(
    room: ReviewRoom, suggested: Comment
) -> None:
    for person in (room.reader, room.site, room.stranger):
        for answer in (comments.accept, comments.set_aside):
            with pytest.raises(NotAllowed):
                answer(by=person, comment=suggested)
    with pytest.raises(NotAllowed):
        comments.settle_comment(by=room.stranger, comment=suggested)
    other = comments.comment(by=room.author, revision=room.revision, text="Mine.")
    with pytest.raises(NotAllowed):
        comments.settle_comment(by=room.reader, comment=other)


def test_strangers_and_those_without_a_reading_say_nothing(room: ReviewRoom) -> None:
    reviews.submit(by=room.author, revision=room.revision)
    for person in (room.stranger, room.site):
        with pytest.raises(NotAllowed):
            comments.comment(by=person, revision=room.revision, text="Hello")
    site = reviews.take_up(by=room.site, review=reading(room.revision, "site")).reader
    comments.comment(by=Person.objects.get(pk=site.pk), revision=room.revision, text="Hello")
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"path": "body.nonsense", "text": "T"}, ("path", "unknown_field")),
        ({"path": "tags.countries", "suggestion": "KE"}, ("suggestion", "not_here")),
        ({"path": "title", "suggestion": "x" * 400}, ("suggestion", "too_long")),
        ({"path": "", "suggestion": "Words"}, ("suggestion", "not_here")),
        ({"path": "title", "text": "  "}, ("text", "missing")),
    ],
)
def test_what_cannot_be_said_is_refused(room: ReviewRoom, given: dict, fault: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        comments.comment(by=room.author, revision=room.revision, **given)
    assert [(one.path, one.code) for one in refused.value.faults] == [fault]
    assert not Comment.objects.exists()


def test_a_published_text_is_commented_on_no_longer(room: ReviewRoom) -> None:
    reviews.submit(by=room.author, revision=room.revision)
    read_by(room.reader, reading(room.revision, "owner"))
    read_by(room.site, reading(room.revision, "site"))
    with pytest.raises(WrongState):
        comments.comment(by=room.author, revision=room.revision, text="Late")


def test_many_comments_in_a_sitting_are_one_notice(room: ReviewRoom) -> None:
    now = clock.now().replace(minute=0)
    for minutes in (0, 5, 10, 90):
        with clock.at(now + timedelta(minutes=minutes)):
            comments.comment(by=room.reader, revision=room.revision, text="A thought")
    assert (told(room.author, "comment"), told(room.reader, "comment")) == (2, 0)


def test_threads_come_with_their_answers_in_two_queries(room: ReviewRoom, django_assert_num_queries) -> None:
    first = comments.comment(by=room.reader, revision=room.revision, path="title", text="One")
    for text in ("Two", "Three"):
        comments.reply(by=room.author, comment=first, text=text)
    for _ in range(2):
        with django_assert_num_queries(2):
            threads = comments_of(room.revision)
            told = [
                [thread.text, thread.by.name, *((one.text, one.by.name) for one in thread.replies.all())]
                for thread in threads
            ]
        comments.comment(by=room.author, revision=room.revision, text="Another")
    assert told[0] == ["One", "Rita Reader", ("Two", "Alice Author"), ("Three", "Alice Author")]
    assert open_comments([room.revision]) == {room.revision.pk: 3}
