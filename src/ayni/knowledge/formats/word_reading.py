"""A filled-in template read back: by its content controls, else by its headings in any of the site's languages.

Nothing is dropped without a word: text that belongs to no field comes back beside the fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ayni.knowledge.formats.base import FileFault, Limits, Note
from ayni.knowledge.formats.word_fields import Asked, Known
from ayni.knowledge.formats.word_opening import Block, Grid, Parts, flat, take_apart
from ayni.knowledge.formats.word_values import markdown, rows_of, value_of
from ayni.language.normalise import title_key

_LONGEST_HEADING = 200
_SAMPLE = 80
_FEWEST_FOUND = 2  # headings that must be there before a file counts as a template


@dataclass
class Read:
    """`values` by path as `knowledge/drafts.py` names them. `left_over`: what belongs nowhere, in order."""

    kind: str
    form: str
    language: str  # of the template, a code of the site; empty when it does not say
    values: dict[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)


def read(path: Path, limits: Limits, known: Mapping[tuple[str, str], Known]) -> Read:
    """`known`: by kind and form. Raises FileFault, also `not_our_template` when nothing of it is found."""
    parts = take_apart(path, limits)
    kind, form, language = _which(parts, known)
    return _Sorting(parts, known[kind, form], Read(kind, form, language)).done()


def _which(parts: Parts, known: Mapping[tuple[str, str], Known]) -> tuple[str, str, str]:
    """By what the template says of itself, else by its title, else by the headings it shares most of."""
    kind, _, rest = parts.template.partition("/")
    form, _, language = rest.partition("/")
    form = form.strip("-")
    if (kind, form) in known:
        return kind, form, language
    blocks = [block for block in flat(parts.blocks) if len(block.text) <= _LONGEST_HEADING]
    keys = {title_key(block.text) for block in blocks} - {""}
    tags = {block.tag for block in flat(parts.blocks) if block.tag}
    for which, one in known.items():
        if keys & one.titles:
            return *which, ""
    shared = {
        which: len({one.labels[key] for key in keys & set(one.labels)} | (tags & {asked.path for asked in one.asked}))
        for which, one in known.items()
    }  # fmt: skip
    best = max(shared, key=lambda which: (shared[which], -len(known[which].asked)))
    if shared[best] < _FEWEST_FOUND:
        raise FileFault("not_our_template")
    return *best, ""


class _Sorting:
    """Goes through the file once and puts each paragraph where it belongs."""

    def __init__(self, parts: Parts, known: Known, found: Read) -> None:
        self._parts, self._known, self._found = parts, known, found
        self._by_path = {one.path: one for one in known.asked}
        self._texts: dict[str, list[list[Block]]] = {}  # each stretch of a field
        self._grids: dict[str, list[Grid]] = {}
        self._tagged = {block.tag for block in self._every_block() if block.tag}
        self._headed: set[str] = set()
        self._outside: set[str] = set()
        self._here = ""  # the field whose heading was last
        self._open = ""  # the control that the paragraph before was in
        self._unknown = False  # below a heading that is not ours

    def _every_block(self) -> list[Block]:
        found = []
        for block in self._parts.blocks:
            if isinstance(block, Block):
                found.append(block)
            else:
                found += [inner for row in block.rows for cell in row for inner in cell]
        return found

    def done(self) -> Read:
        for block in self._parts.blocks:
            if isinstance(block, Grid):
                self._take_grid(block)
            else:
                self._take(block)
        for one in self._known.asked:
            self._settle(one)
        self._tell_about_the_whole()
        return self._found

    def _take(self, block: Block) -> None:
        if block.tag.startswith("template/"):
            return
        if block.tag:
            self._take_tagged(block)
            return
        self._open = ""
        path = self._heading(block)
        if path:
            self._here, self._unknown = path, False
            self._headed.add(path)
        elif not self._is_own(block):
            self._take_loose(block)

    def _take_tagged(self, block: Block) -> None:
        path = block.tag
        if path not in self._by_path:
            self._leave_over(markdown([block]), "unknown_field", name=path)
            return
        if self._open != path:
            self._texts.setdefault(path, []).append([])
        self._open = path
        if not block.is_empty and not self._is_own(block):
            self._texts[path][-1].append(block)

    def _take_loose(self, block: Block) -> None:
        text = markdown([block])
        if block.is_heading:
            self._unknown, self._here = True, ""
            self._leave_over(text, "unknown_heading", heading=text[:_SAMPLE])
        elif self._unknown:
            self._leave_over(text)
        elif not self._here:
            self._leave_over(text, "before_first_heading")
        else:
            if self._here in self._tagged and self._here not in self._outside:
                self._outside.add(self._here)
                self._note(self._here, "outside_box")
            stretches = self._texts.setdefault(self._here, [])
            if not stretches:
                stretches.append([])
            stretches[-1].append(block)

    def _take_grid(self, grid: Grid) -> None:
        tags = {inner.tag for row in grid.rows for cell in row for inner in cell if inner.tag}
        of_rows = [
            one.path
            for one in self._known.asked
            if one.columns and any(t.startswith(f"{one.path}.") for t in tags)
        ]
        path = of_rows[0] if of_rows else self._here
        one = self._by_path.get(path)
        if one is not None and one.columns:
            self._grids.setdefault(path, []).append(grid)
            self._headed.add(path)
            return
        for block in flat([grid]):
            self._take(block)

    def _heading(self, block: Block) -> str:
        """The path of the field that this paragraph is the heading of."""
        if len(block.text) > _LONGEST_HEADING or block.marker:
            return ""
        return self._known.labels.get(title_key(block.text), "")

    def _is_own(self, block: Block) -> bool:
        key = title_key(block.text)
        return (
            not key or key in self._known.own or (len(key) <= _LONGEST_HEADING and key in self._known.titles)
        )

    def _settle(self, one: Asked) -> None:
        stretches = [blocks for blocks in self._texts.get(one.path, []) if blocks]
        if one.columns:
            self._settle_rows(one, [block for blocks in stretches for block in blocks])
            return
        if not stretches:
            if one.path not in self._tagged | self._headed:
                self._note(one.path, "missing_field")
            return
        if len(stretches) > 1:
            self._note(one.path, "doubled_field")
            if one.type not in {"text", "lines", "codes"}:
                for blocks in stretches[1:]:
                    self._leave_over(markdown(blocks))
                stretches = stretches[:1]
        value, problems = value_of(one, [block for blocks in stretches for block in blocks], self._known)
        self._keep(one.path, value, problems)

    def _settle_rows(self, one: Asked, loose: list[Block]) -> None:
        grids = self._grids.get(one.path, [])
        if not grids and one.path not in self._headed:
            self._note(one.path, "missing_field")
        rows, problems = rows_of(one, grids, self._known)
        if loose:
            # Words where a table was: rows cannot be guessed from them.
            self._leave_over(markdown(loose), "not_in_table", path=one.path)
        self._keep(one.path, rows, problems)

    def _keep(self, path: str, value: Any, problems: list[Any]) -> None:
        if value:
            self._found.values[path] = value
        for problem in problems:
            self._leave_over(problem.text, problem.code, path=problem.path, value=problem.text[:_SAMPLE])

    def _tell_about_the_whole(self) -> None:
        counts = self._parts.counts
        if counts["inserted"] or counts["deleted"]:
            self._found.notes.insert(0, Note("", "tracked_changes"))
        for name in ("comments", "images", "embedded"):
            if counts[name]:
                self._found.notes.append(Note("", f"{name}_left_out", {"count": counts[name]}))
        if not self._tagged & set(self._by_path):
            self._found.notes.insert(0, Note("", "found_by_headings"))
        for text in self._parts.aside:
            self._leave_over(text, "beside_the_text")

    def _note(self, path: str, code: str, **params: Any) -> None:
        self._found.notes.append(Note(path, code, params))

    def _leave_over(self, text: str, code: str = "", *, path: str = "", **params: Any) -> None:
        if not text:
            return
        self._found.left_over.append(text)
        if code and not any(
            note.code == code and note.path == path and note.params == params for note in self._found.notes
        ):
            self._note(path, code, **params)
