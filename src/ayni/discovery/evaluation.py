"""How well the product's own search finds what judges found relevant, beside a plain peer.

Reads test collections in BEIR layout: corpus.jsonl (_id, title, text, optionally lang), queries.jsonl (_id, text,
optionally lang) and qrels/test.tsv (query-id, corpus-id, score, with a heading).
"""

import csv
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

from ayni.discovery.engine.building import tokens_for, words_for
from ayni.discovery.engine.interface import Doc, Query, SearchEngine
from ayni.language.metrics import ndcg, percentile, recall, reciprocal_rank
from ayni.language.stopwords import STOP_WORDS

DEPTH: Final = 100


@dataclass(frozen=True, slots=True)
class Report:
    collection: str
    system: str
    documents: int
    queries: int
    ndcg_10: float
    recall_100: float
    mrr: float
    p50_ms: float
    p95_ms: float

    def __str__(self) -> str:
        return table([self])


@dataclass(frozen=True, slots=True)
class Collection:
    name: str
    corpus: list[dict[str, str]]
    queries: list[dict[str, str]]  # only those with judgements
    judged: dict[str, dict[str, int]]


def table(reports: list[Report]) -> str:
    rows: list[tuple[str, ...]] = [
        ("collection", "system", "docs", "queries", "nDCG@10", "recall@100", "MRR", "p50 ms", "p95 ms")
    ]
    rows += [
        (
            r.collection,
            r.system,
            str(r.documents),
            str(r.queries),
            *(f"{value:.3f}" for value in (r.ndcg_10, r.recall_100, r.mrr)),
            *(f"{value:.2f}" for value in (r.p50_ms, r.p95_ms)),
        )
        for r in reports
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def read_collection(directory: Path) -> Collection:
    judged: dict[str, dict[str, int]] = {}
    with (directory / "qrels" / "test.tsv").open(encoding="utf-8", newline="") as rows:
        for query, document, score in list(csv.reader(rows, delimiter="\t"))[1:]:
            judged.setdefault(query, {})[document] = int(score)
    queries = [query for query in _lines(directory / "queries.jsonl") if query["_id"] in judged]
    return Collection(directory.name, _lines(directory / "corpus.jsonl"), queries, judged)


def _measured(collection: Collection, system: str, search: Callable[[dict[str, str]], list[str]]) -> Report:
    scores: list[tuple[float, float, float]] = []
    times: list[float] = []
    for query in collection.queries:
        begun = perf_counter()
        ranking = search(query)
        times.append((perf_counter() - begun) * 1000)
        judged = collection.judged[query["_id"]]
        scores.append(
            (ndcg(ranking, judged), recall(ranking, judged, DEPTH), reciprocal_rank(ranking, judged))
        )
    means = [sum(column) / max(1, len(scores)) for column in zip(*scores, strict=True)] or [0.0] * 3
    return Report(
        collection.name,
        system,
        len(collection.corpus),
        len(collection.queries),
        ndcg_10=means[0],
        recall_100=means[1],
        mrr=means[2],
        p50_ms=percentile(times, 0.5),
        p95_ms=percentile(times, 0.95),
    )


def _docs(collection: Collection) -> Iterator[Doc]:
    for row in collection.corpus:
        language = row.get("lang", "en")
        tokens = tokens_for([(row.get("title", ""), language)], [(row["text"], language)])
        yield Doc(row["_id"], 1, tokens)


def fill(engine: SearchEngine, collection: Collection) -> None:
    engine.ensure_schema()
    engine.upsert(_docs(collection))
    engine.commit()
    engine.mark_rebuilt()


def evaluate(collection_dir: Path, engine_factory: Callable[[], SearchEngine]) -> Report:
    """`engine_factory` gives a new, empty engine; it is dropped afterwards. Times include query analysis."""
    collection = read_collection(Path(collection_dir))
    engine = engine_factory()
    try:
        fill(engine, collection)

        def search(query: dict[str, str]) -> list[str]:
            words = words_for(query["text"], query.get("lang", "en"))
            return [hit.id for hit in engine.search(Query(words=words, limit=DEPTH)).hits] if words else []

        return _measured(collection, "ayni", search)
    finally:
        engine.drop()


def evaluate_fts5(collection_dir: Path) -> Report:
    """The peer: SQLite's FTS5 with its Porter stemmer, any word may match, bm25 in SQLite's own setting."""
    collection = read_collection(Path(collection_dir))
    database = sqlite3.connect(":memory:")
    try:
        database.execute(
            "CREATE VIRTUAL TABLE docs USING fts5(id UNINDEXED, body, tokenize='porter unicode61')"
        )
        database.executemany(
            "INSERT INTO docs VALUES (?, ?)",
            ((row["_id"], f"{row.get('title', '')} {row['text']}") for row in collection.corpus),
        )

        def search(query: dict[str, str]) -> list[str]:
            found = re.findall(r"\w+", query["text"].lower())
            words = [word for word in dict.fromkeys(found) if word not in STOP_WORDS["en"]]
            match = " OR ".join(f'"{word}"' for word in words or found)
            if not match:
                return []
            rows = database.execute(
                "SELECT id FROM docs WHERE docs MATCH ? ORDER BY bm25(docs) LIMIT ?", (match, DEPTH)
            )
            return [row[0] for row in rows]

        return _measured(collection, "sqlite-fts5", search)
    finally:
        database.close()
