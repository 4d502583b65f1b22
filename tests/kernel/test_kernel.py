from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from ayni.kernel import clock, guarded
from ayni.kernel.actions import action
from ayni.kernel.errors import OutsideAction
from ayni.kernel.ids import PATTERN, new_uid
from ayni.kernel.policies import Rule, person_rule
from ayni.kernel.transitions import MoveTable
from ayni.registry.models import Vocabulary


def vocabulary(code: str) -> Vocabulary:
    return Vocabulary.objects.create(code=code, uri=f"urn:test:{code}")


@action
def store(*, code: str, fail: bool = False) -> None:
    vocabulary(code)
    if fail:
        raise RuntimeError("halfway")


@action
def store_two(*, second_fails: bool) -> None:
    store(code="first")
    store(code="second", fail=second_fails)


def stored() -> set[str]:
    return set(Vocabulary.objects.filter(uri__startswith="urn:test:").values_list("code", flat=True))


def test_an_action_stores_all_or_nothing(db: None) -> None:
    with pytest.raises(RuntimeError):
        store_two(second_fails=True)
    assert stored() == set()
    store_two(second_fails=False)
    assert stored() == {"first", "second"}


def test_writing_ends_with_the_action_also_when_it_fails(db: None) -> None:
    with pytest.raises(RuntimeError):
        store(code="one", fail=True)
    with pytest.raises(OutsideAction):
        vocabulary("two")


def test_writing_goes_on_after_an_inner_action(db: None) -> None:
    @action
    def outer() -> None:
        store(code="inner")
        vocabulary("after")

    outer()
    assert stored() == {"inner", "after"}


def test_check_names_what_was_written() -> None:
    with pytest.raises(OutsideAction, match="Something"):
        guarded.check("Something")


def test_ids_are_short_and_of_plain_letters() -> None:
    ids = {new_uid() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(PATTERN.fullmatch(uid) for uid in ids)
    assert not set("".join(ids)) & set("ilou")


def test_the_clock_can_be_moved_and_comes_back() -> None:
    moment = datetime(2030, 5, 6, 7, tzinfo=UTC)
    with clock.at(moment):
        assert clock.now() == moment
        assert clock.today().isoformat() == "2030-05-06"
    assert clock.now().year < 2030


def test_a_rehearsal_runs_some_days_ahead(settings) -> None:
    today = clock.today()
    settings.CLOCK_DAYS = 370
    assert (clock.today() - today).days == 370


@pytest.mark.parametrize(
    "rows",
    [
        [("go", "here", "nowhere", "To a state that is not there.")],
        [("go", "nowhere", "there", "From one.")],
        [("go", "here", "there", "Once."), ("go", "there", "here", "Twice the same name.")],
    ],
)
def test_a_table_of_moves_refuses_mistakes(rows: list[tuple[str, str, str, str]]) -> None:
    with pytest.raises(ValueError, match="go"):
        MoveTable(field="state", states=["here", "there"], moves=rows)


EVEN = Rule("even", lambda _person, obj: obj % 2 == 0, lambda _person: Q(even=True))
SMALL = Rule("small", lambda _person, obj: obj < 10, lambda _person: Q(small=True))


def test_rules_combine_in_both_readings() -> None:
    either, both = EVEN | SMALL, EVEN & SMALL
    assert [either.allows(None, number) for number in (3, 12, 13)] == [True, True, False]
    assert [both.allows(None, number) for number in (4, 3, 12)] == [True, False, False]
    assert either.scope(None) == Q(even=True) | Q(small=True)
    assert both.scope(None) == Q(even=True) & Q(small=True)
    assert repr(both) == "<Rule: even and small>"


def test_a_rule_about_people_never_holds_for_visitors() -> None:
    rule = person_rule("anyone", lambda _person: True)
    assert not rule.allows(None, object())
    assert not rule.allows(AnonymousUser(), object())
