"""Every state x every move of every table: exactly the rows of the table are possible."""

import importlib
from collections import deque
from pathlib import Path

import pytest

from ayni.kernel.errors import Invalid, WrongState
from ayni.kernel.transitions import MoveTable, move
from ayni.knowledge import states
from ayni.knowledge.actions import records
from ayni.knowledge.models import Comment, ImportBatch, Question, Record, Review, Revision
from ayni.knowledge.texts import Text
from ayni.registry.models import Mail, TranslationJob, Upload
from tests import worlds
from tests.knowledge.reviewing import bring_to

MODELS = {
    "REVISION_MOVES": Revision,
    "RECORD_MOVES": Record,
    "BATCH_MOVES": ImportBatch,
    "REVIEW_MOVES": Review,
    "COMMENT_MOVES": Comment,
    "QUESTION_MOVES": Question,
    "UPLOAD_MOVES": Upload,
    "MAIL_MOVES": Mail,
    "JOB_MOVES": TranslationJob,
}
PACKAGE = Path(states.__file__).resolve().parent.parent


def tables() -> dict[str, MoveTable]:
    found = {}
    for path in sorted(PACKAGE.rglob("states.py")):
        module = importlib.import_module(".".join(("ayni", *path.relative_to(PACKAGE).with_suffix("").parts)))
        found.update({name: value for name, value in vars(module).items() if isinstance(value, MoveTable)})
    return found


CASES = [
    (name, state, row.name) for name, table in tables().items() for state in table.states for row in table
]


def test_every_table_is_walked_here() -> None:
    assert set(tables()) == set(MODELS)


@pytest.mark.parametrize(("name", "state", "made"), CASES)
def test_only_the_rows_of_the_table_are_possible(name: str, state: str, made: str) -> None:
    table = tables()[name]
    obj = MODELS[name](**{table.field: state})
    if state in table[made].sources:
        assert move(obj, table, made) == (state, table[made].target)
        assert getattr(obj, table.field) == table[made].target
        assert made in table.possible(state)
    else:
        with pytest.raises(WrongState):
            move(obj, table, made)
        assert getattr(obj, table.field) == state
        assert made not in table.possible(state)


@pytest.mark.parametrize("name", list(MODELS))
def test_the_states_of_a_table_are_the_choices_of_its_field(name: str) -> None:
    table = tables()[name]
    field = MODELS[name]._meta.get_field(table.field)
    assert tuple(table.states) == tuple(value for value, _label in field.choices)


@pytest.mark.parametrize("name", list(MODELS))
def test_every_state_can_be_reached(name: str) -> None:
    table = tables()[name]
    start = MODELS[name]._meta.get_field(table.field).default
    assert set(_paths(table, start)) == set(table.states)


def _paths(table: MoveTable, start: str) -> dict[str, list[str]]:
    """State -> the shortest way there, as names of moves."""
    found: dict[str, list[str]] = {str(start): []}
    waiting = deque([str(start)])
    while waiting:
        state = waiting.popleft()
        for row in table:
            if state in row.sources and row.target not in found:
                found[row.target] = [*found[state], row.name]
                waiting.append(row.target)
    return found


@pytest.fixture
def owner(db: None):
    return worlds.institution("Rural Water Trust")


def revision_in(owner, state: str) -> Revision:
    """A revision brought into the state by actions; review is walked in `knowledge/test_review_moves.py`."""
    revision = worlds.ready(None, owner, f"In {state}")
    if state in {"published", "superseded"}:
        records.publish(by=None, revision=revision, as_imported=True)
    if state == "superseded":
        text = Text(title="Later", body={"problem": "A problem.", "what_was_done": "A deed."})
        later = records.add_revision(by=None, record=revision.record, text=text)
        records.publish(by=None, revision=later, as_imported=True)
        revision.refresh_from_db()
    if state not in {"draft", "published", "superseded"}:
        revision = bring_to(revision, state)
    assert revision.state == state
    return revision


@pytest.mark.parametrize("state", states.RevisionState.values)
@pytest.mark.parametrize("as_imported", [False, True])
def test_publishing_by_action(owner, state: str, *, as_imported: bool) -> None:
    revision = revision_in(owner, state)
    if state == ("draft" if as_imported else "approved"):
        record = records.publish(by=None, revision=revision, as_imported=as_imported)
        assert (record.state, record.published) == ("public", revision)
        return
    before = Record.objects.values("state", "published", "version").get()
    with pytest.raises(WrongState):
        records.publish(by=None, revision=revision, as_imported=as_imported)
    assert Record.objects.values("state", "published", "version").get() == before
    revision.refresh_from_db()
    assert revision.state == state


@pytest.mark.parametrize("state", states.RecordState.values)
@pytest.mark.parametrize("made", ["archive", "unarchive", "withdraw", "put back"])
def test_visibility_by_action(owner, state: str, made: str) -> None:
    record = revision_in(owner, "draft").record
    ways = {"unpublished": [], "public": [], "archived": ["archive"], "withdrawn": ["withdraw"]}
    if state != "unpublished":
        record = records.publish(by=None, revision=record.revisions.get(), as_imported=True)
    for name in ways[state]:
        records.change_visibility(by=None, record=record, name=name, reason="outdated")
    assert record.state == state
    row = states.RECORD_MOVES[made]
    if state in row.sources:
        records.change_visibility(by=None, record=record, name=made, reason="outdated")
    else:
        with pytest.raises(WrongState):
            records.change_visibility(by=None, record=record, name=made, reason="outdated")
    record.refresh_from_db()
    assert record.state == (row.target if state in row.sources else state)
    assert record.withdrawn_reason == ("outdated" if record.state == "withdrawn" else "")


def test_a_withdrawal_needs_a_reason(owner) -> None:
    record = worlds.published(owner, "Without a reason")
    with pytest.raises(Invalid):
        records.change_visibility(by=None, record=record, name="withdraw")
    record.refresh_from_db()
    assert record.state == "public"
