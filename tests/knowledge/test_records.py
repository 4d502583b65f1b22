from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from ayni.kernel import clock, guarded
from ayni.kernel.errors import Invalid, WrongState
from ayni.knowledge.actions import records
from ayni.knowledge.models import Record, Revision, RevisionPartner, RevisionTerm
from ayni.knowledge.queries import records as queries
from ayni.knowledge.texts import Partner, Standing, Text
from ayni.registry.actions.institutions import merge_institutions
from ayni.registry.models import FormerId, OutboxMessage, Translation
from ayni.registry.queries.vocabularies import concepts
from tests import worlds

BODY = {"problem": "A problem.", "what_was_done": "A deed."}


@pytest.fixture
def owner(db: None):
    return worlds.institution("Rural Water Trust")


def make(owner, title: str = "A title", **fields) -> Record:
    standing = fields.pop("standing", None)
    text = Text(**({"title": title, "body": BODY} | fields))
    return records.create_record(
        by=None, kind="practice", language="en", owner=owner, text=text, standing=standing
    )


def faults_of(attempt) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        attempt()
    return {(fault.path, fault.code) for fault in refused.value.faults}


def test_a_new_record_is_an_unpublished_draft(owner) -> None:
    record = make(owner)
    assert (record.state, record.published, record.version) == ("unpublished", None, 1)
    assert (record.revisions.get().state, record.revisions.get().form) == ("draft", "snapshot")
    assert queries.get_record_for(None, record.uid) is None


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"title": " \u202e "}, ("title", "missing")),
        ({"title": "x" * 5000}, ("title", "too_long")),
        ({"summary": "x" * 5000}, ("summary", "too_long")),
        ({"form": "epic"}, ("form", "unknown_choice")),
        ({"started": "last year"}, ("started", "not_a_date")),
        ({"started": "2023-02-30"}, ("started", "not_a_date")),
        ({"started": "٢٠٢٣"}, ("started", "not_a_date")),
        ({"started": "2023-05", "ended": "2022"}, ("ended", "ends_before_start")),
        ({"partners": (Partner("Somebody", "boss"),)}, ("partners.0.role", "unknown_choice")),
        ({"body": {}}, ("body.problem", "missing")),
        ({"standing": Standing(source_url="javascript:alert(1)")}, ("source_url", "bad_value")),
        ({"standing": Standing(contact_email="nobody")}, ("contact_email", "bad_value")),
    ],
)
def test_what_cannot_be_stored_is_refused_and_changes_nothing(
    owner, fields: dict, fault: tuple[str, str]
) -> None:
    assert fault in faults_of(lambda: make(owner, **fields))
    assert not Record.objects.exists()
    assert not Revision.objects.exists()


@pytest.mark.parametrize(
    ("kind", "language", "path"), [("poem", "en", "kind"), ("practice", "tlh", "language")]
)
def test_kind_and_language_are_of_the_closed_lists(owner, kind: str, language: str, path: str) -> None:
    text = Text(title="T", body=BODY)
    attempt = lambda: records.create_record(by=None, kind=kind, language=language, owner=owner, text=text)  # noqa: E731
    assert (path, "unknown_choice") in faults_of(attempt)


def test_same_year_and_open_ends_are_no_fault(owner) -> None:
    make(owner, started="2023-05", ended="2023")
    make(owner, started="2023", ended="")


def test_publishing_a_later_revision_supersedes_the_earlier(owner) -> None:
    record = worlds.published(owner, "First title")
    later = records.add_revision(by=None, record=record, text=Text(title="Second title", body=BODY))
    assert queries.read(record, "en").title == "First title"
    records.publish(by=None, revision=later, as_imported=True)
    assert list(record.revisions.order_by("number").values_list("state", flat=True)) == [
        "superseded",
        "published",
    ]
    assert queries.read(queries.get_record_for(None, record.uid), "en").title == "Second title"
    assert Record.objects.get().title_key == worlds.documents.title_digest("Second title")


def test_the_database_keeps_one_published_revision_and_dates_right(owner) -> None:
    record = worlds.published(owner, "One")
    with pytest.raises(IntegrityError), transaction.atomic(), guarded.writing():
        Revision.objects.create(record=record, number=2, title="Two", state="published")
    with pytest.raises(IntegrityError), transaction.atomic(), guarded.writing():
        Record.objects.filter(pk=record.pk).update(published_at=None)


def test_each_visible_change_is_a_new_version_and_is_announced(owner) -> None:
    record = worlds.published(owner, "One")
    for change in (
        lambda: records.confirm(by=None, record=record),
        lambda: records.change_standing(by=None, record=record, standing=Standing(licence="CC0-1.0")),
        lambda: records.change_visibility(by=None, record=record, name="archive"),
        lambda: records.change_visibility(by=None, record=record, name="unarchive"),
    ):
        before, waiting = record.version, OutboxMessage.objects.filter(target=record.target).count()
        change()
        record.refresh_from_db()
        assert record.version == before + 1
        assert OutboxMessage.objects.filter(target=record.target).count() == waiting + 1


def test_first_publication_keeps_its_date(owner) -> None:
    record = worlds.published(owner, "One")
    first = record.published_at
    later = records.add_revision(by=None, record=record, text=Text(title="Two", body=BODY))
    with clock.at(clock.now() + timedelta(days=9)):
        records.publish(by=None, revision=later, as_imported=True)
    record.refresh_from_db()
    assert record.published_at == first
    assert record.published.published_at > first


def test_undoing_a_publication_keeps_what_people_began_since(owner) -> None:
    record = worlds.published(owner, "First")
    imported = records.add_revision(by=None, record=record, text=Text(title="Imported", body=BODY))
    records.publish(by=None, revision=imported, as_imported=True)
    draft = records.add_revision(by=None, record=record, text=Text(title="A person's draft", body=BODY))
    records.restore_revision(by=None, record=record, number=1)
    record.refresh_from_db()
    assert record.published.title == "First"
    assert set(record.revisions.values_list("number", "state")) == {(1, "published"), (3, "draft")}
    assert Revision.objects.filter(pk=draft.pk).exists()


def test_removal_takes_everything_and_leaves_a_tombstone(world: worlds.ReadingRoom) -> None:
    target, adaptation = world.practice.target, world.snapshot
    worlds.translate(world.practice, "fr", {"title": "Des comités d’élèves"})
    records.remove(by=None, record=world.practice, reason="import_undone")
    assert not Translation.objects.filter(target=target).exists()
    assert not RevisionPartner.objects.exists()
    assert not RevisionTerm.objects.filter(revision__record__uid=target.rpartition(":")[2]).exists()
    assert FormerId.objects.get(target=target).reason == "import_undone"
    adaptation.refresh_from_db()
    assert adaptation.adapted_from is None


def test_a_withdrawn_record_is_gone_for_readers_and_has_a_tombstone(world: worlds.ReadingRoom) -> None:
    records.change_visibility(by=None, record=world.practice, name="withdraw", reason="wrong_figures")
    assert queries.get_record_for(None, world.practice.uid) is None
    assert queries.withdrawn_record(world.practice.uid).withdrawn_reason == "wrong_figures"
    assert world.practice not in queries.listed(world.moderator)


def test_not_there_and_not_yours_look_alike(world: worlds.ReadingRoom) -> None:
    assert queries.get_record_for(world.member, world.draft.uid) is None
    assert queries.get_record_for(world.member, "0" * 12) is None
    assert world.draft not in queries.visible_to(world.member)
    assert world.draft in queries.visible_to(world.author)


def test_reading_in_the_original_a_translation_and_neither(world: worlds.ReadingRoom) -> None:
    record = queries.get_record_for(None, world.snapshot.uid)
    english = queries.read(record, "en")
    assert (english.title, english.is_translation) == ("Water accounts on the wall", True)
    assert english.missing == {"body.what_changed"}
    assert english.body["what_changed"] == worlds.SNAPSHOT_BODY["what_changed"]
    assert queries.read(record, "fr").languages == ("fr", "en")
    assert queries.read(record, "zh").language == "fr"


def test_a_translation_of_an_older_text_says_so(world: worlds.ReadingRoom) -> None:
    body = worlds.SNAPSHOT_BODY | {"problem": "Personne ne payait."}
    later = records.add_revision(by=None, record=world.snapshot, text=Text(title="Les comptes", body=body))
    records.publish(by=None, revision=later, as_imported=True)
    english = queries.read(queries.get_record_for(None, world.snapshot.uid), "en")
    assert english.stale == {"title", "body.problem"}


def test_cards_cost_the_same_for_one_and_for_many(
    world: worlds.ReadingRoom, django_assert_num_queries
) -> None:
    terms = concepts()
    everything = list(queries.listed(None))
    for some in (everything[:1], everything):
        with django_assert_num_queries(4):
            shown = queries.cards(some, "en", terms)
        assert [card.record for card in shown] == some
    assert {card.owner_name for card in shown} == {"Rural Water Trust", "Réseau des comptes ouverts"}


def test_what_an_institution_did_follows_merges_and_partners(world: worlds.ReadingRoom) -> None:
    double = worlds.institution("Rural Water Trust (Kenya)")
    older = worlds.published(double, "Under its other name")
    merge_institutions(by=world.operator, duplicate=double, stays=world.trust)
    assert older in queries.records_of(world.trust, None)
    assert world.practice in queries.records_of(world.network, None)
    assert world.draft not in queries.records_of(world.trust, world.author)


def test_adaptations_and_siblings(world: worlds.ReadingRoom) -> None:
    assert list(queries.adaptations_of(world.practice, None)) == [world.snapshot]
    twin = worlds.published(world.network, "PUPIL-LED water committees!")
    assert list(queries.siblings_of(world.practice, None)) == [twin]


def test_people_may_be_asked_until_the_day_they_agreed_to(world: worlds.ReadingRoom) -> None:
    record = world.snapshot
    assert queries.is_current(record, record.contact_until)
    assert not queries.is_current(record, record.contact_until + timedelta(days=1))
    assert not queries.is_current(world.lesson, clock.today())


def test_an_origin_is_taken_once(owner) -> None:
    text = Text(title="T", body=BODY)
    for number in (1, 2):
        make_imported = lambda: records.create_record(  # noqa: E731
            by=None, kind="practice", language="en", owner=owner, text=text, origin="iati", origin_id="XX-1"
        )
        if number == 1:
            make_imported()
        else:
            with pytest.raises(IntegrityError), transaction.atomic():
                make_imported()
    make(owner)
    make(owner)


@pytest.mark.parametrize("name", ["publish", "take back"])
def test_publishing_moves_are_not_made_alone(world, name):
    with pytest.raises(WrongState):
        records.change_visibility(by=None, record=world.practice, name=name)
