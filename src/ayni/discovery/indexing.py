"""Keeping the index in step with the database: outbox -> documents -> engine. The database is the truth.

Whoever holds the index lock drains the outbox: a worker, the embedded process or the command line.
"""

import fcntl
import gc
import logging
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from threading import Lock

from django.conf import settings

from ayni.discovery import documents, fields
from ayni.discovery.engine.interface import Doc
from ayni.discovery.engine.tantivy_engine import TantivyEngine
from ayni.discovery.sources import RANKED_BY, docs
from ayni.registry.actions import outbox
from ayni.registry.models import OutboxMessage
from ayni.registry.queries.vocabularies import concepts

logger = logging.getLogger("ayni.index")
_RECORD, _INSTITUTION = "knowledge.record:", "registry.institution:"
_PER_COMMIT = 500
_REBUILD_MEMORY = 256_000_000  # bytes: the more, the fewer parts the index is in, and each is asked in turn
_WORTH_HELPERS = 5000  # records; fewer are done before a helper has started

_engines: dict[Path, TantivyEngine] = {}
_engines_lock = Lock()


def engine() -> TantivyEngine:
    """This process's engine for the site's index, opened (and made, if it is not there)."""
    path = Path(settings.INDEX_DIRECTORY)
    with _engines_lock:
        if path not in _engines:
            _engines[path] = open_engine(path)
        return _engines[path]


def open_engine(path: Path, **options: int) -> TantivyEngine:
    made = TantivyEngine(path, facets=(*fields.FACETS, RANKED_BY), numbers=fields.NUMBERS, **options)
    made.ensure_schema()
    return made


@contextmanager
def index_lock(*, wait: float = 0.0) -> Iterator[bool]:
    """True while no other process or thread writes to the index; False when that did not come within `wait` s."""
    path = Path(settings.INDEX_DIRECTORY).with_suffix(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as file:
        until = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() >= until:
                    yield False
                    return
                time.sleep(0.05)
        yield True  # closing the file gives the lock back, also when the process dies


def drain(*, wait: float = 0.0) -> int:
    """Bring every announced change into the index; returns how many messages were dealt with.

    Messages are acknowledged only after the index has committed, so a kill in between repeats work and
    loses none. Returns 0 at once when another process is at it.
    """
    if not OutboxMessage.objects.exists():
        return 0
    done = 0
    with index_lock(wait=wait) as held:
        while held and (messages := list(OutboxMessage.objects.order_by("pk")[:_PER_COMMIT])):
            _index({message.target for message in messages})
            outbox.acknowledge(message_ids=[message.pk for message in messages])
            done += len(messages)
    return done


def _index(targets: set[str]) -> None:
    uids = {target.removeprefix(_RECORD) for target in targets if target.startswith(_RECORD)}
    institutions = {
        target.removeprefix(_INSTITUTION) for target in targets if target.startswith(_INSTITUTION)
    }
    if institutions:
        uids.update(documents.records_naming(institutions))
    _store(uids)


def _store(uids: set[str]) -> None:
    changed, gone = documents.changed(uids, concepts())
    writer = engine()
    try:
        writer.delete(gone)
        writer.upsert(changed)
        writer.commit()
    except Exception:
        writer.rollback()
        raise


def rebuild(*, processes: int = 2, progress: Callable[[int], None] = lambda _count: None) -> int:
    """Make the index anew beside the old one, which answers until the new one takes its place."""
    with _lock_for_rebuilding():
        return _rebuild(processes, progress)


def rebuild_if_lost() -> bool:
    """Make the index again where its directory was deleted, broken or never finished. Cheap when it is there."""
    if not is_lost():
        return False
    with _lock_for_rebuilding():
        if is_lost():  # nobody else made it while this process waited
            logger.info("the index is being rebuilt")
            _rebuild(2, lambda _count: None)
    return True


def is_lost() -> bool:
    engine().refresh()
    return engine().needs_rebuild


@contextmanager
def _lock_for_rebuilding() -> Iterator[None]:
    with index_lock(wait=120) as held:
        if not held:
            raise TimeoutError("another process has been writing to the index for two minutes")
        yield


def _rebuild(processes: int, progress: Callable[[int], None]) -> int:
    path = Path(settings.INDEX_DIRECTORY)
    fresh_path = path.with_suffix(".new")
    shutil.rmtree(fresh_path, ignore_errors=True)
    fresh = open_engine(fresh_path, writer_memory=_REBUILD_MEMORY)
    count = 0
    with _no_search_for_cycles():
        for some in _analysed(processes):
            fresh.upsert(some)
            count += len(some)
            progress(count)
    fresh.commit()
    fresh.mark_rebuilt()
    _swap(fresh_path, path)
    engine().refresh()
    return count


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Millions of strings come and go, none of them in a cycle: to look for one takes as long as the work."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _analysed(processes: int) -> Iterator[list[Doc]]:
    """Documents of all records. The analysis is pure and is most of the work: helper processes do it.

    Helpers are spawned, not forked: this process may have threads and an open database.
    """
    chunks = documents.everything(concepts())
    if processes < 2 or documents.searchable_count() < _WORTH_HELPERS:  # noqa: PLR2004
        yield from map(docs, chunks)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=gc.disable) as helpers:
        waiting: deque[Future[list[Doc]]] = deque()
        for chunk in chunks:
            waiting.append(helpers.submit(docs, chunk))
            while len(waiting) > 2 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _swap(fresh: Path, path: Path) -> None:
    old = path.with_suffix(".old")
    shutil.rmtree(old, ignore_errors=True)
    if path.exists():
        path.rename(old)
    fresh.rename(path)
    shutil.rmtree(old, ignore_errors=True)


def differences() -> tuple[set[str], set[str]]:
    """(uids whose document is missing or old, ids of documents that should not be there)."""
    engine().refresh()
    there, wanted = engine().versions(), documents.lead_versions()
    behind = {uid for uid, version in wanted.items() if there.get(uid) != version}
    return behind, set(there) - set(wanted)


def repair() -> int:
    """Compare index and database and mend what differs; rebuilds an index that was lost or never finished."""
    rebuild_if_lost()
    behind, surplus = differences()
    different = sorted(behind | surplus)
    with index_lock(wait=10) as held:
        for start in range(0, len(different) if held else 0, _PER_COMMIT):
            _store(set(different[start : start + _PER_COMMIT]))
    return len(different)
