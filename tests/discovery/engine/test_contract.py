"""What every engine promises. Each test runs against the embedded engine and against the brute-force oracle."""

import random

import pytest

from ayni.discovery.engine.building import tokens_for, words_for
from ayni.discovery.engine.interface import Doc, Query
from ayni.discovery.engine.tantivy_engine import TantivyEngine

from .memory_engine import MemoryEngine

FACETS = ("kind", "country", "theme", "institution")


@pytest.fixture(params=["tantivy", "memory"])
def engine(request, tmp_path):
    made = MemoryEngine() if request.param == "memory" else TantivyEngine(tmp_path / "index", FACETS)
    made.ensure_schema()
    yield made
    made.drop()


def doc(name, text="", *, title="", language="en", version=1, newest=0, concepts=(), **facets):
    tokens = tokens_for([(title, language)], [(text, language)], concepts)
    return Doc(name, version, tokens, facets, {"newest": newest})


def put(engine, *docs):
    engine.upsert(docs)
    engine.commit()


def found(engine, text="", language="en", **options):
    hits = engine.search(Query(words=words_for(text, language), **options))
    return [hit.id for hit in hits.hits]


def test_a_new_index_is_empty_and_wants_filling(engine):
    assert engine.needs_rebuild
    assert engine.stats().documents == 0
    assert engine.versions() == {}
    assert engine.search(Query(facets=FACETS)).total == 0
    assert found(engine, "water") == []
    engine.mark_rebuilt()
    assert not engine.needs_rebuild


def test_upsert_overwrites_by_id(engine):
    put(engine, doc("5", "water", version=1), doc("6", "water"))
    put(engine, doc("5", "soil", version=2))
    assert found(engine, "water") == ["6"]
    assert found(engine, "soil") == ["5"]
    assert engine.versions() == {"5": 2, "6": 1}


def test_the_last_of_two_in_one_batch_counts(engine):
    put(engine, doc("5", "water"), doc("5", "soil", version=2))
    assert engine.versions() == {"5": 2}
    assert found(engine, "water") == []


def test_delete_really_removes(engine):
    put(engine, doc("5", "water", kind=["practice"]), doc("55", "water", kind=["practice"]))
    assert engine.search(Query(facets=("kind",))).facet_counts == {"kind": [("practice", 2)]}
    engine.delete(["5", "never-there"])
    engine.commit()
    assert found(engine, "water") == ["55"]
    assert engine.search(Query(facets=("kind",))).facet_counts == {"kind": [("practice", 1)]}
    assert engine.stats().documents == 1


def test_rollback_forgets(engine):
    put(engine, doc("1", "water"))
    engine.upsert([doc("2", "water")])
    engine.rollback()
    engine.commit()
    assert found(engine, "water") == ["1"]


def test_nothing_is_seen_before_commit_and_generations_grow(engine):
    first = engine.commit()
    engine.upsert([doc("1", "water")])
    assert found(engine, "water") == []
    assert engine.commit() > first
    assert engine.generation == engine.refresh() > first
    assert found(engine, "water") == ["1"]


def test_filters_are_and_between_facets_and_or_inside(engine):
    put(
        engine,
        doc("1", "water", kind=["practice"], country=["KE"]),
        doc("2", "water", kind=["lesson"], country=["KE", "UG"]),
        doc("3", "water", kind=["practice"], country=["PE"]),
        doc("4", "water"),
    )

    def ids(**filters):
        return sorted(found(engine, "water", filters=filters))

    assert ids(country=["KE"]) == ["1", "2"]
    assert ids(country=["UG", "PE"]) == ["2", "3"]
    assert ids(country=["KE", "PE"], kind=["practice"]) == ["1", "3"]
    assert ids(country=["UG"], kind=["practice"]) == []
    assert ids(country=[]) == ["1", "2", "3", "4"]
    assert ids(country=["no such"]) == []
    assert sorted(found(engine, filters={"country": ["KE"]})) == ["1", "2"]


def test_a_filter_with_many_values(engine):
    put(engine, *(doc(str(i), "water", institution=[f"i{i}"]) for i in range(60)))
    chosen = [f"i{i}" for i in range(0, 60, 2)]
    assert len(found(engine, "water", filters={"institution": chosen}, limit=100)) == 30


def test_facet_values_may_hold_anything(engine):
    put(engine, doc("1", "x1", theme=["a b/c:d é", "水"]))
    assert found(engine, filters={"theme": ["a b/c:d é"]}) == ["1"]
    assert found(engine, filters={"theme": ["a"]}) == []
    counts = engine.search(Query(facets=("theme",))).facet_counts
    assert counts == {"theme": [("a b/c:d é", 1), ("水", 1)]}


def test_disjunctive_counts_ignore_the_facets_own_filter(engine):
    put(
        engine,
        doc("1", "water", kind=["practice"], country=["KE"]),
        doc("2", "water", kind=["lesson"], country=["KE"]),
        doc("3", "water", kind=["lesson"], country=["PE"]),
    )
    query = Query(words_for("water", "en"), {"kind": ["lesson"]}, ("kind", "country"))
    assert engine.search(query).facet_counts == {
        "kind": [("lesson", 2), ("practice", 1)],
        "country": [("KE", 1), ("PE", 1)],
    }
    plain = Query(words_for("water", "en"), {"kind": ["lesson"]}, ("kind",), disjunctive=False)
    assert engine.search(plain).facet_counts == {"kind": [("lesson", 2)]}


def test_a_chosen_value_stays_in_the_list_however_rare(engine):
    put(
        engine, *(doc(str(i), "water", theme=["common"]) for i in range(3)), doc("r", "water", theme=["rare"])
    )
    query = Query(filters={"theme": ["rare", "unknown"]}, facets=("theme",), facet_size=1)
    assert engine.search(query).facet_counts == {"theme": [("common", 3), ("rare", 1), ("unknown", 0)]}


LANGUAGES = [
    ("en", "Girls learn in rural schools", "school"),
    ("fr", "L’école du village forme des enseignants", "écoles"),
    ("es", "Las escuelas rurales comparten agua", "escuela"),
    ("pt", "A capacitação de professores", "capacitacao"),
    ("ru", "Новые школы в деревне", "школа"),
    ("ar", "تدريب المعلمين والمدارس", "مدرسة"),
    ("zh", "我们与其他国家交流经验", "交流"),
]


@pytest.mark.parametrize("site", ["en", "ar", "zh"])
def test_seven_languages_are_found_whatever_the_reader_prefers(engine, site):
    put(engine, *(doc(code, text, language=code) for code, text, _ in LANGUAGES))
    for code, _, query in LANGUAGES:
        assert found(engine, query, site) == [code]


def test_one_chinese_character_finds_text(engine):
    put(engine, doc("1", "农村学校缺水", language="zh"), doc("2", "学校", language="zh"))
    assert found(engine, "水", "zh") == ["1"]
    assert sorted(found(engine, "学校", "zh")) == ["1", "2"]


def test_a_concept_finds_records_tagged_with_it_in_any_language(engine):
    put(
        engine,
        doc("fr", "Des puits pour le village", language="fr", concepts=["c:themes/water"]),
        doc("en", "A well for the village"),
    )
    words = words_for("water", "en", lambda words: [({0}, "c:themes/water", 0.7)] if words else [])
    assert [hit.id for hit in engine.search(Query(words=words)).hits] == ["fr"]


def test_two_words_must_both_be_there_when_enough_has_them(engine):
    put(
        engine,
        *(doc(f"both{i}", "water for the school") for i in range(3)),
        *(doc(f"one{i}", "water water water") for i in range(5)),
    )
    hits = engine.search(Query(words=words_for("water school", "en")))
    assert sorted(hit.id for hit in hits.hits) == ["both0", "both1", "both2"]
    assert hits.total == 3
    assert not hits.relaxed


def test_too_little_found_is_said_and_what_has_all_words_comes_first(engine):
    put(
        engine,
        doc(
            "both", "a long text about much else, with water and a school among " + "many other things " * 30
        ),
        *(doc(f"one{i}", "school", title="school") for i in range(5)),
        doc("none", "soil"),
    )
    hits = engine.search(Query(words=words_for("water school", "en")))
    assert hits.relaxed
    assert hits.total == 6
    assert hits.hits[0].id == "both"


def test_few_hits_are_not_called_relaxed_when_less_would_find_no_more(engine):
    put(engine, doc("both", "water school"), doc("none", "soil"))
    hits = engine.search(Query(words=words_for("water school", "en")))
    assert (hits.total, hits.relaxed) == (1, False)


def test_filters_do_not_change_what_counts_as_a_match(engine):
    put(
        engine,
        *(doc(f"both{i}", "water school", country=["KE"]) for i in range(3)),
        doc("one", "water", country=["PE"]),
    )
    hits = engine.search(Query(words_for("water school", "en"), {"country": ["PE"]}, ("country",)))
    assert hits.total == 0
    assert hits.facet_counts == {"country": [("KE", 3), ("PE", 0)]}


@pytest.mark.parametrize("text", ["unknownword", "unknownword otherunknown", "the of", "x " * 100])
def test_what_is_nowhere_finds_nothing(engine, text):
    put(engine, doc("1", "water"))
    hits = engine.search(Query(words=words_for(text, "en"), facets=FACETS))
    assert (list(hits.hits), hits.total, hits.relaxed) == ([], 0, False)


def test_no_words_is_everything_newest_first(engine):
    put(engine, *(doc(str(i), "water", newest=i * 7 % 5) for i in range(5)))
    hits = engine.search(Query())
    assert [hit.id for hit in hits.hits] == ["2", "4", "1", "3", "0"]
    assert hits.total == 5
    assert found(engine, "water", sort="newest") == ["2", "4", "1", "3", "0"]


def test_no_words_follow_the_number_first_and_newest_stays_newest(engine):
    old_but_first = Doc("old", 1, tokens_for([], [("water", "en")]), {}, {"newest": 1, "first": 1001})
    put(engine, old_but_first, doc("new", "water", newest=2))
    assert found(engine) == ["old", "new"]
    assert found(engine, sort="newest") == ["new", "old"]


def test_a_hint_matches_but_counts_less_than_the_word(engine):
    put(
        engine,
        *(doc(f"hinted{i}", "short", concepts=["c:sdg/6"], kind=["practice"]) for i in range(5)),
        doc("said", "a latrine among " + "many other things " * 40),
    )
    words = words_for("latrines", "en", lambda _: [({0}, "c:sdg/6", 0.4)])
    hits = engine.search(Query(words=words, boosts={"kind": {"practice": 0.9}}))
    assert hits.hits[0].id == "said"
    assert hits.total == 6


def test_more_words_come_before_one_word_often(engine):
    put(
        engine,
        *(doc(f"one{i}", "water water", title="water") for i in range(5)),
        doc("two", "water and a school among " + "many other things " * 40),
        doc("three", "water, a school and a teacher among " + "many other things " * 40),
    )
    assert found(engine, "water school teacher")[:2] == ["three", "two"]


def test_pages_follow_each_other_without_gap_or_repeat(engine):
    put(engine, *(doc(f"{i:02}", "water " * (i % 7 + 1) + "soil " * (i % 5), newest=i) for i in range(45)))
    for options in ({}, {"sort": "newest"}):
        pages = [found(engine, "water", limit=10, offset=start, **options) for start in range(0, 50, 10)]
        assert [len(page) for page in pages] == [10, 10, 10, 10, 5]
        assert len({name for page in pages for name in page}) == 45
    assert engine.search(Query(limit=10, offset=1_000_000)).total == 45
    assert found(engine, "water", offset=1_000_000) == []
    assert found(engine, "water", limit=0) == []


def test_boosts_break_ties(engine):
    put(
        engine,
        *(doc(f"a{i}", "water", kind=["activity"]) for i in range(5)),
        doc("p", "water", kind=["practice"]),
        *(doc(f"b{i}", "water", kind=["activity"]) for i in range(5)),
    )
    assert found(engine, "water", boosts={"kind": {"practice": 0.3}})[0] == "p"
    assert len(found(engine, "water", boosts={"kind": {"practice": 0.3}})) == 11


def test_boosts_do_not_bring_in_what_does_not_match(engine):
    put(engine, doc("p", "soil", kind=["practice"]), doc("a", "water", kind=["activity"]))
    assert found(engine, "water", boosts={"kind": {"practice": 9.0}}) == ["a"]


def test_a_word_in_the_title_counts_more(engine):
    put(
        engine,
        *(doc(f"t{i}", "water and soil in the valley", title="the valley") for i in range(3)),
        doc("title", "and soil in the valley the valley", title="water"),
    )
    assert found(engine, "water")[0] == "title"


def _random_docs(chance, number):
    words = [f"w{i}" for i in range(30)]
    for i in range(number):
        facets = {
            "kind": [chance.choice(["practice", "lesson", "activity"])],
            "country": chance.sample(["KE", "UG", "PE", "BR", "CN", "EG", "FR"], chance.randint(0, 3)),
            "theme": chance.sample(["water", "health", "schools"], chance.randint(0, 2)),
            "institution": [f"i{chance.randint(0, 40)}"],
        }
        text = " ".join(chance.choices(words, k=chance.randint(3, 12)))
        yield doc(str(i), text, title=chance.choice(words), newest=i, **facets)


@pytest.mark.parametrize("seed", range(4))
def test_totals_and_counts_are_those_of_the_oracle(tmp_path, seed):
    chance = random.Random(seed)
    subject, oracle = TantivyEngine(tmp_path / "index", FACETS), MemoryEngine()
    subject.ensure_schema()
    docs = list(_random_docs(chance, 400))
    # Several commits, so that there are several segments, with overwritten and removed documents in them.
    for begin in range(0, 400, 80):
        again = chance.sample(docs[: begin + 1], min(begin, 15))
        gone = [str(chance.randint(0, 399)) for _ in range(5)]
        for engine in (subject, oracle):
            engine.upsert([*docs[begin : begin + 80], *again])
            engine.delete(gone)
            engine.commit()
    assert subject.versions() == oracle.versions()
    for _ in range(60):
        text = " ".join(f"w{chance.randint(0, 34)}" for _ in range(chance.choice([0, 1, 2, 2, 3, 4, 6, 9])))
        filters = {
            "kind": chance.sample(["practice", "lesson", "activity"], chance.randint(0, 2)),
            "country": chance.sample(["KE", "UG", "PE", "XX"], chance.randint(0, 2)),
        }
        query = Query(
            words_for(text, "en"),
            filters,
            FACETS,
            facet_size=100,
            limit=500,
            disjunctive=chance.random() < 0.8,
        )
        mine, theirs = subject.search(query), oracle.search(query)
        assert mine.total == theirs.total
        assert mine.relaxed == theirs.relaxed
        assert mine.facet_counts == theirs.facet_counts
        assert {hit.id for hit in mine.hits} == {hit.id for hit in theirs.hits}
