"""Slow work in turns: a few at once, a few who wait a while, and whoever else comes is asked to come again.

A thread that waits answers nobody. Without a limit a handful of heavy requests would stop the site.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from ayni.kernel.errors import ActionError


class Busy(ActionError):
    """Others are at it. Code: `busy`; trying again a little later is all that is needed."""


class Turns:
    """`at_once` work, `may_wait` wait for `patience` seconds; of this process."""

    def __init__(self, *, at_once: int, may_wait: int, patience: float) -> None:
        self._at_work = BoundedSemaphore(at_once)
        self._places = BoundedSemaphore(at_once + may_wait)
        self._patience = patience

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Raises Busy."""
        if not self._places.acquire(blocking=False):
            raise Busy("busy")
        try:
            if not self._at_work.acquire(timeout=self._patience):
                raise Busy("busy")
            try:
                yield
            finally:
                self._at_work.release()
        finally:
            self._places.release()
