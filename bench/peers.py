"""The same records and questions in SQLite FTS5 and in PostgreSQL full text.

Both get the tokens ready-made, as plain codes ("t17"), so that no analyser and no parser makes a difference;
facets are tables of (document, value) with an index either way round. A question is a list of words, each a
list of tokens of which any will do, and how many of the words a document must have.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, Protocol

from ayni.discovery.engine.interface import Doc

TOP = 10
VALUES = 60  # of each facet, the most frequent


@dataclass(frozen=True)
class Question:
    words: tuple[tuple[str, ...], ...]
    required: int
    filters: Mapping[str, Sequence[str]]


class Codes:
    """Token <-> the code that stands for it in the peers."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}

    def joined(self, tokens: Iterable[str]) -> str:
        codes = self._codes
        return " ".join([codes.setdefault(token, f"t{len(codes)}") for token in tokens])

    def known(self, tokens: Iterable[str]) -> list[str]:
        return [self._codes[token] for token in tokens if token in self._codes]


def expression(question: Question, codes: Codes, either: str, both: str) -> str:
    """The question in a notation with the given words for "or" and "and"."""
    words = [f"({either.join(known)})" for word in question.words if (known := codes.known(word))]
    choices = (both.join(some) for some in combinations(words, min(question.required, len(words))))
    return either.join(f"({choice})" for choice in choices)


class Peer(Protocol):
    name: str

    def load(self, docs: Iterable[Doc]) -> None: ...

    def finish(self) -> None: ...

    def top(self, question: Question) -> list[Any]: ...

    def total(self, question: Question) -> int: ...

    def facets(self, question: Question) -> dict[str, list[tuple[str, int]]]: ...


class _Sql:
    """What the two have in common: tables of facets, and the counting of their values."""

    mark, document = "?", "doc"

    def __init__(self, facets: Sequence[str], counted: Sequence[str], codes: Codes) -> None:
        self._facets, self._counted, self._codes = facets, counted, codes
        self._docs = 0

    def rows(self, docs: Iterable[Doc]) -> Iterator[tuple[int, str, Doc]]:
        for doc in docs:
            self._docs += 1
            yield self._docs, self._codes.joined(doc.tokens["all"]), doc

    def where(self, question: Question) -> tuple[str, list[str]]:
        clauses, values = "", []
        for name, chosen in question.filters.items():
            marks = ", ".join([self.mark] * len(chosen))
            clauses += f" AND {self.document} IN (SELECT doc FROM facet_{name} WHERE value IN ({marks}))"
            values += chosen
        return clauses, values

    def counting(self, hits: str) -> str:
        parts = (
            f"SELECT * FROM (SELECT '{name}' AS facet, value, count(*) AS n FROM hits JOIN facet_{name} USING (doc)"
            f" GROUP BY value ORDER BY n DESC, value LIMIT {VALUES}) AS c_{name}"
            for name in self._counted
        )
        return f"WITH hits AS MATERIALIZED ({hits}) {' UNION ALL '.join(parts)}"


def _by_facet(rows: Iterable[tuple[str, str, int]]) -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for name, value, count in rows:
        found.setdefault(name, []).append((value, count))
    return found


class Fts5(_Sql):
    # The sign keeps SQLite from looking the words up anew for every document of the filter.
    name, document = "FTS5", "+docs.rowid"

    def __init__(self, path: Path, facets: Sequence[str], counted: Sequence[str], codes: Codes) -> None:
        super().__init__(facets, counted, codes)
        self._db = sqlite3.connect(path)
        self._db.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-500000;"
            "CREATE VIRTUAL TABLE docs USING fts5(body, content='', tokenize='ascii');"
            + "".join(
                f"CREATE TABLE facet_{name} (doc INTEGER, value TEXT, PRIMARY KEY (doc, value)) WITHOUT ROWID;"
                for name in facets
            )
        )

    def load(self, docs: Iterable[Doc]) -> None:
        for pk, text, doc in self.rows(docs):
            self._db.execute("INSERT INTO docs (rowid, body) VALUES (?, ?)", (pk, text))
            for name in self._facets:
                values = dict.fromkeys(doc.facets.get(name, ()))
                self._db.executemany(f"INSERT INTO facet_{name} VALUES (?, ?)", [(pk, v) for v in values])

    def finish(self) -> None:
        for name in self._facets:
            self._db.execute(f"CREATE INDEX by_{name} ON facet_{name} (value, doc)")
        self._db.commit()
        self._db.execute("ANALYZE")

    def _asked(self, question: Question) -> tuple[str, list[str]]:
        clauses, values = self.where(question)
        text = expression(question, self._codes, " OR ", " AND ")
        return f"FROM docs WHERE docs MATCH ?{clauses}", [text, *values]

    def top(self, question: Question) -> list[Any]:
        asked, values = self._asked(question)
        return self._db.execute(f"SELECT rowid {asked} ORDER BY rank LIMIT {TOP}", values).fetchall()

    def total(self, question: Question) -> int:
        asked, values = self._asked(question)
        return int(self._db.execute(f"SELECT count(*) {asked}", values).fetchone()[0])

    def facets(self, question: Question) -> dict[str, list[tuple[str, int]]]:
        asked, values = self._asked(question)
        return _by_facet(self._db.execute(self.counting(f"SELECT docs.rowid AS doc {asked}"), values))


class Postgres(_Sql):
    name, mark = "PostgreSQL", "%s"

    def __init__(self, connection: Any, facets: Sequence[str], counted: Sequence[str], codes: Codes) -> None:
        super().__init__(facets, counted, codes)
        self._db = connection
        self._db.execute("SET jit = off")  # planning by compiler only slows short questions down
        self._db.execute("SET work_mem = '64MB'")
        self._db.execute("CREATE TABLE docs (doc integer PRIMARY KEY, words tsvector)")
        for name in facets:
            self._db.execute(f"CREATE TABLE facet_{name} (doc integer, value text)")

    def load(self, docs: Iterable[Doc]) -> None:
        facets: dict[str, list[tuple[int, str]]] = {name: [] for name in self._facets}
        texts = []
        for pk, text, doc in self.rows(docs):
            texts.append((pk, text))
            for name in self._facets:
                facets[name] += [(pk, value) for value in dict.fromkeys(doc.facets.get(name, ()))]
        with self._db.cursor() as cursor:
            cursor.executemany("INSERT INTO docs VALUES (%s, to_tsvector('simple', %s))", texts)
            for name, pairs in facets.items():
                with cursor.copy(f"COPY facet_{name} FROM STDIN") as copy:
                    for pair in pairs:
                        copy.write_row(pair)

    def finish(self) -> None:
        self._db.execute("CREATE INDEX ON docs USING gin (words)")
        for name in self._facets:
            self._db.execute(f"ALTER TABLE facet_{name} ADD PRIMARY KEY (doc, value)")
            self._db.execute(f"CREATE INDEX ON facet_{name} (value, doc)")
        self._db.execute("VACUUM ANALYZE")

    def _asked(self, question: Question) -> tuple[str, list[str]]:
        clauses, values = self.where(question)
        text = expression(question, self._codes, "|", "&")
        return f"FROM docs, to_tsquery('simple', %s) AS asked WHERE words @@ asked{clauses}", [text, *values]

    def top(self, question: Question) -> list[Any]:
        asked, values = self._asked(question)
        ranked = f"SELECT doc {asked} ORDER BY ts_rank(words, asked) DESC LIMIT {TOP}"
        return list(self._db.execute(ranked, values).fetchall())

    def total(self, question: Question) -> int:
        asked, values = self._asked(question)
        return int(self._db.execute(f"SELECT count(*) {asked}", values).fetchone()[0])

    def facets(self, question: Question) -> dict[str, list[tuple[str, int]]]:
        asked, values = self._asked(question)
        return _by_facet(self._db.execute(self.counting(f"SELECT doc {asked}"), values))


@contextmanager
def postgres_database() -> Iterator[Any]:
    """A connection to a database of its own, dropped afterwards; None where no PostgreSQL answers."""
    import psycopg  # only one benchmark needs it

    url = os.environ.get("AYNI_BENCH_PG", "postgresql://postgres@127.0.0.1:5432/postgres")
    try:
        server = psycopg.connect(url, autocommit=True, connect_timeout=3)
    except psycopg.Error:
        yield None
        return
    name = f"ayni_bench_{os.getpid()}"
    server.execute(f"CREATE DATABASE {name}")
    try:
        with psycopg.connect(url, dbname=name, autocommit=True) as connection:
            yield connection
    finally:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.close()
