"""`index_tokens` takes a short cut; it must say what `analyse` says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayni.language.analysis import analyse, index_tokens
from ayni.language.codes import CONTENT_LANGUAGES

_ALPHABET = "aàeE'’qQuLdDWASH.,-_ \n\t\u00a0\u3000\u200b\u200f19٣水学校的着ｱ豈جدةوالَпоёñÇÃ\u0301ﬁß²😀ก็"


@given(text=st.text(_ALPHABET, max_size=120), language=st.sampled_from(CONTENT_LANGUAGES))
def test_agrees_with_analyse_on_mixed_scripts(text: str, language: str) -> None:
    assert index_tokens(text, language) == [token.text for token in analyse(text, language)]


@given(text=st.text(max_size=80), language=st.sampled_from(CONTENT_LANGUAGES))
def test_agrees_with_analyse_on_any_text(text: str, language: str) -> None:
    assert index_tokens(text, language) == [token.text for token in analyse(text, language)]


@pytest.mark.parametrize("text", ["THE WHO AND WASH", "the WHO and WASH", "水" * 200, "a" * 500 + " water"])
def test_agrees_on_capitals_and_long_runs(text: str) -> None:
    assert index_tokens(text, "en") == [token.text for token in analyse(text, "en")]


def test_the_limit_holds_across_parts() -> None:
    text = "water school 学校学校学校 " * 10
    assert index_tokens(text, "en", limit=7) == [token.text for token in analyse(text, "en", 7)]
