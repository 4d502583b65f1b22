"""The program as a whole: its list of commands, and one sentence where a traceback would help nobody."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError
from django.db import OperationalError, ProgrammingError

from ayni.cli import program, site
from ayni.cli.faults import CannotRun, UnsafeSite
from ayni.config import BadOption
from tests import worlds


def started(home: Path, *arguments: str, **given: str) -> subprocess.CompletedProcess[str]:
    """`ayni ...` as somebody types it, in a home of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AYNI_")}
    environment |= {"AYNI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "ayni.settings"} | given
    return subprocess.run(
        [sys.executable, "-m", "ayni", *arguments],
        env=environment,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
        timeout=120,
    )


def only_line(ended: subprocess.CompletedProcess[str]) -> str:
    lines = ended.stderr.strip().splitlines()
    assert len(lines) == 1, ended.stderr
    return lines[0]


@pytest.mark.parametrize("arguments", [[], ["help"], ["--help"]])
def test_the_list_holds_our_commands_and_only_those(arguments: list[str], capsys) -> None:
    assert program.run(arguments) == 0
    told = capsys.readouterr().out
    assert [line.split()[0] for line in told.splitlines() if line.startswith("  ")] == program.names()
    assert "flush" not in told
    assert all(len(line) < 110 for line in told.splitlines())


def test_help_of_one_command_and_of_djangos(capsys) -> None:
    for arguments, told in ((["help", "import"], "BATCH"), (["help", "import", "undo"], "ayni import undo")):
        with pytest.raises(SystemExit) as ended:
            program.run(arguments)
        assert ended.value.code == 0
        assert told in capsys.readouterr().out
    program.run(["help", "--all"])
    assert "testserver" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "told", "code"),
    [
        (CommandError("No such thing.", returncode=2), "No such thing.", 2),
        (BadOption("PORT is high."), "PORT is high.", 1),
        (UnsafeSite("Demo people."), "Demo people.", 1),
        (CannotRun("Taken."), "Taken.", 1),
        (ImproperlyConfigured("Error loading psycopg2 or psycopg module"), "requirements/postgres.txt", 1),
        (OperationalError("connection failed: refused\nmore"), "connection failed: refused. See AYNI", 1),
        (OperationalError('FATAL: database "ayni" does not exist'), "AYNI_DATABASE_URL", 1),
        (OperationalError("no such table: registry_person"), "Start the site once", 1),
        (ProgrammingError('relation "registry_person" does not exist'), "Start the site once", 1),
        (TimeoutError("another process is writing"), "Try again", 1),
    ],
)
def test_what_an_operator_can_mend_is_one_sentence(
    error: Exception, told: str, code: int, capsys, monkeypatch
) -> None:
    def fail(*_args: object) -> None:
        raise error

    monkeypatch.setattr(program, "_run_ours", fail)
    assert program.run(["vocab"]) == code
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("ayni: ")
    assert told in line
    with pytest.raises(type(error)):
        program.run(["vocab", "--traceback"])


def test_a_fault_of_ours_keeps_its_traceback(monkeypatch) -> None:
    def fail(*_args: object) -> None:
        raise ProgrammingError("syntax error at or near SELEC")

    monkeypatch.setattr(program, "_run_ours", fail)
    with pytest.raises(ProgrammingError):
        program.run(["vocab"])


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (OSError(errno.EADDRINUSE, "in use"), "Port 8000 is taken.*PORT=8001"),
        (OSError(errno.EACCES, "denied"), "above 1023"),
        (OSError(errno.EADDRNOTAVAIL, "not here"), "AYNI_LISTEN and PORT"),
        (ValueError("Invalid host/port specified."), "AYNI_LISTEN is '127.0.0.1'"),
    ],
)
def test_a_port_that_cannot_be_had(settings, monkeypatch, refusal: Exception, told: str) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise refusal

    settings.CONFIG = type(settings.CONFIG)({})
    monkeypatch.setattr("waitress.server.create_server", refuse)
    with pytest.raises((CannotRun, BadOption), match=told):
        site.serve_web(on_ready=pytest.fail)
    settings.CONFIG = type(settings.CONFIG)({"PORT": "70000"})
    with pytest.raises(BadOption, match="PORT is 70000"):
        site.serve_web(on_ready=pytest.fail)


def test_production_refuses_demo_people(db: None, settings) -> None:
    settings.PRODUCTION = True
    site.refuse_demo_in_production()
    worlds.person("Demo", is_demo=True)
    with pytest.raises(UnsafeSite, match="demo people"):
        site.refuse_demo_in_production()


def test_a_home_that_cannot_be_made(settings) -> None:
    settings.HOME = Path("/proc/nowhere")
    with pytest.raises(CannotRun, match="AYNI_HOME"):
        site.make_home()


@pytest.mark.slow
def test_a_site_that_has_not_been_started_yet(tmp_path: Path) -> None:
    ended = started(tmp_path, "vocab")
    assert (ended.returncode, "Start the site once" in only_line(ended)) == (1, True)
    # The first operator may come before the first start: all is prepared, then the password is asked for.
    ended = started(tmp_path, "person", "add", "op@example.org", "--name", "Omar", "--operator")
    assert (ended.returncode, "No password was given" in ended.stderr) == (1, True)
    assert "Traceback" not in ended.stderr
    assert started(tmp_path, "vocab").returncode == 0


@pytest.mark.slow
def test_a_database_that_does_not_answer(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    ended = started(tmp_path, "serve", AYNI_DATABASE_URL="postgresql://a:b@127.0.0.1:1/ayni")
    assert (ended.returncode, "AYNI_DATABASE_URL" in only_line(ended)) == (1, True)
