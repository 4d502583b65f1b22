"""What is counted, and that what is published tells nothing about few."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from ayni.kernel import clock, guarded
from ayni.knowledge.actions import freshness, questions
from ayni.knowledge.actions.questions import Asked
from ayni.knowledge.models import Record
from ayni.knowledge.queries.measures import (
    ABOUT_PEOPLE,
    LEAST,
    Measures,
    Year,
    measures,
    published,
    suppressed,
)
from ayni.knowledge.texts import Standing
from ayni.registry.actions.institutions import merge_institutions
from tests import worlds

CONTACT = Standing(contact_email="ask@example.org", contact_until=date(2099, 1, 1))


@pytest.fixture
def trust(db):
    return worlds.institution("Rural Water Trust")


def ask(record, at, *, answered_after=None, agreed=False):
    with clock.at(at):
        question = questions.ask(
            by=None, record=record, asked=Asked("Amina", "a@example.org", "Why?"), language="en"
        )
    if answered_after is not None:
        with clock.at(at + timedelta(days=answered_after)):
            questions.tell_outcome(
                by=worlds_moderator(), question=question, name="agree" if agreed else "answer"
            )


def worlds_moderator():
    from ayni.registry.models import Person

    return Person.objects.filter(is_moderator=True).first() or worlds.person("Mona M", is_moderator=True)


def at(year, month=6):
    return datetime(year, month, 1, 12, tzinfo=UTC)


def test_an_empty_site_has_measured_nothing(db):
    found = measures()
    assert (found.years, found.in_use, found.unanswered, found.ended, found.median_days) == (
        [],
        0,
        0,
        0,
        None,
    )


def test_questions_stand_in_the_year_they_were_asked_in(trust):
    record = worlds.published(trust, "One", standing=CONTACT)
    ask(record, at(2024, 12), answered_after=40)  # in the next year
    ask(record, at(2024), answered_after=4, agreed=True)
    ask(record, at(2026))
    found = measures()
    rows = [(y.year, y.asked, y.answered, y.agreed) for y in found.years]
    assert [row for row in rows if row[0] in {2024, 2025}] == [(2024, 2, 2, 1), (2025, 0, 0, 0)]
    assert (found.totals["asked"], found.totals["answered"], found.totals["agreed"]) == (3, 2, 1)
    assert found.median_days == 22


def test_what_others_took_up_counts_and_what_one_does_again_does_not(trust):
    other = worlds.institution("Network")
    original = worlds.published(trust, "Original")
    adapted = Standing(adapted_from=original)
    with clock.at(at(2025)):
        taken_up = worlds.published(other, "Taken up", standing=adapted)
        worlds.published(trust, "Done again", standing=adapted)
    assert [(y.year, y.adapted) for y in measures().years] == [(2025, 1)]
    assert measures(trust).totals["adapted"] == 1
    assert measures(other).totals["adapted"] == 0
    # The two turn out to be one institution: nothing went from one to another.
    merge_institutions(by=worlds_moderator(), duplicate=other, stays=trust)
    assert measures().totals["adapted"] == 0
    assert taken_up.owner == other


def test_checked_translations_count_once_for_each_language(trust):
    record = worlds.published(trust, "Original", summary="Short")
    worlds.translate(record, "fr", {"title": "Titre", "summary": "Court"})
    worlds.translate(record, "es", {"title": "Título"}, status="machine")
    worlds.translate(record, "ar", {"title": "عنوان"})
    assert measures().totals["translated"] == measures(trust).totals["translated"] == 2
    assert measures(worlds.institution("Other")).totals["translated"] == 0


def test_still_in_use_is_what_was_last_answered(trust):
    answers = {"A": ["holds"], "B": ["ended"], "C": ["holds", "changed"], "D": ["changed"], "E": []}
    for title, given in answers.items():
        record = worlds.published(trust, title)
        for number, answer in enumerate(given):
            with clock.at(at(2027 + number)):
                freshness.answer(by=None, record=record, answer=answer)
    found = measures()
    assert (found.in_use, found.ended, found.unanswered) == (3, 1, 0)
    silent = Record.objects.get(revisions__title="D")
    with guarded.writing():
        Record.objects.filter(pk=silent.pk).update(is_unanswered=True, asked_on=date(2028, 1, 1))
    found = measures()
    assert (found.in_use, found.ended, found.unanswered) == (2, 1, 1)


def test_an_institution_counts_with_those_merged_into_it(trust):
    duplicate = worlds.institution("Rural Water Trust (old)")
    ask(worlds.published(duplicate, "One", standing=CONTACT), at(2025))
    assert measures(trust).totals["asked"] == 0
    merge_institutions(by=worlds_moderator(), duplicate=duplicate, stays=trust)
    assert measures(trust).totals["asked"] == 1


@pytest.mark.parametrize("whose", ["site", "institution"])
def test_as_many_queries_for_much_as_for_little(trust, whose):
    counts = []
    for number in (1, 3):
        for _ in range(number):
            record = worlds.published(trust, f"Title {number}", standing=CONTACT)
            ask(record, at(2020 + number), answered_after=1)
            freshness.answer(by=None, record=record, answer="holds")
        with CaptureQueriesContext(connection) as taken:
            measures(trust if whose == "institution" else None)
        counts.append(len(taken.captured_queries))
    assert counts[0] == counts[1] <= 6


@pytest.mark.parametrize(
    ("values", "shown", "total"),
    [
        ([], [], 0),
        ([0, 7, 9], [0, 7, 9], 16),
        ([3], [None], None),
        ([3, 9], [None, None], 12),  # 9 would give 3 away
        ([1, 1, 9, 20], [None, None, None, 20], 31),  # 2 would give both away
        ([3, 4, 9], [None, None, 9], 16),
        ([1, 1], [None, None], None),
        ([0, 2, 0], [0, None, 0], None),
    ],
)
def test_nothing_about_few_is_published_nor_can_be_worked_out(values, shown, total):
    kept = suppressed(values)
    assert (kept.shown, kept.total) == (shown, total)


@pytest.mark.parametrize(
    ("years", "shown", "totals"),
    [
        # 7 - 6 would tell about the one whom nobody answered
        ([(7, 6, 5)], [(7, None, None)], (7, None, None)),
        ([(20, 10, 5)], [(20, 10, 5)], (20, 10, 5)),
        ([(20, 20, 0)], [(20, 20, 0)], (20, 20, 0)),
        # The whole would give the hidden year away, or the few of both years together
        ([(7, 6, 0), (30, 20, 10)], [(7, None, None), (30, None, None)], (37, 26, 10)),
        ([(7, 6, 0), (30, 30, 0)], [(7, None, None), (30, 30, 0)], (37, None, 0)),
        ([(9, 7, 0), (9, 6, 0)], [(9, None, None), (9, None, None)], (18, 13, 0)),
    ],
)
def test_who_was_left_out_of_a_figure_is_not_told_either(years, shown, totals):
    public = published(_measured(years))
    assert [(year.asked, year.answered, year.agreed) for year in public.years] == shown
    assert tuple(public.totals[name] for name in ABOUT_PEOPLE) == totals


def _measured(years):
    found = [Year(2020 + number, *counts) for number, counts in enumerate(years)]
    return Measures(years=found, totals={name: sum(getattr(y, name) for y in found) for name in ABOUT_PEOPLE})


@for_all(
    st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3).map(lambda s: sorted(s)[::-1]), max_size=3)
)
@settings(max_examples=150, deadline=None)
def test_no_subtraction_of_what_is_published_tells_about_few(years):
    """A figure is a set of groups of people (a year, how far they got); one within another can be taken away."""
    public = published(_measured(years))
    known = {}
    for number, name in enumerate(ABOUT_PEOPLE):
        values = [getattr(year, name) for year in public.years]
        groups = [frozenset((at, level) for level in range(number, 3)) for at in range(len(values))]
        known |= {group: value for group, value in zip(groups, values, strict=True) if value is not None}
        if public.totals[name] is not None:
            known[frozenset().union(*groups)] = public.totals[name]
    is_new = True
    while is_new:
        pairs = itertools.product(known.items(), repeat=2)
        found = {wide - narrow: all_ - some for (wide, all_), (narrow, some) in pairs if narrow < wide}
        is_new = not found.keys() <= known.keys()
        known |= found
    assert [value for value in known.values() if 0 < value < LEAST] == []


def test_what_is_published_leaves_out_what_is_about_few_people_only(trust):
    record = worlds.published(trust, "One", standing=CONTACT)
    for _ in range(3):
        ask(record, at(2025), answered_after=2)
    worlds.published(worlds.institution("Other"), "Two", standing=Standing(adapted_from=record))
    everything, public = measures(), published(measures())
    assert (everything.totals["asked"], everything.median_days) == (3, 2.0)
    assert (public.totals["asked"], public.median_days) == (None, None)
    assert public.totals["adapted"] == 1
    assert [year.asked for year in public.years if year.year == 2025] == [None]
