import json

from django.core.management import call_command

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
