"""Asking the people behind a practice: every state x every move x everybody, written down. All else is refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from ayni.kernel import clock
from ayni.knowledge import policies
from ayni.knowledge.actions import questions, records
from ayni.knowledge.actions.questions import Asked
from ayni.knowledge.models import Question, Record
from ayni.knowledge.queries.questions import get_question_for, questions_for
from ayni.knowledge.states import QUESTION_MOVES, QuestionState, RecordState
from ayni.knowledge.texts import Standing
from ayni.registry.models import Mail, Person
from tests.knowledge.roles import BY_THE_SITE, WRITERS, Company, again, company, done_by, may

MOVES = ("answer", "agree", "close")
POSSIBLE = {
    ("answer", "asked"),
    ("answer", "closed"),
    ("agree", "asked"),
    ("agree", "answered"),
    ("close", "asked"),
}
# State of the record, and may it be asked until a day to come? -> is everybody who comes by allowed to ask?
ASKING: dict[tuple[str, bool], bool] = {
    ("unpublished", True): False,
    ("unpublished", False): False,
    ("public", True): True,
    ("public", False): False,
    ("archived", True): False,
    ("archived", False): False,
    ("withdrawn", True): False,
    ("withdrawn", False): False,
}
ASKED = Asked("Amina Asker", "amina@ministry.example", "How do you mend the pumps?")
STORED = (Question,)


@pytest.fixture
def there(db: None) -> Company:
    return company()


def open_to_questions(there: Company, state: str = "public", *, is_open: bool = True) -> Record:
    until = clock.today() + timedelta(days=30 if is_open else -1)
    standing = Standing(contact_email="ask@water-trust.example", contact_until=until)
    record = records.change_standing(by=None, record=there.record, standing=standing)
    if state != "unpublished":
        records.publish(by=None, revision=there.revision, as_imported=True)
    if state in {"archived", "withdrawn"}:
        name = {"archived": "archive", "withdrawn": "withdraw"}[state]
        records.change_visibility(by=None, record=record, name=name, reason="outdated")
    return Record.objects.get(pk=record.pk)


def asked(record: Record, by: Person | None) -> Question:
    return questions.ask(by=by, record=Record.objects.get(pk=record.pk), asked=ASKED, language="en")


def secret(template: str) -> str:
    return Mail.objects.filter(template=template).latest("pk").params["secret"]


def test_the_tables_speak_of_every_move_and_state() -> None:
    assert {(row.name, state) for row in QUESTION_MOVES for state in row.sources} == POSSIBLE
    assert {state for state, _ in ASKING} == set(RecordState.values)


@pytest.mark.parametrize(("state", "is_open"), ASKING)
def test_who_may_ask(there: Company, state: str, *, is_open: bool) -> None:
    """A visitor too. Who may read a draft may not ask about it: nobody has agreed to be asked yet."""
    record = open_to_questions(there, state, is_open=is_open)
    people = {"visitor": there.visitor, **there.logged_in}

    def ask(person: Person) -> Question:
        return asked(record, person if person.is_authenticated else None)

    assert done_by(people, ask, *STORED) == (set(people) if ASKING[state, is_open] else set())


@pytest.mark.parametrize("state", QuestionState.values)
def test_moves_of_a_question(there: Company, state: str) -> None:
    """By whoever writes for the record, logged in; by either side's link, whoever opens it."""
    record = open_to_questions(there)
    question = asked(record, there.people["stranger"])
    questions.follow_up(by=None, question=question)
    office, asker = secret("question"), secret("question-outcome")
    for name in {"asked": (), "answered": ("answer",), "agreed": ("agree",), "closed": ("close",)}[state]:
        questions.tell_outcome(by=there.people["author"], question=question, name=name)
    people, logged_in = there.everybody, there.logged_in
    assert may(policies.read_questions, people, record) == WRITERS
    listed = {name for name, person in people.items() if question in questions_for(again(person))}
    found = {name for name, person in people.items() if get_question_for(again(person), question.uid)}
    assert (listed, found) == (WRITERS, WRITERS)

    def tell(name: str) -> Callable[[Person], object]:
        return lambda person: questions.tell_outcome(
            by=person, question=Question.objects.get(pk=question.pk), name=name
        )

    def by_link(name: str, link: str) -> Callable[[Person], object]:
        return lambda person: questions.tell_outcome_by_link(
            by=person if person.is_authenticated else None, secret=link, name=name
        )

    by_all = {"visitor": there.visitor, **logged_in}
    for name in MOVES:
        is_possible = (name, state) in POSSIBLE
        assert done_by(people, tell(name), *STORED) == (WRITERS | BY_THE_SITE if is_possible else set())
        for link in (office, asker):
            assert done_by(by_all, by_link(name, link), *STORED) == (set(by_all) if is_possible else set())
        assert done_by(by_all, by_link(name, "x" * 32), *STORED) == set()


@pytest.mark.parametrize("state", QuestionState.values)
def test_who_may_have_the_asker_asked_what_came_of_it(there: Company, state: str) -> None:
    """The site does by itself; else moderators. What was agreed or closed is not asked about."""
    question = asked(open_to_questions(there), None)
    for name in {"asked": (), "answered": ("answer",), "agreed": ("agree",), "closed": ("close",)}[state]:
        questions.tell_outcome(by=there.people["author"], question=question, name=name)

    def follow_up(person: Person) -> object:
        return questions.follow_up(by=person, question=Question.objects.get(pk=question.pk))

    expected = {"moderator"} | BY_THE_SITE if state in {"asked", "answered"} else set()
    assert done_by(there.everybody, follow_up, *STORED) == expected


def test_who_may_empty_what_was_asked_long_ago(there: Company) -> None:
    asked(open_to_questions(there), None)
    with clock.at(clock.now() + questions.KEPT_FOR):
        found = done_by(there.everybody, lambda person: questions.forget_questions(by=person), *STORED)
    assert found == {"operator"}
