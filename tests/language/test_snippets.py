import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayni.language.analysis import query_tokens
from ayni.language.codes import CONTENT_LANGUAGES
from ayni.language.snippets import snippet, title_pieces


def marked(pieces):
    return [piece.text for piece in pieces if piece.marked]


def whole(pieces):
    return "".join(piece.text for piece in pieces)


FILLER = "Nothing of note stands in this sentence at all. " * 12


@pytest.mark.parametrize(
    ("language", "text", "query", "expected"),
    [
        ("en", "Schools share water pumps.", "pumping water school", ["Schools", "water", "pumps"]),
        ("fr", "L’école et les écoles d'eau", "école eau", ["école", "écoles", "eau"]),
        ("ar", "تدريب المعلمين في المدارس", "مدارس", ["المدارس"]),
        ("zh", "我们与其他国家交流经验。", "交流经验", ["交流经验"]),
        ("zh", "学校缺水", "水", ["水"]),
        ("ru", "Новые школы в деревне", "школа", ["школы"]),
    ],
)
def test_words_are_marked_in_their_written_form(language, text, query, expected):
    pieces = title_pieces(text, language, query_tokens(query, "en"))
    assert marked(pieces) == expected
    assert whole(pieces) == text


def test_the_passage_with_most_different_words_is_shown():
    text = FILLER + "A pump broke. " + FILLER + "The pump gives water to the school. " + FILLER
    pieces = snippet(text, "en", query_tokens("pump water school", "en"))
    assert marked(pieces) == ["pump", "water", "school"]
    assert whole(pieces).startswith("… ")
    assert whole(pieces).endswith(" …")
    assert "The pump gives water to the school." in whole(pieces)


def test_cuts_fall_between_words():
    text = FILLER + "The pump gives water to the school. " + FILLER
    words = set(text.split())
    inside = whole(snippet(text, "en", query_tokens("school", "en"))).strip("… ")
    assert set(inside.split()) <= words


def test_without_a_match_the_beginning_is_shown():
    pieces = snippet(FILLER, "en", query_tokens("water", "en"), length=60)
    assert not marked(pieces)
    assert whole(pieces).startswith("Nothing of note")


def test_chinese_passages_need_no_spaces():
    text = "农村地区的学校缺少干净的水。" * 30 + "我们与其他国家交流经验。" + "谢谢大家。" * 60
    pieces = snippet(text, "zh", query_tokens("交流经验", "zh"), 40)
    assert marked(pieces) == ["交流经验"]


def test_several_languages_can_be_marked_at_once():
    assert marked(title_pieces("écoles and schools", ("fr", "en"), query_tokens("école school", "en"))) == [
        "écoles", "schools",
    ]  # fmt: skip


@given(st.text(max_size=400), st.text(max_size=40), st.sampled_from(CONTENT_LANGUAGES), st.integers(10, 120))
def test_a_snippet_is_a_part_of_its_text(text, query, language, length):
    pieces = snippet(text, language, query_tokens(query, language), length)
    assert len(whole(pieces)) <= length + 4
    assert all(piece.text for piece in pieces)
    flat = "".join("".join(p.text for p in pieces if p.text not in {"… ", " …"}).split()).strip("…")
    assert flat in "".join(text.split())
