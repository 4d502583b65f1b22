import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from ayni.cli import site
from ayni.kernel.errors import Invalid
from ayni.registry.actions.people import create_person, end_role, grant_role, set_password
from ayni.registry.models import Person
from ayni.registry.queries.institutions import get_institution
from ayni.registry.states import Role


class Command(BaseCommand):
    help = "People: add one, give a role in an institution, set a forgotten password (which is asked for)."

    def add_arguments(self, parser: Any) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        add = what.add_parser("add", help="Somebody who can log in.")
        add.add_argument("email")
        add.add_argument("--name", required=True)
        add.add_argument("--operator", action="store_true", help="Runs the site: imports, vocabularies.")
        add.add_argument("--moderator", action="store_true", help="Sees and corrects everything published.")
        add.add_argument("--reviewer", action="store_true", help="Reads for the site what is handed in.")
        role = what.add_parser("role", help="Give somebody a role in an institution, or end it.")
        role.add_argument("email")
        role.add_argument("institution", help="Its id: the letters and digits in the address of its page.")
        role.add_argument("role", choices=Role.values, help="Explained in docs/reference/roles.md.")
        role.add_argument("--end", action="store_true", help="The role ends today.")
        password = what.add_parser("password", help="Set a new password.")
        password.add_argument("email")

    def handle(self, *_args: Any, **options: Any) -> None:
        site.prepare_if_new()
        if options["what"] == "add":
            self.add(options)
        else:
            person = Person.objects.filter(email__iexact=options["email"]).first()
            if person is None:
                raise CommandError(f"Nobody has the address {options['email']}.")
            if options["what"] == "role":
                self.role(person, options)
            else:
                set_password(by=None, person=person, password=self.ask(person))
        self.stdout.write("Stored.")

    def add(self, options: dict[str, Any]) -> None:
        email, name = options["email"], options["name"]
        try:
            create_person(
                by=None, email=email, name=name, password=self.ask(Person(email=email, name=name)),
                is_operator=options["operator"], is_moderator=options["moderator"],
                is_reviewer=options["reviewer"],
            )  # fmt: skip
        except Invalid as error:
            faults = ", ".join(f"{fault.path} ({fault.code.replace('_', ' ')})" for fault in error.faults)
            raise CommandError(f"This cannot be stored: {faults}.") from error

    def role(self, person: Person, options: dict[str, Any]) -> None:
        institution = get_institution(options["institution"])
        if institution is None:
            raise CommandError(f"No institution has the id {options['institution']}.")
        role = Role(options["role"])
        if not options["end"]:
            grant_role(by=None, person=person, institution=institution, role=role)
            return
        held = person.memberships.filter(institution=institution, role=role, until=None).first()
        if held is None:
            raise CommandError("They do not have this role there.")
        end_role(by=None, membership=held)

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
