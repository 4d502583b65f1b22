"""Run benchmarks, each in a process and an AYNI_HOME of its own, and print their figures."""

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from time import monotonic

from bench.figures import Outcome, load, store, table

# Name -> module. Cheap ones first: a mistake shows early.
BENCHMARKS = {
    "weight": "bench.weight",
    "fresh": "bench.fresh",
    "files": "bench.handing_on",
    "rounds": "bench.rounds",
    "circles": "bench.circles",
    "import": "bench.imports",
    "collections": "bench.relevance",
    "uploads": "bench.uploads",
    "autosave": "bench.autosave",
    "desk": "bench.review_desk",
    "serve": "bench.serve",
    "scale": "bench.scale",
}
_RESULTS = Path("var") / "bench.json"
_LONGEST = 1800  # seconds one benchmark may take


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"any of: {', '.join(BENCHMARKS)}")
    parser.add_argument("--json", action="store_true", help=f"write the figures to {_RESULTS} too")
    parser.add_argument("--inside", metavar="FILE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if unknown := set(options.names) - set(BENCHMARKS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    if options.inside:
        return run_inside(options.names[0], Path(options.inside))
    outcomes = {name: run_apart(name) for name in options.names or BENCHMARKS}
    if options.json:
        _RESULTS.parent.mkdir(exist_ok=True)
        results = {name: asdict(outcome) for name, outcome in outcomes.items() if outcome}
        _RESULTS.write_text(json.dumps(results, indent=1))
    good = all(
        outcome and all(f.is_met is not False for f in outcome.figures) for outcome in outcomes.values()
    )
    return 0 if good else 1


def run_apart(name: str) -> Outcome | None:
    print(f"\n== {name}", flush=True)
    begun = monotonic()
    with tempfile.TemporaryDirectory(prefix="ayni-bench-", ignore_cleanup_errors=True) as home:
        result = Path(home) / "result.json"
        kept = ("AYNI_TEST_DATA", "AYNI_BENCH_")
        environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith("AYNI_") or key.startswith(kept)
        }
        environment |= {
            "AYNI_HOME": f"{home}/home",
            "AYNI_LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "ayni.settings",
        }
        command = [sys.executable, "-m", "bench", name, "--inside", str(result)]
        done = subprocess.run(command, env=environment, timeout=_LONGEST, check=False)
        if done.returncode or not result.exists():
            print(f"   {name} failed (code {done.returncode})")
            return None
        outcome = load(result)
    if outcome.figures:
        print(table(outcome.figures))
    for line in outcome.skipped:
        print(f"   skipped: {line}")
    print(f"   ({monotonic() - begun:.0f} s in all)", flush=True)
    return outcome


def run_inside(name: str, result: Path) -> int:
    import django  # only the process of one benchmark has settings

    django.setup()
    outcome = importlib.import_module(BENCHMARKS[name]).run()
    store(outcome, result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
