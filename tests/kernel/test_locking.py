"""Loaded copies grow old: actions look again first."""

from threading import Thread

import pytest
from django.db import connection, transaction

from ayni.kernel import guarded
from ayni.kernel.locking import Gone, in_turn, locked
from ayni.registry.models import Institution
from tests import worlds

ON_POSTGRESQL = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"
)


def test_the_same_object_is_read_anew(db: None) -> None:
    mine = worlds.institution("First name")
    with guarded.writing():
        Institution.objects.filter(pk=mine.pk).update(name="Second name")
    with transaction.atomic():
        assert locked(mine) is mine
    assert mine.name == "Second name"


def test_what_was_removed_meanwhile_is_gone(db: None) -> None:
    mine = worlds.institution("Soon gone")
    with guarded.writing():
        Institution.objects.get(pk=mine.pk).delete()
    with pytest.raises(Gone), transaction.atomic():
        locked(mine)


def test_nobody_waits_for_oneself(db: None) -> None:
    with transaction.atomic():
        in_turn("test")
        in_turn("test")


@ON_POSTGRESQL
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["row", "name"])
def test_the_second_waits_for_the_first(how: str) -> None:
    institution = worlds.institution("One")
    done: list[str] = []

    def hold() -> None:
        if how == "row":
            locked(Institution.objects.get(pk=institution.pk))
        else:
            in_turn("test")

    def second() -> None:
        with transaction.atomic():
            hold()
            done.append("second")
        connection.close()

    other = Thread(target=second)
    with transaction.atomic():
        hold()
        other.start()
        other.join(timeout=0.5)
        done.append("first")
    other.join(timeout=20)
    assert done == ["first", "second"]
