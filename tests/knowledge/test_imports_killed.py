"""kill -9 in the middle of an import: what was acknowledged is there, and the rest follows."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.knowledge.importing import document, write

ROWS = 400
_PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from ayni.registry.actions.vocabularies import load_built_in_vocabularies
load_built_in_vocabularies()
"""
# As the command line does it, saying aloud what has been acknowledged.
_IMPORT = """
import sys, time, datetime, django; django.setup()
from pathlib import Path
from ayni.kernel import clock
from ayni.knowledge.actions.imports import process_batch, start_batch
def say(done, total):
    print(done, flush=True)
    time.sleep(float(sys.argv[2]))
path = Path(sys.argv[1])
with clock.at(clock.now() + datetime.timedelta(seconds=int(sys.argv[3]))):
    print("state", process_batch(batch=start_batch(by=None, path=path), path=path, progress=say).state)
"""


def run(code: str, home: Path, *arguments: str) -> subprocess.Popen:
    environment = {name: value for name, value in os.environ.items() if name != "AYNI_DATABASE_URL"}
    environment |= {
        "AYNI_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "ayni.settings",
        "AYNI_LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def finished(process: subprocess.Popen) -> str:
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return output


@pytest.mark.slow
def test_a_killed_import_loses_nothing_and_goes_on(tmp_path):
    finished(run(_PREPARE, tmp_path))
    file = write(tmp_path / "records.jsonl", *(document(n) for n in range(ROWS)))
    process = run(_IMPORT, tmp_path, str(file), "0.05", "0")
    acknowledged = 0
    for line in process.stdout:
        acknowledged = int(line)
        if acknowledged >= ROWS // 4:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert 0 < acknowledged < ROWS
    database = sqlite3.connect(tmp_path / "ayni.sqlite3")
    count = "select count(*) from knowledge_record"
    there = database.execute(count).fetchone()[0]
    assert acknowledged <= there < ROWS
    assert there == database.execute("select count(*) from knowledge_importrow").fetchone()[0]
    # The other worker takes over once the first has not been heard of for a minute.
    began = time.monotonic()
    assert "state done" in finished(run(_IMPORT, tmp_path, str(file), "0", "61"))
    assert time.monotonic() - began < 60
    assert database.execute(count).fetchone()[0] == ROWS
    assert database.execute("select count(distinct origin_id) from knowledge_record").fetchone()[0] == ROWS
    assert database.execute("select count(*) from knowledge_importbatch").fetchone()[0] == 1
    assert database.execute("select count(*) from registry_institution").fetchone()[0] == 1
    database.close()
