"""An import of real records: the IATI activities, from the command line until they can be found; then again."""

import json
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from django.core.management import get_commands

from ayni.cli import site
from ayni.discovery import indexing
from ayni.knowledge.models import Record
from ayni.registry.models import OutboxMessage
from bench.figures import Figure, Outcome

_FILE = "practices/iati_south_south.jsonl"
_GOAL = 60.0


def run() -> Outcome:
    path = Path(os.environ.get("AYNI_TEST_DATA", "../shared/data")).resolve() / _FILE
    if not path.exists():
        return Outcome(skipped=[f"no {_FILE} under AYNI_TEST_DATA"])
    if "import" not in get_commands():
        return Outcome(skipped=["there is no `ayni import` yet"])
    site.prepare()
    first, seconds = _import(path)
    second, again = _import(path)
    changed = sum(second[name] for name in ("created", "updated", "failed"))
    rows = sum(1 for line in path.read_text().splitlines() if line.strip())
    stored = Record.objects.filter(published__isnull=False).count()
    indexing.engine().refresh()
    found = indexing.engine().stats().documents
    return Outcome(
        [
            Figure("IATI import with indexing", seconds, "s", _GOAL, note=f"{rows} rows, {stored} records"),
            Figure("records created", first["created"], "", rows, at_least=True),
            Figure("second run", again, "s"),
            Figure("changed by the second run", changed, "", 0),
            Figure("documents to be found", found, "", note="identical titles are one"),
        ]
    )


def _import(path: Path) -> tuple[dict[str, int], float]:
    """Run the command and index what it announced; returns its counts of rows and the seconds."""
    command = [sys.executable, "-m", "ayni", "import", "records", str(path), "--json"]
    begun = perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    while OutboxMessage.objects.exists():
        indexing.drain(wait=30)
    seconds = perf_counter() - begun
    if done.returncode:
        raise RuntimeError(f"`ayni import` ended with code {done.returncode}: {done.stderr[-2000:]}")
    return json.loads(done.stdout)["counts"], seconds
