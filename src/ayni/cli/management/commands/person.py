import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from ayni.cli import site
from ayni.kernel.errors import Invalid
from ayni.registry.actions.people import create_person, set_password
from ayni.registry.models import Person


class Command(BaseCommand):
    help = "People who run the site: add one, or set a forgotten password. The password is asked for."

    def add_arguments(self, parser: Any) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        add = what.add_parser("add", help="Somebody who can log in.")
        add.add_argument("email")
        add.add_argument("--name", required=True)
        add.add_argument("--operator", action="store_true", help="Runs the site: imports, vocabularies.")
        add.add_argument("--moderator", action="store_true", help="Sees and corrects everything published.")
        password = what.add_parser("password", help="Set a new password.")
        password.add_argument("email")

    def handle(self, *_args: Any, **options: Any) -> None:
        site.prepare_if_new()
        person = Person.objects.filter(email__iexact=options["email"]).first()
        if options["what"] == "password":
            if person is None:
                raise CommandError(f"Nobody has the address {options['email']}.")
            set_password(by=None, person=person, password=self.ask(person))
        else:
            self.add(options)
        self.stdout.write("Stored.")

    def add(self, options: dict[str, Any]) -> None:
        email, name = options["email"], options["name"]
        try:
            create_person(
                by=None, email=email, name=name, password=self.ask(Person(email=email, name=name)),
                is_operator=options["operator"], is_moderator=options["moderator"],
            )  # fmt: skip
        except Invalid as error:
            faults = ", ".join(f"{fault.path} ({fault.code.replace('_', ' ')})" for fault in error.faults)
            raise CommandError(f"This cannot be stored: {faults}.") from error

    def ask(self, person: Person) -> str:
        try:
            password, again = getpass.getpass("Password: "), getpass.getpass("Again: ")
        except EOFError as error:
            raise CommandError("No password was given; run this in a terminal.") from error
        if again != password:
            raise CommandError("The two are not the same.")
        try:
            validate_password(password, person)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return password
