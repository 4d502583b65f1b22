from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ayni.cli import site
from ayni.kernel.errors import Invalid
from ayni.language.codes import CONTENT_LANGUAGES
from ayni.registry.actions.institutions import name_key, register_institution
from ayni.registry.models import Term
from ayni.registry.queries.institutions import institutions_named
from ayni.registry.queries.vocabularies import concepts
from ayni.registry.states import InstitutionType


class Command(BaseCommand):
    help = "Institutions: add one by hand, so that its people can write and be asked."

    def add_arguments(self, parser: Any) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        add = what.add_parser("add", help="Register an institution; its id is printed.")
        add.add_argument("name", help="Its official name.")
        add.add_argument("--language", default="en", choices=CONTENT_LANGUAGES, help="Of the name.")
        add.add_argument("--country", required=True, metavar="CODE", help="Two letters, such as KE.")
        add.add_argument("--type", default=InstitutionType.OTHER, choices=InstitutionType.values)
        add.add_argument("--email", default="", help="Of its office; shown to everyone.")

    def handle(self, *_args: Any, **options: Any) -> None:
        site.prepare_if_new()
        country = concepts().get("countries", options["country"].upper())
        if country is None:
            raise CommandError(f"{options['country']} is no country code; give two letters, such as KE.")
        known = institutions_named(name_key(options["name"]), country.code)
        if known:
            raise CommandError(f"It is registered already: {', '.join(sorted(one.uid for one in known))}")
        try:
            made = register_institution(
                by=None, name=options["name"], language=options["language"], type=options["type"],
                country=Term.objects.get(pk=country.id), office_email=options["email"],
            )  # fmt: skip
        except Invalid as error:
            faults = ", ".join(f"{fault.path} ({fault.code.replace('_', ' ')})" for fault in error.faults)
            raise CommandError(f"This cannot be stored: {faults}.") from error
        self.stdout.write(made.uid)
