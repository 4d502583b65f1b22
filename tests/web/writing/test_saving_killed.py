"""`kill -9` at the worst moment of an autosave: the words are stored, and the answer has not left yet."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import RemoteDisconnected
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from tests.web.writing.conftest import Form
from tests.worlds import PASSWORD

BEGIN = f"""
from ayni.knowledge.actions.drafts import begin
from ayni.registry.models import Term
from ayni.registry.actions.institutions import register_institution
from ayni.registry.actions.people import create_person, grant_role
trust = register_institution(by=None, name="Rural Water Trust", country=Term.objects.get(vocabulary__code="countries", code="KE"))
alice = create_person(by=None, email="alice@example.org", name="Alice Author", password="{PASSWORD}")
grant_role(by=None, person=alice, institution=trust, role="contributor")
print(begin(by=alice, kind="practice", language="en", owner=trust, title="Water on the wall").record.uid)
"""
# The site as it is, in a server that is killed when what was sent is stored and its answer has not begun.
SERVE = """
import os, signal, sys, waitress
from ayni.wsgi import application
def dying(environ, start_response):
    answer = application(environ, start_response)
    if sys.argv[2] == "dying" and environ["REQUEST_METHOD"] == "POST" and "/write/" in environ["PATH_INFO"]:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer
waitress.serve(dying, host="127.0.0.1", port=int(sys.argv[1]), threads=2, _quiet=True)
"""
READY_WITHIN = 60  # seconds
FIRST, LATER = "The pump stood still.", "The pump stood still for a year, and nobody knew why."


def environment(home: Path) -> dict[str, str]:
    own = {"AYNI_HOME": str(home), "AYNI_DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "ayni.settings"}
    return os.environ | own | {"AYNI_LOG_LEVEL": "ERROR"}


class Person:
    """Somebody at a page: what she is shown she fills in and sends, as the script of the page does."""

    def __init__(self, address: str) -> None:
        self._address, self._open = address, build_opener(HTTPCookieProcessor(CookieJar())).open

    def sees(self, path: str, of: str = "writing") -> Form:
        with self._open(self._address + path, timeout=READY_WITHIN) as answer:
            return Form(answer.read().decode(), of)

    def sends(self, path: str, fields: dict[str, list[str]]) -> dict:
        request = Request(
            self._address + path, urlencode(fields, doseq=True).encode(), {"Accept": "application/json"}
        )
        with self._open(request, timeout=READY_WITHIN) as answer:
            body = answer.read()
            return json.loads(body) if "json" in answer.headers["Content-Type"] else {}

    def logs_in(self) -> None:
        path = "/en/accounts/login/"
        token = self.sees(path, of="").fields["csrfmiddlewaretoken"]
        self.sends(
            path, {"csrfmiddlewaretoken": token, "login": ["alice@example.org"], "password": [PASSWORD]}
        )


@contextmanager
def serving(home: Path, port: int, how: str = "") -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", SERVE, str(port), how]
    with subprocess.Popen(command, env=environment(home)) as server:
        try:
            _wait_for(port, server)
            yield server
        finally:
            server.kill()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end and server.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail("the server does not answer")


@pytest.fixture
def begun(tmp_path: Path) -> str:
    """A site with a draft; the draft's page."""
    for arguments in (("mail", "status"), ("shell", "-c", BEGIN)):  # the first makes the site
        done = subprocess.run(
            [sys.executable, "-m", "ayni", *arguments], env=environment(tmp_path), check=True,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    return f"/en/write/{done.stdout.split()[-1]}/problem/"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stored(home: Path) -> tuple[str, int, int, int]:
    """The words of the draft; how often it was edited; texts beside it; and how often that was noted."""
    with closing(sqlite3.connect(home / "ayni.sqlite3")) as database:
        body, edits = database.execute("SELECT body, edit FROM knowledge_revision").fetchone()
        (variants,) = database.execute("SELECT count(*) FROM knowledge_variant").fetchone()
        (noted,) = database.execute(
            "SELECT count(*) FROM registry_auditentry WHERE verb = 'revision.edited'"
        ).fetchone()
    return json.loads(body).get("problem", ""), edits, variants, noted


@pytest.mark.slow
def test_what_was_saved_and_not_answered_is_sent_again_and_is_there_once(tmp_path: Path, begun: str) -> None:
    port = free_port()
    alice = Person(f"http://127.0.0.1:{port}")
    with serving(tmp_path, port, "dying") as server:
        alice.logs_in()
        page = alice.sees(begun)
        sent = page.fields | {"body.problem": [FIRST]}
        with pytest.raises((RemoteDisconnected, ConnectionError, URLError)):
            alice.sends(begun, sent)
        assert server.wait() == -signal.SIGKILL
    assert stored(tmp_path) == (FIRST, 1, 0, 1)
    with serving(tmp_path, port):
        told = alice.sends(begun, sent)
        assert (told["clashes"], told["faults"]) == ([], {})
        assert stored(tmp_path) == (FIRST, 1, 0, 1)
        # She has gone on writing meanwhile: her newer words begin from those that the server turned out to have.
        told = alice.sends(
            begun, sent | {"body.problem": [LATER], "was.body.problem": [told["was"]["body.problem"]]}
        )
        assert (told["clashes"], told["faults"]) == ([], {})
        assert stored(tmp_path) == (LATER, 2, 0, 1)
        assert alice.sees(begun).fields["body.problem"] == [LATER]
