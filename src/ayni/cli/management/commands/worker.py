import signal
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand

from ayni.cli import site


class Command(BaseCommand):
    help = "Run the worker alone: indexing, imports, sealing. Several may run; they share the work."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--once", action="store_true", help="Do what is waiting, then end.")

    def handle(self, *_args: Any, **options: Any) -> None:
        worker = site.Worker()
        if options["once"]:
            worker.step()
            return
        signal.signal(signal.SIGTERM, lambda *_: worker.stop())
        with suppress(KeyboardInterrupt):
            worker.run()
