"""The directory of a tantivy index: made whole or not at all, recognised by version, replaced when broken."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

import tantivy

# Raise when the way documents are turned into fields or tokens changes: every index is then built anew.
SCHEMA_VERSION: Final = 2
_VERSION_FILE: Final = "ayni.json"
_REBUILT_FILE: Final = "ayni.rebuilt"


def build_schema(facets: Sequence[str], numbers: Sequence[str]) -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    # Raw text ids: deleting by term on an unsigned field silently deletes nothing.
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("version", stored=True)
    for name in ("all", "title"):
        # Tokens come analysed and joined by spaces; no phrase queries, so no positions.
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in facets:
        builder.add_text_field(f"facet_{name}", tokenizer_name="raw", index_option="basic", fast=True)
    for name in numbers:
        builder.add_integer_field(f"number_{name}", indexed=True, fast=True)
    return builder.build()


# As tantivy words the system's errors. Files that are missing (2) or end too soon speak of damage.
_SYSTEM_ERROR: Final = re.compile(r"Os \{ code: (?!2,)\d+")


def _raise_if_passing(problem: ValueError) -> None:
    """A lack of file handles, memory or permission is no reason to throw an index away."""
    if _SYSTEM_ERROR.search(str(problem)):
        raise problem


class IndexFiles:
    def __init__(self, path: Path, facets: Sequence[str], numbers: Sequence[str]) -> None:
        self.path = path
        self.schema = build_schema(facets, numbers)
        shape = json.dumps([SCHEMA_VERSION, version("tantivy"), sorted(facets), sorted(numbers)])
        self._mark = hashlib.sha256(shape.encode()).hexdigest()

    def state(self) -> tuple[int, int]:
        """Changes with every commit and whenever the index is made anew; (0, 0) when there is none."""
        try:
            meta = (self.path / "meta.json").stat()
            made = (self.path / _VERSION_FILE).stat()
        except OSError:
            return (0, 0)
        return (made.st_ino ^ made.st_mtime_ns, meta.st_ino ^ meta.st_mtime_ns)

    def generation(self) -> int:
        """The number of the last commit that is on disk."""
        try:
            return int(json.loads((self.path / "meta.json").read_bytes())["opstamp"])
        except (OSError, ValueError, KeyError):
            return 0

    @property
    def is_rebuilt(self) -> bool:
        return (self.path / _REBUILT_FILE).exists()

    def mark_rebuilt(self) -> None:
        (self.path / _REBUILT_FILE).touch()

    def _is_ours(self) -> bool:
        try:
            found = json.loads((self.path / _VERSION_FILE).read_bytes())
        except (FileNotFoundError, ValueError):
            return False
        return isinstance(found, dict) and found.get("schema") == self._mark

    def open(self) -> tantivy.Index:
        """The index at the path; a new, empty one where there is none that can be used."""
        # tantivy itself would quietly begin anew where its own file is missing.
        if self._is_ours() and tantivy.Index.exists(str(self.path)):
            try:
                return self._opened()
            except ValueError as problem:
                _raise_if_passing(problem)
        self._replace()
        return self._opened()

    def _opened(self) -> tantivy.Index:
        index = tantivy.Index(self.schema, path=str(self.path))
        # Readers look at the files' state themselves: tantivy's own watcher is late and a thread more.
        index.config_reader("manual", 0)
        index.reload()
        return index

    def _replace(self) -> None:
        """Put an empty index in place by renaming, so that no process ever sees half of one."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f"{self.path.name}.", dir=self.path.parent))
        try:
            fresh, old = beside / "new", beside / "old"
            fresh.mkdir()
            tantivy.Index(self.schema, path=str(fresh))
            (fresh / _VERSION_FILE).write_text(json.dumps({"schema": self._mark}))
            with contextlib.suppress(FileNotFoundError):
                os.rename(self.path, old)  # noqa: PTH104 - a directory, moved whole
            # Another process may have been faster; its index is as good as ours.
            with contextlib.suppress(OSError):
                os.rename(fresh, self.path)  # noqa: PTH104
        finally:
            shutil.rmtree(beside, ignore_errors=True)

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
