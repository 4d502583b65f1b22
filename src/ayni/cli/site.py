"""Getting a site ready and running it: database, vocabularies, index, web server, worker."""

import errno
import fcntl
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import close_old_connections, connection
from django.db.migrations.executor import MigrationExecutor

from ayni.cli.faults import CannotRun, UnsafeSite
from ayni.config import BadOption
from ayni.discovery import indexing, reactions
from ayni.discovery.tasks import look_at_saved_searches
from ayni.knowledge.tasks import (
    chase_readings,
    follow_up_questions,
    keep_fresh,
    run_waiting_imports,
    sweep_unused_files,
    translate_waiting,
)
from ayni.registry import mail_tasks as mail
from ayni.registry.actions import audit
from ayni.registry.actions.vocabularies import load_built_in_vocabularies
from ayni.registry.models import Person
from ayni.registry.tasks import sweep_uploads

logger = logging.getLogger("ayni.worker")
PAUSE = 0.5  # seconds between looks at the outbox where nobody wakes the worker
FEW_SECONDS, MINUTE, HOUR = 3, 60, 3600
PREPARING = 7_215_061  # the advisory lock of whoever prepares; any number that nothing else uses
Task = tuple[str, Callable[[], object], int]  # name, what to do, seconds until it is due again
MEGABYTE = 1024 * 1024
# So large a body is still read to its end (to a file, not into memory), so that our own page can answer
# in the reader's language that it is too large; see docs/adr/0006-waitress.md for what that costs.
LARGEST_BODY = 256 * MEGABYTE
HIGHEST_PORT = 65535


def refuse_demo_in_production() -> None:
    """The demo log-ins' password is printed in public: such a site must not serve real people."""
    if settings.PRODUCTION and Person.objects.filter(is_demo=True, is_active=True).exists():
        raise UnsafeSite("This database holds demo people. A production site needs a database of its own.")


def prepare() -> None:
    """Bring database, cache table, vocabularies, style sheets and index up to date. Quick when they are.

    Several processes may start at once: one prepares, the others wait for it and find it done.
    """
    make_home()
    with _one_at_a_time():
        if pending_migrations():
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
        refuse_demo_in_production()
        load_built_in_vocabularies()
        call_command("collectstatic", interactive=False, verbosity=0)
        indexing.rebuild_if_lost()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Held by one process of this home, and by one of this database wherever its processes run."""
    with open(settings.HOME / "prepare.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [PREPARING])


def prepare_if_new() -> None:
    """For commands that may come before the first start."""
    make_home()
    if pending_migrations():
        prepare()


def make_home() -> None:
    try:
        settings.HOME.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotRun(
            f"{settings.HOME} cannot be made ({error.strerror}). Set AYNI_HOME to a directory Ayni may write to."
        ) from error


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
        """Work until stopped. What is slow has threads of its own: it must not keep news from the index."""
        beside = [
            threading.Thread(target=self._run_beside, args=(tasks,), name=tasks[0][0], daemon=True)
            for tasks in (self._imports(), self._translations(), self._mail())
        ]
        for thread in beside:
            thread.start()
        while not self._stop.is_set():
            close_old_connections()
            self.step(self._quick_tasks())
            reactions.wake.wait(PAUSE)
            reactions.wake.clear()
        for thread in beside:
            thread.join(timeout=30)

    def _run_beside(self, tasks: list[Task]) -> None:
        while not self._stop.wait(PAUSE):
            close_old_connections()
            self.step(tasks)

    def stop(self) -> None:
        self._stop.set()
        reactions.wake.set()

    def once(self) -> None:
        """Everything that waits, then no more."""
        index_again: Task = ("index again", indexing.drain, 0)
        self.step([*self._quick_tasks(), *self._imports(), *self._translations(), index_again, *self._mail()])

    def _imports(self) -> list[Task]:
        return [("imports", run_waiting_imports, 0)]

    def _translations(self) -> list[Task]:
        return [("translations", translate_waiting, FEW_SECONDS)]

    def _mail(self) -> list[Task]:
        return [
            ("news by mail", mail.write_mails, FEW_SECONDS),
            ("digests", mail.write_digests, MINUTE),
            ("mail", mail.send_mails, FEW_SECONDS),
            ("saved searches", look_at_saved_searches, HOUR),
            ("old mail", mail.forget_old_mail, HOUR),
        ]

    def _quick_tasks(self) -> list[Task]:
        return [
            ("lost index", indexing.rebuild_if_lost, 0),
            ("index", indexing.drain, 0),
            ("seal", audit.seal, MINUTE),
            ("repair", indexing.repair, HOUR),
            ("statistics", refresh_statistics, HOUR),
            ("readings", chase_readings, HOUR),
            ("freshness", keep_fresh, HOUR),
            ("questions", follow_up_questions, HOUR),
            ("sessions", SessionStore.clear_expired, HOUR),
            ("uploads", sweep_uploads, HOUR),
            ("unused files", sweep_unused_files, HOUR),
        ]

    def step(self, tasks: list[Task]) -> None:
        """One round. What fails is logged and tried again at the next: nothing of it is lost."""
        for name, task, every in tasks:
            if monotonic() - self._done_at.get(name, -HOUR) >= every and self._succeeds(name, task):
                self._done_at[name] = monotonic()

    def _succeeds(self, name: str, task: Callable[[], object]) -> bool:
        try:
            task()
        except Exception:
            logger.exception("%s failed; it will be tried again", name)
            self._stop.wait(2)
            return False
        return True


def serve_web(*, on_ready: Any = None) -> None:
    """Answer requests until stopped. waitress: slow clients hold no thread (see docs/architecture.md)."""
    server = _listen()
    if on_ready:
        on_ready()
    server.run()


def _listen() -> Any:
    from waitress.server import create_server

    from ayni.wsgi import application

    config = settings.CONFIG
    host, port = config.text("AYNI_LISTEN"), config.number("PORT")
    if port > HIGHEST_PORT:
        raise BadOption(f"PORT is {port}; the highest there is is {HIGHEST_PORT}.")
    try:
        return create_server(
            application,
            host=host,
            port=port,
            threads=config.number("AYNI_THREADS"),
            max_request_body_size=max(LARGEST_BODY, settings.UPLOAD_LIMIT + MEGABYTE),
            connection_limit=1000,
            channel_timeout=120,
            clear_untrusted_proxy_headers=not (config.flag("AYNI_HTTPS") or config.number("AYNI_PROXIES")),
            ident=None,
        )
    except ValueError as error:  # waitress's word for a name that leads nowhere
        raise BadOption(f"AYNI_LISTEN is {host!r}: this machine has no such address.") from error
    except OSError as error:
        raise CannotRun(_why_not(error, host, port)) from error


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken, perhaps by an Ayni that runs already. Choose another: PORT={port + 1}"
    if error.errno == errno.EACCES:
        return f"This account may not listen on port {port}. Choose one above 1023: PORT=8000"
    return f"Nothing can listen on {host}, port {port} ({error.strerror}). See AYNI_LISTEN and PORT."


def address() -> str:
    """Where people reach the site: by the proxy in production, else at this machine."""
    if settings.PRODUCTION:
        return str(settings.SITE_URL)
    return f"http://localhost:{settings.CONFIG.number('PORT')}"
