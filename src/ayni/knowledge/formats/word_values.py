"""From paragraphs of a Word file to the value of one field."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ayni.knowledge.formats.base import without_tags
from ayni.knowledge.formats.word_fields import Asked, Known
from ayni.knowledge.formats.word_opening import Block, Grid
from ayni.language.normalise import clean, title_key

_PARTIAL = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_TURNED = re.compile(r"(?:(\d{1,2})[-/.])?(\d{1,2})[-/.](\d{4})")
_SEPARATORS = re.compile(r"[;,،、؛\n]+")
_MONTHS = 12
EMPTY_CELL = "…"
_FEWEST_LABELS = 2


@dataclass(frozen=True)
class Problem:
    """Words that could not become a value. They are kept beside, for their writer."""

    path: str
    code: str
    text: str


def markdown(blocks: Sequence[Block]) -> str:
    """Paragraphs apart, items of a list below each other."""
    lines: list[str] = []
    before = ""
    for block in blocks:
        text = without_tags(clean(block.text))
        if not text:
            continue
        if lines and not (block.marker and before):
            lines.append("")
        indent = "   " if block.marker == "1." else "  "
        lines.append(f"{block.marker} {text.replace(chr(10), chr(10) + indent)}" if block.marker else text)
        before = block.marker
    return "\n".join(lines)


def value_of(one: Asked, blocks: Sequence[Block], known: Known) -> tuple[Any, list[Problem]]:
    """The field's value, and what could not be understood."""
    text = markdown(blocks)
    if not text:
        return None, []
    if one.type == "text":
        return text, []
    lines = [without_tags(clean(line)) for block in blocks for line in block.text.split("\n")]
    lines = [line for line in lines if line]
    if one.type == "lines":
        return lines, []
    if one.type == "codes":
        return _codes(one.path, lines, known)
    return _line_value(one, " ".join(lines), known)


def _line_value(one: Asked, line: str, known: Known) -> tuple[Any, list[Problem]]:
    if one.type == "choice":
        found = known.choices.get(one.path, {}).get(title_key(line))
    elif one.type == "date":
        found = partial_date(line)
    else:
        return (western_digits(line) if one.type == "year" else line), []
    problem = "unknown_choice" if one.type == "choice" else "not_a_date"
    return (found, []) if found else (None, [Problem(one.path, problem, line)])


def _codes(path: str, lines: list[str], known: Known) -> tuple[list[str], list[Problem]]:
    found, problems = [], []
    for line in lines:
        # A whole line first: names such as "Water, sanitation and hygiene" hold commas themselves.
        whole = known.code_of(path, line)
        for part in [line] if whole else re.split(r"[;؛\n]+", line):
            code = known.code_of(path, part)
            if code:
                found.append(code)
                continue
            for piece in _SEPARATORS.split(part):
                name = piece.strip(" .•-")
                if name and (code := known.code_of(path, name)):
                    found.append(code)
                elif name:
                    problems.append(Problem(path, "unknown_name", name))
    return list(dict.fromkeys(found)), problems


def rows_of(one: Asked, grids: Sequence[Grid], known: Known) -> tuple[list[dict[str, str]], list[Problem]]:
    """Rows of a table with labels above, or of small tables with labels beside."""
    rows: list[dict[str, str]] = []
    problems: list[Problem] = []
    names = known.columns.get(one.path, {})
    for grid in grids:
        beside = _is_labelled_beside(grid, names)
        records = [_beside(grid, names, known)] if beside else _below(grid, one, names, known)
        for record in records:
            row: dict[str, str] = {}
            for column in one.columns:
                value, more = value_of(column, record.get(column.path, []), known)
                problems += more
                if value:
                    row[column.path.rpartition(".")[2]] = value
            problems += [
                Problem(one.path, "outside_column", markdown(blocks))
                for blocks in [record.get("", [])]
                if blocks
            ]
            if row:
                rows.append(row)
    return rows, problems


def _cell_text(cell: list[Block]) -> str:
    return " ".join(block.text for block in cell if not block.is_empty)


def _answers(cell: list[Block], known: Known) -> list[Block]:
    """What was written, without what invites to write."""
    return [
        block
        for block in cell
        if not block.is_empty and block.text != EMPTY_CELL and title_key(block.text) not in known.own | {""}
    ]


def _is_labelled_beside(grid: Grid, names: dict[str, str]) -> bool:
    first_column = [title_key(_cell_text(row[0])) for row in grid.rows if row]
    first_row = [title_key(_cell_text(cell)) for cell in grid.rows[0]] if grid.rows else []
    down, across = (sum(key in names for key in keys) for keys in (first_column, first_row))
    return down > across and down >= _FEWEST_LABELS


def _beside(grid: Grid, names: dict[str, str], known: Known) -> dict[str, list[Block]]:
    record: dict[str, list[Block]] = {}
    for row in grid.rows:
        if not row:
            continue
        tags = {block.tag for cell in row[1:] for block in cell if block.tag}
        path = tags.pop() if len(tags) == 1 else names.get(title_key(_cell_text(row[0])), "")
        record.setdefault(path, []).extend(block for cell in row[1:] for block in _answers(cell, known))
    return record


def _below(grid: Grid, one: Asked, names: dict[str, str], known: Known) -> list[dict[str, list[Block]]]:
    head = [names.get(title_key(_cell_text(cell)), "") for cell in grid.rows[0]] if grid.rows else []
    has_head = any(head)
    known_columns = {column.path for column in one.columns}
    paths = list(head) if has_head else [column.path for column in one.columns]
    # Where a label was changed, the controls below it still know what they are.
    for row in grid.rows[has_head:]:
        for place, cell in enumerate(row):
            tag = next((block.tag for block in cell if block.tag in known_columns), "")
            if tag and place < len(paths) and not paths[place]:
                paths[place] = tag
    found = []
    for row in grid.rows[has_head:]:
        record: dict[str, list[Block]] = {}
        for place, cell in enumerate(row):
            path = paths[place] if place < len(paths) else ""
            record.setdefault(path, []).extend(_answers(cell, known))
        if any(record.values()):
            found.append(record)
    return found


def western_digits(text: str) -> str:
    return "".join(str(unicodedata.digit(letter, letter)) if letter.isdigit() else letter for letter in text)


def partial_date(text: str) -> str:
    """ISO, as precise as what was written; empty where that is not clear: 3/4/2021 is two days."""
    plain = western_digits(text).strip().rstrip(".年")
    if match := _PARTIAL.fullmatch(plain):
        year, month, day = match.groups()
    elif match := _TURNED.fullmatch(plain):
        day, month, year = match.groups()
        if day and int(month) > _MONTHS >= int(day):
            day, month = month, day
        elif day and int(day) <= _MONTHS and day != month:
            return ""
    else:
        return ""
    return "-".join([year, *(part.zfill(2) for part in (month, day) if part)])
