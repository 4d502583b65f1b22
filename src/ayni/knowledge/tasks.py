"""Later work of the worker: ids in, fetch, call what does it, safe to run twice."""

import logging
from typing import Any

from django.db.models import QuerySet

from ayni.kernel import clock
from ayni.kernel.errors import WrongState
from ayni.kernel.locking import Gone
from ayni.knowledge.actions import freshness, machine, questions
from ayni.knowledge.actions.import_lease import Busy
from ayni.knowledge.actions.imports import process_batch
from ayni.knowledge.actions.review_chasing import chase
from ayni.knowledge.actions.undo_import import undo_batch
from ayni.knowledge.queries import files as queries_of_files
from ayni.knowledge.queries import freshness as queries_of_freshness
from ayni.knowledge.queries import imports as queries
from ayni.knowledge.queries import questions as queries_of_questions
from ayni.knowledge.queries import reviews as queries_of_reviews
from ayni.knowledge.queries import translations
from ayni.registry import translators
from ayni.registry.actions.files import sweep_file
from ayni.registry.models import TranslationJob

logger = logging.getLogger(__name__)
AT_MOST = 50  # of one sort in one round


def run_waiting_imports() -> int:
    """Process uploaded batches that wait or whose worker is gone; undo those that shall be undone.

    Returns how many were dealt with. One that fails does not keep the others waiting. Those that cannot
    be had now (another import is under way, or one was cancelled a moment ago) are looked at again later.
    """
    dealt_with = 0
    for batch in list(queries.waiting(clock.now())):
        try:
            process_batch(batch=batch)
        except (Busy, WrongState):
            continue
        dealt_with += 1
        logger.info("import %s is %s", batch.uid, batch.state)
    for batch in list(queries.undos_to_do(clock.now())):
        try:
            undo_batch(by=queries.who_asked_to_undo(batch), batch=batch)
        except (Busy, WrongState):
            continue
        dealt_with += 1
    return dealt_with


def keep_fresh() -> int:
    """Ask about records that nobody has spoken for in a long time, remind, and tell readers of long silence.

    A few at each round, so that a site that was empty of people yesterday does not write a thousand mails today.
    """
    now = clock.now()
    done = 0
    for record in _some(queries_of_freshness.silent(now - freshness.SILENT_AFTER)):
        done += freshness.note_silence(by=None, record=record)
    for check in _some(queries_of_freshness.to_remind(now - freshness.REMIND_AFTER)):
        done += freshness.remind(by=None, check=check)
    due = queries_of_freshness.due().select_related("owner__merged_into", "stand_in", "published")
    for record in _some(due):
        done += freshness.ask(by=None, record=record) is not None
    return done


def follow_up_questions() -> int:
    """Ask those who asked something three weeks ago what came of it; forget who asked two years ago."""
    now = clock.now()
    done = 0
    for question in _some(queries_of_questions.to_follow_up(now - questions.FOLLOW_UP_AFTER)):
        done += questions.follow_up(by=None, question=question)
    return done + questions.forget_questions(by=None)


def sweep_unused_files() -> int:
    """Files that belong to no revision any more: marked, and taken away a week later. Returns how many went."""
    gone = 0
    for file in queries_of_files.unused_files(clock.now(), AT_MOST):
        try:
            gone += sweep_file(by=None, file=file)
        except Gone:
            continue
    return gone


def chase_readings() -> int:
    """Remind those who have something to read, and call for help where that has not helped."""
    found = queries_of_reviews.overdue(clock.today()).select_related("revision__record")
    return sum(chase(by=None, review=review) for review in _some(found))


def _some(found: QuerySet[Any]) -> list[Any]:
    return list(found[:AT_MOST])


def translate_waiting() -> int:
    """Let the machine translate what it was asked for; how many jobs were dealt with.

    The machine is asked outside any transaction. A killed worker's job is taken up again when its lease ends,
    and given up when that has happened too often. One that fails does not keep the others waiting.
    """
    dealt_with = 0
    for job in translations.jobs_due():
        if not machine.take(by=None, job=job):
            continue
        dealt_with += 1
        try:
            _translate(job)
        except Exception:
            logger.exception("no translation of %s into %s", job.target, job.language)
            machine.put_off(by=None, job=job, fault="crashed")
    return dealt_with


def _translate(job: TranslationJob) -> None:
    if job.tries > machine.TRIES:  # every one of them was killed
        machine.put_off(by=None, job=job, fault="crashed")
        return
    record = translations.record_of(job.target)
    if record is None:
        machine.put_off(by=None, job=job, fault="original_not_public", for_good=True)
        return
    texts = translations.for_a_machine(record, job.language)
    engine = translators.translator()
    try:
        found = engine.translate(list(texts.values()), record.language, job.language)
    except translators.TranslatorFault as fault:
        logger.warning(
            "no translation of %s into %s: %s", job.target, job.language, fault.params or fault.code
        )
        machine.put_off(by=None, job=job, fault=fault.code, for_good=fault.code == "refused")
        return
    pairs = {path: (texts[path], text) for path, text in zip(texts, found, strict=True)}
    machine.store_machine_translation(by=None, job=job, texts=pairs, engine=engine.name)
