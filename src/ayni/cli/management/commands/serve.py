import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from ayni.cli import site
from ayni.cli.demo import build
from ayni.registry.models import Person


class Command(BaseCommand):
    help = "Run the whole site in one process: web server, worker and schedule."

    def handle(self, *_args: Any, **_options: Any) -> None:
        site.prepare()
        worker = site.Worker()
        threading.Thread(target=worker.run, name="worker", daemon=True).start()
        try:
            site.serve_web(on_ready=self.say_ready)
        except KeyboardInterrupt:
            pass
        finally:
            worker.stop()

    def say_ready(self) -> None:
        port = settings.CONFIG.number("PORT")
        address = settings.SITE_URL if settings.PRODUCTION else f"http://localhost:{port}"
        self.stdout.write(_("Ayni is at %(address)s (stop with Ctrl-C).") % {"address": address})
        if not settings.PRODUCTION and Person.objects.filter(email=build.LOG_INS[0].email).exists():
            self.stdout.write(
                _("Log in, for a look around, with the password %(password)s as:")
                % {"password": build.PASSWORD}
            )
            for who in build.LOG_INS:
                self.stdout.write(f"  {who.email}  ({who.what})")
        self.stdout.flush()
