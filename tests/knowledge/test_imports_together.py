"""Several files at once, namesakes in several countries, and files made to keep the importer busy."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection

from ayni.kernel import clock
from ayni.knowledge.actions import imports as importer
from ayni.knowledge.actions.import_lease import Busy, Lease
from ayni.knowledge.actions.import_reading import Prepared
from ayni.knowledge.actions.imports import process_batch, start_batch
from ayni.knowledge.actions.undo_import import ask_to_undo, undo_batch
from ayni.knowledge.models import ImportBatch, Record, RevisionPartner
from ayni.knowledge.tasks import run_waiting_imports
from ayni.registry.actions.institutions import register_institution
from ayni.registry.models import Institution
from tests import worlds
from tests.knowledge.importing import bring_in, document, faults, outcomes, write

pytestmark = pytest.mark.django_db
LATER = timedelta(seconds=61)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "records.jsonl"


def ministry(country: str = "") -> dict:
    return {"name": "Ministry of Health", "country": country} if country else {"name": "Ministry of Health"}


def owners() -> dict[str, str | None]:
    rows = Record.objects.values_list("origin_id", "owner__country__code")
    return dict(rows)


def test_owners_of_one_name_in_two_countries_are_two(file):
    bring_in(write(file, document(1, institution=ministry("GH")), document(2, institution=ministry("KE"))))
    assert owners() == {"lesson-1": "GH", "lesson-2": "KE"}
    assert outcomes(bring_in(file)) == {"unchanged": 2}
    assert Institution.objects.count() == 2


def test_a_third_country_is_neither_of_two_that_are_registered(file):
    worlds.institution("Ministry of Health", country="GH")
    worlds.institution("Ministry of Health", country="UG")
    batch = bring_in(
        write(file, document(1, institution=ministry("KE")), document(2, institution=ministry()))
    )
    assert faults(batch) == [(2, "institution", "institution_ambiguous")]
    assert owners() == {"lesson-1": "KE"}


def test_a_partner_is_not_its_namesake_elsewhere(file):
    worlds.institution("Ministry of Health", country="GH")
    partners = [{"institution": ministry(), "role": "funder", "country": code} for code in ("KE", "GH")]
    bring_in(write(file, document(1, partners=partners)))
    linked = list(RevisionPartner.objects.values_list("institution__country__code", flat=True))
    assert linked == [None, "GH"]


def test_a_partner_is_the_owner_of_its_own_country_among_those_of_the_file(file):
    partner = {"institution": ministry(), "role": "funder"}
    rows = [
        document(1, partners=[partner | {"country": "KE"}, partner]),
        document(2, institution=ministry("GH")),
        document(3, institution=ministry("KE")),
    ]
    bring_in(write(file, *rows))
    linked = RevisionPartner.objects.filter(revision__record__origin_id="lesson-1").order_by("position")
    assert list(linked.values_list("institution__country__code", flat=True)) == ["KE", None]
    assert outcomes(bring_in(file)) == {"unchanged": 3}


def test_an_owner_between_two_namesakes_of_the_file_is_a_fault_whatever_comes_first(file):
    rows = [document(n, institution=ministry(code)) for n, code in enumerate(["GH", "", "KE"])]
    write(file, *rows)
    assert faults(bring_in(file)) == faults(bring_in(file)) == [(2, "institution", "institution_ambiguous")]


def test_one_import_at_a_time(file, tmp_path):
    first = start_batch(by=None, path=write(file, document(1)))
    second = start_batch(by=None, path=write(tmp_path / "b.jsonl", document(2)), keep_file=True)
    Lease.claim(batch=first, name="start")
    with pytest.raises(Busy):
        process_batch(batch=second)
    assert run_waiting_imports() == 0
    with clock.at(clock.now() + LATER):
        assert run_waiting_imports() == 1
    second.refresh_from_db()
    assert second.state == "done"


def test_an_undo_waits_for_an_import_and_an_import_for_an_undo(file, tmp_path):
    done = bring_in(write(file, document(1)))
    other = start_batch(by=None, path=write(tmp_path / "b.jsonl", document(2)), keep_file=True)
    Lease.claim(batch=other, name="start")
    with pytest.raises(Busy):
        undo_batch(by=None, batch=done)
    assert Record.objects.count() == 1
    with clock.at(clock.now() + LATER):
        Lease.claim(batch=done, name="start undoing")
        with pytest.raises(Busy):
            process_batch(batch=other)


def test_who_was_silent_for_too_long_stops_when_another_has_begun(file, tmp_path):
    batch = start_batch(by=None, path=write(file, document(1)))
    lease = Lease.claim(batch=batch, name="start")
    other = start_batch(by=None, path=write(tmp_path / "b.jsonl", document(2)))
    with clock.at(clock.now() + LATER):
        Lease.claim(batch=other, name="start")
        with pytest.raises(Busy):
            importer._finish(batch=batch, lease=lease, total=1)


def test_a_row_that_was_stored_meanwhile_is_looked_at_again(file, monkeypatch):
    """As when two imports overlap after all: the second finds out when the database refuses its row."""
    bring_in(write(file, document()))
    look_up, looks = importer.Importing.look_up, []

    def too_early(importing, ids):
        looks.append(list(ids))
        if len(looks) > 1:
            look_up(importing, ids)

    monkeypatch.setattr(importer.Importing, "look_up", too_early)
    assert outcomes(bring_in(file)) == {"unchanged": 1}
    assert looks == [["lesson-1"], ["lesson-1"]]
    assert Record.objects.count() == 1


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_files_at_once_register_nothing_twice(tmp_path):
    rows = [document(n, institution=f"Office {n % 5}") for n in range(60)]
    batches = [
        start_batch(by=None, path=write(tmp_path / f"{name}.jsonl", *rows), keep_file=True) for name in "ab"
    ]
    refused: list[Exception] = []

    def work(batch: ImportBatch) -> None:
        try:
            process_batch(batch=batch)
        except Busy as busy:
            refused.append(busy)
        finally:
            connection.close()

    threads = [Thread(target=work, args=[batch]) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    run_waiting_imports()
    assert [outcomes(batch) for batch in batches] in (
        [{"created": 60}, {"unchanged": 60}],
        [{"unchanged": 60}, {"created": 60}],
    )
    assert (Record.objects.count(), Institution.objects.count()) == (60, 5)


def test_a_waiting_import_can_be_cancelled(file):
    operator = worlds.person("Op Operator", is_operator=True)
    batch = start_batch(by=operator, path=write(file, document()), keep_file=True)
    stale = ImportBatch.objects.get(pk=batch.pk)
    ask_to_undo(by=operator, batch=batch)
    assert batch.state == "undoing"
    assert run_waiting_imports() == 1
    batch.refresh_from_db()
    assert (batch.state, Record.objects.count()) == ("undone", 0)
    assert stale.state == "waiting"


def test_one_cancelled_a_moment_ago_does_not_stop_the_worker(file, tmp_path, monkeypatch):
    cancelled = start_batch(by=None, path=write(file, document(1)), keep_file=True)
    start_batch(by=None, path=write(tmp_path / "b.jsonl", document(2)), keep_file=True)
    waiting = list(ImportBatch.objects.order_by("pk"))
    ask_to_undo(by=None, batch=cancelled)
    monkeypatch.setattr("ayni.knowledge.queries.imports.waiting", lambda _now: waiting)
    assert run_waiting_imports() == 2
    assert list(Record.objects.values_list("origin_id", flat=True)) == ["lesson-2"]


def test_a_confirmation_of_the_future_is_refused(file):
    today = clock.today()
    days = [today, today + timedelta(days=1), today + timedelta(days=2)]
    rows = [document(n, last_confirmed=day.isoformat()) for n, day in enumerate(days)]
    # It may be tomorrow already where the file comes from.
    assert faults(bring_in(write(file, *rows))) == [(3, "last_confirmed", "in_the_future")]


class Counted(dict):
    """Counts how often it is asked."""

    asked = 0

    def __getitem__(self, key):
        type(self).asked += 1
        return super().__getitem__(key)


def test_long_chains_of_adaptations_are_walked_once():
    many = 20_000
    above = Counted({f"r{n}": f"r{n - 1}" if n else "" for n in reversed(range(many))})
    depths = importer._depths(above)
    assert [depths[f"r{n}"] for n in (0, 1, many - 1)] == [0, 1, many - 1]
    assert Counted.asked <= 2 * many


def test_originals_come_first_whatever_leads_where():
    pairs = {"b": "a", "c": "b", "a": "", "x": "y", "y": "x", "self": "self", "d": "not-in-the-file"}
    rows = [(n, Prepared(origin_id=name, adapted_from=up)) for n, (name, up) in enumerate(pairs.items())]
    ordered = [row.origin_id for _, row in importer._originals_first(rows)]
    assert sorted(ordered) == sorted(pairs)
    assert ordered.index("a") < ordered.index("b") < ordered.index("c")


def test_an_owner_registered_without_a_country_is_the_one_meant(file):
    known = register_institution(by=None, name="Ministry of Health")
    bring_in(write(file, document(institution=ministry("KE"))))
    assert Record.objects.get().owner == known
