"""JSON lines, ours and those of IATI."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from ayni.knowledge import formats
from ayni.knowledge.formats import FileFault, Limits
from ayni.knowledge.formats.iati import activity, first_sentence, shortened
from ayni.knowledge.formats.narratives import Narrative, in_slots, original_language

DATA = Path(os.environ.get("AYNI_TEST_DATA", "../shared/data")) / "practices" / "iati_south_south.jsonl"
ENGLISH = "Strengthening of rural water supply and sanitation services in three dry districts of the country"
FRENCH = (
    "Renforcement des services d’eau et d’assainissement en milieu rural dans trois districts arides du pays"
)
SWEDISH = (
    "Insatsen är ett stöd till förvaltningen av dricksvatten på landsbygden i tre torra distrikt i landet"
)


def read(path: Path, content: bytes, limits: Limits | None = None):
    path.write_bytes(content)
    found, rows = formats.read(path, limits or Limits())
    return found, list(rows)


def test_half_a_file(tmp_path):
    """The last line is cut; the others are there."""
    lines = [json.dumps({"id": str(n), "title": "T"}) for n in range(3)]
    found, rows = read(tmp_path / "a", "\n".join(lines).encode()[:-5])
    assert found == "jsonl"
    assert [row.document is None for row in rows] == [False, False, True]
    assert rows[2].faults[0].code == "cut_off"


def test_bad_lines_are_faults_of_their_rows(tmp_path):
    lines = [
        b'{"id": "1"}',
        b"{broken}",
        b'{"id": "caf\xe9"}',
        b"[1]",
        b'{"x": NaN}',
        b"",
        b"{" + b'"a":{' * 90_000,
        b'{"id": "9"}',
    ]
    _, rows = read(tmp_path / "a", b"\n".join(lines) + b"\n")
    assert [(row.number, row.faults[0].code if row.faults else "") for row in rows] == [
        (1, ""), (2, "not_json"), (3, "bad_encoding"), (4, "not_an_object"), (5, "not_json"), (7, "not_json"), (8, ""),
    ]  # fmt: skip


def test_a_line_of_more_than_a_megabyte_is_refused_and_the_next_one_read(tmp_path):
    _, rows = read(tmp_path / "a", b'{"id": "' + b"x" * 2_000_000 + b'"}\n{"id": "2"}\n')
    assert [row.faults[0].code if row.faults else row.document["id"] for row in rows] == [
        "line_too_long",
        "2",
    ]


def test_row_limit(tmp_path):
    with pytest.raises(FileFault) as caught:
        read(tmp_path / "a", b'{"id": "1"}\n' * 3, Limits(rows=2))
    assert caught.value.code == "too_many_rows"


@pytest.mark.parametrize("content", [b'[{"id": 1}]', b'{\n  "id": 1\n}\n', b'{"id": 1,\n "title": "T"}\n'])
def test_json_that_is_not_lines(tmp_path, content):
    with pytest.raises(FileFault) as caught:
        read(tmp_path / "a", content)
    assert caught.value.code == "not_json_lines"


def test_unsafe_characters_go(tmp_path):
    _, [row] = read(
        tmp_path / "a",
        json.dumps({"id": "1\x00", "ti\u202etle": "a\ud800\u202eb", "deep": [{"x": "\x07"}]}).encode(),
    )
    assert row.document == {"id": "1", "title": "ab", "deep": [{"x": ""}]}


def iati(**given):
    base = {
        "iati_identifier": "XX-1", "xml_lang": "en", "reporting_org_ref": "XM-DAC-41114",
        "reporting_org_narrative": ["Office of Rivers"], "reporting_org_type": "40", "title_narrative": [ENGLISH],
    }  # fmt: skip
    row = activity(1, base | given, {})
    return row.document, [note.code for note in row.notes]


def test_an_activity_becomes_a_document():
    document, notes = iati(
        description_narrative=[ENGLISH + "."], description_type=["1"], activity_status_code="2",
        recipient_country_code=["ke"], recipient_region_code=["298", "998", "ZZ"],
        sector_code=["14030", "6", "6.1", "abc"], sector_vocabulary=["1", "7", "8", "99"],
        tag_code=["17", "x"], tag_vocabulary=["2", "99"], activity_date_type=["1", "2", "3"],
        activity_date_iso_date=["2019-01-01", "2019-02-03", "2021-05-05"],
        participating_org_ref=["AA", "BB", ""], participating_org_narrative=["Fund", "Ministry", "Name Withheld"],
        participating_org_role=["1", "4", "1"],
    )  # fmt: skip
    assert document["id"] == "XX-1"
    assert document["institution"]["type"] == "un"
    assert document["institution"]["ids"] == {"iati": "XM-DAC-41114"}
    assert (document["countries"], document["regions"]) == (["KE"], ["202"])
    assert (document["sectors"], document["sdg"], document["themes"]) == (
        ["14030"],
        ["6", "6.1", "17"],
        ["water-sanitation"],
    )
    assert (document["started"], document["ended"]) == ("2019-02-03", "2021-05-05")
    assert document["body"]["activity_status"] == "implementation"
    assert [(p["institution"]["name"], p["role"]) for p in document["partners"]] == [
        ("Fund", "funder"), ("Ministry", "implementer"),
    ]  # fmt: skip
    assert document["source"] == {"title": "IATI activity XX-1", "publisher": "Office of Rivers", "url": ""}
    assert notes == ["region_left_out"]


def test_a_wrong_language_tag_is_corrected_and_said():
    document, notes = iati(xml_lang="pt")
    assert (document["language"], notes) == ("en", ["language_corrected"])
    assert iati(xml_lang="EN") == (iati()[0], [])


def test_a_missing_tag_is_detected_and_said():
    document, notes = iati(xml_lang="", title_narrative=[FRENCH])
    assert (document["language"], notes) == ("fr", ["language_detected"])


def test_titles_in_two_languages_are_a_translation():
    document, _ = iati(
        title_narrative=[ENGLISH, FRENCH], description_narrative=[ENGLISH, FRENCH], description_type=["1"]
    )
    assert (document["language"], document["title"]) == ("en", ENGLISH)
    assert document["translations"]["fr"]["title"] == FRENCH
    assert document["translations"]["fr"]["body"] == {"description": FRENCH}
    assert document["body"]["description"] == ENGLISH


def test_a_language_that_is_not_offered_is_left_out_where_there_is_another():
    document, notes = iati(
        title_narrative=[SWEDISH, ENGLISH], description_narrative=[SWEDISH, ENGLISH], xml_lang="sv"
    )
    assert (document["language"], document["title"], document["body"]["description"]) == (
        "en",
        ENGLISH,
        ENGLISH,
    )
    assert document["translations"] == {}
    assert set(notes) == {"language_corrected", "narrative_left_out"}


def test_a_text_only_in_a_language_that_is_not_offered_is_kept_and_said():
    document, notes = iati(title_narrative=[SWEDISH], xml_lang="sv")
    assert (document["language"], document["title"], notes) == ("en", SWEDISH, ["language_not_offered"])


def test_descriptions_and_objectives_in_two_languages_are_sorted():
    first, second = Narrative("a", "en"), Narrative("b", "fr")
    assert in_slots([first, second, first, second], 2) == [[first, second], [first, second]]
    assert in_slots([second, first, first], 2) == [[second, first], [first]]
    assert in_slots([first, second], 2) == [[first], [second]]
    assert original_language([first], [second], "ar") == "en"


def test_a_title_that_is_too_long_is_shortened_and_kept_whole_in_the_description():
    title = "Water and sanitation for all " * 20
    document, notes = iati(title_narrative=[title])
    assert len(document["title"]) <= 300
    assert document["body"]["description"].startswith(title.strip())
    assert "shortened" in notes


def test_names_and_roles_that_cannot_be_told_apart_are_left_out():
    document, notes = iati(
        participating_org_narrative=["A", "B", "C"],
        participating_org_role=["1", "4"],
        participating_org_ref=["R1"],
    )
    assert document["partners"] == []
    assert notes == ["partners_unclear"]


def test_two_names_for_each_role_are_the_same_name_in_two_languages():
    document, _ = iati(participating_org_narrative=["A", "A'", "B", "B'"], participating_org_role=["1", "4"])
    assert [p["institution"]["name"] for p in document["partners"]] == ["A", "B"]


@pytest.mark.parametrize("odd", [{"title_narrative": "T" * 30}, {"title_narrative": [None, {"x": 1}, 5, "T"]}, {"sector_code": 5},
                                 {"participating_org_role": {"a": 1}}, {"description_type": ["1"] * 3}])  # fmt: skip
def test_odd_shapes_do_not_crash(odd):
    assert iati(**odd)[0]["title"]


def test_no_title_or_no_identifier_is_a_fault():
    row = activity(1, {}, {})
    assert [(fault.path, fault.code) for fault in row.faults] == [
        ("iati_identifier", "missing"),
        ("title_narrative", "missing"),
    ]


def test_sentences_are_cut_between_words():
    assert shortened("one two three", 9) == "one two…"
    assert first_sentence("This is a sentence that is long enough to stand alone. And more.").endswith(
        "alone."
    )


@pytest.mark.data
@pytest.mark.skipif(not DATA.exists(), reason="the public test data are not there (AYNI_TEST_DATA)")
def test_the_real_activities():
    found, rows = formats.read(DATA, Limits())
    rows = list(rows)
    assert (found, len(rows)) == ("iati", 632)
    assert not [row for row in rows if row.faults]
    notes = Counter(note.code for row in rows for note in row.notes)
    assert notes["language_corrected"] >= 10
    assert all(len(row.document["title"]) <= 300 for row in rows)
    assert {row.document["language"] for row in rows} <= {"en", "fr", "es", "pt"}
    assert any(row.document["translations"] for row in rows)
