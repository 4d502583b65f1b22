"""People hear what is new for their saved searches: once, and only what they may see."""

from datetime import timedelta

import pytest

from ayni.discovery import indexing, tasks
from ayni.kernel import clock
from ayni.kernel.errors import Invalid, NotAllowed
from ayni.knowledge.actions.records import change_visibility
from ayni.registry.actions import searches
from ayni.registry.actions.searches import change_search, delete_search, save_search
from ayni.registry.models import Notice, Person, SavedSearch
from tests import worlds

HOUR = timedelta(hours=1)


@pytest.fixture
def reader(world) -> Person:
    return world.member


def save(person: Person, query: str = "q=goats", name: str = "Goats", language: str = "en") -> SavedSearch:
    return save_search(by=person, name=name, query=query, language=language)


def look(after: timedelta = HOUR) -> int:
    """As the worker does, some time from now."""
    indexing.drain()
    with clock.at(clock.now() + after):
        return tasks.look_at_saved_searches()


def told(person: Person) -> list[tuple[int, list[str]]]:
    rows = Notice.objects.filter(person=person, code="search-news").order_by("pk")
    return [(row.params["count"], [title["title"] for title in row.params["titles"]]) for row in rows]


@pytest.fixture(autouse=True)
def _index(world) -> None:
    indexing.rebuild(processes=1)


def test_what_is_published_after_it_was_saved_is_told_once(world, reader):
    worlds.published(world.trust, "Goats before")
    indexing.drain()
    with clock.at(clock.now() + timedelta(seconds=1)):
        save(reader)
    with clock.at(clock.now() + timedelta(minutes=2)):
        worlds.published(world.trust, "Goats after")
        worlds.published(world.trust, "Sheep after")
    assert look() == 1
    assert told(reader) == [(1, ["Goats after"])]
    assert look(2 * HOUR) == 0
    assert len(told(reader)) == 1


def test_a_new_record_with_the_title_of_an_old_one_is_told_and_hides_no_other(world, reader, monkeypatch):
    """The two are one result, under the older of them: search shows it among the newest."""
    monkeypatch.setattr(tasks, "_PAGE", 1)
    worlds.published(world.trust, "Goats of the village")
    indexing.drain()
    with clock.at(clock.now() + timedelta(seconds=1)):
        save(reader)
    with clock.at(clock.now() + timedelta(minutes=1)):
        worlds.published(world.trust, "Goats after")
    with clock.at(clock.now() + timedelta(minutes=2)):
        worlds.published(world.network, "Goats of the village")
    assert look() == 1
    assert told(reader) == [(2, ["Goats of the village", "Goats after"])]
    assert look(2 * HOUR) == 0


def test_many_are_one_notice_with_their_number_and_the_newest_titles(world, reader):
    save(reader)
    for number in range(5):
        with clock.at(clock.now() + timedelta(minutes=number + 1)):
            worlds.published(world.trust, f"Goats {number}")
    assert look() == 1
    assert told(reader) == [(5, ["Goats 4", "Goats 3", "Goats 2"])]


def test_what_has_not_reached_the_index_yet_is_told_later_not_never(world, reader):
    save(reader)
    with clock.at(clock.now() + timedelta(minutes=1)):
        worlds.published(world.trust, "Goats in the outbox")
    with clock.at(clock.now() + HOUR):
        assert tasks.look_at_saved_searches() == 0  # nothing was drained
    assert look(2 * HOUR) == 1


def test_killed_in_between_nothing_is_told_twice_and_nothing_lost(world, reader):
    search = save(reader)
    since = search.looked_at
    worlds.published(world.trust, "Goats")
    later = clock.now() + HOUR
    one = {"by": None, "search": search, "looked_at": since, "until": later, "count": 1, "titles": []}
    assert searches.tell_of_new(**one)
    # Another worker that had begun from the same moment, or the same one after a kill.
    assert not searches.tell_of_new(**one)
    assert len(told(reader)) == 1


def test_what_the_person_may_not_see_is_not_told(world, reader):
    save(reader)
    record = worlds.published(world.trust, "Goats withdrawn")
    indexing.drain()
    change_visibility(by=None, record=record, name="withdraw", reason="owner-request")
    with clock.at(clock.now() + HOUR):
        tasks.look_at_saved_searches()  # the index still has it
    assert told(reader) == []


@pytest.mark.parametrize("query", ["facet=gone", "page=7", "q=%00", "%%%", "institution=" + "0" * 12])
def test_a_search_that_means_nothing_any_more_is_harmless(world, reader, query):
    save(reader, query=query)
    save(reader)
    worlds.published(world.trust, "Goats")
    assert look() == 1
    assert told(reader) == [(1, ["Goats"])]


def test_records_with_some_of_the_words_only_are_not_worth_a_mail(world, reader):
    save(reader, query="q=goats+cheese+cooperative", name="Cheese")
    worlds.published(world.trust, "Goats in the dry season")
    worlds.published(world.trust, "A cooperative makes cheese of goats")
    look()
    assert told(reader) == [(1, ["A cooperative makes cheese of goats"])]


def test_filters_count_and_titles_are_in_the_readers_language(world, reader):
    save(reader, query="country=SN", name="Sénégal", language="fr")
    record = worlds.published(world.network, "Goats", terms=worlds.terms("countries/SN"))
    worlds.translate(record, "fr", {"title": "Des chèvres"})
    look()
    assert told(reader) == [(1, ["Des chèvres"])]


def test_without_alerts_nothing_and_turned_on_again_only_what_comes_then(world, reader):
    search = save(reader)
    change_search(by=reader, search=search, name="Goats", alerts=False)
    worlds.published(world.trust, "Goats unheard")
    assert look() == 0
    with clock.at(clock.now() + timedelta(minutes=1)):
        change_search(by=reader, search=search, name="Goats again", alerts=True)
    assert look() == 0
    assert told(reader) == []


def test_only_its_own_person_changes_it(world, reader):
    search = save(reader)
    for act in (
        lambda: change_search(by=world.author, search=search, name="Mine", alerts=True),
        lambda: delete_search(by=world.author, search=search),
    ):
        with pytest.raises(NotAllowed):
            act()
    delete_search(by=reader, search=search)
    assert not SavedSearch.objects.exists()


def test_the_same_search_is_saved_once_and_not_without_end(world, reader, monkeypatch):
    assert save(reader) == save(reader, name="Other")
    monkeypatch.setattr(searches, "MOST", 1)
    with pytest.raises(Invalid):
        save(reader, query="q=other")
    with pytest.raises(Invalid):
        save(world.author, query="q=" + "x" * 1000)
    with pytest.raises(Invalid):
        save(world.author, query=" ")
