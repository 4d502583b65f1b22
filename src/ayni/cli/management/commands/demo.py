from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ayni.cli import site
from ayni.cli.demo import build
from ayni.discovery import indexing


class Command(BaseCommand):
    help = "Build the demo world: fictional institutions, people and records in seven languages."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(_("A production site takes no demo world: its log-ins are known to everyone."))
        site.prepare()
        if build.is_somebodys_own():
            raise CommandError(
                _(
                    "This database holds people or records of your own, and the demo world would mix with them. "
                    "Build it in a directory of its own: AYNI_HOME=var/demo ayni demo"
                )
            )
        world = build.build(lambda line: self.stdout.write(f"  {line} ..."))
        indexing.drain(wait=60)
        self.stdout.write(
            _("The demo world is there: %(records)s records, %(institutions)s institutions.")
            % {"records": len(world.records), "institutions": len(world.institutions)}
        )
        # Who may log in is told by `ayni serve`, which comes next.
        self.stdout.write(_("Look around with: %(command)s") % {"command": "ayni serve"})
