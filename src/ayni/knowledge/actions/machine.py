"""A machine's first version: asked for in a request, made by the worker, stored where no person has written.

A job that is taken is out of others' sight until its lease ends; whoever is killed over it leaves it to the next.
"""

from collections.abc import Mapping
from datetime import timedelta

from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.kernel.errors import Fault, Invalid, NotAllowed, WrongState
from ayni.kernel.locking import locked
from ayni.kernel.transitions import move
from ayni.knowledge import policies, translating
from ayni.knowledge.actions.following import target_of
from ayni.knowledge.models import Record
from ayni.knowledge.queries import translations as queries
from ayni.knowledge.states import VISIBLE_STATES
from ayni.language.codes import CONTENT_LANGUAGES
from ayni.language.normalise import clean
from ayni.registry import translators
from ayni.registry.actions import audit, notices
from ayni.registry.actions.translations import put
from ayni.registry.models import Person, Translation, TranslationJob
from ayni.registry.models.translations import source_hash
from ayni.registry.states import JOB_MOVES, JobState, TranslationStatus

LEASE = timedelta(minutes=15)
TRIES = 10  # in about two days
_LONGEST_WAIT = timedelta(hours=8)


@action
def ask_machine(*, by: Person, record: Record, language: str) -> TranslationJob:
    """Asking again for what is under way changes nothing.

    Raises WrongState `no_translator`, `nothing_to_translate`, `original_not_public`; NotAllowed; Invalid.
    """
    locked(record)
    if record.state not in VISIBLE_STATES:
        raise WrongState("original_not_public", state=record.state)
    if not policies.translate_record.allows(by, record):
        raise NotAllowed("not_yours")
    if language not in CONTENT_LANGUAGES or language == record.language:
        raise Invalid([Fault("language", "unknown_choice", {"value": language[:20]})])
    if not translators.is_there():
        raise WrongState("no_translator")
    if not queries.for_a_machine(record, language):
        raise WrongState("nothing_to_translate")
    job, created = TranslationJob.objects.get_or_create(
        target=record.target, language=language, state=JobState.WAITING, defaults={"asked_by_uid": by.uid}
    )
    if created:
        audit.record(by=by, verb="translation.machine_asked", target=record.target, language=language)
    return job


@action
def take(*, by: Person | None, job: TranslationJob) -> bool:
    """Whether the job is the caller's now. `by` is None here and below: the worker acts for the site."""
    del by  # no reader sees a difference: nothing to tell the audit
    locked(job)
    now = clock.now()
    if job.state != JobState.WAITING or job.next_try_at > now:
        return False
    job.next_try_at = now + LEASE
    job.tries += 1
    job.save()
    return True


@action
def store_machine_translation(
    *, by: Person | None, job: TranslationJob, texts: Mapping[str, tuple[str, str]], engine: str
) -> int:
    """`texts`: path -> (original, translation). How many are stored: not those that a person has written since,

    whose original has changed since, or that are too long. The job is done.
    """
    locked(job)
    if job.state != JobState.WAITING:
        return 0
    record = queries.record_of(job.target)
    if record is None:
        _end(job, "give up", "original_not_public")
        return 0
    locked(record)
    still = queries.for_a_machine(record, job.language)
    form = queries.published_of(record).form
    now = clock.now()
    rows = [
        Translation(
            target=job.target, language=job.language, field=path, text=text, engine=engine[:60],
            status=TranslationStatus.MACHINE, source_hash=source_hash(original), updated_at=now,
        )
        for path, (original, said) in texts.items()
        if still.get(path) == original
        and (text := clean(said))
        and len(text) <= translating.limit_of(path, record.kind, form)
    ]  # fmt: skip
    put(by=by, rows=rows)
    _end(job, "finish", "")
    notices.tell(
        Person.objects.filter(uid=job.asked_by_uid), code="translation-machine-done",
        target=target_of(record, job.language), record=record.uid, language=job.language,
        title=queries.published_of(record).title, number=len(rows),
    )  # fmt: skip
    return len(rows)


@action
def put_off(*, by: Person | None, job: TranslationJob, fault: str, for_good: bool = False) -> None:
    """It came to nothing this time: again later, each time later; given up at last, and said so."""
    del by
    locked(job)
    if job.state != JobState.WAITING:
        return
    job.fault = fault[:60]
    if not for_good and job.tries < TRIES:
        job.next_try_at = clock.now() + min(timedelta(minutes=2**job.tries), _LONGEST_WAIT)
        job.save()
        return
    _end(job, "give up", fault)
    if record := queries.record_of(job.target):
        notices.tell(
            Person.objects.filter(uid=job.asked_by_uid), code="translation-machine-failed",
            target=target_of(record, job.language), record=record.uid, language=job.language,
            title=queries.published_of(record).title,
        )  # fmt: skip


def _end(job: TranslationJob, name: str, fault: str) -> None:
    move(job, JOB_MOVES, name)
    job.fault, job.ended_at = fault[:60], clock.now()
    job.save()
