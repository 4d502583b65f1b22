import os
import shutil
import signal
import subprocess
import sys
import textwrap
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from ayni.discovery import indexing
from ayni.discovery.queries import Request, search
from ayni.kernel import guarded
from ayni.knowledge.actions.records import change_visibility, remove
from ayni.knowledge.models import Record
from ayni.registry.actions.institutions import merge_institutions
from ayni.registry.models import OutboxMessage
from tests import worlds


def titles(text="", **filters):
    return [result.card.title for result in search(Request(text=text, filters=filters)).results]


def test_what_is_announced_is_found_and_its_message_is_gone(index):
    assert titles("repair fund") == ["Pupil-led water committees"]
    assert OutboxMessage.objects.count() == 0
    assert indexing.differences() == (set(), set())


def test_what_is_not_drained_yet_is_not_found(world):
    assert titles("repair fund") == []
    assert OutboxMessage.objects.exists()


def test_a_withdrawn_record_leaves_the_index(index):
    change_visibility(by=None, record=index.practice, name="withdraw", reason="owner_asked")
    indexing.drain()
    assert titles("repair fund") == []
    assert index.practice.uid not in indexing.engine().versions()


def test_a_removed_record_leaves_the_index(index):
    uid = index.lesson.uid
    remove(by=None, record=index.lesson, reason="import_undone")
    indexing.drain()
    assert uid not in indexing.engine().versions()


def test_drafts_are_never_indexed(index):
    assert index.draft.uid not in indexing.engine().versions()


def test_a_message_survives_a_failing_index(index, monkeypatch):
    change_visibility(by=None, record=index.practice, name="archive")
    monkeypatch.setattr(indexing.engine(), "commit", lambda: (_ for _ in ()).throw(OSError("disk full")))
    with suppress(OSError):
        indexing.drain()
    assert OutboxMessage.objects.count() == 1
    monkeypatch.undo()
    assert indexing.drain() == 1


def test_only_one_drains_at_a_time(world):
    with indexing.index_lock() as first, indexing.index_lock() as second:
        assert (first, second) == (True, False)
        assert indexing.drain() == 0
    assert indexing.drain() > 0


def test_a_deleted_index_directory_is_made_again_from_the_database(index):
    shutil.rmtree(settings.INDEX_DIRECTORY)
    assert titles("repair fund") == []
    indexing.repair()
    assert titles("repair fund") == ["Pupil-led water committees"]


def test_repair_mends_what_differs(index):
    engine = indexing.engine()
    engine.delete([index.practice.uid])
    engine.commit()
    with guarded.writing():  # a change that no message tells of, as by raw SQL
        Record.objects.filter(pk=index.lesson.pk).update(version=99)
    assert indexing.differences() == ({index.practice.uid, index.lesson.uid}, set())
    assert indexing.repair() == 2
    assert indexing.differences() == (set(), set())


def test_rebuild_answers_from_the_old_index_until_the_new_one_is_there(index):
    seen = []
    indexing.rebuild(progress=lambda _count: seen.append(titles("repair fund")))
    assert seen == [["Pupil-led water committees"]]
    assert titles("repair fund") == ["Pupil-led water committees"]


def test_identical_titles_are_one_result_with_its_siblings(index):
    first = worlds.published(index.trust, "Walrus crossing", terms=worlds.terms("countries/KE"))
    worlds.published(index.network, "Walrus  CROSSING!", terms=worlds.terms("countries/NP"))
    indexing.drain()
    found = search(Request(text="walrus crossing"))
    assert [(result.card.uid, result.siblings) for result in found.results] == [(first.uid, 1)]
    assert titles("walrus crossing", country=["NP"]) == ["Walrus crossing"]
    change_visibility(by=None, record=first, name="withdraw", reason="owner_asked")
    indexing.drain()
    found = search(Request(text="walrus crossing"))
    assert [(result.card.title, result.siblings) for result in found.results] == [("Walrus CROSSING!", 0)]


def test_a_merged_institution_is_found_by_the_name_of_the_one_that_stays(index):
    double = worlds.institution("Rural Water Trst", country="KE")
    worlds.published(double, "Something else entirely")
    indexing.drain()
    merge_institutions(by=index.moderator, duplicate=double, stays=index.trust)
    indexing.drain()
    found = search(Request(filters={"institution": [index.trust.uid]}))
    assert "Something else entirely" in [result.card.title for result in found.results]


KILLED = """
import os, signal, sys
import django
django.setup()
from ayni.discovery import indexing
from ayni.registry.actions import outbox
from tests import worlds
if sys.argv[1] == "build":
    from django.core.management import call_command
    call_command("migrate", verbosity=0)
    from ayni.registry.actions.vocabularies import load_built_in_vocabularies
    load_built_in_vocabularies()
    worlds.reading_room()
elif sys.argv[1] == "killed before the index commits":
    indexing.engine().commit = lambda: os.kill(os.getpid(), signal.SIGKILL)
    indexing.drain()
elif sys.argv[1] == "killed before the messages are acknowledged":
    outbox.acknowledge = lambda **_: os.kill(os.getpid(), signal.SIGKILL)
    indexing.drain()
elif sys.argv[1] == "look":
    indexing.drain()
    print(indexing.differences(), len(indexing.engine().versions()))
"""


def test_killed_while_indexing_nothing_is_lost(tmp_path):
    root = Path(__file__).resolve().parents[2]
    environment = {
        **{name: value for name, value in os.environ.items() if name != "AYNI_DATABASE_URL"},
        "AYNI_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": f"{root}{os.pathsep}{root / 'src'}",
    }  # fmt: skip

    def run(what):
        command = [sys.executable, "-c", textwrap.dedent(KILLED), what]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert run("build").returncode == 0
    assert run("killed before the index commits").returncode == -signal.SIGKILL
    assert run("killed before the messages are acknowledged").returncode == -signal.SIGKILL
    assert run("look").stdout.strip() == "(set(), set()) 5"
