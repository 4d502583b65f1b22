import pytest

from ayni.discovery import indexing
from ayni.discovery.queries import Request, search
from tests import worlds


def first(text, language="en"):
    return search(Request(text=text, language=language)).results[0]


def shown(result):
    return "".join(piece.text for piece in result.snippet)


def test_a_word_deep_in_the_text_is_found_and_shown(index):
    body = {"problem": "Dry. " * 400, "what_was_done": "At last a windmill turned.", "what_changed": "Much."}
    worlds.published(index.trust, "A long story", body=body)
    indexing.drain()
    result = first("windmill")
    assert result.why.words == ["windmill"]
    assert result.why.found_in == ""
    assert "windmill turned" in shown(result)


def test_a_word_in_the_text_of_a_translated_card(index):
    result = first("households", "en")
    assert result.card.translated
    assert result.why.words == ["households"]
    assert "Households did not pay" in shown(result)


def test_a_word_only_in_another_language_says_in_which(index):
    result = first("ménages", "en")  # the card is in English, the original French
    assert (result.card.language, result.why.words, result.why.found_in) == ("en", ["ménages"], "fr")
    result = first("households", "fr")
    assert (result.card.language, result.why.words, result.why.found_in) == ("fr", ["households"], "en")


@pytest.mark.parametrize(
    ("text", "names"),
    [("RWT", ["RWT"]), ("Taveta", ["Taveta County"]), ("Amina", ["Amina Example"])],
)
def test_names_of_institutions_partners_and_authors_are_a_reason(index, text, names):
    why = first(text).why
    assert (why.words, why.names) == ([], names)


def test_what_only_a_record_of_the_same_title_says(index):
    for description in ("About looms.", "About spindles."):
        worlds.published(index.trust, "Twins", kind="activity", body={"description": description})
    indexing.drain()
    assert first("spindles").why.in_sibling
    assert not first("looms").why.in_sibling


def test_snippets_leave_out_one_line_fields(index):
    result = first("groundwater")
    assert "Lake Basin Network" not in shown(result)
    assert "groundwater" in shown(result)


def test_a_one_line_field_is_shown_when_only_it_has_the_word(index):
    result = first("registers")
    assert result.why.words == ["registers"]
    assert shown(result) == "registers"


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("sanitatoin", "sanitation"), ("Kenyya", "kenya"), ("zzzzzz", ""), ("agriculturre", ""), ("水果汁", "")],
)
def test_a_likely_spelling_is_suggested_where_it_finds_something(index, text, suggestion):
    found = search(Request(text=text))
    assert (found.total, found.suggestion) == (0, suggestion)


def test_the_number_of_queries_is_the_same_however_many_are_unexplained(index, django_assert_num_queries):
    for count in (1, 3):
        for number in range(count):
            worlds.published(index.trust, f"Number {count} {number}")
        indexing.drain()
        search(Request(text="RWT"))
        with django_assert_num_queries(10):
            assert len(search(Request(text="RWT")).results) > count
