"""While a round is solved: a line that says how far it is, and an ear for Ctrl-C."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Thread
from typing import NoReturn, TypeVar

from ayni.matching.base import Told

Kept = TypeVar("Kept")
INTERRUPTED = 130


@contextmanager
def progress(*, wanted: bool) -> Iterator[Told]:
    """At a terminal one line, written over and wiped away in the end; if `wanted` elsewhere, a line for each step."""
    at_terminal = sys.stderr.isatty()

    def tell(text: str) -> None:
        if at_terminal:
            width = shutil.get_terminal_size().columns - 1
            sys.stderr.write(f"\r{text[:width]:{width}}\r")
            sys.stderr.flush()
        elif wanted:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        if at_terminal:
            tell("")


def while_listening(work: Callable[[], Kept]) -> Kept:
    """The solver does not hear Ctrl-C; so it works in a thread of its own, and this one hears it.

    After a KeyboardInterrupt the thread still works: leave with `leave_at_once`.
    """
    done: Future[Kept] = Future()

    def fill() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
            done.set_exception(error)

    Thread(target=fill, daemon=True).start()
    return done.result()


def leave_at_once() -> NoReturn:
    """Without waiting for a solver that does not stop."""
    sys.stderr.write("\nStopped.\n" if sys.stderr.isatty() else "Stopped.\n")
    sys.stderr.flush()
    os._exit(INTERRUPTED)
