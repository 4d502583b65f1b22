from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand

from ayni.cli import site


class Command(BaseCommand):
    help = "Run the web server alone. Start at least one `ayni worker` beside it."

    def handle(self, *_args: Any, **_options: Any) -> None:
        site.prepare()
        with suppress(KeyboardInterrupt):
            site.serve_web()
