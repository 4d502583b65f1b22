import json
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from ayni.discovery import indexing
from ayni.discovery.documents import searchable_count
from ayni.registry.models import OutboxMessage


class Command(BaseCommand):
    help = (
        "The search index: `status`, `rebuild`, `repair`. It can always be made again from the database. "
        "Records of one kind with the very same title share one document."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("what", nargs="?", choices=["status", "rebuild", "repair"], default="status")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        getattr(self, options["what"])(as_json=options["json"])

    def status(self, *, as_json: bool) -> None:
        indexing.engine().refresh()
        stats = indexing.engine().stats()
        behind, surplus = indexing.differences()
        facts = {
            "records": searchable_count(),
            "documents": stats.documents,
            "generation": stats.generation,
            "needs_rebuild": stats.needs_rebuild,
            "waiting": OutboxMessage.objects.count(),
            "behind": len(behind),
            "surplus": len(surplus),
        }
        if as_json:
            self.stdout.write(json.dumps(facts))
            return
        self.stdout.write(
            _(
                "%(records)s records in %(documents)s documents; %(waiting)s changes waiting; %(behind)s missing or old, %(surplus)s too many."
            )
            % facts
        )
        if stats.needs_rebuild or behind or surplus:
            self.stdout.write(_("Mend it with `ayni index repair`."))

    def rebuild(self, *, as_json: bool) -> None:
        show = self.stdout.isatty() and not as_json
        count = indexing.rebuild(progress=self._progress if show else lambda _count: None)
        self._say(
            count, _("The index was made anew: %(records)s records in %(count)s documents."), as_json=as_json
        )

    def repair(self, *, as_json: bool) -> None:
        self._say(indexing.repair(), _("%(count)s documents were brought up to date."), as_json=as_json)

    def _progress(self, count: int) -> None:
        self.stdout.write(f"\r{count} ", ending="")
        self.stdout.flush()

    def _say(self, count: int, sentence: str, *, as_json: bool) -> None:
        facts = {"count": count, "records": searchable_count()}
        self.stdout.write(json.dumps(facts) if as_json else sentence % facts)
