"""What the tables of moves promise; each state x move is walked in `architecture/test_moves.py`."""

from ayni.knowledge import states
from ayni.registry.states import PUBLIC_TRANSLATIONS, WRITING_ROLES


def test_publishing_moves_are_moves() -> None:
    assert {row.name for row in states.REVISION_MOVES} >= states.PUBLISHING_MOVES
    into_public = {row.name for row in states.REVISION_MOVES if "published" in {row.target, *row.sources}}
    assert into_public == states.PUBLISHING_MOVES


def test_nothing_reaches_the_public_without_approval_but_imports() -> None:
    ways = {row.name: row.sources for row in states.REVISION_MOVES if row.target == "published"}
    assert ways == {
        "publish": {"approved"},
        "publish as imported": {"draft"},
        "restore": {"superseded"},
    }


def test_no_state_of_a_record_is_a_dead_end() -> None:
    for state in states.RecordState.values:
        assert states.RECORD_MOVES.possible(state), state


def test_every_move_says_what_it_means() -> None:
    for table in (states.REVISION_MOVES, states.RECORD_MOVES, states.BATCH_MOVES):
        assert all(row.means.endswith(".") for row in table)


def test_visible_is_public_or_archived_and_writers_are_named() -> None:
    assert {"public", "archived"} == states.VISIBLE_STATES
    assert {"admin", "coordinator", "contributor"} == WRITING_ROLES
    assert {"machine", "reviewed"} == PUBLIC_TRANSLATIONS
