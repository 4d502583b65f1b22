import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayni.language import codes
from ayni.language.normalise import clean, fold, shingle_similarity, title_key


def test_the_two_lists_of_languages_map_onto_each_other():
    assert [codes.content_language(code) for code in codes.SITE_LANGUAGES] == [
        "en", "fr", "ar", "es", "pt", "ru", "zh",
    ]  # fmt: skip
    for code in codes.CONTENT_LANGUAGES:
        assert codes.content_language(codes.site_language(code)) == code
        assert codes.native_name(code)
    assert codes.site_language("pt") == "pt-br"
    assert codes.site_language("zh") == "zh-hans"
    assert codes.content_language("zh_Hans") == "zh"
    assert codes.content_language("xx") == codes.site_language("xx") == "en"


def test_direction():
    assert [code for code in codes.SITE_LANGUAGES if codes.is_rtl(code)] == ["ar"]
    assert codes.is_rtl("ar-EG")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Safe water, for schools!", "SAFE WATER – for schools"),
        ("水 与 学校", "水与学校"),
        ("Ｗａｔｅｒ", "water"),
        ("e\u0301cole", "École"),
        ("\u202awater\u202c", "water"),
    ],
)
def test_titles_that_differ_in_dress_only_are_the_same(first, second):
    assert title_key(first) == title_key(second) != ""


@pytest.mark.parametrize(
    ("first", "second"), [("2 schools", "3 schools"), ("pêche", "péché"), ("हिन्दी", "हन्दा"), ("?", "!")]
)
def test_titles_that_differ_in_words_are_not(first, second):
    assert title_key(first) != title_key(second)


def test_fold_forgives_accents():
    assert fold("  Côte   d'IVOIRE ") == "cote d'ivoire"


def test_clean_takes_out_what_no_one_types():
    assert clean(" a\x00b\x07\u202e\u2066c\ud800\r\nd\t") == "abc\nd"
    assert clean("abcdef", 3) == "abc"
    assert clean("العربية\u200f و\u200cx") == "العربية\u200f و\u200cx"


@given(st.text(), st.integers(0, 50))
def test_clean_is_stable_and_within_its_limit(text, limit):
    once = clean(text, limit)
    assert len(once) <= limit
    assert clean(once, limit) == once
    once.encode()  # no lone surrogates


@given(st.text())
def test_a_title_key_is_its_own_key(text):
    assert title_key(title_key(text)) == title_key(text)


@given(st.text(), st.text())
def test_similarity_is_a_share_and_symmetric(first, second):
    assert 0 <= shingle_similarity(first, second) == shingle_similarity(second, first) <= 1


def test_similarity():
    assert shingle_similarity("Safe water in schools", "safe water, in schools") == 1
    assert shingle_similarity("Safe water in schools", "Safe water for schools") > 0.5
    assert shingle_similarity("农村学校饮水安全", "农村学校的饮水安全") > 0.3
    assert shingle_similarity("abcdef", "uvwxyz") == 0
    assert shingle_similarity("", "") == 0
