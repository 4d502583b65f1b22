"""A record in another language: drafted, read by somebody else, shown; and what happens when the original changes."""

from dataclasses import replace
from typing import Any

import pytest

from ayni.kernel.errors import Invalid, NotAllowed, WrongState
from ayni.knowledge import documents, drafts, translating
from ayni.knowledge.actions import records, translations
from ayni.knowledge.actions.translations import PassageEdit
from ayni.knowledge.models import Record
from ayni.knowledge.queries import translations as queries
from ayni.knowledge.queries.records import get_record_for, read
from ayni.knowledge.texts import Text
from ayni.registry.actions.institutions import merge_institutions
from ayni.registry.actions.people import end_role, grant_role
from ayni.registry.models import AuditEntry, Notice, OutboxMessage, Person, Translation, TranslationDraft
from ayni.registry.models.translations import source_hash
from ayni.registry.states import Role
from tests import worlds


@pytest.fixture
def translator(world: worlds.ReadingRoom) -> Person:
    """Writes for another institution than the owner's: may translate, may not approve."""
    person = worlds.person("Tarek Translator", language="ar")
    grant_role(by=None, person=person, institution=world.network, role=Role.CONTRIBUTOR)
    return person


def write(by: Person, record: Record, texts: dict[str, str], language: str = "ar", **seen: str) -> Any:
    """What the page sends: with each text, what the translator had before their eyes."""
    record = Record.objects.get(pk=record.pk)
    sheet = {passage.path: passage for passage in queries.sheet_of(record, language).passages}
    edits = [
        PassageEdit(
            path, text, seen.get("was", sheet[path].was if path in sheet else ""),
            seen.get("source", sheet[path].source if path in sheet else "0" * 32),
        )
        for path, text in texts.items()
    ]  # fmt: skip
    return translations.save_translation(by=by, record=record, language=language, edits=edits)


def approve(by: Person, record: Record, language: str = "ar") -> list[str]:
    read_now = {passage.path: passage.was for passage in queries.sheet_of(record, language).to_read_by(by)}
    return translations.approve_translation(by=by, record=record, language=language, read=read_now)


def hand_in(by: Person, record: Record, language: str = "ar") -> int:
    return translations.hand_in_translation(by=by, record=record, language=language)


def publish_again(world: worlds.ReadingRoom, record: Record, **changes: Any) -> Record:
    """A new revision with these changes."""
    now = record.published
    body = now.body | changes.pop("body", {})
    text = Text(title=now.title, summary=now.summary, body=body, form=now.form)
    revision = records.add_revision(by=world.moderator, record=record, text=replace(text, **changes))
    return records.publish(by=None, revision=revision, as_imported=True)


def shown(record: Record, language: str = "ar") -> Any:
    return read(Record.objects.select_related("published").get(pk=record.pk), language)


def test_a_draft_is_read_by_somebody_else_and_then_shown(world, translator):
    assert write(translator, world.lesson, {"title": "هواتف بلا رصيد"}).changed == ["title"]
    assert shown(world.lesson).languages == ("en",)
    with pytest.raises(WrongState, match="nothing_to_approve"):
        approve(world.author, world.lesson)
    assert hand_in(translator, world.lesson) == 1
    assert shown(world.lesson).languages == ("en",)
    assert approve(world.author, world.lesson) == ["title"]
    reading = shown(world.lesson)
    assert (reading.title, reading.is_machine, reading.language) == ("هواتف بلا رصيد", False, "ar")
    assert Translation.objects.get(language="ar").author_uid == translator.uid
    assert not TranslationDraft.objects.exists()


def test_search_hears_of_what_is_published_and_of_no_draft(world, translator):
    before = OutboxMessage.objects.count()
    write(translator, world.lesson, {"title": "هواتف بلا رصيد"})
    hand_in(translator, world.lesson)
    assert OutboxMessage.objects.count() == before
    approve(world.author, world.lesson)
    assert OutboxMessage.objects.count() == before + 1


def test_a_draft_takes_nothing_away_from_readers(world, translator):
    """The French original has a reviewed English title; a better one is being written."""
    write(translator, world.snapshot, {"title": "Better words"}, "en")
    assert shown(world.snapshot, "en").title == worlds.SNAPSHOT_IN_ENGLISH["title"]
    hand_in(translator, world.snapshot, "en")
    approve(world.moderator, world.snapshot, "en")
    assert shown(world.snapshot, "en").title == "Better words"


def test_nobody_approves_their_own_words(world, translator):
    """The owner's author may approve, but not what they wrote; each other's they may."""
    write(world.author, world.lesson, {"title": "عنوان"})
    write(translator, world.lesson, {"summary": "ملخص"})
    hand_in(translator, world.lesson)
    assert approve(world.author, world.lesson) == ["summary"]
    assert list(TranslationDraft.objects.values_list("field", flat=True)) == ["title"]
    with pytest.raises(WrongState, match="nothing_to_approve"):
        approve(world.author, world.lesson)
    assert approve(world.moderator, world.lesson) == ["title"]


def test_who_changed_a_word_of_it_is_a_translator_too(world, translator):
    write(translator, world.lesson, {"title": "عنوان"})
    write(world.author, world.lesson, {"title": "عنوان أفضل"})
    hand_in(translator, world.lesson)
    with pytest.raises(WrongState, match="nothing_to_approve"):
        approve(world.author, world.lesson)
    assert approve(world.moderator, world.lesson) == ["title"]


def test_what_was_changed_after_it_was_read_is_not_published(world, translator):
    write(translator, world.lesson, {"title": "عنوان", "summary": "ملخص"})
    hand_in(translator, world.lesson)
    seen = {passage.path: passage.was for passage in queries.sheet_of(world.lesson, "ar").handed_in}
    write(translator, world.lesson, {"title": "عنوان آخر"})
    hand_in(translator, world.lesson)
    done = translations.approve_translation(by=world.author, record=world.lesson, language="ar", read=seen)
    assert done == ["summary"]
    assert TranslationDraft.objects.get().text == "عنوان آخر"


def test_two_translators_never_overwrite_each_other(world, translator):
    other = world.author
    write(translator, world.lesson, {"title": "الأول"})
    saved = write(other, world.lesson, {"title": "الثاني", "summary": "ملخص"}, was="")
    assert (saved.changed, saved.clashes) == (["summary"], {"title": "الأول"})
    assert TranslationDraft.objects.get(field="title").text == "الأول"
    again = write(other, world.lesson, {"title": "الثاني"}, was=drafts.fingerprint("الأول"))
    assert again.changed == ["title"]


def test_saving_what_is_there_changes_nothing_and_an_empty_text_takes_the_draft_away(world, translator):
    write(translator, world.lesson, {"title": "عنوان"})
    entries = AuditEntry.objects.count()
    assert write(translator, world.lesson, {"title": "عنوان"}).changed == []
    assert AuditEntry.objects.count() == entries
    assert write(translator, world.lesson, {"title": ""}).changed == ["title"]
    assert not TranslationDraft.objects.exists()


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        ("title", "x" * 601, "too_long"),
        ("body.why", "x" * 30_000_000, "too_long"),
        ("body.nothing", "x", "unknown_field"),
        ("x" * 200, "x", "unknown_field"),
    ],
)
def test_what_cannot_be_kept_says_why_and_the_rest_is_kept(world, translator, path, text, code):
    saved = write(translator, world.lesson, {path: text, "summary": "ملخص"})
    assert [fault.code for fault in saved.faults] == [code]
    assert saved.changed == ["summary"]


def test_who_may(world, translator):
    for person in (world.member, worlds.person("Nobody")):
        with pytest.raises(NotAllowed):
            write(person, world.lesson, {"title": "عنوان"})
    write(translator, world.lesson, {"title": "عنوان"})
    hand_in(translator, world.lesson)
    with pytest.raises(NotAllowed):
        approve(translator, world.lesson)
    with pytest.raises(Invalid):
        write(translator, world.lesson, {"title": "Title"}, "en")
    with pytest.raises(Invalid):
        write(translator, world.lesson, {"title": "Title"}, "xx")


def test_those_who_may_approve_are_told_once_and_their_turn_ends(world, translator):
    write(translator, world.lesson, {"title": "عنوان"})
    hand_in(translator, world.lesson)
    hand_in(translator, world.lesson)
    notice = Notice.objects.get(code="translation-to-read")
    assert (notice.person, notice.is_turn, notice.read_at) == (world.author, True, None)
    approve(world.author, world.lesson)
    assert Notice.objects.get(code="translation-to-read").read_at
    assert {notice.person for notice in Notice.objects.filter(code="translation-published")} == {translator}


def test_an_owner_without_people_is_stood_in_for_by_the_moderators(world):
    write(world.author, world.snapshot, {"title": "عنوان"})
    hand_in(world.author, world.snapshot)
    assert Notice.objects.get(code="translation-to-read").person == world.moderator


def test_a_translation_sent_back_says_why_and_can_be_handed_in_again(world, translator):
    write(translator, world.lesson, {"title": "عنوان"})
    hand_in(translator, world.lesson)
    with pytest.raises(Invalid):
        translations.send_back_translation(by=world.author, record=world.lesson, language="ar", note=" ")
    translations.send_back_translation(
        by=world.author, record=world.lesson, language="ar", note="The title is too long."
    )
    notice = Notice.objects.get(code="translation-sent-back")
    assert (notice.person, "note" in notice.params) == (translator, False)
    assert TranslationDraft.objects.get().handed_in_at is None
    assert queries.sheet_of(world.lesson, "ar").notes == ["The title is too long."]
    hand_in(translator, world.lesson)
    assert approve(world.author, world.lesson) == ["title"]


def test_the_original_changes_and_its_translators_are_told_which_passages(world, translator):
    write(translator, world.lesson, {"title": "عنوان", "body.why": "سبب"})
    hand_in(translator, world.lesson)
    approve(world.author, world.lesson)
    write(translator, world.lesson, {"body.advice": "نصيحة"})
    publish_again(world, world.lesson, body={"why": "Calls cost money.", "advice": "Pay the calls."})
    sheet = queries.sheet_of(Record.objects.get(pk=world.lesson.pk), "ar")
    assert {passage.path: passage.earlier for passage in sheet.passages if passage.is_stale} == {
        "body.why": worlds.LESSON_BODY["why"],
        "body.advice": worlds.LESSON_BODY["advice"],
    }
    assert shown(world.lesson).stale == {"body.why"}
    notice = Notice.objects.get(code="translation-stale")
    assert (notice.person, notice.params["number"], notice.params["language"]) == (translator, 2, "ar")
    assert list(Translation.objects.filter(is_stale=True).values_list("field", flat=True)) == ["body.why"]


def test_still_right_is_said_once_for_all_by_those_who_may_approve(world, translator):
    worlds.translate(world.lesson, "ar", {"title": "عنوان"})
    record = publish_again(world, world.lesson, title="Phones without any credit")
    now = source_hash(record.published.title)
    with pytest.raises(WrongState, match="changed_again"):
        translations.keep_translation(
            by=world.author, record=record, language="ar", path="title", source="0" * 32
        )
    translations.keep_translation(by=translator, record=record, language="ar", path="title", source=now)
    assert shown(record).stale == {"title"}
    assert TranslationDraft.objects.get().text == "عنوان"
    write(translator, record, {"title": ""})
    translations.keep_translation(by=world.author, record=record, language="ar", path="title", source=now)
    assert shown(record).stale == set()
    assert not Translation.objects.filter(is_stale=True).exists()


def test_nobody_says_of_their_own_words_that_they_fit_a_new_original(world, translator):
    """Not even who may approve: somebody else reads them again, beside the new original."""
    write(world.author, world.lesson, {"title": "عنوان"})
    hand_in(world.author, world.lesson)
    approve(world.moderator, world.lesson)
    record = publish_again(world, world.lesson, title="Phones without any credit")
    now = source_hash(record.published.title)
    translations.keep_translation(by=world.author, record=record, language="ar", path="title", source=now)
    assert shown(record).stale == {"title"}
    hand_in(world.author, record)
    assert approve(world.moderator, record) == ["title"]
    assert shown(record).stale == set()


def test_a_machines_words_become_reviewed_only_through_two_people(world, translator):
    worlds.translate(world.lesson, "ar", {"title": "عنوان"}, status="machine")
    source = source_hash(world.lesson.published.title)
    for person in (translator, world.author):
        translations.keep_translation(
            by=person, record=world.lesson, language="ar", path="title", source=source
        )
        assert shown(world.lesson).is_machine
    hand_in(translator, world.lesson)
    approve(world.moderator, world.lesson)
    assert not shown(world.lesson).is_machine


def test_rows_take_their_translations_along(world):
    blocks = worlds.FULL_BODY["building_blocks"]
    worlds.translate(
        world.practice, "ar",
        {"title": "لجان", "body.building_blocks.0.name": "جدار الأرقام", "body.building_blocks.1.name": "صندوق"},
    )  # fmt: skip
    new = {"name": "A new one", "what": "It comes first."}
    changed = {**blocks[0], "name": "The painted wall"}
    record = publish_again(world, world.practice, body={"building_blocks": [new, blocks[1], changed]})
    there = dict(Translation.objects.filter(language="ar").values_list("field", "is_stale"))
    assert there == {
        "title": False,
        "body.building_blocks.1.name": False,
        # It had only its name translated, and that was rewritten: nothing tells where it went.
        "body.building_blocks.0.name": True,
    }
    assert shown(record).body["building_blocks"][1]["name"] == "صندوق"


def test_a_field_that_is_gone_keeps_its_translation_unseen_until_it_comes_back(world):
    blocks = worlds.FULL_BODY["building_blocks"]
    worlds.translate(
        world.practice, "ar",
        {"title": "لجان", "body.evidence": "دليل", "body.building_blocks.1.name": "صندوق"},
    )  # fmt: skip
    record = publish_again(world, world.practice, body={"building_blocks": blocks[:1], "evidence": ""})
    assert Translation.objects.filter(language="ar").count() == 3
    reading = shown(record)
    assert (reading.stale, len(reading.body["building_blocks"])) == (set(), 1)
    assert "evidence" not in reading.body
    record = publish_again(
        world, record, body={"building_blocks": blocks[::-1], "evidence": worlds.FULL_BODY["evidence"]}
    )
    reading = shown(record)
    assert reading.body["building_blocks"][0]["name"] == "صندوق"
    assert reading.body["evidence"] == "دليل"
    assert reading.stale == set()


def test_a_text_written_of_an_original_that_changed_meanwhile_is_kept_as_stale(world, translator):
    before = source_hash(worlds.LESSON_BODY["why"])
    record = publish_again(world, world.lesson, body={"why": "Calls cost money."})
    write(translator, record, {"body.why": "سبب"}, source=before)
    passage = next(p for p in queries.sheet_of(record, "ar").passages if p.path == "body.why")
    assert (passage.text, passage.is_stale, passage.earlier) == ("سبب", True, worlds.LESSON_BODY["why"])


def test_of_a_withdrawn_original_nothing_is_shown_or_published_until_it_is_put_back(world, translator):
    write(translator, world.lesson, {"title": "عنوان"})
    hand_in(translator, world.lesson)
    records.change_visibility(by=None, record=world.lesson, name="withdraw", reason="owner-request")
    assert get_record_for(translator, world.lesson.uid) is None
    for attempt in (
        lambda: approve(world.moderator, world.lesson),
        lambda: write(translator, world.lesson, {"title": "آخر"}),
        lambda: hand_in(translator, world.lesson),
    ):
        with pytest.raises(WrongState, match="original_not_public"):
            attempt()
    records.change_visibility(by=None, record=world.lesson, name="put back")
    assert approve(world.moderator, world.lesson) == ["title"]


def test_a_draft_outlives_its_translators_membership_and_others_go_on_with_it(world, translator):
    write(translator, world.lesson, {"title": "عنوان"})
    end_role(by=None, membership=translator.memberships.get())
    left = Person.objects.get(pk=translator.pk)
    with pytest.raises(NotAllowed):
        write(left, world.lesson, {"summary": "ملخص"})
    write(world.author, world.lesson, {"title": "عنوان أفضل"})
    hand_in(world.author, world.lesson)
    with pytest.raises(NotAllowed):
        approve(left, world.lesson)
    assert approve(world.moderator, world.lesson) == ["title"]


def test_after_a_merge_the_people_of_the_one_that_stays_approve(world, translator):
    stays = worlds.institution("The one that stays")
    reader = worlds.person("Rita Reader")
    grant_role(by=None, person=reader, institution=stays, role=Role.REVIEWER)
    merge_institutions(by=world.moderator, duplicate=world.trust, stays=stays)
    record = Record.objects.select_related("published", "owner").get(pk=world.lesson.pk)
    write(translator, record, {"title": "عنوان"})
    hand_in(translator, record)
    assert {notice.person for notice in Notice.objects.filter(code="translation-to-read")} == {
        reader, world.author,
    }  # fmt: skip
    assert approve(Person.objects.get(pk=reader.pk), record) == ["title"]


def test_what_is_wanted_begins_with_what_has_fallen_behind(world):
    worlds.translate(world.lesson, "ar", {"title": "عنوان"})
    worlds.translate(world.publication, "ar", {"title": "مياه"})
    publish_again(world, world.lesson, title="Phones without any credit")
    assert [record.pk for record in queries.wanted("ar")] == [
        world.lesson.pk, world.practice.pk, world.snapshot.pk,
    ]  # fmt: skip
    records.change_visibility(by=None, record=world.practice, name="withdraw", reason="owner-request")
    assert [record.pk for record in queries.wanted("fr")] == [world.publication.pk, world.lesson.pk]


def test_removing_a_record_takes_its_drafts_along(world, translator):
    write(translator, world.lesson, {"title": "عنوان"})
    records.remove(by=None, record=world.lesson, reason="import_undone")
    assert not TranslationDraft.objects.exists()


def test_every_field_that_has_a_text_is_known_to_translators(world):
    for record in (world.practice, world.snapshot, world.lesson, world.publication, world.activity):
        revision = record.published
        known = translating.known_patterns(record.kind, revision.form)
        texts = documents.translatable_texts(
            revision.title, revision.summary, revision.body, record.kind, revision.form
        )
        assert {translating.pattern(path) for path in texts} <= known
