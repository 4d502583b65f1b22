import pytest

from ayni.discovery import indexing
from ayni.discovery.queries import Request, search, similar
from ayni.discovery.queries.neighbours import countries_like, own_country, who_works_on
from ayni.kernel import guarded
from ayni.knowledge.models import Record
from tests import worlds


def titles(text="", language="en", **filters):
    return [r.card.title for r in search(Request(text=text, language=language, filters=filters)).results]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("water committee", "en", "Pupil-led water committees"),
        ("comptes eau mur", "fr", "Les comptes de l’eau sur le mur"),
        ("accounts on the wall", "en", "Water accounts on the wall"),
        ("مؤسسة المياه الريفية", "ar", "Pupil-led water committees"),  # the institution's Arabic name
        ("RWT", "en", "Pupil-led water committees"),
        ("Amina Example", "en", "Measuring groundwater together"),
    ],
)
def test_found_by_its_words_in_any_of_its_languages(index, text, language, found):
    assert found in titles(text, language)


@pytest.mark.parametrize(
    ("text", "language"), [("agua", "es"), ("вода", "ru"), ("المياه", "ar"), ("水", "zh")]
)
def test_found_across_languages_by_what_it_is_tagged_with(index, text, language):
    assert "Pupil-led water committees" in titles(text, language)


def test_reasons_name_the_words_and_what_it_is_about(index):
    result = search(Request(text="water committee")).results[0]
    assert result.why.words == ["water", "committee"]
    assert [concept.code for concept in result.why.concepts] == ["6"]
    assert [piece.text for piece in result.title if piece.marked] == ["water", "committees"]


def test_filters_join_with_and_between_facets_and_or_inside_one(index):
    assert titles(country=["KE", "SN"], kind=["practice"]) == [
        "Water accounts on the wall",
        "Pupil-led water committees",
    ]
    assert titles(country=["KE"], sdg=["6.1"]) == ["Pupil-led water committees"]
    assert titles(country=["KE"], sdg=["3"]) == []


def test_a_country_brings_its_regions_and_groups(index):
    assert titles(region=["014"], kind=["lesson"]) == ["Phones without credit"]  # Malawi, Eastern Africa
    assert titles(group=["lldc"], kind=["lesson"]) == ["Phones without credit"]


def test_a_choice_in_a_facet_leaves_that_facets_counts_alone(index):
    everything = search(Request(facets=("kind", "country")))
    lessons = search(Request(filters={"kind": ["lesson"]}, facets=("kind", "country")))
    assert dict(lessons.counts["kind"]) == dict(everything.counts["kind"])
    assert dict(lessons.counts["country"]) == {"MW": 1}


def test_reviewed_practices_come_before_activity_records_at_equal_relevance(index):
    worlds.published(
        index.trust, "Zebra crossings", kind="activity", body={"description": "Zebra crossings."}
    )
    body = {"problem": "Zebra crossings.", "what_was_done": "Zebra crossings."}
    worlds.published(index.trust, "Zebra crossings", body=body)
    indexing.drain()
    assert [r.card.record.kind for r in search(Request(text="zebra crossings")).results] == [
        "practice",
        "activity",
    ]


def test_visibility_is_asked_of_the_database_again(index):
    with guarded.writing():  # the index has not heard of it
        Record.objects.filter(pk=index.practice.pk).update(state="withdrawn")
    assert "Pupil-led water committees" not in titles("committees")
    assert index.practice.uid in indexing.engine().versions()


def test_drafts_are_not_found_even_by_their_authors(index):
    found = search(Request(text="draft nobody else sees"), index.author)
    assert index.draft.uid not in [result.card.uid for result in found.results]


def test_only_stop_words_find_nothing_rather_than_everything(index):
    assert search(Request(text="wherever the of and")).total == 0


@pytest.mark.parametrize("text", ["😀😀", "!!! ---", "。、"])
def test_no_word_no_pretended_answer(index, text):
    found = search(Request(text=text))
    assert (found.total, found.results, found.has_words) == (0, [], False)


def test_a_query_of_ten_thousand_words_is_answered(index):
    text = "committees " + " ".join(f"word{number}" for number in range(10_000))
    assert "Pupil-led water committees" in titles(text)


def test_no_words_show_everything_reviewed_kinds_first(index):
    assert titles() == [
        "Phones without credit",
        "Water accounts on the wall",
        "Pupil-led water committees",
        "Measuring groundwater together",
        "Rainwater for schools",
    ]


def test_fewer_words_are_asked_for_when_none_has_all(index):
    found = search(Request(text="committees submarine"))
    assert found.relaxed
    assert [result.card.title for result in found.results] == ["Pupil-led water committees"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(index, count, django_assert_num_queries):
    for number in range(count):
        worlds.published(index.trust, f"Walrus number {number}", terms=worlds.terms("countries/KE"))
    indexing.drain()
    search(Request(text="walrus"))
    with django_assert_num_queries(10):
        found = search(Request(text="walrus"))
        who_works_on(found, "en")
    assert len(found.results) == count


def test_who_works_on_this_counts_owners_and_partners(index):
    found = search(Request(text="committees", facets=("institution",)))
    assert [(w.name, w.country.code, w.count) for w in who_works_on(found, "en")] == [
        ("Rural Water Trust", "KE", 1),
        ("Réseau des comptes ouverts", "SN", 1),
    ]


def test_countries_like_mine_same_region_first_then_shared_groups(index):
    found = search(Request(facets=("country",)))
    likes = countries_like("UG", found)  # Eastern Africa; least developed, landlocked, fragile
    assert [(like.country.code, bool(like.region)) for like in likes][:2] == [("ET", True), ("MW", True)]
    assert {group.code for group in likes[1].groups} == {"ldc", "lldc"}
    assert "BR" not in [like.country.code for like in likes]
    assert countries_like("XX", found) == []


def test_own_country_is_that_of_the_persons_institution(index):
    concepts = search(Request()).concepts
    assert own_country(index.author, concepts) == "KE"
    assert own_country(index.moderator, concepts) == ""
    assert own_country(None, concepts) == ""


def test_similar_records_share_themes_or_words_and_leave_out_itself(index):
    found = [card.title for card in similar(index.practice, "en")]
    assert found[0] == "Water accounts on the wall"
    assert "Pupil-led water committees" not in found
