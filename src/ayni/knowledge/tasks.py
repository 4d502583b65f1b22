"""Later work of the worker: ids in, fetch, call what does it, safe to run twice."""

import logging

from ayni.kernel import clock
from ayni.kernel.errors import WrongState
from ayni.knowledge.actions.import_lease import Busy
from ayni.knowledge.actions.imports import process_batch
from ayni.knowledge.actions.undo_import import undo_batch
from ayni.knowledge.queries import imports as queries

logger = logging.getLogger(__name__)


def run_waiting_imports() -> int:
    """Process uploaded batches that wait or whose worker is gone; undo those that shall be undone.

    Returns how many were dealt with. One that fails does not keep the others waiting. Those that cannot
    be had now (another import is under way, or one was cancelled a moment ago) are looked at again later.
    """
    dealt_with = 0
    for batch in list(queries.waiting(clock.now())):
        try:
            process_batch(batch=batch)
        except (Busy, WrongState):
            continue
        dealt_with += 1
        logger.info("import %s is %s", batch.uid, batch.state)
    for batch in list(queries.undos_to_do(clock.now())):
        try:
            undo_batch(by=queries.who_asked_to_undo(batch), batch=batch)
        except (Busy, WrongState):
            continue
        dealt_with += 1
    return dealt_with
