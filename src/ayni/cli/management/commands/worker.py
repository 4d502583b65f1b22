import signal
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from ayni.cli import site


class Command(BaseCommand):
    help = "Run the worker alone: indexing, imports, sealing, mail. Several may run; they share the work."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--once", action="store_true", help="Do what is waiting, then end.")

    def handle(self, *_args: Any, **options: Any) -> None:
        site.prepare_if_new()
        site.refuse_demo_in_production()
        worker = site.Worker()
        if options["once"]:
            worker.once()
            return
        signal.signal(signal.SIGTERM, lambda *_: worker.stop())
        self.stdout.write(_("The worker is at work (stop with Ctrl-C)."))
        self.stdout.flush()
        with suppress(KeyboardInterrupt):
            worker.run()
