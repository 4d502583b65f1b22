import json
import tempfile
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ayni.discovery.engine.tantivy_engine import TantivyEngine
from ayni.discovery.evaluation import evaluate, evaluate_fts5, table

_NEEDED = ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv")


class Command(BaseCommand):
    help = (
        "Measure search on your own data. `search --collection DIR` runs a judged collection in BEIR layout "
        "through the site's own search and, beside it, through SQLite's full-text search."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parts = parser.add_subparsers(dest="what", required=True)
        search = parts.add_parser("search", help="How well what is relevant is found.")
        search.add_argument("--collection", type=Path, required=True, metavar="DIR")
        search.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        folder: Path = options["collection"]
        if missing := [name for name in _NEEDED if not (folder / name).is_file()]:
            raise CommandError(
                _("%(folder)s is no collection: it lacks %(files)s.")
                % {"folder": folder, "files": ", ".join(missing)}
            )
        try:
            reports = self._reports(folder)
        except (ValueError, KeyError) as problem:
            raise CommandError(
                _("The collection cannot be read: %(problem)s") % {"problem": problem}
            ) from problem
        if options["json"]:
            self.stdout.write(json.dumps([asdict(report) for report in reports]))
        else:
            self.stdout.write(table(reports))

    def _reports(self, folder: Path) -> list[Any]:
        # An index of its own, made for this and thrown away: the site's is not touched.
        with tempfile.TemporaryDirectory(prefix="ayni-bench-") as place:
            ours = evaluate(folder, lambda: TantivyEngine(Path(place) / "index", facets=()))
        return [ours, evaluate_fts5(folder)]
