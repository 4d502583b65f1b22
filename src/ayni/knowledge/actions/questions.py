"""Asking the people who did something, and what came of it. The letters themselves go from office to office."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q

from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.kernel.errors import Fault, Invalid, NotAllowed, WrongState
from ayni.kernel.ids import new_secret, secret_hash
from ayni.kernel.locking import locked
from ayni.kernel.transitions import move
from ayni.knowledge import policies
from ayni.knowledge.actions.records import must_be_allowed
from ayni.knowledge.models import Question, Record
from ayni.knowledge.queries import questions as queries
from ayni.knowledge.queries.records import is_current
from ayni.knowledge.queries.standing import title_of, writers_of
from ayni.knowledge.states import QUESTION_MOVES, VISIBLE_STATES, QuestionState
from ayni.knowledge.texts import one_line
from ayni.language.codes import SITE_LANGUAGES, site_language
from ayni.language.normalise import clean
from ayni.registry.actions import audit
from ayni.registry.actions.mails import must_be_sent, post
from ayni.registry.actions.notices import settle, tell
from ayni.registry.models import Person

CODE = "question-asked"
FOLLOW_UP_AFTER = timedelta(days=21)
KEPT_FOR = timedelta(days=730)
NAME_LIMIT, TEXT_LIMIT = 200, 4000
_OPEN = {QuestionState.ASKED, QuestionState.ANSWERED}
_WHEN = {"answer": "answered_at", "agree": "agreed_at", "close": "closed_at"}


@dataclass(frozen=True)
class Asked:
    name: str
    email: str
    text: str
    institution_name: str = ""


@action
def ask(*, by: Person | None, record: Record, asked: Asked, language: str) -> Question:
    """Pass a question on to the record's contact, who answers to the asker directly.

    Only while its people have agreed to be asked, and from a site that sends mail (`no_mail`). `language`: the asker's, of the site. Raises Invalid; WrongState.
    """
    locked(record)
    if record.state not in VISIBLE_STATES or not policies.read_record.allows(by, record):
        raise NotAllowed("not_yours")
    if not is_current(record, clock.today()):
        raise WrongState("may_not_be_asked")
    must_be_sent()
    asked, faults = _checked(asked)
    if faults:
        raise Invalid(faults)
    secret = new_secret()
    question = Question.objects.create(
        record=record, person=by, name=asked.name, email=asked.email, text=asked.text,
        institution_name=asked.institution_name, secret_hash=secret_hash(secret),
        language=language if language in SITE_LANGUAGES else "en",
    )  # fmt: skip
    title = title_of(record)
    post(
        address=record.contact_email, template="question", key=f"question {question.uid}",
        language=site_language(record.language), reply_to=asked.email, title=title, name=asked.name,
        email=asked.email, institution_name=asked.institution_name, text=asked.text, secret=secret,
        uid=record.uid,
    )  # fmt: skip
    # Nobody has shown that this address is theirs: it gets no words that a stranger chose.
    is_own = by is not None and by.email.lower() == asked.email.lower()
    post(
        address=asked.email, template="question-passed-on", key=f"question {question.uid} receipt", person=by if is_own else None,
        language=question.language, title=title, text=asked.text if is_own else "", uid=record.uid,
        office=record.contact_email,
    )  # fmt: skip
    tell(
        writers_of(record), code=CODE, target=f"knowledge.question:{question.uid}", title=title,
        key=f"{CODE} {question.uid}",
    )  # fmt: skip
    # The audit is for good, and who asked is to be forgotten.
    audit.record(by=None, verb="question.asked", target=record.target, question=question.uid)
    return question


@action
def tell_outcome(*, by: Person, question: Question, name: str) -> Question:
    """Somebody who writes for the record says what came of it. `name`: a move of questions."""
    locked(question)
    must_be_allowed(by, question.record, policies.read_questions)
    return _tell(by, question, name)


@action
def tell_outcome_by_link(*, by: Person | None, secret: str, name: str) -> Question:
    """Either side says so by the link in its mail. Raises WrongState when the link, or the move, does not work."""
    found = queries.question_by_secret(secret)
    if found is None:
        raise WrongState("no_such_link")
    return _tell(by, locked(found[0]), name)


@action
def follow_up(*, by: Person | None, question: Question) -> bool:
    """Ask the asker, once, what came of it."""
    locked(question)
    must_be_allowed(by, question.record, policies.publish_record)
    if question.followed_up_at or not question.email or question.state not in _OPEN:
        return False
    secret = new_secret()
    question.asker_secret_hash, question.followed_up_at = secret_hash(secret), clock.now()
    question.save()
    post(
        address=question.email, template="question-outcome", key=f"question {question.uid} outcome",
        language=question.language, person=question.person, title=title_of(question.record), secret=secret,
        asked_on=question.asked_at.date().isoformat(),
    )  # fmt: skip
    audit.record(by=by, verb="question.followed_up", target=question.record.target, question=question.uid)
    return True


@action
def forget_questions(*, by: Person | None) -> int:
    """Empty what two years ago somebody said about themselves, and asked; what came of it stays counted."""
    if by is not None and not policies.run_import.allows(by, None):
        raise NotAllowed("operators_only")
    known = ~Q(name="") | ~Q(email="") | ~Q(text="") | ~Q(institution_name="") | Q(person__isnull=False)
    count = Question.objects.filter(known, asked_at__lte=clock.now() - KEPT_FOR).update(
        name="", email="", text="", institution_name="", person=None
    )
    if count:
        audit.record(by=by, verb="question.forgotten", target="knowledge.question:", count=count)
    return count


def _tell(by: Person | None, question: Question, name: str) -> Question:
    if name not in _WHEN:
        raise WrongState("no_such_move", move=name, state=question.state)
    old, new = move(question, QUESTION_MOVES, name)
    now = clock.now()
    setattr(question, _WHEN[name], now)
    if name == "agree" and question.answered_at is None:
        question.answered_at = now
    if name == "answer":
        question.closed_at = None
    question.save()
    settle(target=f"knowledge.question:{question.uid}", codes=[CODE])
    audit.record(
        by=by, verb="question.moved", target=question.record.target, question=question.uid, old=old, new=new
    )
    return question


def _checked(asked: Asked) -> tuple[Asked, list[Fault]]:
    """As it can be stored and mailed: names on one line, so that none can pass for a header of a mail."""
    name, institution = one_line(asked.name, NAME_LIMIT), one_line(asked.institution_name, 300)
    text = clean(asked.text, TEXT_LIMIT + 1)
    faults = [Fault(field, "missing") for field, value in (("name", name), ("text", text)) if not value]
    if len(text) > TEXT_LIMIT:
        faults.append(Fault("text", "too_long", {"limit": TEXT_LIMIT}))
    try:
        validate_email(asked.email)
    except ValidationError:
        faults.append(Fault("email", "bad_value"))
    return Asked(name, asked.email, text, institution), faults
