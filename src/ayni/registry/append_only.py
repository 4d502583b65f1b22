"""The database's own refusal to change audit rows, for SQLite and PostgreSQL.

SQLite drops triggers when a later migration remakes the table: such a migration must call `install`
again (a test looks for the triggers after all migrations).
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("registry_auditentry", "registry_auditseal")
_FUNCTION = """
CREATE OR REPLACE FUNCTION ayni_append_only() RETURNS trigger AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' AND current_setting('ayni.may_truncate', true) = 'yes' THEN RETURN NULL; END IF;
  RAISE EXCEPTION 'audit rows are append-only';
END $$ LANGUAGE plpgsql
"""


def install(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for table in TABLES:
            for statement in _statements(connection.vendor, table):
                cursor.execute(statement)


def lift(connection: BaseDatabaseWrapper) -> None:
    """Take the guard away. Only tests that empty the whole database have a reason to."""
    with connection.cursor() as cursor:
        for table in TABLES:
            for event in ("update", "delete", "truncate"):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{event}{on}")


def missing(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of the triggers that should be there and are not (or are switched off)."""
    postgres = connection.vendor == "postgresql"
    events = ("update", "delete", "truncate") if postgres else ("update", "delete")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
            if postgres
            else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        )
        there = {name for (name,) in cursor.fetchall()}
    return {f"{table}_no_{event}" for table in TABLES for event in events} - there


def _statements(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{event} BEFORE {event.upper()} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END"
            for event in ("update", "delete")
        ]
    rows = [
        f"CREATE OR REPLACE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION ayni_append_only()"
        for event in ("update", "delete")
    ]
    whole_table = (
        f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION ayni_append_only()"
    )
    return [*rows, whole_table]
