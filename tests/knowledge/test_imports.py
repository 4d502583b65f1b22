"""Real records in: what is stored, what is refused, and that doing it twice changes nothing."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from ayni.kernel import clock
from ayni.kernel.errors import NotAllowed
from ayni.knowledge.actions import imports as importer
from ayni.knowledge.actions import records
from ayni.knowledge.actions.import_lease import Busy, Lease
from ayni.knowledge.actions.imports import check_file, process_batch, start_batch
from ayni.knowledge.actions.records import add_revision, confirm, publish
from ayni.knowledge.formats import FileFault
from ayni.knowledge.models import ImportBatch, ImportRow, Record, Revision, RevisionPartner
from ayni.knowledge.queries import imports as queries
from ayni.knowledge.queries.near_titles import NearTitles
from ayni.knowledge.queries.records import read
from ayni.knowledge.texts import Text
from ayni.registry.actions.institutions import register_institution
from ayni.registry.models import Institution, OutboxMessage, Translation
from ayni.registry.queries.vocabularies import concepts
from tests import worlds
from tests.knowledge.importing import activity, bring_in, document, faults, outcomes, picture, write

pytestmark = pytest.mark.django_db
DATA = Path(os.environ.get("AYNI_TEST_DATA", "../shared/data")) / "practices" / "iati_south_south.jsonl"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "records.jsonl"


def test_a_document_is_stored_whole(file):
    french = {"title": "Leçon", "body": {"situation": "Sec."}}
    batch = bring_in(write(file, document(translations={"fr": french})), publishes=True)
    assert outcomes(batch) == {"created": 1}
    record = Record.objects.get()
    revision = record.published
    assert (record.state, record.origin, record.origin_id, record.language) == (
        "public",
        "jsonl",
        "lesson-1",
        "en",
    )
    assert (record.owner.name, record.contact_email, str(record.last_confirmed_on)) == (
        "Office of Wells", "office@example.org", "2026-01-01",
    )  # fmt: skip
    tags = {
        (c.vocabulary, c.code)
        for c in (concepts().by_id[pk] for pk in revision.terms.values_list("pk", flat=True))
    }
    assert tags == {("countries", "KE"), ("sdg", "6.1"), ("sdg", "6"), ("themes", "water-sanitation")}
    partner = revision.partners.get()
    assert (partner.name, partner.role, partner.institution) == ("Fund of Pumps", "funder", None)
    assert read(record, "fr").title == "Leçon"
    assert OutboxMessage.objects.filter(target=record.target).count() == 1


def test_without_publish_they_are_drafts_and_activities_are_public_all_the_same(file, tmp_path):
    bring_in(write(file, document()))
    assert Record.objects.get().state == "unpublished"
    assert outcomes(bring_in(file)) == {"unchanged": 1}
    assert outcomes(bring_in(file, publishes=True)) == {"updated": 1}
    assert Record.objects.get().state == "public"
    bring_in(write(tmp_path / "i.jsonl", activity()))
    assert Record.objects.get(origin="iati").state == "public"


def test_a_second_run_changes_nothing(file):
    write(
        file, document(1, translations={"fr": {"title": "Leçon"}}), document(2), document(3, countries=["XX"])
    )
    bring_in(file, publishes=True)
    OutboxMessage.objects.all()._raw_delete("default")
    before = picture() | {
        "versions": list(Record.objects.order_by("pk").values_list("version", "updated_at"))
    }
    again = bring_in(file, publishes=True)
    assert outcomes(again) == {"unchanged": 2, "failed": 1}
    assert (
        picture() | {"versions": list(Record.objects.order_by("pk").values_list("version", "updated_at"))}
        == before
    )
    assert OutboxMessage.objects.count() == 0


def test_a_changed_row_is_a_new_revision(file):
    bring_in(write(file, document()), publishes=True)
    changed = document(
        title="A better title", licence="CC0-1.0", translations={"fr": {"title": "Un meilleur titre"}}
    )
    OutboxMessage.objects.all()._raw_delete("default")
    assert outcomes(bring_in(write(file, changed), publishes=True)) == {"updated": 1}
    record = Record.objects.get()
    assert (record.published.number, record.published.title, record.licence) == (
        2,
        "A better title",
        "CC0-1.0",
    )
    assert read(record, "fr").title == "Un meilleur titre"
    assert OutboxMessage.objects.count() == 1
    assert outcomes(bring_in(file, publishes=True)) == {"unchanged": 1}


@pytest.mark.parametrize("how", ["revision", "confirmed", "draft", "translation"])
def test_what_was_edited_here_is_left_alone(file, how):
    bring_in(write(file, document(translations={"fr": {"title": "Leçon"}})), publishes=True)
    record = Record.objects.get()
    _edit(record, how)
    before = picture()
    changed = document(title="From the file again", translations={"fr": {"title": "Du fichier"}})
    assert outcomes(bring_in(write(file, changed), publishes=True)) == {"kept": 1}
    assert picture() == before


def _edit(record: Record, how: str) -> None:
    text = Text("Edited here", body=record.published.body)
    if how == "confirmed":
        confirm(by=None, record=record)
    elif how == "translation":
        worlds.translate(record, "fr", {"title": "Corrigé ici"})
    elif how == "draft":
        add_revision(by=None, record=record, text=text)
    else:
        publish(by=None, revision=add_revision(by=None, record=record, text=text), as_imported=True)


def test_every_fault_is_named_with_its_field_and_the_other_rows_are_taken(file):
    bad = document(
        2, countries=["XX"], language="tlh", title="x" * 5000, source={"url": "javascript:alert(1)"}, started="long ago",
        contact={"email": "nobody", "until": "never"}, partners=[{"institution": "A", "role": "boss"}], surprise=1,
        body={"situation": "S", "what_was_tried": "y" * 30_000},
    )  # fmt: skip
    batch = bring_in(write(file, document(1), bad, document(1), document(4, id="")))
    assert outcomes(batch) == {"created": 1, "failed": 3}
    assert set(faults(batch)) == {
        (2, "countries", "unknown_code"), (2, "language", "unknown_choice"), (2, "title", "too_long"),
        (2, "source.url", "not_a_web_address"), (2, "started", "not_a_date"), (2, "contact.email", "not_an_email"),
        (2, "contact.until", "not_a_date"), (2, "partners.1.role", "unknown_choice"), (2, "surprise", "unknown_field"),
        (2, "body.what_was_tried", "too_long"), (2, "body.what_happened", "missing"),
        (3, "id", "id_twice"), (4, "id", "missing"),
    }  # fmt: skip
    assert Institution.objects.count() == 1


@pytest.mark.parametrize("odd", [[], "x", 5, {"a": {"b": {}}}, None, [[["x"]]], {"name": ["x"]}, True])
@pytest.mark.parametrize("name", ["institution", "title", "body", "partners", "countries", "source", "contact", "translations",
                                  "kind", "form", "started", "id", "adapted_from"])  # fmt: skip
def test_no_shape_of_any_field_crashes(file, name, odd):
    batch = bring_in(write(file, document(**{name: odd}), document(2)))
    assert ImportRow.objects.filter(batch=batch).count() == 2
    assert outcomes(batch).get("created", 0) >= 1


NASTY = "<script>alert(1)</script><img src=x onerror=alert(1)> A\u202eB\u0000\ud800 \u2066C"


def test_markup_and_overrides_in_every_field_do_not_get_in(file):
    def nasty(value):
        if isinstance(value, dict):
            return {name: nasty(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [nasty(inner) for inner in value]
        return NASTY

    clean_fields = {"id", "kind", "language", "countries", "sdg", "themes", "started", "ended", "source", "contact",
                    "last_confirmed", "partners"}  # fmt: skip
    given = document()
    given = {name: value if name in clean_fields else nasty(value) for name, value in given.items()}
    given |= {"licence": "CC0-1.0", "partners": [{"institution": NASTY, "role": "funder"}],
              "source": {"title": NASTY, "publisher": NASTY}, "translations": {"fr": {"title": NASTY, "body": nasty(document()["body"])}}}  # fmt: skip
    batch = bring_in(write(file, given, nasty(document()) | {"id": NASTY}), publishes=True)
    assert outcomes(batch) == {"created": 1, "failed": 1}
    stored = json.dumps([picture(), list(batch.rows.values("title", "faults", "notes"))], ensure_ascii=False)
    for unsafe in ("<script", "<img", "\u202e", "\u2066", "\\u0000", "\\ud800", "onerror"):
        assert unsafe not in stored


def test_a_five_thousand_character_name_is_a_fault(file):
    batch = bring_in(
        write(
            file,
            document(institution="N" * 5000),
            document(2, partners=[{"institution": "N" * 5000, "role": "funder"}]),
        )
    )
    assert set(faults(batch)) == {(1, "institution", "too_long"), (2, "partners.1.institution", "too_long")}


def test_institutions_are_matched_not_doubled(file):
    known = register_institution(
        by=None, name="Office of Wells", names={"fr": "Bureau des puits"}, identifiers={"iati": "OW-1"}
    )
    rows = [document(1), document(2, institution="OFFICE OF WELLS"), document(3, institution="Bureau des puits"),
            document(4, institution=known.uid), document(5, institution="OW-1"),
            document(6, institution={"name": "Something", "ids": {"iati": "OW-1"}})]  # fmt: skip
    bring_in(write(file, *rows))
    assert set(Record.objects.values_list("owner", flat=True)) == {known.pk}
    assert Institution.objects.count() == 1


def test_the_same_name_with_another_id_is_another_institution(file):
    register_institution(by=None, name="Ministry of Health", identifiers={"iati": "AA"})
    bring_in(write(file, document(institution={"name": "Ministry of Health", "ids": {"iati": "BB"}})))
    assert Institution.objects.count() == 2


def test_a_name_that_two_have_is_a_fault(file):
    for _ in range(2):
        register_institution(by=None, name="Office of Wells")
    assert faults(bring_in(write(file, document()))) == [(1, "institution", "institution_ambiguous")]


def test_a_partner_that_owns_a_later_row_is_linked_at_once(file):
    rows = [
        document(1, partners=[{"institution": "Later Office", "role": "funder"}]),
        document(2, institution="Later Office"),
    ]
    bring_in(write(file, *rows))
    assert RevisionPartner.objects.filter(institution__name="Later Office").count() == 1
    assert outcomes(bring_in(file)) == {"unchanged": 2}


def test_an_adaptation_may_stand_before_its_original(file):
    bring_in(write(file, document(1, adapted_from="lesson-2"), document(2)))
    assert Record.objects.get(origin_id="lesson-1").adapted_from.origin_id == "lesson-2"
    assert outcomes(bring_in(file)) == {"unchanged": 2}
    assert faults(bring_in(write(file, document(3, adapted_from="nowhere")))) == [
        (1, "adapted_from", "unknown_record")
    ]


def test_a_row_that_fails_late_leaves_nothing_behind(file):
    """Its owner was registered before the fault was found."""
    bring_in(write(file, document(adapted_from="nowhere")))
    assert Institution.objects.count() == 0


def test_a_row_the_database_refuses_does_not_stop_the_others(file, monkeypatch):
    create = records.create_record

    def refuse(**values):
        record = create(**values)
        if values["origin_id"] == "lesson-1":
            raise IntegrityError
        return record

    monkeypatch.setattr(records, "create_record", refuse)
    batch = bring_in(write(file, document(1), document(2)))
    assert faults(batch) == [(1, "", "could_not_be_stored")]
    assert list(Record.objects.values_list("origin_id", flat=True)) == ["lesson-2"]


def test_an_id_does_not_lead_to_another_institutions_record(file):
    bring_in(write(file, document()))
    batch = bring_in(write(file, document(institution="Another Office", title="Something else")))
    assert faults(batch) == [(1, "id", "id_of_another")]
    assert Record.objects.get().owner.name == "Office of Wells"
    assert faults(
        bring_in(write(file, document(kind="publication", body={"publication_type": "report"})))
    ) == [(1, "kind", "kind_differs")]


def test_a_dry_run_tells_all_and_stores_nothing(file):
    write(file, document(1), document(2, countries=["XX"]), document(3))
    before = picture()
    report = check_file(by=None, path=file)
    assert {k: v for k, v in report.counts().items() if v} == {"created": 2, "failed": 1}
    assert report.new_institutions == ["Office of Wells"]
    assert picture() == before
    assert ImportBatch.objects.count() == 0
    bring_in(file)
    assert {k: v for k, v in check_file(by=None, path=file).counts().items() if v} == {
        "unchanged": 2,
        "failed": 1,
    }


def test_similar_titles_are_shown_from_both_sides_and_identical_ones_are_no_news(file):
    title = "Community water points in three dry districts"
    rows = [
        document(1, title=title),
        document(2, title=title + " II"),
        document(3, title=title),
        document(4, title="Rice"),
    ]
    batch = bring_in(write(file, *rows), publishes=True)
    assert Record.objects.count() == 4
    pairs = {row: len(others) for _, row, others in queries.near_pairs(batch)}
    assert pairs == {1: 1, 2: 2, 3: 1}


def test_fifty_thousand_titles_are_not_compared_pair_by_pair(monkeypatch):
    compared = []
    monkeypatch.setattr(
        "ayni.knowledge.queries.near_titles.shingle_similarity", lambda *pair: compared.append(pair) or 0.0
    )
    titles = [
        f"Support to district {n} for water number {n * 7919 % 50021} in the country" for n in range(2000)
    ]
    near = NearTitles(titles)
    for number, title in enumerate(titles):
        near.like("activity", title)
        near.add("activity", title, str(number))
    assert len(compared) < len(titles)


def test_only_operators_import(file):
    write(file, document())
    for someone in (worlds.person("Mo Moderator", is_moderator=True), worlds.person("Vi Visitor")):
        with pytest.raises(NotAllowed):
            start_batch(by=someone, path=file)
        with pytest.raises(NotAllowed):
            check_file(by=someone, path=file)
    assert start_batch(by=worlds.person("Op Operator", is_operator=True), path=file)


def test_a_file_that_is_not_what_it_says_starts_no_batch(file):
    file.write_bytes(b"%PDF-1.4")
    with pytest.raises(FileFault):
        start_batch(by=None, path=file)
    assert ImportBatch.objects.count() == 0


def test_a_fault_found_while_reading_ends_the_batch_and_stores_no_row(file, settings):
    settings.IMPORT_ROW_LIMIT = 2
    batch = bring_in(write(file, document(1), document(2), document(3)))
    assert (batch.state, batch.fault) == ("failed", "too_many_rows")
    assert Record.objects.count() == 0
    assert batch.rows.get().faults == [{"path": "", "code": "too_many_rows", "params": {"limit": 2}}]


def test_the_upload_limit_holds_for_the_command_line_too(file, settings):
    settings.UPLOAD_LIMIT = 100
    with pytest.raises(FileFault) as caught:
        start_batch(by=None, path=write(file, document()))
    assert caught.value.code == "too_large"


def test_two_workers_do_not_run_one_batch(file):
    batch = start_batch(by=None, path=write(file, document()))
    lease = Lease.claim(batch=batch, name="start")
    with pytest.raises(Busy):
        process_batch(batch=batch, path=file)
    with clock.at(clock.now() + timedelta(seconds=61)):
        assert process_batch(batch=batch, path=file).state == "done"
    with pytest.raises(Busy):
        importer._finish(batch=batch, lease=lease, total=1)


def test_a_run_stopped_halfway_goes_on(file, monkeypatch):
    monkeypatch.setattr(importer, "CHUNK", 2)
    write(file, *(document(n) for n in range(5)))

    def stop(done: int, _total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    batch = start_batch(by=None, path=file)
    with pytest.raises(KeyboardInterrupt):
        process_batch(batch=batch, path=file, progress=stop)
    assert Record.objects.count() == 4
    with clock.at(clock.now() + timedelta(seconds=61)):
        again = start_batch(by=None, path=file)
        assert again == batch
        assert process_batch(batch=again, path=file).state == "done"
    assert outcomes(batch) == {"created": 5}
    assert (Record.objects.count(), Revision.objects.count(), batch.rows.count()) == (5, 5, 5)


def test_unchanged_rows_cost_few_queries(file):
    bring_in(write(file, *(document(n) for n in range(20))), publishes=True)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        bring_in(file, publishes=True)
    # Two savepoint statements a row, and a constant number for the chunk.
    assert len([q for q in seen.captured_queries if "SAVEPOINT" not in q["sql"]]) < 45


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.skipif(not DATA.exists(), reason="the public test data are not there (AYNI_TEST_DATA)")
def test_the_real_activities_twice():
    first = bring_in(DATA)
    assert outcomes(first) == {"created": 632}
    OutboxMessage.objects.all()._raw_delete("default")
    before = picture()
    assert outcomes(bring_in(DATA)) == {"unchanged": 632}
    assert picture() == before
    assert OutboxMessage.objects.count() == 0
    assert 0 < Translation.objects.values("target").distinct().count() < 60
    assert Institution.objects.filter(identifiers__value="XM-DAC-41302", is_un=True).count() == 1
