from collections import Counter
from pathlib import Path
from random import Random

import pytest

from ayni.discovery.engine.interface import Doc
from bench import corpus
from bench.figures import Figure, Outcome, load, store, table
from bench.peers import Codes, Fts5, Question
from bench.wire import Answer, Linked


def test_a_goal_is_a_ceiling_a_floor_or_the_only_value():
    assert Figure("time", 4.0, "s", goal=5).is_met is True
    assert Figure("time", 6.0, "s", goal=5).is_met is False
    assert Figure("views", 160, "1/s", goal=150, at_least=True).is_met is True
    assert Figure("views", 140, "1/s", goal=150, at_least=True).is_met is False
    assert Figure("files stored", 1, "", goal=1, exactly=True).is_met is True
    assert [Figure("", n, "", goal=1, exactly=True).is_met for n in (0, 2)] == [False, False]
    assert Figure("records", 10, "").is_met is None


def test_the_table_shows_figure_goal_and_peer_in_one_line():
    text = table([Figure("facets, p95", 2.0, "ms", goal=3, peers={"FTS5": 101.0})])
    assert text.splitlines()[1].split() == ["facets,", "p95", "2", "ms", "<=", "3", "yes", "FTS5", "101"]


def test_an_outcome_survives_its_file(tmp_path: Path):
    outcome = Outcome([Figure("a", 1.5, "s", peers={"b": 2.0})], ["no data"])
    store(outcome, tmp_path / "result.json")
    assert load(tmp_path / "result.json") == outcome


def test_languages_come_in_exactly_their_shares():
    codes = Counter(corpus.language_of_each(1000, Random(1)))
    assert codes == {code: share * 10 for code, share in corpus.SHARES.items()}


@pytest.mark.slow
def test_texts_are_the_same_in_every_run():
    first, second = corpus.Language("ar", Random("x")), corpus.Language("ar", Random("x"))
    assert first.text(120) == second.text(120)


def test_fts5_counts_what_is_there(tmp_path: Path):
    peer = Fts5(tmp_path / "peer.sqlite3", ("kind", "country"), ("kind", "country"), Codes())
    peer.load(
        [
            Doc("a", 1, {"all": ["en:water", "en:school"]}, {"kind": ["practice"], "country": ["KE", "NP"]}),
            Doc("b", 1, {"all": ["en:water", "es:agua"]}, {"kind": ["lesson"], "country": ["KE"]}),
            Doc("c", 1, {"all": ["en:road"]}, {"kind": ["lesson"], "country": ["KE"]}),
        ]
    )
    peer.finish()
    both = Question((("en:water", "fr:eau"), ("en:school", "es:agua")), required=2, filters={})
    assert peer.total(both) == 2
    assert peer.facets(both) == {
        "country": [("KE", 2), ("NP", 1)],
        "kind": [("lesson", 1), ("practice", 1)],
    }
    assert peer.total(Question(both.words, 2, {"kind": ["practice"], "country": ["NP"]})) == 1
    assert len(peer.top(Question((("en:water",), ("en:road",)), 1, {}))) == 3


def test_what_a_page_loads_is_told_from_where_it_links():
    page = Linked("http://127.0.0.1:8000/en/")
    page.feed(
        '<link rel="stylesheet" href="/static/a.css"><link rel="alternate" href="/fr/">'
        '<script src="b.js"></script><img src="data:image/png;base64,xx"><img src="https://example.org/c.png">'
        '<a href="/en/about/">About</a>'
    )
    assert page.resources == ["/static/a.css", "/en/b.js"]
    assert page.links == ["/en/about/"]


@pytest.mark.parametrize(
    ("control", "stays"),
    [
        ("max-age=315360000, public, immutable", True),
        ("max-age=60, public", False),
        ("private, no-cache", False),
        ("", False),
    ],
)
def test_only_what_is_not_asked_for_again_counts_as_kept(control: str, stays: bool):
    assert Answer(200, {"cache-control": control}, b"", 0).stays_cached is stays
