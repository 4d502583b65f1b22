"""One `ayni serve` on SQLite: how many views a second, and how it answers while slow lines download."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic, perf_counter, sleep

from django.utils import translation

from ayni.cli.demo import build
from ayni.knowledge.models import Record
from ayni.knowledge.states import Form, Kind
from ayni.registry.models import Person
from ayni.web.addresses import record_url
from bench.figures import Figure, Outcome, p95, progress
from bench.server import demo_world, running, session_of
from bench.wire import HOST, Connection, request_bytes

_SECONDS = 8.0
_VISITORS = 8
_VIEWS_GOAL = 150
_SLOW_LINES = 40
_BYTES_A_SECOND = 2500
_SLOW_SECONDS = 12.0
_ANSWER_GOAL = 1.0


def run() -> Outcome:
    demo_world()
    practice = (
        Record.objects.filter(kind=Kind.PRACTICE, published__form=Form.FULL)
        .select_related("published")
        .order_by("pk")
    )[0]
    with translation.override("en"):
        path = record_url(practice)
    with running() as port:
        answer = Connection(port).get(request_bytes(path))
        if answer.status != 200:
            return Outcome(skipped=[f"the practice page answers {answer.status}"])
        progress("views of the practice page")
        _visits(port, path, 1.0)  # templates, vocabularies and files are loaded once
        visits = _visits(port, path, _SECONDS)
        progress("views by somebody who is logged in")
        members = _visits(port, path, _SECONDS, session_of(Person.objects.get(email=build.LOG_INS[0].email)))
        progress(f"{_SLOW_LINES} slow lines")
        before, during = waits(port, path)
    return Outcome(
        [
            Figure(
                "views of a full practice a second", visits["views"] / _SECONDS, "1/s", _VIEWS_GOAL, at_least=True,
                note=f"{_VISITORS} visitors, compressed, {answer.size / 1000:.1f} kB",
            ),
            Figure("  of which failed", visits["failed"], "", 0),
            Figure("  its time, p50", visits["p50"], "ms"),
            Figure("  its time, p95", visits["p95"], "ms"),
            Figure(
                "views of it a second, logged in", members["views"] / _SECONDS, "1/s",
                note="nothing is kept ready for them",
            ),
            Figure("  of which failed", members["failed"], "", 0),
            Figure("  its time, p95", members["p95"], "ms"),
            Figure("first answer on a quiet site, p95", p95(before) / 1000, "s"),
            Figure(
                f"first answer beside {_SLOW_LINES} slow lines, worst", max(during), "s", _ANSWER_GOAL,
                note=f"{_BYTES_A_SECOND} B/s each, {len(during)} visits",
            ),
        ]
    )  # fmt: skip


def _visits(port: int, path: str, seconds: float, cookie: str = "") -> dict[str, float]:
    """Visitors in a process of their own, so that they do not share the server's or our interpreter."""
    command = [sys.executable, "-m", "bench.visitors", str(port), path, str(_VISITORS), str(seconds), cookie]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=True)
    return json.loads(done.stdout)


def waits(port: int, path: str) -> tuple[list[float], list[float]]:
    """Seconds until the first bytes reach a new visitor: on a quiet site, and beside the slow lines."""
    quiet = list(_first_answers(port, path, until=monotonic() + 2))
    with slow_lines(port, path):
        sleep(1)  # all of them are downloading
        beside = list(_first_answers(port, path, until=monotonic() + _SLOW_SECONDS))
    return quiet, beside


def _first_answers(port: int, path: str, *, until: float) -> Iterator[float]:
    while monotonic() < until:
        begun = perf_counter()
        with socket.create_connection((HOST, port), timeout=30) as visitor:
            visitor.sendall(request_bytes(path))
            if not visitor.recv(1):
                raise ConnectionError("closed without an answer")
        yield perf_counter() - begun
        sleep(0.05)


@contextmanager
def slow_lines(port: int, path: str) -> Iterator[None]:
    """Clients that ask for the uncompressed page again and again and read it drop by drop."""
    stop = Event()
    lines = [Thread(target=_drip, args=(port, path, stop), daemon=True) for _ in range(_SLOW_LINES)]
    for line in lines:
        line.start()
    try:
        yield
    finally:
        stop.set()
        for line in lines:
            line.join(5)


def _drip(port: int, path: str, stop: Event) -> None:
    """Ten requests at once on one line: what waits for it fills every buffer between."""
    with socket.socket() as line:
        # Before connecting: the window offered to the server is then as small.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        line.settimeout(30)
        line.connect((HOST, port))
        line.sendall(request_bytes(path, accept="identity") * 10)
        while not stop.is_set():
            if not line.recv(_BYTES_A_SECOND // 5):
                return
            sleep(0.2)
