"""A real site for measuring: the demo world behind `ayni serve`, in a process of its own, on loopback."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from django.conf import settings
from django.test import Client

from ayni.cli import site
from ayni.cli.demo import build
from ayni.discovery import indexing
from ayni.registry.models import Person
from bench.wire import HOST

_PATIENCE = 60  # seconds for the server to begin to answer


def demo_world() -> build.World:
    site.prepare()
    world = build.build()
    indexing.drain(wait=60)
    return world


def session_of(person: Person) -> str:
    """The cookie of somebody who is logged in."""
    client = Client()
    client.force_login(person)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def running() -> Iterator[int]:
    """`ayni serve` on a free port of this machine; gives the port."""
    port = free_port()
    environment = os.environ | {"PORT": str(port), "AYNI_LISTEN": HOST}
    process = subprocess.Popen(
        [sys.executable, "-m", "ayni", "serve"], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        wait_for(process, port)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = monotonic() + _PATIENCE
    while monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"`ayni serve` ended with code {process.returncode}")
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            sleep(0.1)
        else:
            return
    raise TimeoutError(f"`ayni serve` did not listen within {_PATIENCE} s")
