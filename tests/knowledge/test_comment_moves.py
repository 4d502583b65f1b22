"""What is said beside a text: every state x every move x everybody, written down. All else is refused."""

from collections.abc import Callable

import pytest

from ayni.knowledge import policies
from ayni.knowledge.actions import comments
from ayni.knowledge.models import Comment, Revision
from ayni.knowledge.states import COMMENT_MOVES, CommentState, RevisionState
from ayni.registry.models import Person
from tests import worlds
from tests.knowledge.reviewing import bring_to
from tests.knowledge.roles import (
    DRAFT_READERS,
    WITH_DRAFT,
    WRITERS,
    Company,
    company,
    done_by,
    may,
    undone,
    with_changes_asked,
)

AUTHORS = {"author", "co-author"}
SPEAKER = {"site reviewer"}  # who said it; they have its reading in hand
# While the authors change the text: (move, state of the comment) -> who may make it.
OF_COMMENTS: dict[tuple[str, str], set[str]] = {
    ("accept", "open"): AUTHORS,
    ("set aside", "open"): AUTHORS,
    ("settle", "open"): WITH_DRAFT | SPEAKER,
    ("reopen", "accepted"): WITH_DRAFT | SPEAKER,
    ("reopen", "set-aside"): WITH_DRAFT | SPEAKER,
    ("reopen", "settled"): WITH_DRAFT | SPEAKER,
}
ACTIONS = {
    "accept": comments.accept,
    "set aside": comments.set_aside,
    "settle": comments.settle_comment,
    "reopen": comments.reopen_comment,
}
# In a draft that was never published its co-authors write along; what is published is the institution's.
NOBODY: set[str] = set()
# State of the revision -> who may say something or answer; accept; settle; reopen. Setting aside is an author's too.
BY_REVISION: dict[str, tuple[set[str], set[str], set[str], set[str]]] = {
    "draft": (DRAFT_READERS, AUTHORS, WITH_DRAFT, WITH_DRAFT),
    "submitted": (DRAFT_READERS, NOBODY, WITH_DRAFT, WITH_DRAFT),
    "in-review": (DRAFT_READERS, NOBODY, WITH_DRAFT, WITH_DRAFT),
    "changes-asked": (DRAFT_READERS, AUTHORS, WITH_DRAFT, WITH_DRAFT),
    "approved": (DRAFT_READERS - {"co-author"}, NOBODY, WRITERS, WRITERS),
    "published": (NOBODY, NOBODY, WRITERS, NOBODY),
    "superseded": (NOBODY, NOBODY, WRITERS, NOBODY),
    "declined": (NOBODY, NOBODY, WITH_DRAFT, NOBODY),
    "withdrawn": (NOBODY, NOBODY, WITH_DRAFT, NOBODY),
}
STORED = (Comment,)


@pytest.fixture
def there(db: None) -> Company:
    return company()


def say(by: Person | None, revision: Revision, **words: str) -> Comment:
    return comments.comment(by=by, revision=Revision.objects.get(pk=revision.pk), **words)


def on(comment: Comment, make: Callable[..., object], **more: str) -> Callable[[Person], object]:
    return lambda person: make(by=person, comment=Comment.objects.get(pk=comment.pk), **more)


def test_the_tables_speak_of_every_move_and_state() -> None:
    assert set(OF_COMMENTS) == {(row.name, state) for row in COMMENT_MOVES for state in row.sources}
    assert set(ACTIONS) == {row.name for row in COMMENT_MOVES}
    assert set(BY_REVISION) == set(RevisionState.values)


@pytest.mark.parametrize("state", CommentState.values)
def test_moves_of_a_suggestion(there: Company, state: str) -> None:
    with_changes_asked(there)
    site_reviewer = Person.objects.get(pk=there.people["site reviewer"].pk)
    made = say(site_reviewer, there.revision, path="body.what_was_done", suggestion="The parents painted.")
    ways = {"accepted": "accept", "set-aside": "set aside", "settled": "settle"}
    if state in ways:
        ACTIONS[ways[state]](by=there.people["author"], comment=Comment.objects.get(pk=made.pk))
    assert may(policies.change_record, there.everybody, there.record) == WITH_DRAFT
    assert may(policies.read_draft, there.everybody, there.record) == DRAFT_READERS | SPEAKER
    found = {name: done_by(there.everybody, on(made, ACTIONS[name]), *STORED) for name in ACTIONS}
    assert found == {name: OF_COMMENTS.get((name, state), set()) for name in ACTIONS}


@pytest.mark.parametrize("state", RevisionState.values)
def test_what_is_said_in_each_state_of_the_text(there: Company, state: str) -> None:
    """Said by an author, about a text that others take from there to its state."""
    words = {"path": "body.what_was_done", "suggestion": "The parents painted."}
    author, first = there.people["author"], there.revision
    made = say(author, first, **words)
    revision = bring_to(first, "published" if state == "superseded" else state)
    if state == "superseded":
        from ayni.knowledge.actions.records import add_revision

        bring_to(
            add_revision(by=None, record=revision.record, text=worlds.text_of_ready("Next")), "published"
        )
        revision = first
    if revision.pk != first.pk:  # an approved text is a successor
        made = say(author, revision, **words)
    assert Revision.objects.get(pk=revision.pk).state == state
    people = there.everybody
    says, accepts, ends, reopens = BY_REVISION[state]
    record = type(revision.record).objects.get(pk=revision.record_id)
    assert may(policies.change_record, people, record) == ends
    assert done_by(people, lambda person: say(person, revision, text="Who?"), *STORED) == says
    assert done_by(people, on(made, comments.reply, text="We did."), *STORED) == says
    assert done_by(people, on(made, comments.accept), *STORED) == accepts
    assert may(policies.answer_suggestion, people, record) == ends & AUTHORS
    assert done_by(people, on(made, comments.set_aside), *STORED) == ends & AUTHORS
    assert done_by(people, on(made, comments.settle_comment), *STORED) == ends
    with undone():
        comments.settle_comment(by=author, comment=Comment.objects.get(pk=made.pk))
        assert done_by(people, on(made, comments.reopen_comment), *STORED) == reopens
