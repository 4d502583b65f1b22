"""Asking the people who did it: only who agreed is asked, the answer goes to the asker, and what came of it is told."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ayni.kernel import clock
from ayni.kernel.errors import Invalid, NotAllowed, WrongState
from ayni.knowledge.actions import questions
from ayni.knowledge.actions.questions import Asked
from ayni.knowledge.actions.records import change_visibility
from ayni.knowledge.models import Question
from ayni.knowledge.queries.questions import get_question_for, questions_for
from ayni.knowledge.tasks import follow_up_questions
from ayni.registry.actions.people import grant_role
from ayni.registry.models import AuditEntry, Mail, Notice
from ayni.registry.states import Role
from tests import worlds

NOW = datetime(2027, 6, 1, 9, 0, tzinfo=UTC)
ASKED = Asked("Amina Asker", "amina@ministry.example", "How do you mend the pumps?", "Ministry of Water")


def ask(record, asked=ASKED, by=None, language="fr"):
    with clock.at(NOW):
        return questions.ask(by=by, record=record, asked=asked, language=language)


def mail(template):
    return Mail.objects.get(template=template)


def test_a_question_goes_to_the_office_and_its_answer_to_the_asker(world):
    question = ask(world.practice)
    passed_on = mail("question")
    assert (passed_on.address, passed_on.reply_to) == ("ask@water-trust.example", "amina@ministry.example")
    assert passed_on.language == "en"  # of the record
    assert passed_on.params["text"] == "How do you mend the pumps?"
    receipt = mail("question-passed-on")
    assert (receipt.address, receipt.language, receipt.reply_to) == ("amina@ministry.example", "fr", "")
    assert (question.state, question.name, question.institution_name, question.person) == (
        "asked", "Amina Asker", "Ministry of Water", None,
    )  # fmt: skip
    notice = Notice.objects.get(code="question-asked")
    assert (notice.person, notice.code, notice.target) == (
        world.author, "question-asked", f"knowledge.question:{question.uid}",
    )  # fmt: skip
    assert ASKED.name not in str(notice.params)
    assert passed_on.params["secret"] not in str(Question.objects.values())


def test_an_address_that_nobody_has_shown_to_be_theirs_gets_no_words_of_a_stranger(world):
    ask(world.practice)
    assert "text" not in mail("question-passed-on").params or not mail("question-passed-on").params["text"]
    assert ASKED.name not in str(mail("question-passed-on").params)


def test_one_s_own_address_gets_a_copy(world):
    asked = Asked("Moussa Member", world.member.email.upper(), "Why?")
    ask(world.practice, asked, by=world.member)
    assert mail("question-passed-on").params["text"] == "Why?"


def test_only_those_who_agreed_are_asked(world):
    for record in (world.snapshot, world.lesson):  # agreed until 2021; never
        with pytest.raises(WrongState, match="may_not_be_asked"):
            ask(record)
    change_visibility(by=None, record=world.practice, name="archive")
    with pytest.raises(WrongState, match="may_not_be_asked"):
        ask(world.practice)
    with pytest.raises(NotAllowed):
        ask(world.draft)
    assert not Question.objects.exists()
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    ("asked", "paths"),
    [
        (Asked("", "amina@ministry.example", "Why?"), ["name"]),
        (Asked("Amina", "amina@ministry.example\nBcc: all@example.org", "Why?"), ["email"]),
        (Asked("Amina", "", "Why?"), ["email"]),
        (Asked("Amina", "amina@ministry.example", " \n "), ["text"]),
        (Asked("Amina", "amina@ministry.example", "x" * 4001), ["text"]),
    ],
)
def test_what_cannot_be_passed_on_is_refused_and_changes_nothing(world, asked, paths):
    with pytest.raises(Invalid) as refused:
        ask(world.practice, asked)
    assert [fault.path for fault in refused.value.faults] == paths
    assert not Mail.objects.exists()


def test_a_site_without_mail_promises_nothing(world, settings):
    settings.SENDS_MAIL = False
    with pytest.raises(WrongState, match="no_mail"):
        ask(world.practice)
    assert (Question.objects.count(), Mail.objects.count()) == (0, 0)


def test_names_are_one_line(world):
    question = ask(world.practice, Asked("A\r\nBcc: all@example.org", "a@example.org", "Why?", "X\nY"))
    assert (question.name, question.institution_name) == ("A Bcc: all@example.org", "X Y")


def test_the_office_tells_what_came_of_it_by_its_link(world):
    ask(world.practice)
    secret = mail("question").params["secret"]
    with clock.at(NOW + timedelta(days=3)):
        question = questions.tell_outcome_by_link(by=None, secret=secret, name="answer")
    assert (question.state, question.answered_at) == ("answered", NOW + timedelta(days=3))
    assert Notice.objects.get(code="question-asked").read_at is not None
    with clock.at(NOW + timedelta(days=30)):
        question = questions.tell_outcome_by_link(by=None, secret=secret, name="agree")
    assert (question.state, question.agreed_at) == ("agreed", NOW + timedelta(days=30))
    assert question.answered_at == NOW + timedelta(days=3)
    with pytest.raises(WrongState):
        questions.tell_outcome_by_link(by=None, secret=secret, name="close")
    with pytest.raises(WrongState, match="no_such_link"):
        questions.tell_outcome_by_link(by=None, secret="made up", name="answer")
    moved = AuditEntry.objects.filter(verb="question.moved")
    assert [entry.target for entry in moved] == [world.practice.target] * 2


def test_the_asker_is_asked_once_what_came_of_it(world):
    question = ask(world.practice)
    for days, done in ((20, 0), (21, 1), (22, 0), (100, 0)):
        with clock.at(NOW + timedelta(days=days)):
            assert follow_up_questions() == done
    outcome = mail("question-outcome")
    assert (outcome.address, outcome.language) == ("amina@ministry.example", "fr")
    question = questions.tell_outcome_by_link(by=None, secret=outcome.params["secret"], name="close")
    assert question.state == "closed"
    # The office's link goes on working.
    office = mail("question").params["secret"]
    question = questions.tell_outcome_by_link(by=None, secret=office, name="answer")
    assert (question.state, question.closed_at) == ("answered", None)


@pytest.mark.parametrize("name", ["agree", "close"])
def test_whoever_has_their_answer_is_not_asked(world, name):
    ask(world.practice)
    questions.tell_outcome_by_link(by=None, secret=mail("question").params["secret"], name=name)
    with clock.at(NOW + timedelta(days=21)):
        assert follow_up_questions() == 0


def test_who_asked_is_forgotten_after_two_years_and_what_came_of_it_is_not(world):
    ask(world.practice, by=world.member)
    secret = mail("question").params["secret"]
    questions.tell_outcome_by_link(by=None, secret=secret, name="agree")
    with clock.at(NOW + timedelta(days=729)):
        assert questions.forget_questions(by=None) == 0
    with clock.at(NOW + timedelta(days=731)):
        assert questions.forget_questions(by=None) == 1
        assert questions.forget_questions(by=None) == 0
    row = Question.objects.get()
    assert (row.name, row.email, row.text, row.institution_name, row.person) == ("", "", "", "", None)
    assert (row.state, row.asked_at) == ("agreed", NOW)


def test_the_audit_which_is_for_good_does_not_say_who_asked(world):
    ask(world.practice, by=world.member)
    entry = AuditEntry.objects.get(verb="question.asked")
    assert (entry.actor_uid, world.member.uid in entry.details) == ("", False)


def test_those_who_write_for_it_read_questions_and_say_what_came_of_them(world):
    question = ask(world.practice)
    assert list(questions_for(world.author)) == list(questions_for(world.moderator)) == [question]
    assert get_question_for(world.author, question.uid) == question
    for person in (None, world.member):
        assert list(questions_for(person)) == []
        assert get_question_for(person, question.uid) is None
    with pytest.raises(NotAllowed):
        questions.tell_outcome(by=world.member, question=question, name="answer")
    questions.tell_outcome(by=world.author, question=question, name="answer")
    assert Question.objects.get().state == "answered"


def test_a_copy_that_is_old_does_not_undo_what_was_said_since(world):
    question = ask(world.practice)
    old = Question.objects.get(pk=question.pk)
    questions.tell_outcome(by=world.author, question=question, name="agree")
    with pytest.raises(WrongState):
        questions.tell_outcome(by=world.author, question=old, name="answer")
    assert Question.objects.get().state == "agreed"


def test_when_nobody_wrote_it_here_those_who_lead_are_told(world):
    leads = worlds.person("Carol Coordinator")
    grant_role(by=None, person=leads, institution=world.trust, role=Role.COORDINATOR, since=date(2026, 1, 1))
    ask(world.practice)
    assert [notice.person for notice in Notice.objects.filter(code="question-asked")] == [leads]
