import pytest

from ayni.knowledge import documents
from ayni.knowledge.states import Form, Kind
from ayni.knowledge.texts import Text, checked
from tests import worlds

BODIES = {
    ("practice", "full"): worlds.FULL_BODY,
    ("practice", "snapshot"): worlds.SNAPSHOT_BODY,
    ("lesson", ""): worlds.LESSON_BODY,
    ("publication", ""): worlds.PUBLICATION_BODY,
    ("activity", ""): worlds.ACTIVITY_BODY,
}


@pytest.mark.parametrize(("kind", "form"), BODIES)
def test_good_bodies_pass_unchanged_and_again(kind: str, form: str) -> None:
    kept, faults = documents.check_body(BODIES[kind, form], kind, form)
    assert faults == []
    assert kept == BODIES[kind, form]
    assert documents.check_body(kept, kind, form) == (kept, [])


@pytest.mark.parametrize(
    ("given", "path", "code"),
    [
        ({"problem": 5.0, "what_was_done": None}, "body.what_was_done", "missing"),
        ({"what_was_done": "Done."}, "body.problem", "missing"),
        ({"problem": ["a", "list"]}, "body.problem", "not_text"),
        ({"problem": True}, "body.problem", "not_text"),
        ({"problem": "x" * 20_001}, "body.problem", "too_long"),
        ({"level": "galactic"}, "body.level", "unknown_choice"),
        ({"links": "https://example.org"}, "body.links", "not_a_list"),
        ({"links": ["https://example.org"]}, "body.links.0", "not_an_object"),
        ({"links": [{"title": "T", "url": "javascript:alert(1)"}]}, "body.links.0.url", "not_a_web_address"),
        ({"links": [{"title": "T", "url": "https://a b"}]}, "body.links.0.url", "not_a_web_address"),
        ({"links": [{"url": "https://example.org"}]}, "body.links.0.title", "missing"),
        ({"results": [{"level": "people"}] * 61}, "body.results", "too_many"),
        ({"colour": "red"}, "body.colour", "unknown_field"),
        ({"x" * 500: "y"}, ("body." + "x" * 500)[:120], "unknown_field"),
    ],
)
def test_faults_name_the_field_and_the_reason(given: dict, path: str, code: str) -> None:
    _kept, faults = documents.check_body(
        {"problem": "P", "what_was_done": "W"} | given, Kind.PRACTICE, Form.FULL
    )
    found = {(fault.path, fault.code) for fault in faults}
    if "problem" not in given and code == "missing" and path == "body.problem":
        _kept, faults = documents.check_body(given, Kind.PRACTICE, Form.FULL)
        found = {(fault.path, fault.code) for fault in faults}
    assert found == {(path, code)}


@pytest.mark.parametrize(
    ("path", "limit"),
    [("title", 300), ("summary", 600), ("body.problem", 20_000), ("body.links.0.title", 500)],
)
def test_a_text_may_be_as_long_as_its_field_and_no_longer(path: str, limit: int) -> None:
    for length, expected in ((limit, set()), (limit + 1, {(path, "too_long", limit)})):
        texts = {"title": "T", "summary": "S", "body.problem": "P", "body.links.0.title": "L"}
        texts[path] = "é" * length
        body = {
            "problem": texts["body.problem"],
            "what_was_done": "W",
            "links": [{"title": texts["body.links.0.title"], "url": "https://example.org"}],
        }
        text = Text(title=texts["title"], summary=texts["summary"], body=body, form="full")
        _good, faults = checked(text, Kind.PRACTICE)
        assert {(fault.path, fault.code, fault.params["limit"]) for fault in faults} == expected


@pytest.mark.parametrize("body", [None, [], "text", 5])
def test_a_body_is_an_object(body: object) -> None:
    assert [fault.code for fault in documents.check_body(body, Kind.LESSON)[1]] == ["not_an_object"]


@pytest.mark.parametrize("year", ["1899", "2201", "MMXX", "٢٠٢٠", "20 20", -1])
def test_years_are_years(year: object) -> None:
    given = {"publication_type": "report", "year": year}
    assert [fault.code for fault in documents.check_body(given, Kind.PUBLICATION)[1]] == ["not_a_year"]


def test_empty_fields_and_disguising_characters_are_left_out() -> None:
    given = worlds.LESSON_BODY | {"why": "  ", "advice": "Ask\u202e first\x00."}
    kept, faults = documents.check_body(given, Kind.LESSON)
    assert faults == []
    assert "why" not in kept
    assert kept["advice"] == "Ask first."


def test_every_text_can_be_translated_and_put_back() -> None:
    texts = documents.translatable_texts("T", "S", worlds.FULL_BODY, "practice", "full")
    assert list(texts)[:3] == ["title", "summary", "body.setting"]
    assert "body.building_blocks.1.name" in texts
    assert not any(path.endswith((".level", ".url")) for path in texts)
    shouted = documents.with_texts(worlds.FULL_BODY, {path: text.upper() for path, text in texts.items()})
    assert shouted["results"][2]["what"] == "FAMILIES WHO PAY"
    assert shouted["level"] == "local"
    assert worlds.FULL_BODY["results"][2]["what"] == "Families who pay"


def test_titles_that_differ_in_case_and_punctuation_only_are_the_same() -> None:
    same = {documents.title_digest(text) for text in ("Water for all!", "water  for ALL", "Water: for all")}
    assert len(same) == 1
    assert documents.title_digest("Water for some") not in same
