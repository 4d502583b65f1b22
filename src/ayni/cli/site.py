"""Getting a site ready and running it: database, vocabularies, index, web server, worker."""

import logging
import threading
from contextlib import suppress
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import close_old_connections, connection
from django.db.migrations.executor import MigrationExecutor

from ayni.discovery import indexing, reactions
from ayni.discovery.engine.interface import EngineError
from ayni.registry.actions import audit
from ayni.registry.actions.vocabularies import load_built_in_vocabularies
from ayni.registry.models import Person

logger = logging.getLogger("ayni.worker")
PAUSE = 0.5  # seconds between looks at the outbox where nobody wakes the worker
MINUTE, HOUR = 60, 3600


class UnsafeSite(RuntimeError):
    """A production site that must not start as it is."""


def refuse_demo_in_production() -> None:
    """The demo log-ins' password is printed in public: such a site must not serve real people."""
    if settings.PRODUCTION and Person.objects.filter(is_demo=True, is_active=True).exists():
        raise UnsafeSite("This database holds demo people. A production site needs a database of its own.")


def prepare() -> None:
    """Bring database, cache table, vocabularies, style sheets and index up to date. Quick when they are."""
    settings.HOME.mkdir(parents=True, exist_ok=True)
    if pending_migrations():
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
    refuse_demo_in_production()
    load_built_in_vocabularies()
    if not (settings.STATIC_ROOT / "staticfiles.json").exists() or not settings.PRODUCTION:
        call_command("collectstatic", interactive=False, verbosity=0)
    if indexing.engine().needs_rebuild:
        indexing.rebuild()


def pending_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def refresh_statistics() -> None:
    """Let SQLite know what its tables hold, or it reads all that is public where an index would do.

    PostgreSQL sees to it by itself.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 2000")
            cursor.execute("ANALYZE")


class Worker:
    """Drains the outbox, runs waiting imports, seals the audit, compares index and database now and then."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._done_at: dict[str, float] = {}

    def run(self) -> None:
        while not self._stop.is_set():
            self.step()
            reactions.wake.wait(PAUSE)
            reactions.wake.clear()

    def stop(self) -> None:
        self._stop.set()
        reactions.wake.set()

    def step(self) -> None:
        """One round. What fails is logged and tried again at the next: nothing of it is lost."""
        from ayni.knowledge.tasks import run_waiting_imports

        close_old_connections()
        for name, task, every in (
            ("index", indexing.drain, 0),
            ("imports", run_waiting_imports, 0),
            ("seal", audit.seal, MINUTE),
            ("repair", indexing.repair, HOUR),
            ("statistics", refresh_statistics, HOUR),
        ):
            if monotonic() - self._done_at.get(name, -HOUR) >= every:
                self._done_at[name] = monotonic()
                self._try(name, task)

    def _try(self, name: str, task: Any) -> None:
        try:
            task()
        except Exception:
            logger.exception("%s failed; it will be tried again", name)
            with suppress(EngineError):
                indexing.engine().rollback()
            self._stop.wait(2)


def serve_web(*, on_ready: Any = None) -> None:
    """Answer requests until stopped. waitress: slow clients hold no thread (see docs/architecture.md)."""
    from waitress.server import create_server

    from ayni.wsgi import application

    config = settings.CONFIG
    server = create_server(
        application,
        host=config.text("AYNI_LISTEN"),
        port=config.number("PORT"),
        threads=config.number("AYNI_THREADS"),
        # Largest body that is read at all: an upload and its frame.
        max_request_body_size=settings.UPLOAD_LIMIT + 1024 * 1024,
        connection_limit=1000,
        channel_timeout=120,
        clear_untrusted_proxy_headers=not config.flag("AYNI_HTTPS"),
        ident=None,
    )
    if on_ready:
        on_ready()
    server.run()
