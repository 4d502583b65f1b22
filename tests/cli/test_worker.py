import shutil

import pytest
from django.conf import settings

from ayni.cli import site
from ayni.discovery import indexing
from ayni.registry.models import AuditSeal, OutboxMessage


@pytest.fixture
def worker(world) -> site.Worker:
    indexing.rebuild(processes=1)
    return site.Worker()


def test_one_round_does_all_that_waits(world, worker):
    worker.once()
    assert OutboxMessage.objects.count() == 0
    assert AuditSeal.objects.exists()
    assert indexing.differences() == (set(), set())


def test_an_index_deleted_while_the_site_runs_is_there_again_after_the_next_round(world, worker):
    worker.once()
    shutil.rmtree(settings.INDEX_DIRECTORY)
    worker.once()
    assert indexing.differences() == (set(), set())
    assert len(indexing.engine().versions()) == 5


def test_what_failed_is_tried_again_in_the_next_round(db):
    outcomes = iter([OSError("disk full"), None, None])
    tried = []

    def task() -> None:
        tried.append(1)
        if error := next(outcomes):
            raise error

    worker = site.Worker()
    worker.stop()  # no pause after the failure
    for _ in range(3):
        worker.step([("hourly", task, site.HOUR)])
    assert len(tried) == 2  # failed, tried again, then not due for an hour


def test_a_search_without_its_index_does_not_pretend_that_there_is_nothing(client, world):
    response = client.get("/en/search/?q=water")
    assert response.status_code == 503
    assert "The search is being made ready" in response.content.decode()
