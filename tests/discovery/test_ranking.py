"""What stands first: queries that newcomers tried, over a small world and over the real one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

import ayni
from ayni.discovery import indexing
from ayni.discovery.queries import Request, search
from tests import worlds

DATA = Path(os.environ.get("AYNI_TEST_DATA", "../shared/data")) / "practices" / "iati_south_south.jsonl"


def results(text="", language="en", size=10, **options):
    return search(Request(text=text, language=language, page_size=size, **options)).results


def titles(text="", language="en", **options):
    return [result.card.title for result in results(text, language, **options)]


def activity(owner, title, description="An activity.", **fields):
    return worlds.published(owner, title, kind="activity", body={"description": description}, **fields)


def practice(owner, title, text="A deed.", **fields):
    body = {"problem": "A problem.", "what_was_done": text}
    return worlds.published(owner, title, body=body, **fields)


@pytest.fixture
def many(index):
    """Beside the reading room: activities that are newer, shorter and full of the same words."""
    trust = index.trust
    long = "Pupils read the meter. " * 60
    both = practice(trust, "Water committees in county schools", long, terms=worlds.terms("countries/KE"))
    for language in ("fr", "es", "pt", "ru"):
        worlds.translate(both, language, {"title": f"{language} x", "body.what_was_done": "mot " * 400})
    practice(trust, "Clean hands", "The latrines have taps. " + long, terms=worlds.terms("sdg/6"))
    for number in range(4):
        activity(trust, f"Water {number}", "water water", terms=worlds.terms("sdg/4", "sdg/6"))
        activity(trust, f"Kenya programme {number}", "Kenya Kenya", terms=worlds.terms("countries/KE"))
        activity(trust, f"Skills {number}", "Skills", terms=worlds.terms("countries/UG", "sdg/4"))
        activity(trust, f"Sanitation works {number}", "Works", terms=worlds.terms("sdg/6"))
    indexing.drain()
    return index


def test_both_words_in_the_title_come_before_one_word_or_a_tag(many):
    assert titles("school water")[0] == "Water committees in county schools"


def test_the_word_itself_comes_before_what_its_topic_hints_at(many):
    first, *others = results("latrines")
    assert first.card.title == "Clean hands"
    assert [result.why.words for result in others] == [[]] * len(others)
    assert "Sanitation works 0" in [result.card.title for result in others]


def test_a_country_brings_reviewed_practices_before_activities_named_after_it(many):
    kinds = [result.card.record.kind for result in results("Kenya")]
    assert kinds == sorted(kinds, key=["practice", "lesson", "publication", "activity"].index)
    assert kinds[0] == "practice"
    assert kinds.count("activity") == 4


def test_more_of_the_words_come_before_a_place_with_a_topic(many):
    first = results("school water Uganda")[0]
    assert first.card.title == "Water committees in county schools"
    assert first.why.words == ["school", "water"]


def test_without_words_reviewed_kinds_come_first_unless_the_newest_are_asked_for(many):
    kinds = [result.card.record.kind for result in results(size=30)]
    assert set(kinds[:5]) == {"practice", "lesson"}
    assert kinds[5:] == ["publication", *["activity"] * 17]
    assert titles()[0] == "Clean hands"  # the newest practice
    newest = results(sort="newest", size=30)
    assert newest[0].card.title == "Sanitation works 3"
    times = [result.card.record.published_at for result in newest]
    assert times == sorted(times, reverse=True)


def test_documents_are_made_without_the_database_or_its_models():
    """Helper processes make them, in which nothing is set up."""
    code = "import sys, ayni.discovery.sources; sys.exit('django.db' in sys.modules)"
    environment = {"PYTHONPATH": str(Path(ayni.__file__).parents[1])}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.skipif(not DATA.exists(), reason="needs the public test data (AYNI_TEST_DATA)")
def test_newcomers_queries_over_the_demonstration_and_real_activities():
    call_command("demo", verbosity=0)
    call_command("import", "records", str(DATA))
    indexing.rebuild(processes=1)
    committees = "Pupil-led water committees in county schools"
    assert committees in titles("school water")[:2]
    assert committees == titles("latrines")[0]
    for place in ("Kenya", "Africa"):
        assert "activity" not in [result.card.record.kind for result in results(place)[:3]]
    assert results("school water Uganda")[0].card.record.kind == "practice"
    assert {result.card.record.kind for result in results()} <= {"practice", "lesson"}
    for text in ("mothers", "drought", "Uganda", "handwashing", "water", "school water Uganda"):
        for language in ("en", "fr", "zh"):
            for result in results(text, language):
                why = result.why
                assert why.words or why.concepts or why.names or why.in_sibling, (text, result.card.title)
