"""The passages of a record in another language, as arithmetic of paths and hashes; no table is written here.

A translation names the field it translates by its path. In lists the path has the row's number, and rows move:
somebody puts one in between, or takes one out. `places` says where each translated text belongs now.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator

from ayni.knowledge import documents
from ayni.registry.models.translations import source_hash

# A row's number, or the mark of a row that is gone.
_ROW = re.compile(r"^(?P<list>.+?)\.(?P<row>\d+|was-[0-9a-f]{8})\.(?P<field>.+)$")

Rows = dict[str, dict[str, dict[str, str]]]  # list -> row -> field -> hash


def pattern(path: str) -> str:
    """The path without the row's number: equal for the same field of all rows."""
    found = _ROW.match(path)
    return f"{found['list']}.*.{found['field']}" if found else path


def known_patterns(kind: str, form: str) -> set[str]:
    """Of every field that can be translated at all."""
    return {"title", "summary", *_patterns(documents.fields_of(kind, form), "body")}


def _patterns(fields: tuple[documents.Field, ...], path: str) -> Iterator[str]:
    for field in fields:
        if field.type == "rows":
            yield from _patterns(field.rows, f"{path}.{field.name}.*")
        elif field.translatable:
            yield f"{path}.{field.name}"


def limit_of(path: str, kind: str, form: str) -> int:
    """Twice what the original may have: some languages take more room."""
    if path in {"title", "summary"}:
        return 2 * (documents.TITLE_LIMIT if path == "title" else documents.SUMMARY_LIMIT)
    return 2 * (documents.LINE_LIMIT if is_line(path, kind, form) else documents.TEXT_LIMIT)


def is_line(path: str, kind: str, form: str) -> bool:
    """One line, not paragraphs."""
    fields = documents.fields_of(kind, form)
    found = None
    for name in pattern(path).split(".")[1:]:
        if name == "*":
            fields = found.rows if found else ()
            continue
        found = next((field for field in fields if field.name == name), None)
    return found is None or found.type == "line"


def places(hashes: dict[str, str], originals: dict[str, str]) -> dict[str, str]:
    """Where each translated field (path -> hash of its original) belongs among the `originals` (path -> text).

    Rows are told apart by what they say: a row goes with the one that has most passages in common. A row with
    none keeps its number where that is free (its text was rewritten); otherwise it is put aside under a mark of
    its own, from which it comes back should its original come back. Fields outside lists stay where they are.
    """
    old = _rows(hashes)
    new = _rows({path: source_hash(text) for path, text in originals.items()})
    moved = {name: _row_by_row(rows, new.get(name, {})) for name, rows in old.items()}
    found = {}
    for path in hashes:
        parts = _ROW.match(path)
        found[path] = (
            f"{parts['list']}.{moved[parts['list']][parts['row']]}.{parts['field']}" if parts else path
        )
    return found


def place_of(path: str, seen: str, originals: dict[str, str]) -> str:
    """Where the field is whose original had the hash `seen` when it stood at `path`."""
    if path in originals and source_hash(originals[path]) == seen:
        return path
    same = pattern(path)
    return next(
        (other for other, text in originals.items() if pattern(other) == same and source_hash(text) == seen),
        path,
    )


def _rows(hashes: dict[str, str]) -> Rows:
    found: Rows = defaultdict(lambda: defaultdict(dict))
    for path, digest in hashes.items():
        if parts := _ROW.match(path):
            found[parts["list"]][parts["row"]][parts["field"]] = digest
    return found


def _row_by_row(old: dict[str, dict[str, str]], new: dict[str, dict[str, str]]) -> dict[str, str]:
    alike = []
    for row, fields in old.items():
        for other, theirs in new.items():
            common = sum(theirs.get(name) == digest for name, digest in fields.items())
            if common:
                alike.append((-common, row != other, row, other))
    found: dict[str, str] = {}
    taken: set[str] = set()
    for _common, _elsewhere, row, other in sorted(alike):
        if row not in found and other not in taken:
            found[row] = other
            taken.add(other)
    for row in sorted(old.keys() - found.keys()):
        found[row] = row if row in new and row not in taken else _mark(row, old[row])
        taken.add(found[row])
    return found


def _mark(row: str, fields: dict[str, str]) -> str:
    if not row.isdigit():
        return row
    return f"was-{hashlib.sha256(repr((row, sorted(fields.items()))).encode()).hexdigest()[:8]}"
