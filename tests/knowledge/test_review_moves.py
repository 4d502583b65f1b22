"""Every state x every move x every role: who may do what, and when, written down. All else is refused."""

from collections.abc import Callable

import pytest
from django.db import transaction

from ayni.kernel.errors import NotAllowed, WrongState
from ayni.knowledge.actions import approval, reviews
from ayni.knowledge.models import Review, Revision
from ayni.knowledge.states import REVIEW_MOVES, REVISION_MOVES, ReviewState, RevisionState
from ayni.registry.models import Person
from tests import worlds
from tests.knowledge.reviewing import bring_to
from tests.worlds import ReviewRoom

AUTHORS_SIDE = {"author", "admin", "moderator", "operator"}
# (move, state) -> who may make it
OF_REVISIONS: dict[tuple[str, str], set[str]] = {
    ("submit", "draft"): AUTHORS_SIDE,
    ("submit", "changes-asked"): AUTHORS_SIDE,
    ("withdraw", "draft"): AUTHORS_SIDE,
    ("withdraw", "submitted"): AUTHORS_SIDE,
    ("withdraw", "in-review"): AUTHORS_SIDE,
    ("withdraw", "changes-asked"): AUTHORS_SIDE,
    ("withdraw", "approved"): AUTHORS_SIDE,
    ("reopen", "withdrawn"): AUTHORS_SIDE,
    ("reopen", "declined"): AUTHORS_SIDE,
}
OF_READINGS: dict[str, dict[tuple[str, str], set[str]]] = {
    "owner": {
        ("take up", "open"): {"reader", "admin"},
        ("hand back", "reading"): {"reader", "moderator"},
        ("approve", "reading"): {"reader"},
        ("ask for changes", "reading"): {"reader"},
        ("decline", "reading"): {"reader"},
    },
    "site": {
        ("take up", "open"): {"site", "moderator"},
        ("hand back", "reading"): {"site", "moderator"},
        ("approve", "reading"): {"site"},
        ("ask for changes", "reading"): {"site"},
        ("decline", "reading"): {"site"},
    },
}
# The site's reading waits for nothing.
SIDES_AND_STATES = [
    (side, state)
    for side in OF_READINGS
    for state in ReviewState.values
    if (side, state) != ("site", "waiting")
]
# Made by the actions above and never alone; that they follow is proven in `test_reviews.py`.
CONSEQUENCES = {"open", "read again", "lapse", "start over"}
BY_READINGS = {"take up", "ask for changes", "approve", "decline"}
APART = {"publish", "publish as imported", "supersede", "take back", "restore"}
VERDICTS = {"approve": "approve", "ask for changes": "changes", "decline": "decline"}


def test_the_tables_speak_of_every_move() -> None:
    assert {move for move, _ in OF_REVISIONS} | BY_READINGS | APART == {row.name for row in REVISION_MOVES}
    for table in OF_READINGS.values():
        assert {move for move, _ in table} | CONSEQUENCES == {row.name for row in REVIEW_MOVES}
    for tables, moves in ((OF_REVISIONS, REVISION_MOVES), (OF_READINGS["owner"], REVIEW_MOVES)):
        named = {move for move, _ in tables}
        assert set(tables) == {(name, state) for name in named for state in moves[name].sources}


@pytest.fixture
def people(room: ReviewRoom) -> dict[str, Person]:
    return room.people() | {"operator": worlds.person("Omar Operator", is_operator=True)}


def attempt(make: Callable[[], object]) -> bool:
    """Was it allowed? Undone either way, so that the next finds everything as it was."""
    point = transaction.savepoint()
    try:
        make()
    except (NotAllowed, WrongState):
        return False
    finally:
        transaction.savepoint_rollback(point)
    return True


def again(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


@pytest.mark.parametrize("state", RevisionState.values)
@pytest.mark.parametrize("name", ["submit", "withdraw", "reopen"])
def test_moves_of_a_revision(room: ReviewRoom, people: dict[str, Person], name: str, state: str) -> None:
    revision = bring_to(room.revision, "published" if state == "superseded" else state)
    if state == "superseded":
        bring_to(_next(revision), "published")
    pk = Revision.objects.filter(state=state).latest("pk").pk
    move = {"submit": reviews.submit, "withdraw": reviews.withdraw, "reopen": reviews.reopen}[name]
    allowed = {
        who
        for who, person in people.items()
        if attempt(lambda person=person: move(by=again(person), revision=Revision.objects.get(pk=pk)))
    }
    assert allowed == OF_REVISIONS.get((name, state), set())
    assert Revision.objects.get(pk=pk).state == state


def _next(revision: Revision) -> Revision:
    from ayni.knowledge.actions.records import add_revision

    return add_revision(by=None, record=revision.record, text=worlds.text_of_ready("Next"))


def reading_in(room: ReviewRoom, side: str, state: str) -> Review:
    """The reading, brought into the state by actions; in the hands of the room's reader where somebody has it."""
    reader = room.reader if side == "owner" else room.site
    if state == "waiting":
        for name in ("First", "Second"):
            approval.add_step(by=room.admin, institution=room.trust, name=name, role="reviewer")
    reviews.submit(by=room.author, revision=room.revision)
    review = worlds.reading(room.revision, side, 2 if state == "waiting" else 1)
    if state in {"reading", "lapsed"}:
        reviews.take_up(by=reader, review=review)
    if state == "lapsed":
        reviews.withdraw(by=room.author, revision=room.revision)
    verdicts = {"approved": "approve", "changes-asked": "changes", "declined": "decline"}
    if state in verdicts:
        worlds.read_by(reader, review, verdicts[state], "Why.")
    review.refresh_from_db()
    assert review.state == state
    return review


@pytest.mark.parametrize(("side", "state"), SIDES_AND_STATES)
@pytest.mark.parametrize("name", ["take up", "hand back", *VERDICTS])
def test_moves_of_a_reading(
    room: ReviewRoom, people: dict[str, Person], side: str, name: str, state: str
) -> None:
    pk = reading_in(room, side, state).pk

    def make(person: Person) -> object:
        review = Review.objects.get(pk=pk)
        if name == "take up":
            taken = reviews.take_up(by=person, review=review)
            if state == "reading":
                raise NotAllowed("its reader's second click, which changes nothing")
            return taken
        if name == "hand back":
            return reviews.hand_back(by=person, review=review)
        return reviews.decide(
            by=person, review=review, verdict=VERDICTS[name], answers=worlds.all_yes(), note="Why."
        )

    allowed = {who for who, person in people.items() if attempt(lambda person=person: make(again(person)))}
    assert allowed == OF_READINGS[side].get((name, state), set())
    assert Review.objects.get(pk=pk).state == state
