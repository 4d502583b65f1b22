"""What the embedded engine promises beyond the contract: files, locks, crashes, several processes."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import ayni.discovery.engine.tantivy_files as files
from ayni.discovery.engine.interface import BusyError, Doc, Query
from ayni.discovery.engine.tantivy_engine import TantivyEngine

FACETS = ("kind",)
SOURCES = Path(files.__file__).parents[3]


def doc(name, *tokens):
    return Doc(name, 1, {"all": tokens or ("en:water",), "title": ()}, {"kind": ["practice"]}, {"newest": 1})


def opened(path, **options):
    engine = TantivyEngine(path, FACETS, **options)
    engine.ensure_schema()
    return engine


@pytest.fixture
def filled(tmp_path):
    engine = opened(tmp_path / "index")
    engine.upsert([doc("1"), doc("2")])
    engine.commit()
    engine.mark_rebuilt()
    return engine


def water(engine):
    return sorted(hit.id for hit in engine.search(Query(words=[[("en:water", 1.0)]])).hits)


def test_what_is_committed_is_there_for_the_next_process(filled, tmp_path):
    later = opened(tmp_path / "index")
    assert water(later) == ["1", "2"]
    assert not later.needs_rebuild
    assert later.generation == filled.generation


def test_a_reader_sees_a_commit_after_refresh(filled, tmp_path):
    reader = opened(tmp_path / "index")
    filled.delete(["1"])
    filled.upsert([doc("3")])
    filled.commit()
    assert water(reader) == ["1", "2"]
    assert reader.refresh() == filled.generation
    assert water(reader) == ["2", "3"]


def test_a_second_writer_is_told_so_and_may_write_later(filled, tmp_path):
    other = opened(tmp_path / "index")
    filled.upsert([doc("3")])
    with pytest.raises(BusyError):
        other.upsert([doc("4")])
    with pytest.raises(BusyError):
        other.delete(["1"])
    filled.commit()
    other.upsert([doc("4")])
    other.commit()
    filled.refresh()
    assert water(filled) == ["1", "2", "3", "4"]


def test_rollback_lets_others_write(filled, tmp_path):
    filled.upsert([doc("3")])
    filled.rollback()
    other = opened(tmp_path / "index")
    other.upsert([doc("4")])
    other.commit()
    assert water(other) == ["1", "2", "4"]


def test_a_deleted_directory_is_made_again_empty(filled, tmp_path):
    shutil.rmtree(tmp_path / "index")
    filled.refresh()
    assert filled.needs_rebuild
    assert water(filled) == []
    filled.upsert([doc("9")])
    filled.commit()
    assert water(filled) == ["9"]
    assert water(opened(tmp_path / "index")) == ["9"]


def test_a_reader_follows_an_index_that_another_process_made_anew(filled, tmp_path):
    reader = opened(tmp_path / "index")
    filled.drop()
    filled.ensure_schema()
    filled.upsert([doc("9")])
    filled.commit()
    reader.refresh()
    assert water(reader) == ["9"]


@pytest.mark.parametrize("broken", ["ayni.json", "meta.json"])
@pytest.mark.parametrize("how", ["missing", "empty", "garbage"])
def test_a_broken_index_is_made_again_empty(filled, tmp_path, broken, how):
    path = tmp_path / "index" / broken
    if how == "missing":
        path.unlink()
    else:
        path.write_text("" if how == "empty" else "{]")
    again = opened(tmp_path / "index")
    assert again.needs_rebuild
    assert again.stats().documents == 0


@pytest.mark.parametrize("how", ["missing", "cut"])
def test_damaged_segments_are_made_again_empty(filled, tmp_path, how):
    for path in (tmp_path / "index").iterdir():
        if path.suffix in {".idx", ".fast", ".store", ".term", ".fieldnorm"}:
            if how == "missing":
                path.unlink()
            else:
                path.write_bytes(path.read_bytes()[:10])
    again = opened(tmp_path / "index")
    assert again.needs_rebuild
    assert water(again) == []


def test_an_index_that_cannot_be_read_for_a_while_is_kept(filled, tmp_path):
    """Runs in a process of its own, as it uses up the file handles."""
    code = """
import os, resource, sys
import ayni.discovery.engine.tantivy_engine as module

engine = module.TantivyEngine(sys.argv[1], ("kind",))
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
taken = []
try:
    while True:
        taken.append(os.open("/dev/null", os.O_RDONLY))
except OSError:
    pass
for _ in range(int(sys.argv[2])):
    os.close(taken.pop())
try:
    engine.ensure_schema()
except module.EngineError:
    print("kept")
"""
    environment = {**os.environ, "PYTHONPATH": str(SOURCES)}
    answers = []
    for spare in range(6):
        command = [sys.executable, "-c", code, str(tmp_path / "index"), str(spare)]
        answers.append(subprocess.check_output(command, text=True, env=environment, timeout=60))
    assert "kept\n" in answers
    later = opened(tmp_path / "index")
    assert not later.needs_rebuild
    assert water(later) == ["1", "2"]


def test_another_schema_makes_a_new_index(filled, tmp_path, monkeypatch):
    more = TantivyEngine(tmp_path / "index", ("kind", "country"))
    more.ensure_schema()
    assert more.needs_rebuild
    more.mark_rebuilt()
    monkeypatch.setattr(files, "SCHEMA_VERSION", files.SCHEMA_VERSION + 1)
    later = TantivyEngine(tmp_path / "index", ("kind", "country"))
    later.ensure_schema()
    assert later.needs_rebuild


def test_nothing_is_left_beside_the_index(filled, tmp_path):
    shutil.rmtree(tmp_path / "index")
    filled.refresh()
    assert [path.name for path in tmp_path.iterdir()] == ["index"]
    filled.drop()
    assert list(tmp_path.iterdir()) == []


def test_unknown_facets_are_an_error_of_the_caller(filled):
    for query in (Query(facets=("x",)), Query(filters={"x": ["1"]}), Query(boosts={"x": {"y": 1.0}})):
        with pytest.raises(ValueError, match="unknown facets"):
            filled.search(query)
    with pytest.raises(ValueError, match="unknown facet"):
        filled.upsert([Doc("1", 1, {}, {"x": ["1"]})])
    filled.rollback()


def test_odd_tokens_do_no_harm(filled):
    filled.upsert([doc("odd", "en:two words", "en:" + "x" * 70_000, "en:水")])
    filled.commit()
    assert [h.id for h in filled.search(Query(words=[[("en:two words", 1.0)]])).hits] == ["odd"]


WRITER = """
import sys
from ayni.discovery.engine.interface import Doc
from ayni.discovery.engine.tantivy_engine import TantivyEngine

engine = TantivyEngine(sys.argv[1], ("kind",))
engine.ensure_schema()
number = 0
while True:
    engine.upsert(
        Doc(f"{number + i}", 1, {"all": ["en:water"], "title": []}, {"kind": ["practice"]}) for i in range(200)
    )
    engine.commit()
    number += 200
    print(number, flush=True)
"""


@pytest.mark.parametrize("after", [1, 4])
def test_what_was_acknowledged_survives_kill_9(tmp_path, after):
    environment = {**os.environ, "PYTHONPATH": str(SOURCES)}
    command = [sys.executable, "-c", WRITER, str(tmp_path / "index")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        acknowledged = 0
        for _ in range(after):
            acknowledged = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split()
        acknowledged = int(rest[-1]) if rest else acknowledged
    engine = opened(tmp_path / "index")
    there = set(engine.versions())
    assert {str(number) for number in range(acknowledged)} <= there
    assert len(there) % 200 == 0  # whole commits only
    engine.upsert([doc("new")])  # the lock died with its owner
    engine.commit()
    assert "new" in engine.versions()
