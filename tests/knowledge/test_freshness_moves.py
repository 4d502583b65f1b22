"""Is it still true: every state x every move x everybody, written down. All else is refused, or changes nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from ayni.kernel import clock
from ayni.knowledge import policies
from ayni.knowledge.actions import freshness, records
from ayni.knowledge.models import FreshnessCheck, Record
from ayni.knowledge.states import FreshnessAnswer, RecordState
from ayni.registry.models import Mail, Person
from tests.knowledge.roles import BY_THE_SITE, WRITERS, Company, company, done_by, may

A_YEAR = 400
# What has happened -> how many days after it was published; which moves are then to be made (`link`, `second link`:
# of the first mail, of the reminder).
STATES: dict[str, tuple[int, set[str]]] = {
    "fresh": (1, {"answer"}),
    "a year old": (A_YEAR, {"ask", "answer"}),
    "asked": (A_YEAR + 1, {"answer", "link"}),
    "asked a month ago": (A_YEAR + 30, {"remind", "answer", "link"}),
    "reminded": (A_YEAR + 31, {"answer", "link", "second link"}),
    "asked two months ago": (A_YEAR + 60, {"note silence", "answer", "link", "second link"}),
    "nobody has answered": (A_YEAR + 61, {"answer", "link", "second link"}),
    "answered": (A_YEAR + 62, {"answer"}),
}
EVERYBODY = "everybody"
WHO: dict[str, set[str] | str] = {
    "ask": {"moderator"} | BY_THE_SITE,
    "remind": {"moderator"} | BY_THE_SITE,
    "note silence": {"moderator"} | BY_THE_SITE,
    "answer": WRITERS | BY_THE_SITE,
    "link": EVERYBODY,  # who opens it comes from the office it was sent to
    "second link": EVERYBODY,
}
STORED = (FreshnessCheck,)


@pytest.fixture
def there(db: None) -> Company:
    found = company()
    records.publish(by=None, revision=found.revision, as_imported=True)
    return found


def the_record(there: Company) -> Record:
    return Record.objects.get(pk=there.record.pk)


def the_check(there: Company) -> FreshnessCheck | None:
    return FreshnessCheck.objects.filter(record=there.record.pk).order_by("-pk").first()


def bring_on(there: Company, state: str) -> None:
    """As the worker does it, each at its time."""
    now, reached = clock.now(), list(STATES).index(state)

    def has_come(name: str) -> bool:
        return reached >= list(STATES).index(name)

    if has_come("asked"):
        with clock.at(now + timedelta(days=A_YEAR)):
            assert freshness.ask(by=None, record=the_record(there))
    if has_come("reminded"):
        with clock.at(now + timedelta(days=A_YEAR + 30)):
            assert freshness.remind(by=None, check=the_check(there))
    if has_come("nobody has answered"):
        with clock.at(now + timedelta(days=A_YEAR + 60)):
            assert freshness.note_silence(by=None, record=the_record(there))
    if state == "answered":
        with clock.at(now + timedelta(days=A_YEAR + 61)):
            freshness.answer(by=there.people["author"], record=the_record(there), answer="holds")


def secrets() -> tuple[str, str]:
    """Of the first mail and of the reminder; where there is none, of nothing."""
    found = {
        mail.params["reminder"]: mail.params["secret"] for mail in Mail.objects.filter(template="still-true")
    }
    return found.get(False, "x" * 32), found.get(True, "y" * 32)


def ways(there: Company, answer: str = "holds") -> dict[str, Callable[[Person], object]]:
    first, second = secrets()

    def by_link(secret: str) -> Callable[[Person], object]:
        return lambda person: freshness.answer_by_link(
            by=person if person.is_authenticated else None, secret=secret, answer=answer
        )

    return {
        "ask": lambda person: freshness.ask(by=person, record=the_record(there)),
        "remind": lambda person: (
            freshness.remind(by=person, check=check) if (check := the_check(there)) else None
        ),
        "note silence": lambda person: freshness.note_silence(by=person, record=the_record(there)),
        "answer": lambda person: freshness.answer(by=person, record=the_record(there), answer=answer),
        "link": by_link(first),
        "second link": by_link(second),
    }


@pytest.mark.parametrize("state", STATES)
def test_who_may_do_what_when(there: Company, state: str) -> None:
    bring_on(there, state)
    days, possible = STATES[state]
    with clock.at(clock.now() + timedelta(days=days)):
        assert may(policies.confirm_record, there.everybody, the_record(there)) == WRITERS
        assert may(policies.publish_record, there.everybody, the_record(there)) == {"moderator"}
        for name, make in ways(there).items():
            people = {"visitor": there.visitor, **there.logged_in} if "link" in name else there.everybody
            expected = set(people) if WHO[name] == EVERYBODY else WHO[name]
            assert done_by(people, make, *STORED) == (expected if name in possible else set()), name


@pytest.mark.parametrize("state", RecordState.values)
@pytest.mark.parametrize("answer", FreshnessAnswer.values)
def test_only_what_is_public_is_answered_for(there: Company, answer: str, state: str) -> None:
    """Whatever the answer, by whichever way: what was withdrawn or archived since is not confirmed by an old link."""
    if state == "unpublished":
        records.take_back_publication(by=None, record=the_record(there), number=1, published=None)
    else:
        bring_on(there, "reminded")
    if state in {"archived", "withdrawn"}:
        name = {"archived": "archive", "withdrawn": "withdraw"}[state]
        records.change_visibility(by=None, record=the_record(there), name=name, reason="outdated")
    assert the_record(there).state == state
    with clock.at(clock.now() + timedelta(days=A_YEAR + 31)):
        for name, make in ways(there, answer).items():
            if name not in {"answer", "link", "second link"}:
                continue
            people = {"visitor": there.visitor, **there.logged_in} if "link" in name else there.everybody
            expected = set(people) if WHO[name] == EVERYBODY else WHO[name]
            assert done_by(people, make, *STORED) == (expected if state == "public" else set()), name
