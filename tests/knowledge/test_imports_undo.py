"""Undoing an import: everything as before, and what people did since is not lost."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from ayni.kernel import clock, guarded
from ayni.kernel.errors import NotAllowed, WrongState
from ayni.knowledge.actions import undo_import
from ayni.knowledge.actions.import_lease import Lease
from ayni.knowledge.actions.records import add_revision, confirm, publish
from ayni.knowledge.actions.undo_import import ask_to_undo, undo_batch
from ayni.knowledge.models import Record
from ayni.knowledge.tasks import run_waiting_imports
from ayni.knowledge.texts import Text
from ayni.registry.actions.people import grant_role
from ayni.registry.models import AuditEntry, FormerId, Institution, Person, Translation
from ayni.registry.states import Role
from tests import worlds
from tests.knowledge.importing import activity, bring_in, document, outcomes, picture, write

pytestmark = pytest.mark.django_db
DATA = Path(os.environ.get("AYNI_TEST_DATA", "../shared/data")) / "practices" / "iati_south_south.jsonl"
FRENCH = {"fr": {"title": "Leçon", "body": {"situation": "Sec."}}}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "records.jsonl"


def test_new_records_and_institutions_are_gone_and_leave_tombstones(file, world):
    before = picture()
    rows = [
        document(1, translations=FRENCH),
        document(2, adapted_from="lesson-1"),
        document(3, institution="Another Office"),
    ]
    batch = bring_in(write(file, *rows), publishes=True)
    uids = set(batch.rows.values_list("record_uid", flat=True))
    assert undo_batch(by=None, batch=batch) == []
    assert batch.state == "undone"
    assert picture() == before
    assert uids <= {row.target.partition(":")[2] for row in FormerId.objects.filter(reason="import_undone")}
    assert (
        FormerId.objects.filter(target__startswith="registry.institution:", reason="import_undone").count()
        == 2
    )


def test_changed_records_are_put_back(file):
    bring_in(write(file, document(translations=FRENCH)), publishes=True)
    before = picture()
    changed = document(
        title="Changed", licence="CC0-1.0", language="es", institution="Office of Wells", countries=["SN"], contact=None,
        translations={"fr": {"title": "Changé"}, "pt": {"title": "Mudado"}},
    )  # fmt: skip
    batch = bring_in(write(file, changed), publishes=True)
    assert outcomes(batch) == {"updated": 1}
    assert undo_batch(by=None, batch=batch) == []
    assert picture() == before


def test_a_draft_made_public_is_a_draft_again(file):
    bring_in(write(file, document()))
    before = picture()
    batch = bring_in(file, publishes=True)
    assert Record.objects.get().state == "public"
    undo_batch(by=None, batch=batch)
    assert picture() == before


def test_a_changed_draft_is_put_back(file):
    bring_in(write(file, document()))
    before = picture()
    batch = bring_in(write(file, document(title="Changed")))
    undo_batch(by=None, batch=batch)
    assert picture() == before


def test_two_imports_are_undone_one_after_the_other(file):
    empty = picture()
    first = bring_in(write(file, document()), publishes=True)
    second = bring_in(write(file, document(title="Changed", licence="CC0-1.0")), publishes=True)
    assert undo_batch(by=None, batch=second) == []
    assert outcomes(bring_in(file, publishes=True)) == {"updated": 1}
    undo_batch(by=None, batch=bring_in(write(file, document(title="Third")), publishes=True))
    third = first.__class__.objects.filter(rows__outcome="updated", state="done").get()
    assert undo_batch(by=None, batch=third) == []
    assert undo_batch(by=None, batch=first) == []
    assert picture() == empty


@pytest.mark.parametrize("how", ["confirmed", "revision", "draft", "translation"])
def test_what_was_edited_since_stays_and_is_listed(file, how):
    batch = bring_in(write(file, document(1), document(2)), publishes=True)
    record = Record.objects.get(origin_id="lesson-1")
    if how == "confirmed":
        confirm(by=None, record=record)
    elif how == "translation":
        worlds.translate(record, "fr", {"title": "Traduit ici"})
    else:
        revision = add_revision(by=None, record=record, text=Text("Edited", body=record.published.body))
        if how == "revision":
            publish(by=None, revision=revision, as_imported=True)
    kept = undo_batch(by=None, batch=batch)
    assert [(row.number, row.record_uid) for row in kept] == [(1, record.uid)]
    assert list(Record.objects.values_list("origin_id", flat=True)) == ["lesson-1"]
    assert Institution.objects.get().name == "Office of Wells"  # still needed


def test_a_machine_translation_is_no_edit(file):
    batch = bring_in(write(file, document()), publishes=True)
    worlds.translate(Record.objects.get(), "fr", {"title": "Automatique"}, status="machine")
    assert undo_batch(by=None, batch=batch) == []
    assert Translation.objects.count() == 0


def test_what_others_build_on_stays(file, tmp_path):
    batch = bring_in(write(file, document(1)), publishes=True)
    original = Record.objects.get()
    bring_in(write(tmp_path / "b.jsonl", document(2, adapted_from=original.uid)), publishes=True)
    assert [row.record_uid for row in undo_batch(by=None, batch=batch)] == [original.uid]


def test_an_institution_with_members_stays(file):
    batch = bring_in(write(file, document()))
    grant_role(
        by=None, person=worlds.person("Ada Admin"), institution=Institution.objects.get(), role=Role.ADMIN
    )
    undo_batch(by=None, batch=batch)
    assert Institution.objects.count() == 1


def test_importing_again_after_an_undo_gives_new_ids(file):
    first = bring_in(write(file, document()), publishes=True)
    old = Record.objects.get().uid
    undo_batch(by=None, batch=first)
    assert outcomes(bring_in(file, publishes=True)) == {"created": 1}
    assert Record.objects.get().uid != old


def test_an_undo_stopped_halfway_goes_on(file, monkeypatch):
    before = picture()
    batch = bring_in(write(file, *(document(n) for n in range(5))), publishes=True)
    monkeypatch.setattr(undo_import, "CHUNK", 2)
    renew, calls = Lease.renew, []

    def stop(self, **values):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        renew(self, **values)

    monkeypatch.setattr(Lease, "renew", stop)
    with pytest.raises(KeyboardInterrupt):
        undo_batch(by=None, batch=batch)
    assert Record.objects.count() == 1
    batch.refresh_from_db()
    assert batch.state == "undoing"
    with clock.at(clock.now() + timedelta(seconds=61)):
        undo_batch(by=None, batch=batch)
    assert picture() == before


def test_what_has_been_undone_is_not_undone_again(file):
    batch = bring_in(write(file, document()))
    undo_batch(by=None, batch=batch)
    with pytest.raises(WrongState):
        undo_batch(by=None, batch=batch)


def test_only_operators_undo(file):
    batch = bring_in(write(file, document()))
    with pytest.raises(NotAllowed):
        undo_batch(by=worlds.person("Mo Moderator", is_moderator=True), batch=batch)
    assert Record.objects.count() == 1


@pytest.mark.parametrize("still", [True, False])
def test_the_worker_undoes_in_the_name_of_who_asked(file, still):
    batch = bring_in(write(file, document()), publishes=True)
    operator = worlds.person("Op Operator", is_operator=True)
    ask_to_undo(by=operator, batch=batch)
    if not still:
        with guarded.writing():
            Person.objects.filter(pk=operator.pk).update(is_operator=False)
    assert run_waiting_imports() == 1
    for verb in ("record.removed", "institution.removed", "import.undone"):
        assert AuditEntry.objects.get(verb=verb).actor_uid == (operator.uid if still else "")


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.skipif(not DATA.exists(), reason="the public test data are not there (AYNI_TEST_DATA)")
def test_the_real_activities_come_and_go(world, file):
    bring_in(write(file, activity()))
    before = picture()
    batch = bring_in(DATA)
    assert undo_batch(by=None, batch=batch) == []
    assert picture() == before
