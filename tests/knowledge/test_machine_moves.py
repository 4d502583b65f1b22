"""Asking a machine for a first version: every state x every move x everybody, written down. The worker moves the rest."""

import pytest

from ayni.knowledge.actions import machine, records
from ayni.knowledge.models import Record
from ayni.knowledge.tasks import translate_waiting
from ayni.registry.actions.people import grant_role
from ayni.registry.models import Translation, TranslationJob
from ayni.registry.states import JOB_MOVES, JobState, Role
from tests import worlds
from tests.knowledge.roles import ALL_WRITERS, Company, again, company, done_by
from tests.registry.test_translators import Service, service  # noqa: F401 - a fixture

TRANSLATORS = ALL_WRITERS | {"translator"}
NOBODY: set[str] = set()
# State of the job -> who may ask; whether the worker may take it, finish it, give it up.
BY_STATE: dict[str, tuple[set[str], bool]] = {
    "none": (TRANSLATORS, False),
    "waiting": (NOBODY, True),  # asking again changes nothing
    "done": (NOBODY, False),  # there is nothing left to translate
    "failed": (TRANSLATORS, False),
}
STORED = (TranslationJob, Translation)


@pytest.fixture
def there(db: None, service: Service, settings) -> Company:  # noqa: F811
    settings.TRANSLATOR_URL = service.url
    found = company()
    found.people["translator"] = worlds.person("translator")
    grant_role(by=None, person=found.people["translator"], institution=found.abroad, role=Role.CONTRIBUTOR)
    records.publish(by=None, revision=found.revision, as_imported=True)
    return found


def ask(there: Company, person: object) -> TranslationJob:
    return machine.ask_machine(by=person, record=Record.objects.get(pk=there.record.pk), language="ar")


def bring_to(there: Company, state: str) -> TranslationJob:
    job = ask(there, again(there.people["translator"]))
    if state == "done":
        assert translate_waiting() == 1
    if state == "failed":
        machine.put_off(by=None, job=job, fault="refused", for_good=True)
    job.refresh_from_db()
    assert job.state == state
    return job


def test_the_table_speaks_of_every_state() -> None:
    assert set(BY_STATE) == {"none", *JobState.values}
    assert {source for row in JOB_MOVES for source in row.sources} == {"waiting"}


@pytest.mark.parametrize("state", BY_STATE)
def test_who_may_do_what_when(there: Company, state: str) -> None:
    job = None if state == "none" else bring_to(there, state)
    asks, moves = BY_STATE[state]
    assert done_by(there.everybody, lambda person: ask(there, person), *STORED) == asks
    if job is None:
        return
    worker = {
        "take": lambda _: machine.take(by=None, job=TranslationJob.objects.get(pk=job.pk)),
        "finish": lambda _: machine.store_machine_translation(
            by=None, job=TranslationJob.objects.get(pk=job.pk), texts={}, engine="Null"
        ),
        "give up": lambda _: machine.put_off(
            by=None, job=TranslationJob.objects.get(pk=job.pk), fault="refused", for_good=True
        ),
    }
    moved = {name: bool(done_by({"worker": there.visitor}, make, *STORED)) for name, make in worker.items()}
    assert moved == dict.fromkeys(worker, moves)
