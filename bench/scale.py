"""A hundred thousand records in seven languages: indexing, searching, counting, the page; and two peers."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from time import perf_counter
from typing import Any

from django.conf import settings

from ayni.cli import site
from ayni.discovery import concepts as naming
from ayni.discovery import documents, indexing, sources
from ayni.discovery.engine.building import words_for
from ayni.discovery.engine.interface import Hits, Query, Word
from ayni.discovery.engine.matching import required_words
from ayni.knowledge.models import Record
from ayni.language.codes import site_language
from ayni.language.stemming import is_stop_word
from ayni.registry.queries.vocabularies import concepts
from bench import corpus, population
from bench.figures import Figure, Outcome, p50, p95, progress, spread
from bench.peers import VALUES, Codes, Fts5, Peer, Postgres, Question, postgres_database

RECORDS = int(os.environ.get("AYNI_BENCH_RECORDS", "100000"))
QUERIES = 200
COUNTED = ("kind", "country", "sdg", "theme", "institution", "year")
FILTERED = ("kind", "country", "sdg", "theme", "year", "language")
_TIMES_FASTER = 10
FILTERED_QUERY = "engine, two filters, ten hits and the total"
PRECISE = "engine, six facet counts over all hits"
ANY_WORD = "engine, six facet counts, any word will do"


@dataclass(frozen=True)
class Asked:
    """A query as typed, and as the engine gets it."""

    text: str
    language: str
    words: tuple[Word, ...]
    filters: dict[str, list[str]]

    @property
    def broad(self) -> tuple[Word, ...]:
        """Any of the words will do: all of them as the alternatives of one."""
        return (tuple(dict(pair for word in self.words for pair in word).items()),)

    def question(self, kind: str) -> Question:
        words = tuple(tuple(token for token, _ in word) for word in self.words)
        required = 1 if kind == ANY_WORD else required_words(len(words))
        return Question(words, required, self.filters if kind == FILTERED_QUERY else {})


def run() -> Outcome:
    outcome = Outcome()
    site.prepare()
    with on_two_cores():
        progress(f"making {RECORDS:,} records")
        fill_seconds = _seconds(lambda: population.fill(RECORDS))
        progress("building the index")
        before = _processor_seconds()
        build_seconds = _seconds(lambda: indexing.rebuild(processes=2))
        processor = _processor_seconds() - before
        progress(f"asking ({build_seconds:.1f} s for the index)")
        asked = questions()
        found = Figure(
            "index built from the database", build_seconds, "s", goal=40,
            note=f"2 cores, {processor:.0f} s of processor time",
        )  # fmt: skip
        outcome.figures += [Figure("records generated and stored", fill_seconds, "s"), found]
        ours = engine_figures(asked, outcome)
        page_figures(asked, outcome)
        codes = Codes()
        with postgres_database() as connection:
            peers: list[Peer] = [Fts5(settings.HOME / "fts5.sqlite3", documents_facets(), COUNTED, codes)]
            if connection is None:
                outcome.skipped.append("PostgreSQL: none answers (AYNI_BENCH_PG names another)")
            else:
                peers.append(Postgres(connection, documents_facets(), COUNTED, codes))
            progress("filling the peers")
            load_peers(peers, found)
            for peer in peers:
                progress(f"asking {peer.name}")
                compare(peer, asked, ours, outcome)
    return outcome


@contextmanager
def on_two_cores() -> Iterator[None]:
    """This process and the helpers that it starts; a server of its own (PostgreSQL) keeps all cores."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(all_cores)[-2:])
    try:
        yield
    finally:
        os.sched_setaffinity(0, all_cores)


def _seconds(work: Callable[[], Any]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def _processor_seconds() -> float:
    """Of this process and its helpers that have ended: what the work took, however busy the machine was."""
    return sum(os.times()[:4])


def documents_facets() -> tuple[str, ...]:
    return tuple(dict.fromkeys((*COUNTED, *FILTERED)))


def questions() -> list[Asked]:
    """Two or three words of one record's title, with two filters that hold for that record."""
    random = Random(corpus.SEED + 1)
    terms = concepts()
    asked: list[Asked] = []
    # More than enough: some titles do not hold two words that tell anything.
    uids = random.sample(sorted(Record.objects.values_list("uid", flat=True)), QUERIES * 2)
    rows = Record.objects.filter(uid__in=uids).order_by("pk").values_list(*documents._ROW)
    for source in documents.sources(rows, terms):
        title, language = source.titles[0]
        text = _some_words(title, language, random)
        facets = random.sample([name for name in FILTERED if source.facets.get(name)], 2)
        filters = {name: [random.choice(source.facets[name])] for name in facets}
        analysed = words_for(text, language, lambda some: naming.lookup(some, terms))
        if len(analysed) in (2, 3):
            asked.append(Asked(text, language, analysed, filters))
    return asked[:QUERIES]


def _some_words(title: str, language: str, random: Random) -> str:
    if language == "zh":
        start = random.randint(0, max(0, len(title) - 5))
        return title[start : start + random.choice((3, 4))]
    words = [word for word in title.split() if not is_stop_word(language, word.lower())]
    return " ".join(random.sample(words, min(len(words), random.choice((2, 3)))))


@dataclass
class Answers:
    """What Ayni answered to one kind of question, and how long it took, to compare with the peers."""

    hits: list[Hits]
    times: list[float]


def engine_figures(asked: list[Asked], outcome: Outcome) -> dict[str, Answers]:
    engine = indexing.engine()
    engine.refresh()
    for one in asked:  # the files of the index are read once before the clock runs
        engine.search(Query(one.words, limit=1))
    analysed = [_seconds(lambda one=one: words_for(one.text, one.language)) for one in asked]
    counting = {"facets": COUNTED, "facet_size": VALUES, "limit": 1}
    queries = {
        FILTERED_QUERY: [Query(one.words, one.filters, limit=10) for one in asked],
        PRECISE: [Query(one.words, **counting) for one in asked],
        ANY_WORD: [Query(one.broad, **counting) for one in asked],
    }
    answers = {
        kind: Answers(*_timed([lambda query=query: engine.search(query) for query in some]))
        for kind, some in queries.items()
    }
    outcome.figures += spread("query analysis", analysed)
    for kind, found in answers.items():
        mean = round(sum(hits.total for hits in found.hits) / len(found.hits))
        goal = 5 if kind == FILTERED_QUERY else 3
        outcome.figures += spread(kind, found.times, goal=goal, note=f"{mean:,} hits on average")
    return answers


def _timed(questions: list[Callable[[], Any]]) -> tuple[list[Any], list[float]]:
    answers, times = [], []
    for question in questions:
        begun = perf_counter()
        answers.append(question())
        times.append(perf_counter() - begun)
    return answers, times


def page_figures(asked: list[Asked], outcome: Outcome) -> None:
    from django.test import Client
    from django.urls import Resolver404, resolve

    try:
        resolve("/en/search/")
    except Resolver404:
        outcome.skipped.append("search page: there is none yet")
        return
    client = Client(headers={"accept-encoding": "gzip", "host": "localhost"})
    client.get("/en/search/", {"q": "water"})
    times, weights = [], []
    for place, one in enumerate(asked):
        parameters: dict[str, Any] = {"q": one.text, **(one.filters if place % 2 else {})}
        begun = perf_counter()
        response = client.get(f"/{site_language(one.language)}/search/", parameters)
        times.append(perf_counter() - begun)
        if response.status_code != 200:
            raise RuntimeError(f"the search page answered {response.status_code} to {parameters}")
        weights.append(len(response.content))
    outcome.figures += spread(
        "search page, server time", times, goal=60, note="half of them with two filters"
    )
    outcome.figures.append(Figure("search page, largest", max(weights) / 1000, "kB"))


def load_peers(peers: list[Peer], built: Figure) -> None:
    """All peers from one pass over the analysed documents, which is not part of their time."""
    spent = Counter({peer.name: 0.0 for peer in peers})
    for chunk in documents.everything(concepts()):
        docs = sources.docs(chunk)
        for peer in peers:
            spent[peer.name] += _seconds(lambda peer=peer, docs=docs: peer.load(docs))
    for peer in peers:
        spent[peer.name] += _seconds(peer.finish)
    built.peers = {f"{name} (from ready tokens)": seconds for name, seconds in spent.items()}


def compare(peer: Peer, asked: list[Asked], ours: dict[str, Answers], outcome: Outcome) -> None:
    wrong = 0
    for kind, answers in ours.items():
        ask = peer.top if kind == FILTERED_QUERY else peer.facets
        questions = [one.question(kind) for one in asked]
        for question in questions[:20]:  # what is read from disk is read before the clock runs
            ask(question)
        theirs, times = _timed([lambda question=question, ask=ask: ask(question) for question in questions])
        for figure in outcome.figures:
            if figure.name.startswith(kind):
                figure.peers[peer.name] = p50(times) if figure.name.endswith("p50") else p95(times)
        if kind != FILTERED_QUERY:
            name = f"{kind.removeprefix('engine, ')}: times faster than {peer.name} (p95)"
            faster = p95(times) / p95(answers.times)
            outcome.figures.append(Figure(name, faster, "x", _TIMES_FASTER, at_least=True))
        wrong += differences(peer, questions, answers, theirs)
    outcome.figures.append(Figure(f"answers that differ from {peer.name}", wrong, "", goal=0))


def differences(peer: Peer, questions: list[Question], ours: Answers, theirs: list[Any]) -> int:
    """Totals and facet counts, wherever the engine asked for as many words as the peer did."""
    wrong = 0
    for question, hits, their in zip(questions, ours.hits, theirs, strict=True):
        if hits.relaxed:
            continue
        wrong += hits.total != peer.total(question)
        wrong += any(
            sorted(n for _, n in values) != sorted(n for _, n in their.get(name, []))
            for name, values in hits.facet_counts.items()
        )
    return wrong
