"""The audit: complete, append-only, sealed, and free of personal values."""

import json
from threading import Thread

import pytest
from django.db import DatabaseError, connection, transaction

from ayni.kernel import context
from ayni.kernel.errors import OutsideAction
from ayni.knowledge.actions import records
from ayni.registry import append_only
from ayni.registry.actions import audit
from ayni.registry.actions.people import change_person, create_person, set_password
from ayni.registry.models import AuditEntry, AuditSeal, Person, Vocabulary
from tests import worlds


def test_the_guards_are_there_after_all_migrations(db: None) -> None:
    assert append_only.missing(connection) == set()


def test_the_doctor_would_see_guards_that_are_gone(db: None) -> None:
    with transaction.atomic():
        append_only.lift(connection)
        assert len(append_only.missing(connection)) == (6 if connection.vendor == "postgresql" else 4)
        transaction.set_rollback(True)
    assert append_only.missing(connection) == set()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry_auditentry SET verb = 'record.nothing'",
        "DELETE FROM registry_auditentry",
        "UPDATE registry_auditseal SET chain = ''",
        "DELETE FROM registry_auditseal",
    ],
)
def test_the_database_itself_refuses_changes(world: worlds.ReadingRoom, statement: str) -> None:
    audit.seal()
    before = list(AuditEntry.objects.values_list("pk", "verb"))
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert list(AuditEntry.objects.values_list("pk", "verb")) == before


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no TRUNCATE")
def test_postgresql_refuses_to_truncate(db: None) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE registry_auditentry CASCADE")


def test_entries_are_written_inside_actions_only(db: None) -> None:
    with pytest.raises(OutsideAction):
        audit.record(by=None, verb="record.created", target="knowledge.record:x")


def test_the_seal_finds_what_was_changed(world: worlds.ReadingRoom) -> None:
    count = AuditEntry.objects.count()
    assert audit.seal(limit=3) == 3
    assert audit.seal() == count - 3
    assert audit.seal() == 0
    assert audit.first_broken_seal() is None
    victim = AuditEntry.objects.order_by("pk")[4]
    append_only.lift(connection)  # as somebody with all rights to the database could
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_auditentry SET actor_uid = 'other' WHERE id = %s", [victim.pk])
    append_only.install(connection)
    assert audit.first_broken_seal() == victim.pk


def test_the_chain_goes_on_from_its_last_link(world: worlds.ReadingRoom) -> None:
    audit.seal(limit=1)
    audit.seal(limit=1)
    first, second = AuditSeal.objects.order_by("pk").values_list("chain", flat=True)
    assert first != second
    assert audit.first_broken_seal() is None


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sealed", [0, 1])
def test_two_workers_make_one_chain(sealed: int) -> None:
    """Whoever waited for the other goes on from the link that the other made. Also where there was none."""
    for number in range(4):
        worlds.person(f"person{number}")
    audit.seal(limit=sealed)

    def seal_elsewhere() -> None:
        audit.seal()
        connection.close()

    other = Thread(target=seal_elsewhere)
    with transaction.atomic():
        audit.seal(limit=1)
        other.start()
        other.join(timeout=0.5)  # it waits for the lock that this transaction holds
        assert other.is_alive()
    other.join(timeout=20)
    assert not AuditEntry.objects.filter(seal__isnull=True).exists()
    assert audit.first_broken_seal() is None


@pytest.mark.django_db(transaction=True)
def test_after_a_test_with_real_transactions_all_is_as_it_was() -> None:
    """For `conftest`: it empties the database past the guards, and puts guards and vocabularies back."""
    worlds.person("Somebody")
    assert append_only.missing(connection) == set()
    assert Vocabulary.objects.filter(code="countries").exists()


@pytest.mark.django_db(transaction=True)
def test_the_next_one_finds_nobody() -> None:
    assert not Person.objects.exists()
    assert append_only.missing(connection) == set()
    assert Vocabulary.objects.filter(code="countries").exists()


def test_entries_hold_no_name_and_no_address(world: worlds.ReadingRoom) -> None:
    change_person(by=world.author, person=world.author, name="Alice Newname", language="fr", time_zone="UTC")
    set_password(by=world.author, person=world.author, password="nobody-knows-this-one")
    records.confirm(by=world.author, record=world.practice)
    told = "\n".join(
        " ".join(map(str, row))
        for row in AuditEntry.objects.values_list("verb", "target", "details", "actor_uid")
    ).lower()
    for personal in ("alice", "newname", "author@", "@example.org", "moussa", "nobody-knows"):
        assert personal not in told


def test_an_entry_says_who_what_and_in_which_request(db: None) -> None:
    operator = worlds.person("Omar Operator", is_operator=True)
    token = context.request_id.set("request-1")
    try:
        made = create_person(by=operator, email="new@example.org", name="New")
    finally:
        context.request_id.reset(token)
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.actor_uid, entry.request_id) == ("person.created", operator.uid, "request-1")
    assert entry.target == f"registry.person:{made.uid}"


def test_details_are_canonical_text(world: worlds.ReadingRoom) -> None:
    for text in AuditEntry.objects.exclude(details="").values_list("details", flat=True):
        assert text == json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False)
