"""A real site for the browser: own home, own free port, SQLite in a file."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

AYNI = Path(sys.executable).with_name("ayni")
READY_WITHIN = 60  # seconds


class Site:
    """May be stopped and started again, some days later by its own clock."""

    def __init__(self, home: Path, **options: str) -> None:
        """`options`: of the site, as the environment names them."""
        self._home = home
        self.port = _free_port()
        self.address = f"http://localhost:{self.port}"
        self._environment = (
            {
                name: value
                for name, value in os.environ.items()
                if not name.startswith("AYNI_") and name != "DJANGO_SETTINGS_MODULE"
            }
            | {"AYNI_HOME": str(home), "AYNI_SITE_URL": self.address, "PORT": str(self.port)}
            | options
        )
        self._server: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: str, days: int = 0) -> str:
        """What `ayni ...` prints."""
        environment = self._environment | {"AYNI_CLOCK_DAYS": str(days)}
        done = subprocess.run(
            [AYNI, *arguments], env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout

    def build_demo(self) -> None:
        self.run("demo")

    def like(self, other: "Site") -> None:
        """A site that begins as the other is now, while that one is not served: far quicker than building it anew."""
        shutil.copytree(other._home, self._home, dirs_exist_ok=True)

    def secrets(self) -> dict[str, str]:
        """By the mail's template: the secret of the newest link that waits to be sent. No page shows one."""
        with closing(sqlite3.connect(self._home / "ayni.sqlite3")) as database:
            rows = database.execute("SELECT template, params FROM registry_mail ORDER BY id")
            mails = [(template, json.loads(params)) for template, params in rows]
        return {template: params["secret"] for template, params in mails if "secret" in params}

    def start(self, *, days: int = 0) -> None:
        log_path = self._home / "serve.log"
        environment = self._environment | {"AYNI_CLOCK_DAYS": str(days)}
        with log_path.open("ab") as log:
            self._server = subprocess.Popen([AYNI, "serve"], env=environment, stdout=log, stderr=log)
        end = time.monotonic() + READY_WITHIN
        while time.monotonic() < end and self._server.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.address}/readyz", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self.stop()
        pytest.fail(f"the server is not ready; its log ends:\n{log_path.read_text()[-3000:]}")

    def stop(self) -> None:
        if self._server is None:
            return
        self._server.terminate()
        try:
            self._server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._server = None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
