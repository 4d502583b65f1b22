"""A machine's first version: asked for, made by the worker, never in a person's place."""

from datetime import timedelta

import pytest

from ayni.kernel import clock, guarded
from ayni.kernel.errors import NotAllowed, WrongState
from ayni.knowledge.actions import machine, records
from ayni.knowledge.models import Record, Revision
from ayni.knowledge.queries.records import read
from ayni.knowledge.tasks import translate_waiting
from ayni.registry.models import Notice, Translation, TranslationDraft, TranslationJob
from tests import worlds
from tests.knowledge.test_translations import publish_again, write
from tests.registry.test_translators import Service, service  # noqa: F401 - a fixture


@pytest.fixture
def there(service: Service, settings) -> Service:  # noqa: F811
    settings.TRANSLATOR_URL = service.url
    service.languages |= {"es"}
    return service


def ask(world: worlds.ReadingRoom, record: Record, language: str = "ar") -> TranslationJob:
    return machine.ask_machine(by=world.author, record=record, language=language)


def now_due(job: TranslationJob) -> None:
    """Let time pass until it is tried again."""
    with guarded.writing():  # the clock, not the site, would do this
        TranslationJob.objects.filter(pk=job.pk).update(next_try_at=clock.now() - timedelta(seconds=1))


def test_the_worker_makes_what_was_asked_for_and_says_so(world, there):
    job = ask(world, world.lesson)
    assert ask(world, world.lesson) == job
    assert there.requests == []
    assert translate_waiting() == 1
    reading = read(world.lesson, "ar")
    assert (reading.title, reading.is_all_machine, reading.engines) == (
        "PHONES WITHOUT CREDIT", True, ("LibreTranslate",),
    )  # fmt: skip
    assert reading.missing == set()
    assert Notice.objects.get(code="translation-machine-done").person == world.author
    assert translate_waiting() == 0
    with pytest.raises(WrongState, match="nothing_to_translate"):
        ask(world, world.lesson)


def test_what_people_wrote_is_never_replaced(world, there):
    worlds.translate(world.lesson, "ar", {"title": "هواتف"})
    write(world.author, world.lesson, {"summary": "ملخص"})
    record = publish_again(world, world.lesson, title="Phones without any credit")
    ask(world, record)
    translate_waiting()
    reading = read(record, "ar")
    assert (reading.title, reading.stale, reading.is_all_machine) == ("هواتف", {"title"}, False)
    assert TranslationDraft.objects.get().text == "ملخص"


def test_a_machines_own_work_is_made_again_when_the_original_changes(world, there):
    ask(world, world.lesson)
    translate_waiting()
    record = publish_again(world, world.lesson, title="Phones without any credit")
    assert read(record, "ar").stale == {"title"}
    ask(world, record)
    translate_waiting()
    reading = read(record, "ar")
    assert (reading.title, reading.stale) == ("PHONES WITHOUT ANY CREDIT", set())
    assert there.requests[-1]["q"] == ["Phones without any credit"]


def test_words_that_came_while_the_machine_was_at_it_stay(world, there):
    job = ask(world, world.lesson)
    worlds.translate(world.lesson, "ar", {"title": "هواتف"})
    stored = machine.store_machine_translation(
        by=None, job=job, engine="Example",
        texts={"title": ("Phones without credit", "آلة"), "summary": ("an older original", "آلة")},
    )  # fmt: skip
    assert stored == 0
    assert read(world.lesson, "ar").title == "هواتف"


def test_what_no_one_types_is_not_taken_from_a_machine_either(world, there):
    """A database may refuse it, and the job would come back for ever."""
    job = ask(world, world.lesson)
    machine.store_machine_translation(
        by=None, job=job, engine="Example",
        texts={"title": ("Phones without credit", " هوا\x00تف\u202e "), "summary": ("unlike", "\x00")},
    )  # fmt: skip
    assert list(Translation.objects.filter(language="ar").values_list("field", "text")) == [
        ("title", "هواتف")
    ]


def test_a_service_that_is_away_is_asked_again_later_and_given_up_at_last(world, there):
    there.broken = 503
    job = ask(world, world.lesson)
    assert translate_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.fault, job.tries) == ("waiting", "away", 1)
    assert translate_waiting() == 0
    there.broken = None
    now_due(job)
    assert translate_waiting() == 1
    assert read(world.lesson, "ar").is_machine

    there.broken = 503
    job = ask(world, world.practice)
    for _ in range(machine.TRIES):
        now_due(job)
        translate_waiting()
    job.refresh_from_db()
    assert job.state == "failed"
    assert Notice.objects.get(code="translation-machine-failed").person == world.author


def test_a_language_that_the_service_has_not_is_not_tried_again(world, there):
    job = ask(world, world.lesson, "ru")
    translate_waiting()
    job.refresh_from_db()
    assert (job.state, job.fault) == ("failed", "refused")


def test_a_killed_workers_job_is_taken_up_when_its_lease_ends(world, there):
    job = ask(world, world.lesson)
    assert machine.take(by=None, job=job)
    other = TranslationJob.objects.get()
    assert not machine.take(by=None, job=other)
    assert translate_waiting() == 0
    now_due(job)
    assert translate_waiting() == 1
    assert Translation.objects.filter(language="ar").count() == 7


def test_one_that_fails_keeps_no_other_waiting_and_is_given_up_at_last(world, there):
    broken, fine = ask(world, world.practice), ask(world, world.lesson)
    with guarded.writing():  # what no action stores: nobody has thought of it
        Revision.objects.filter(pk=world.practice.published_id).update(body=["no fields"])
    assert translate_waiting() == 2
    broken.refresh_from_db()
    fine.refresh_from_db()
    assert (broken.state, broken.fault, broken.tries, fine.state) == ("waiting", "crashed", 1, "done")
    for _ in range(machine.TRIES):
        now_due(broken)
        translate_waiting()
    broken.refresh_from_db()
    assert (broken.state, broken.tries) == ("failed", machine.TRIES)
    assert Notice.objects.get(code="translation-machine-failed").person == world.author


def test_a_job_over_which_every_worker_was_killed_is_given_up(world, there):
    job = ask(world, world.lesson)
    for _ in range(machine.TRIES):
        assert machine.take(by=None, job=job)
        now_due(job)
    translate_waiting()
    job.refresh_from_db()
    assert (job.state, job.fault, there.requests) == ("failed", "crashed", [])


def test_nothing_is_made_of_a_record_that_was_withdrawn_meanwhile(world, there):
    job = ask(world, world.lesson)
    records.change_visibility(by=None, record=world.lesson, name="withdraw", reason="owner-request")
    translate_waiting()
    job.refresh_from_db()
    assert (job.state, job.fault, there.requests) == ("failed", "original_not_public", [])
    assert not Translation.objects.filter(language="ar").exists()


def test_who_may_ask(world, there, settings):
    with pytest.raises(NotAllowed):
        machine.ask_machine(by=world.member, record=world.lesson, language="ar")
    settings.TRANSLATOR_URL = ""
    with pytest.raises(WrongState, match="no_translator"):
        ask(world, world.lesson)
