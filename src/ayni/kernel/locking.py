"""Objects as they are now, and nobody else at them: the first step of an action that takes a loaded one.

The caller's copy may be old: what another has stored since would be overwritten, or judged by a state that
no longer holds. On SQLite a transaction that writes is alone anyway; there the reading anew is what counts.
"""

import zlib
from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, models

from ayni.kernel.errors import ActionError

Loaded = TypeVar("Loaded", bound=models.Model)


class Gone(ActionError):
    """The object was removed since it was loaded. Code `gone`."""

    def __init__(self) -> None:
        super().__init__("gone")


def locked(obj: Loaded) -> Loaded:
    """The same object, read anew and locked until the transaction ends. Raises Gone.

    Unsaved changes on it are lost: actions make them afterwards.
    """
    # No stronger than needed: rows that only point to it can still be written meanwhile.
    # A request's person is wrapped; its class is not that of the wrapping.
    rows = obj.__class__._default_manager.select_for_update(no_key=True)
    try:
        obj.refresh_from_db(from_queryset=rows)
    except ObjectDoesNotExist as error:
        raise Gone from error
    return obj


def in_turn(name: str) -> None:
    """From here to the end of the transaction, one process at a time for all who ask for this name."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(name.encode())])
