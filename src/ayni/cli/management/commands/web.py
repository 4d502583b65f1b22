from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from ayni.cli import site


class Command(BaseCommand):
    help = "Run the web server alone. Start at least one `ayni worker` beside it."

    def handle(self, *_args: Any, **_options: Any) -> None:
        site.prepare()
        with suppress(KeyboardInterrupt):
            site.serve_web(on_ready=self.say_ready)

    def say_ready(self) -> None:
        config = settings.CONFIG
        facts = {"address": site.address(), "host": config.text("AYNI_LISTEN"), "port": config.number("PORT")}
        self.stdout.write(
            _("The web server of %(address)s listens on %(host)s, port %(port)s (stop with Ctrl-C).") % facts
        )
        self.stdout.flush()
