"""The frame of every change: keyword-only, one transaction, writing allowed inside it only."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from ayni.kernel import guarded

P = ParamSpec("P")
R = TypeVar("R")


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Wrap a keyword-only function: all of its changes are stored, or none.

    Actions may call actions; the outermost one owns the transaction. No slow work inside: on SQLite
    every other writer waits until it ends.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic(), guarded.writing():
            return function(*args, **kwargs)

    run.is_action = True  # type: ignore[attr-defined]
    return run
