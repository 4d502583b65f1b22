"""What becomes of the demo world's records: questions and answers, silence, and one that waits to be claimed.

All of it is invented. It lies in the past, so the clock is moved for each thing that happens.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.conf import settings

from ayni.cli.demo import reviewed
from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.knowledge.actions import claims, freshness, questions
from ayni.knowledge.actions.drafts import begin, save_draft
from ayni.knowledge.actions.questions import Asked
from ayni.knowledge.drafts import Edit
from ayni.knowledge.models import FreshnessCheck, Question, Record
from ayni.registry.models import Institution, Person

# Published long ago, so that its people can have been asked since: id -> days ago.
OLD = {
    "a-boats-for-birth": 900,
    "b-informe-horas-cuidado": 700,
    "c-radios-mercado": 620,
    "a-pupil-water-committees": 640,
}
SILENT = ("b-informe-horas-cuidado", "a-boats-for-birth")
# (record, days ago, days until it was answered or 0, led to working together)
_QUESTIONS = (
    ("a-pupil-water-committees", 620, 3, True), ("a-pupil-water-committees", 590, 6, False),
    ("a-pupil-water-committees", 560, 2, True), ("a-pupil-water-committees", 540, 9, False),
    ("a-pupil-water-committees", 520, 4, True), ("a-pupil-water-committees", 470, 12, True),
    ("b-comptes-eau-au-mur", 450, 5, True), ("c-bombas-murrimba", 430, 0, False),
    ("c-bombas-murrimba", 410, 8, False), ("a-pupil-water-committees", 290, 2, True),
    ("a-pupil-water-committees", 250, 7, True), ("a-riders-for-birth", 240, 3, True),
    ("b-comptes-eau-au-mur", 200, 1, True), ("b-ahorro-sin-ventanilla", 180, 0, False),
    ("a-pupil-water-committees", 120, 5, True), ("c-bombas-murrimba", 90, 15, False),
    ("c-sunday-stock-call", 60, 4, False), ("a-pupil-water-committees", 25, 0, False),
    ("a-pupil-water-committees", 3, 0, False),
)  # fmt: skip
_ASKERS = ("Tendai Moyo-Ndhlela", "Clara Yupanqui Rojo", "Farid Benhaddou", "Linh Dao Thi", "Sefa Tuimavave")
_TEXTS = (
    "We have 30 schools with broken pumps. Who in your place keeps the repair fund, and what happens when it is spent?",
    "We want to begin with five villages. What would you do first if you began again?",
    "Could two of our technicians come and see it for a week?",
)
_DRAFT = {
    "title": "A boat timetable that the wards decide (demo)",
    "summary": "Clinics on the islands keep the hours of the boats, and not the other way round.",
    "body.situation": "The clinic was open when no boat came, and closed when it did.",
    "body.what_was_tried": "The boat owners were asked to change their hours. They could not: they follow the tide.",
    "body.what_happened": "The clinic now opens by the tide table. In four months twice as many women came to be seen.",
    "body.advice": "Ask first what cannot be moved, and move the rest.",
}


def begun(origin_id: str) -> datetime:
    """The moment at which a record of the demo world becomes public."""
    return clock.now() - timedelta(days=OLD.get(origin_id, 0))


def build(
    records: dict[str, Record], institutions: dict[str, Institution], officer: Person, moderator: Person
) -> None:
    """Once: what is there already is left alone."""
    if Question.objects.exists() or FreshnessCheck.objects.exists():
        return
    _confirmations(records)
    with _as_if_mail_left():
        for number, row in enumerate(_QUESTIONS):
            _question(records[row[0]], number, *row[1:], by=moderator)
    for name in SILENT:
        with clock.at(clock.now() - timedelta(days=75)):
            freshness.ask(by=None, record=records[name])
        freshness.note_silence(by=None, record=records[name])
    with _as_if_mail_left():
        _on_behalf(institutions["a-nkwanzi-islands-health"], officer)


@contextmanager
def _as_if_mail_left() -> Iterator[None]:
    """In the demo world's past the site sent mail, whatever this one does."""
    before, settings.SENDS_MAIL = settings.SENDS_MAIL, True
    try:
        yield
    finally:
        settings.SENDS_MAIL = before


def _confirmations(records: dict[str, Record]) -> None:
    """Each was confirmed by its people on the day that its page names."""
    for name, record in records.items():
        if record.last_confirmed_on and name not in SILENT and record.is_demo:
            day = datetime.combine(record.last_confirmed_on, datetime.min.time(), UTC)
            with clock.at(day + timedelta(hours=12)):
                freshness.answer(by=None, record=record, answer="changed" if name < "a-j" else "holds")


@action
def _question(record: Record, number: int, days_ago: int, answered: int, agreed: bool, *, by: Person) -> None:
    name = _ASKERS[number % len(_ASKERS)]
    asked = Asked(
        f"{name} (demo)",
        f"asker{number}@demo.example",
        _TEXTS[number % len(_TEXTS)],
        "A fictional institution",
    )
    at = clock.now() - timedelta(days=days_ago)
    with clock.at(at):
        question = questions.ask(by=None, record=record, asked=asked, language="en")
        question.record = record
    if answered:
        with clock.at(at + timedelta(days=answered)):
            questions.tell_outcome(by=by, question=question, name="answer")
    if agreed:
        with clock.at(at + timedelta(days=answered + 10)):
            questions.tell_outcome(by=by, question=question, name="agree")


@action
def _on_behalf(owner: Institution, officer: Person) -> None:
    """The demo officer's institution has written for one that does not log in; its office has a link to claim it."""
    home = officer.memberships.order_by("pk")[0].institution
    with clock.at(clock.now() - timedelta(days=450)):
        revision = begin(by=officer, kind="lesson", language="en", owner=owner, stand_in=home)
        values = {**_DRAFT, "tags.countries": [owner.country.code]}
        save_draft(by=officer, revision=revision, edits=[Edit(*field, "") for field in values.items()])
        record = revision.record
        record.refresh_from_db()
        record.is_demo = True
        record.save()
    with clock.at(clock.now() - timedelta(days=420)):
        reviewed.review(revision, number=0)
        record.refresh_from_db()
    with clock.at(clock.now() - timedelta(days=20)):
        freshness.ask(by=None, record=record)
    with clock.at(clock.now() - timedelta(days=2)):
        claims.send_claim_link(by=officer, record=record)
