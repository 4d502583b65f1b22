"""The doctor's look at what is stored: database, audit, vocabularies, index, people."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Q

from ayni.cli import site
from ayni.cli.doctor import FAIL, OK, WARN, Check, Finding
from ayni.discovery import indexing
from ayni.discovery.documents import searchable_count
from ayni.kernel import clock
from ayni.registry import append_only
from ayni.registry.actions import audit
from ayni.registry.actions.vocabularies import BUILT_IN
from ayni.registry.models import OutboxMessage, Person, Term, Vocabulary
from ayni.registry.queries import mails as queries

OLD_LIST = timedelta(days=730)
OLD_NEWS = timedelta(minutes=5)
INSTALL_TRIGGERS = (
    'ayni shell -c "from django.db import connection; from ayni.registry import append_only; '
    'append_only.install(connection)"'
)


def database() -> Iterator[Finding]:
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        yield Finding("database", OK, f"PostgreSQL {connection.pg_version // 10000}")
    else:
        yield from _sqlite()
    if site.pending_migrations():
        yield Finding("migrations", FAIL, "The tables are not those of this version.", "ayni migrate")
        return
    yield Finding("migrations", OK, "all applied")
    if missing := append_only.missing(connection):
        text = f"The audit can be altered: {len(missing)} of its guards are gone."
        yield Finding("audit guards", FAIL, text, INSTALL_TRIGGERS)
    else:
        yield Finding("audit guards", OK, "the database refuses to change audit rows")
    if settings.CACHES["default"]["LOCATION"] in connection.introspection.table_names():
        yield Finding("cache table", OK, "there: log-in attempts are counted across processes")
    else:
        yield Finding("cache table", FAIL, "It is missing: log-in fails.", "ayni createcachetable")


def _sqlite() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        journal = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    name = settings.DATABASES["default"]["NAME"]
    if journal in {"wal", "memory"}:
        yield Finding("database", OK, f"SQLite in {name}; readers do not wait for writers")
    else:
        text = f"SQLite's journal is {journal!r}, not 'wal': readers wait for writers."
        yield Finding("database", WARN, text, "Keep the file on a local disk; network disks cannot do it.")


def people() -> Iterator[Finding]:
    demo = Person.objects.filter(is_demo=True).count()
    if demo and settings.PRODUCTION:
        yield Finding(
            "demo people", FAIL, f"{demo} demo people can log in; their password is public.",
            "Start production with a database of its own: it cannot be cleaned of a demo world.",
        )  # fmt: skip
    if Person.objects.filter(is_operator=True, is_active=True).exists():
        yield Finding("operator", OK, "somebody runs the site")
    else:
        yield Finding(
            "operator", WARN if settings.PRODUCTION else OK, "Nobody is an operator yet.",
            "See docs/howto/run-a-site.md, The first operator." if settings.PRODUCTION else "",
        )  # fmt: skip
    yield _reviewers()


def _reviewers() -> Finding:
    readers = Person.objects.filter(Q(is_reviewer=True) | Q(is_moderator=True), is_active=True).count()
    if readers > 1:
        return Finding("reviewers", OK, f"{readers} people can read for the site")
    return Finding(
        "reviewers", WARN if settings.PRODUCTION else OK,
        "Fewer than two people can read for the site: what a small institution cannot read itself waits for ever.",
        "ayni person add EMAIL --name NAME --reviewer" if settings.PRODUCTION else "",
    )  # fmt: skip


def mails() -> Iterator[Finding]:
    counts = queries.counts()
    waiting, failed = counts.get("waiting", 0), counts.get("failed", 0)
    if waiting and not settings.SENDS_MAIL:
        yield Finding(
            "mails", WARN, f"{waiting} mails to offices wait: no mail is sent from this site.",
            "Set AYNI_MAIL_URL (docs/howto/send-and-receive-mail.md).",
        )  # fmt: skip
    elif faults := queries.first_faults(1):
        text = f"{waiting} mails wait; the mail server said: {faults[0]}"
        yield Finding("mails", WARN, text, "Mend what it says, then: ayni mail retry")
    elif failed:
        yield Finding("mails", OK, f"{waiting} wait, {failed} did not arrive (ayni mail status)")
    else:
        yield Finding("mails", OK, f"{waiting} wait")


def vocabularies() -> Iterator[Finding]:
    there = dict(Vocabulary.objects.values_list("code", "source_date"))
    if absent := [code for code in BUILT_IN if code not in there]:
        yield Finding("vocabularies", FAIL, f"Not loaded: {', '.join(absent)}.", "ayni vocab load")
        return
    yield Finding(
        "vocabularies", OK, ", ".join(f"{code} ({there[code] or 'no date'})" for code in sorted(there))
    )
    for group in Term.objects.filter(vocabulary__code="country-groups"):
        told = str(group.extra.get("date", ""))
        dated = date.fromisoformat((told + "-01-01")[:10]) if told else None
        if dated is None or clock.today() - dated > OLD_LIST:
            yield Finding(
                "country groups", WARN, f"The list {group.code!r} is of {told or 'an unknown day'}.",
                "Compare it with its source; change it with `ayni vocab group`.",
            )  # fmt: skip


def index() -> Iterator[Finding]:
    if not settings.INDEX_DIRECTORY.exists():
        yield Finding(
            "index", WARN, "There is no search index yet.", "ayni index rebuild (or just start the site)"
        )
        return
    if indexing.engine().needs_rebuild:
        yield Finding(
            "index", FAIL, "The search index is of another version, or broken.", "ayni index rebuild"
        )
        return
    oldest = OutboxMessage.objects.order_by("at").values_list("at", flat=True).first()
    if oldest and clock.now() - oldest > OLD_NEWS:
        minutes = (clock.now() - oldest) // timedelta(minutes=1)
        yield Finding(
            "worker", WARN, f"A change has waited {minutes} minutes to be found by search.",
            "Start `ayni worker` (`ayni serve` has one inside).",
        )  # fmt: skip
    behind, surplus = indexing.differences()
    if behind or surplus:
        text = f"{len(behind)} records missing or old, {len(surplus)} too many."
        yield Finding("index", WARN, text, "ayni index repair")
    else:
        yield Finding(
            "index",
            OK,
            f"{indexing.engine().stats().documents} documents for {searchable_count()} records, as in the database",
        )


def audit_chain() -> Iterator[Finding]:
    broken = audit.first_broken_seal()
    if broken is None:
        yield Finding("audit chain", OK, "every seal fits")
    else:
        yield Finding(
            "audit chain", FAIL, f"Audit entry {broken} is not what was sealed.",
            "Compare with a backup: somebody with access to the database changed it.",
        )  # fmt: skip


STORED: tuple[Check, ...] = (database, people, mails, vocabularies, index)
DEEP: tuple[Check, ...] = (audit_chain,)
