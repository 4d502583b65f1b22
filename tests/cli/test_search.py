import json

import pytest
from django.core.management import CommandError, call_command

from ayni.discovery import indexing


def answer(capsys, *arguments):
    call_command("search", *arguments)
    return capsys.readouterr().out


def test_json_has_total_hits_and_facets(world, capsys):
    indexing.drain(wait=5)
    found = json.loads(
        answer(
            capsys,
            "water committees",
            "--lang",
            "en",
            "--country",
            "KE",
            "--sdg",
            "6",
            "--kind",
            "practice",
            "--json",
        )
    )
    assert found["total"] == 1
    [hit] = found["hits"]
    assert hit.pop("score") > 0
    assert hit == {
        "id": world.practice.uid,
        "kind": "practice",
        "title": "Pupil-led water committees",
        "url": f"http://localhost:8000/id/{world.practice.uid}/",
        "why": "says water, committees; about Clean water and sanitation",
    }
    assert found["facets"]["country"] == {"ET": 1, "KE": 1, "SN": 1}


def test_text_shows_title_address_and_reason(world, capsys):
    indexing.drain(wait=5)
    lines = answer(capsys, "comptes", "--lang", "fr").splitlines()
    assert "Les comptes de l’eau sur le mur  [practice]" in lines
    assert f"  http://localhost:8000/id/{world.snapshot.uid}/" in lines


@pytest.mark.parametrize(
    ("option", "value", "right"),
    [
        ("--country", "Kenya", "KE (Kenya)"),
        ("--country", "ke", "AD (Andorra)"),
        ("--sdg", "99", "1 ("),
        ("--kind", "practices", "practice, lesson, publication, activity"),
        ("--year", "24", "2024"),
        ("--confirmed", "no", "2024, never"),
        ("--institution", "nobody", "Rural Water Trust"),
    ],
)
def test_an_unknown_code_is_told_with_one_that_is_right(world, option, value, right):
    with pytest.raises(CommandError) as told:
        call_command("search", option, value)
    assert told.value.returncode == 2
    assert option in str(told.value)
    assert f"“{value}”" in str(told.value)
    assert right in str(told.value)


@pytest.mark.parametrize("text", ["ménages", "RWT", "registers", "water", "pump repair families"])
def test_every_result_has_a_reason(world, capsys, text):
    indexing.drain(wait=5)
    hits = json.loads(answer(capsys, text, "--json"))["hits"]
    assert hits
    assert all(hit["why"] for hit in hits)


def test_another_language_is_named_in_the_reason(world, capsys):
    indexing.drain(wait=5)
    [hit] = json.loads(answer(capsys, "ménages", "--json"))["hits"]
    assert hit["why"] == "says ménages in its text in Français"


def test_a_likely_spelling_is_said(world, capsys):
    indexing.drain(wait=5)
    assert "Did you mean: sanitation" in answer(capsys, "sanitatoin")
