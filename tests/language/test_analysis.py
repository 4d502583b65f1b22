import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayni.language.analysis import LONGEST_TOKEN, analyse, index_tokens, query_tokens
from ayni.language.codes import CONTENT_LANGUAGES

languages = st.sampled_from(CONTENT_LANGUAGES)


def stems(text: str, language: str) -> set[str]:
    return set(index_tokens(text, language))


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("en", "school", "Schools"),
        ("en", "women's", "women"),
        ("en", "ﬁnance", "financing"),
        ("fr", "l'école", "écoles"),
        ("fr", "L’ÉCOLE", "ecole"),
        ("fr", "d'eau", "eau"),
        ("fr", "qu'expérience", "experiences"),
        ("fr", "e\u0301cole", "école"),
        ("es", "escuelas", "escuela"),
        ("es", "capacitacion", "capacitaciones"),
        ("pt", "capacitação", "capacitações"),
        ("pt", "capacitacao", "capacitação"),
        ("ru", "школы", "школа"),
        ("ru", "учёба", "учеба"),
        ("ar", "المدارس", "والمدارس"),
        ("ar", "المدارس", "مدارس"),
        ("ar", "مدرسة", "المدرسة"),
        ("ar", "مدرسة", "مدرسه"),
        ("ar", "مَدْرَسَة", "مـدرسـة"),
        ("ar", "مدرسة", "المدارس"),
        ("ar", "التعاون", "تعاون"),
        ("ar", "الوزارة", "وزارة"),
        ("ar", "إدارة", "ادارة"),
        ("ar", "المياه", "ومياه"),
        ("zh", "２０３０", "٢٠٣٠"),
        ("en", "wa\u200bter", "water"),
        ("en", "\u202ewater\u202c", "water"),
    ],
)
def test_forms_of_a_word_share_their_token(language, first, second):
    assert stems(first, language) == stems(second, language) != set()


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [("en", "water", "waste"), ("ar", "مدرسة", "تعليم"), ("ru", "вода", "школа"), ("zh", "学校", "水源")],
)
def test_different_words_stay_apart(language, first, second):
    assert not stems(first, language) & stems(second, language)


def test_tokens_are_prefixed_by_language_and_numbers_by_none():
    assert index_tokens("water 2030", "en") == ["en:water", "num:2030"]
    assert index_tokens("water 2030", "pt") == ["pt:wat", "num:2030"]


@pytest.mark.parametrize("language", ["ar", "zh", "ru"])
def test_latin_words_inside_other_scripts_are_english(language):
    assert "en:school" in index_tokens("学校 schools школа", language)


def test_chinese_is_pairs_and_single_characters():
    assert index_tokens("水资源", "zh") == ["zh:水", "zh:资", "zh:源", "zh:水资", "zh:资源"]
    assert [word.text for word in query_tokens("水", "zh")] == ["水"]
    assert [word.text for word in query_tokens("交流", "zh")] == ["交流"]
    assert [word.text for word in query_tokens("农村学校的水", "zh")] == ["农村", "村学", "学校", "水"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "the of and it is"),
        ("fr", "les de la qu'il est"),
        ("es", "el de las que no"),
        ("pt", "o das para que não"),
        ("ru", "и в не её"),
        ("ar", "في من و على الى"),
    ],
)
def test_function_words_are_not_indexed(language, text):
    assert index_tokens(text, language) == []


def test_an_acronym_is_no_function_word():
    assert "en:who" in index_tokens("Guidelines of the WHO on IT", "en")
    assert "en:it" in index_tokens("Guidelines of the WHO on IT", "en")
    assert "en:who" not in index_tokens("THOSE WHO CAME", "en")


def test_offsets_point_at_the_words_of_the_text():
    text = "Aujourd'hui, l’école\u200b et 学校"
    assert [text[t.start : t.end] for t in analyse(text, "fr")] == [
        "Aujourd'hui", "école\u200b", "学", "校", "学校",
    ]  # fmt: skip


def test_caps():
    assert len(index_tokens("x" * 5000, "en")[0]) <= LONGEST_TOKEN + 3
    assert len(index_tokens("a1 b2 c3 d4", "en", limit=2)) == 2


@given(st.text(max_size=200), languages)
def test_any_text_can_be_analysed(text, language):
    for token in analyse(text, language):
        assert 0 <= token.start < token.end <= len(text)
        assert not any(map(str.isspace, token.text))
        prefix, _, word = token.text.partition(":")
        assert prefix in {*CONTENT_LANGUAGES, "num", "und"}
        assert word


@given(st.text(max_size=200), languages)
def test_a_query_is_found_in_a_text_that_consists_of_it(text, language):
    """What is asked in the language of the text is in its index, unless only function words are asked for."""
    indexed = set(index_tokens(text, language))
    words = query_tokens(text, language)
    if indexed:
        assert any({token for token, _ in word.alternatives} & indexed for word in words)


@given(st.text(max_size=200), languages)
def test_queries_have_distinct_words_with_weights_up_to_one(text, language):
    words = query_tokens(text, language)
    assert len({word.alternatives for word in words}) == len(words) <= 64
    for word in words:
        assert word.alternatives
        assert all(0 < weight <= 1 for _, weight in word.alternatives)
        assert max(weight for _, weight in word.alternatives) == 1


def test_a_latin_word_has_an_alternative_in_each_latin_language_preferred_first():
    (word,) = query_tokens("escuelas", "es")
    assert word.alternatives[0] == ("es:escuel", 1.0)
    assert {token[:2] for token, _ in word.alternatives} == {"en", "fr", "es", "pt"}
    assert all(weight < 1 for _, weight in word.alternatives[1:])


@pytest.mark.parametrize(
    ("text", "token"), [("школы", "ru:школ"), ("المدارس", "ar:مدرس"), ("交流", "zh:交流")]
)
def test_other_scripts_have_one_language_whatever_is_preferred(text, token):
    assert [word.alternatives for word in query_tokens(text, "en")] == [((token, 1.0),)]


def test_function_words_of_the_evident_language_are_dropped():
    assert [word.text for word in query_tokens("el agua en las escuelas", "en")] == ["agua", "escuelas"]
    assert [word.text for word in query_tokens("la salud", "en")] == ["salud"]
    assert [word.text for word in query_tokens("what is the water for", "fr")] == ["water"]
    assert [word.text for word in query_tokens("pour concrete", "en")] == ["pour", "concrete"]


def test_a_query_of_function_words_keeps_them():
    assert [word.text for word in query_tokens("who", "en")] == ["who"]
    assert [word.text for word in query_tokens("the of", "en")] == ["the", "of"]


@pytest.mark.parametrize("text", ["", "   ", "🙂🌍", "?!…", "\u202e\u200b", "\x00"])
def test_text_without_words_gives_none(text):
    assert query_tokens(text, "en") == []
    assert analyse(text, "en") == []


def test_a_huge_query_is_cut_and_cheap():
    text = " ".join(f"word{number}" for number in range(10_000))
    begun = time.perf_counter()
    assert len(query_tokens(text, "en")) == 64
    assert time.perf_counter() - begun < 0.5


def test_repeated_words_count_once():
    assert len(query_tokens("water Water WATER waters", "en")) == 1
