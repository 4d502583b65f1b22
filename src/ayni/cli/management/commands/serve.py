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
        self.worker = site.Worker()
        try:
            site.serve_web(on_ready=self.begin)
        except KeyboardInterrupt:
            pass
        finally:
            self.worker.stop()

    def begin(self) -> None:
        """Only now that the port is ours: two workers in one directory would be one too many."""
        threading.Thread(target=self.worker.run, name="worker", daemon=True).start()
        self.stdout.write(_("Ayni is at %(address)s (stop with Ctrl-C).") % {"address": site.address()})
        if not settings.PRODUCTION and Person.objects.filter(email=build.LOG_INS[0].email).exists():
            self.stdout.write(
                _("Log in, for a look around, with the password %(password)s as:")
                % {"password": build.PASSWORD}
            )
            for who in build.LOG_INS:
                self.stdout.write(f"  {who.email}  ({who.what})")
        self.stdout.flush()
