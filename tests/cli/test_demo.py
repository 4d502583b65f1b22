"""The demo world keeps to itself."""

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ayni.cli import site
from ayni.cli.demo import build
from ayni.knowledge.models import Record, Revision
from ayni.registry.models import Person, Translation, TranslationDraft
from tests import worlds

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _prepared(db: None, monkeypatch) -> None:
    monkeypatch.setattr(site, "prepare", lambda: None)


def test_a_site_with_its_own_people_takes_no_demo_world() -> None:
    worlds.person("Omar", is_operator=True)
    with pytest.raises(CommandError, match=r"of your own.*AYNI_HOME=var/demo"):
        call_command("demo")
    assert Record.objects.count() == 0
    assert Person.objects.count() == 1


def test_a_site_with_its_own_records_takes_none_either() -> None:
    worlds.published(worlds.institution("A trust"), "Ours")
    assert not Person.objects.exists()
    with pytest.raises(CommandError, match="of your own"):
        call_command("demo")


def test_the_demo_world_is_built_once_and_again_adds_nothing(capsys) -> None:
    call_command("demo")
    there = Record.objects.count(), Person.objects.count()
    assert there[0] > 50
    assert not build.is_somebodys_own()  # though what the study tells of real institutions is not fictional
    worlds.published(worlds.institution("Tried out"), "Imported by the demo operator")
    call_command("demo")  # trying things out does not keep it from starting again
    assert (Record.objects.count(), Person.objects.count()) == (there[0] + 1, there[1])
    behind = Translation.objects.filter(is_stale=True)
    assert sorted({row.language for row in behind}) == ["ar", "es", "fr", "pt", "ru", "zh"]
    assert {row.field for row in behind} == {"body.what_changed"}
    assert TranslationDraft.objects.filter(handed_in_at__isnull=False).count() == 2
    assert build.PASSWORD not in capsys.readouterr().out  # told once, by `ayni serve`
    drafts = Revision.objects.filter(record__origin_id__startswith="review-")
    assert len({draft.body["problem"] for draft in drafts}) == 4


def test_public_facts_name_their_source_and_claim_no_licence() -> None:
    build.build()
    facts = Record.objects.filter(origin=build.ORIGIN, is_demo=False)
    assert facts.count() == 12
    assert {(record.licence, record.owner.is_demo) for record in facts} == {("", False)}
    assert all(record.source_title and record.source_publisher for record in facts)


def test_make_demo_has_a_home_of_its_own() -> None:
    recipe = re.search(r"^demo:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert 'AYNI_HOME="$${AYNI_HOME:-var/demo}"' in recipe[1]
