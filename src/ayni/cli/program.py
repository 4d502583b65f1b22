"""The program `ayni`: our commands, a list of them, and one sentence for what an operator can mend."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import (
    CommandError,
    ManagementUtility,
    execute_from_command_line,
    load_command_class,
)
from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError, connections

from ayni.cli.faults import CannotRun
from ayni.config import BadOption

COMMANDS = Path(__file__).resolve().parent / "management" / "commands"
HELP = {"", "help", "-h", "--help"}
NOT_STARTED = ("no such table", "does not exist", "no such column")


def names() -> list[str]:
    return sorted(path.stem for path in COMMANDS.glob("*.py") if path.stem != "__init__")


def run(arguments: list[str]) -> int:
    """Do what the command line says; the exit code. A fault of ours still ends in a traceback."""
    first, *rest = arguments or [""]
    try:
        if first in HELP and not rest:
            print("\n".join(overview()))
        elif first == "help" and rest[0] in names():
            return run([*rest, "--help"])
        elif first == "match":
            return _match(rest)
        elif first in names():
            _run_ours(first, rest)
        else:
            django_arguments = ["help"] if arguments == ["help", "--all"] else arguments
            execute_from_command_line(["ayni", *django_arguments])
    except BrokenPipeError:  # `ayni vocab terms sdg | head`: whoever listened has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if "--traceback" in arguments or (told := in_words(error)) is None:
            raise
        sentence, code = told
        print(f"ayni: {sentence}", file=sys.stderr)
        return code
    return 0


def overview() -> Iterator[str]:
    django.setup()
    yield "ayni COMMAND ... runs and looks after a site."
    yield ""
    for name in names():
        told = load_command_class("ayni.cli", name).help
        yield f"  {name:8} {told.partition('. ')[0].rstrip('.')}."
    yield ""
    yield "`ayni help COMMAND` says more, `ayni help --all` lists what Django brings along."


def _match(arguments: list[str]) -> int:
    """Rounds are in files: no settings are read, and no home is made."""
    from ayni.matching.command import main  # the solver loads only where it is needed

    return main(arguments)


def _run_ours(name: str, arguments: list[str]) -> None:
    """As Django's `run_from_argv`, but what goes wrong comes back to us, to be worded in one place."""
    django.setup()
    command = ManagementUtility(["ayni", name]).fetch_command(name)
    command._called_from_command_line = True  # a wrong argument is explained by argparse, not raised
    options = vars(command.create_parser("ayni", name).parse_args(arguments))
    try:
        command.execute(*options.pop("args", ()), **options)
    finally:
        connections.close_all()


def in_words(error: BaseException) -> tuple[str, int] | None:
    """What to tell the operator, and the exit code; None for a fault of ours."""
    if isinstance(error, CommandError):
        return str(error), error.returncode
    if isinstance(error, ImproperlyConfigured) and "psycopg" in str(error):
        return "PostgreSQL needs its driver: install requirements/postgres.txt (docs/howto/run-a-site.md).", 1
    if isinstance(error, BadOption | ImproperlyConfigured | CannotRun):
        return str(error), 1
    if isinstance(error, TimeoutError):
        return f"{error}. Try again in a minute.", 1
    if isinstance(error, OperationalError | ProgrammingError | InterfaceError):
        return _of_the_database(error)
    return None


def _of_the_database(error: DatabaseError | InterfaceError) -> tuple[str, int] | None:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
    if "does not exist" in reason and "relation" not in reason and "column" not in reason:
        pass  # PostgreSQL: the database itself, or the role
    elif any(words in reason for words in NOT_STARTED):
        return "The tables are not those of this version. Start the site once: `ayni serve` or `ayni web`.", 1
    elif isinstance(error, ProgrammingError):
        return None
    return f"The database cannot be used: {reason}. See AYNI_DATABASE_URL and `ayni doctor`.", 1
