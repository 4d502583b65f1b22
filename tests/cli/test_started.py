"""A real server, as production has it."""

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from ayni.cli.site import MEGABYTE
from tests.cli.test_program import only_line, started

pytestmark = pytest.mark.slow
PRODUCTION = {
    "AYNI_MODE": "production",
    "AYNI_HOSTS": "practices.example",
    "AYNI_SITE_URL": "https://practices.example",
}


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module")
def first_line(home: Path, port: int) -> Iterator[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AYNI_")}
    environment |= {
        "AYNI_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "ayni.settings",
        "PORT": str(port),
    } | PRODUCTION
    with subprocess.Popen(
        [sys.executable, "-m", "ayni", "web"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        try:
            yield server.stdout.readline()
        finally:
            server.terminate()


def ask(port: int, path: str, host: str, body: bytes | None = None) -> tuple[int, str]:
    headers = {"Host": host, "Content-Type": "multipart/form-data; boundary=x"} if body else {"Host": host}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_it_says_that_it_is_up_and_a_second_one_says_why_not(first_line: str, home: Path, port: int) -> None:
    assert f"https://practices.example listens on 127.0.0.1, port {port}" in first_line
    ended = started(home, "web", PORT=str(port), **PRODUCTION)
    assert (ended.returncode, f"Port {port} is taken" in only_line(ended)) == (1, True)


def test_probes_are_answered_by_any_name(first_line: str, port: int) -> None:
    assert ask(port, "/healthz", "localhost") == (200, "ok\n")
    assert ask(port, "/readyz", f"10.0.0.7:{port}")[0] == 200
    assert ask(port, "/en/", "localhost")[0] == 400


def test_a_file_that_is_much_too_large_gets_our_own_page(first_line: str, port: int) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="f.csv"\r\n\r\n'
    status, page = ask(
        port, "/fr/accounts/login/", "practices.example", head + b"a" * 30 * MEGABYTE + b"\r\n--x--\r\n"
    )
    assert status == 403  # a stranger's; an operator's is told its limit: tests/web/test_operate.py
    assert 'lang="fr"' in page
