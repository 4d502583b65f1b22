import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from django.core.management.base import BaseCommand

from ayni.matching.command_arguments import HELP, add_arguments


class Command(BaseCommand):
    """For the list of commands and the reference pages; `ayni match` itself asks for no site (`program._match`)."""

    help = HELP
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_arguments(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        from ayni.matching import command  # the solver loads only where it is needed

        if code := command.run(Namespace(**options)):
            sys.exit(code)
