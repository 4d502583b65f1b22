"""The JSON of a record: what imports read back, and what docs/reference/record-json.md says of it."""

import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ayni.kernel import guarded
from ayni.knowledge.actions.records import change_visibility, remove
from ayni.knowledge.formats import light_markdown
from ayni.knowledge.models import Record
from ayni.knowledge.queries.record_documents import FORMAT, Links, documents_of
from ayni.knowledge.queries.records import read
from ayni.registry.actions.institutions import merge_institutions
from ayni.registry.models import Translation
from ayni.registry.queries.vocabularies import concepts
from tests import worlds
from tests.knowledge.importing import bring_in, faults, outcomes, write

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "record-json.md"
LINKS = Links(
    "Ayni",
    lambda record: f"https://example.org/id/{record.uid}/",
    lambda institution: f"https://example.org/{institution.uid}",
    lambda file: f"https://example.org/{file.uid}",
)
KINDS = ("practice", "snapshot", "lesson", "publication", "activity")


def exported(*records: Record) -> list[dict]:
    found = Record.objects.select_related("published", "owner").filter(
        pk__in=[record.pk for record in records]
    )
    pairs = [(record, record.published) for record in found]
    return documents_of(pairs, concepts(), LINKS)


def text(document: dict) -> dict:
    """What the record says, without what the new one has of its own: ids, days, versions."""
    return {name: value for name, value in document.items() if name not in {"id", "about"}}


@pytest.mark.parametrize("name", KINDS)
def test_what_is_taken_out_can_be_brought_in_again(world, tmp_path, name):
    record = getattr(world, name)
    (before,) = exported(record)
    remove_record(record)
    batch = bring_in(write(tmp_path / "out.jsonl", before), publishes=True)
    assert (faults(batch), outcomes(batch)) == ([], {"created": 1})
    again = Record.objects.get(origin_id=record.uid)
    (after,) = exported(again)
    assert text(after) == text(before)
    assert set(_tags(after)) == set(_tags(before))


def remove_record(record: Record) -> None:
    remove(by=None, record=record, reason="wrong")


def _tags(document: dict) -> list[tuple[str, str]]:
    return [(tag["vocabulary"], tag["code"]) for tag in document["about"]["tags"]]


@pytest.mark.parametrize("is_demo", [False, True])
def test_what_was_invented_says_so(world, is_demo):
    with guarded.writing():
        Record.objects.filter(pk=world.practice.pk).update(is_demo=is_demo)
    (document,) = exported(world.practice)
    assert document["about"]["is_demo"] is is_demo


def test_translations_come_along_and_rows_keep_their_places(world, tmp_path):
    worlds.translate(
        world.practice, "fr",
        {"title": "Comités d’eau", "body.building_blocks.1.what": "Chaque famille paie un peu.", "body.results.2.what": "Familles"},
    )  # fmt: skip
    (before,) = exported(world.practice)
    assert before["translations"]["fr"] == {
        "title": "Comités d’eau",
        "body": {
            "building_blocks": [{}, {"what": "Chaque famille paie un peu."}],
            "results": [{}, {}, {"what": "Familles"}],
        },
    }
    remove_record(world.practice)
    batch = bring_in(write(tmp_path / "out.jsonl", before), publishes=True)
    assert faults(batch) == []
    again = Record.objects.get(origin_id=before["id"])
    assert dict(
        Translation.objects.filter(target=again.target, language="fr").values_list("field", "text")
    ) == {
        "title": "Comités d’eau",
        "body.building_blocks.1.what": "Chaque famille paie un peu.",
        "body.results.2.what": "Familles",
    }
    assert read(again, "fr").body["building_blocks"][0]["name"] == "The wall of figures"


def test_it_says_how_far_a_translation_can_be_relied_on(world):
    (document,) = exported(world.snapshot)
    standing = document["about"]["translations"]["en"]
    assert standing == {"by_machine": False, "missing": ["body.what_changed"], "stale": []}
    worlds.translate(world.snapshot, "es", {"title": "Cuentas"}, status="machine")
    assert exported(world.snapshot)[0]["about"]["translations"]["es"]["by_machine"] is True


def test_who_wrote_for_others_is_named_as_they_are_called_today(world):
    old, home = worlds.institution("Old Helpers"), worlds.institution("Helpers")
    merge_institutions(by=world.moderator, duplicate=old, stays=home)
    records = [world.practice, world.lesson, world.snapshot]
    exported(*records)  # what is kept in memory is read
    spent = []
    for number in (1, 3):
        with guarded.writing():
            Record.objects.filter(pk__in=[record.pk for record in records[:number]]).update(stand_in=old)
        with CaptureQueriesContext(connection) as queries:
            told = exported(*records)
        spent.append(len(queries))
    assert {one["about"]["written_on_behalf_by"]["name"] for one in told} == {"Helpers"}
    assert spent[0] == spent[1]


def test_whom_to_ask_is_told_only_while_they_have_agreed_to_it(world):
    assert exported(world.practice)[0]["contact"]["email"] == "ask@water-trust.example"
    assert exported(world.snapshot)[0]["contact"]["email"] == ""  # agreed until 2021
    change_visibility(by=None, record=world.practice, name="archive")
    archived = Record.objects.get(pk=world.practice.pk)
    assert exported(archived)[0]["contact"]["email"] == ""
    revision = world.draft.revisions.get()
    with guarded.writing():
        Record.objects.filter(pk=world.draft.pk).update(contact_email="ours@trust.example")
    draft = Record.objects.select_related("owner").get(pk=world.draft.pk)
    (own,) = documents_of([(draft, revision)], concepts(), LINKS)  # its writers' own
    assert own["contact"]["email"] == "ours@trust.example"


def test_it_says_where_it_comes_from(world):
    (document,) = exported(world.snapshot)
    about = document["about"]
    assert about["format"] == FORMAT
    assert about["link"] == f"https://example.org/id/{world.snapshot.uid}/"
    assert about["adapted_from"] == {
        "link": f"https://example.org/id/{world.practice.uid}/",
        "title": "Pupil-led water committees",
    }
    water = next(tag for tag in about["tags"] if tag["code"] == "6")
    assert water["uri"] == "http://metadata.un.org/sdg/6"
    assert set(water["labels"]) == {"en", "fr", "es", "pt", "ru", "ar", "zh"}


def test_an_archived_record_says_where_it_continues(world):
    assert exported(world.lesson)[0]["about"]["continued_in"] is None
    change_visibility(by=None, record=world.lesson, name="archive", successor=world.practice)
    about = exported(Record.objects.get(pk=world.lesson.pk))[0]["about"]
    assert about["continued_in"] == {
        "link": f"https://example.org/id/{world.practice.uid}/",
        "title": "Pupil-led water committees",
    }


def test_queries_do_not_grow_with_records(world, django_assert_num_queries, django_assert_max_num_queries):
    exported(world.practice)
    with django_assert_max_num_queries(16) as seen:
        exported(world.practice, world.snapshot)
    with django_assert_num_queries(len(seen)):
        exported(*(getattr(world, name) for name in KINDS))


def paths(value: object, path: str = "") -> set[str]:
    """Every key of a document, dotted; lists and what is named by a language, a scheme or a field are not gone into."""
    if not isinstance(value, dict):
        return {path}
    found = {path} if path else set()
    if path in {
        "body",
        "translations",
        "about.translations",
        "institution.names",
        "institution.ids",
        "about.adapted_from",
        "about.continued_in",
    }:
        return found
    for name, inner in value.items():
        found |= paths(inner, f"{path}.{name}".lstrip("."))
    return found


def test_the_reference_names_every_key_and_no_other(world):
    told = set(re.findall(r"^\| `([a-z_.]+)` \|", PAGE.read_text(), re.MULTILINE))
    documents = exported(world.practice, world.snapshot, world.lesson)
    there = set().union(*(paths(document) for document in documents))
    assert told == there | {"about.review", "about.adapted_from", "about.written_on_behalf_by"}


def test_the_example_of_the_reference_can_be_brought_in(db, tmp_path):
    (example,) = re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)
    batch = bring_in(write(tmp_path / "example.jsonl", json.loads(example)), publishes=True)
    assert (faults(batch), outcomes(batch)) == ([], {"created": 1})


def test_plain_words_for_cells():
    assert light_markdown.plain("**A** b\n\n- c\n- d") == "A b\nc\nd"
