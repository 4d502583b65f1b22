"""How fresh a record is, in words; the names of languages inside sentences."""

from datetime import timedelta

from ayni.kernel import clock
from ayni.web import words
from tests import worlds


def test_a_new_record_is_not_late_before_a_year_has_passed(db):
    record = worlds.published(worlds.institution("A trust"), "New")
    assert record.last_confirmed_on is None
    assert words.freshness(record).startswith("Published in ")
    assert not words.is_stale(record)
    with clock.at(clock.now() + timedelta(days=400)):
        assert words.freshness(record) == "Not confirmed yet"
        assert words.is_stale(record)


def test_languages_that_write_their_names_small_inside_a_sentence():
    assert words.in_sentence("Français", "fr") == "français"
    assert words.in_sentence("English", "en") == "English"
