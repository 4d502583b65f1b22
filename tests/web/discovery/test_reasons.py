"""How the reasons of results are worded."""

import pytest

from ayni.discovery import indexing
from ayni.discovery.queries import Request, search
from ayni.web.discovery.presenting import why


@pytest.fixture
def reason(world):
    indexing.rebuild(processes=1)

    def worded(text, language="en"):
        request = Request(text=text, language=language)
        return str(why(search(request).results[0], request))

    return worded


def test_words_of_the_text_and_of_a_text_in_another_language(reason):
    assert reason("households") == "says <mark>households</mark>"
    assert reason("ménages") == "says <mark>ménages</mark> in its text in Français"


def test_names_are_safe_and_no_words_need_no_reason(reason):
    assert reason("Taveta") == "names <bdi>Taveta County</bdi>"
    assert reason("") == ""
