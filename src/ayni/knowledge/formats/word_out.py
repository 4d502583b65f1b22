"""A record as a Word document: real headings, lists, tables and languages, from right to left where that is due."""

import io
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from ayni.knowledge.formats.handing_on import (
    Content,
    Document,
    Line,
    Lines,
    Part,
    Picture,
    Section,
    Table,
    Text,
)
from ayni.knowledge.formats.handing_on_facts import not_stated
from ayni.knowledge.formats.light_markdown import Block, Run, blocks_of
from ayni.knowledge.formats.word_parts import Paper

# XML cannot hold these; texts are cleaned when they are stored, names of files may not be.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write(document: Document, made_at: datetime) -> bytes:
    return _Writer(document).made(made_at)


class _Writer:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._paper = Paper(document.language)

    def made(self, made_at: datetime) -> bytes:
        document, paper = self._document, self._paper
        paper.describe(
            title=document.title.text, author=document.institution.text, link=document.link, made_at=made_at
        )
        paper.footer([line.text for line in self._origin()])
        if document.is_draft:
            self._words("Mark", Line(_("Draft, not published"), document.language))
        self._line("Kicker", [Line(document.kind, document.language), document.institution])
        self._words("Title", document.title)
        for mark in document.marks:
            self._words("Mark", Line(mark, document.language))
        for section in document.sections:
            self._section(section, 1)
        self._line("Quiet", self._origin())
        buffer = io.BytesIO()
        paper.word.save(buffer)
        return buffer.getvalue()

    def _origin(self) -> list[Line]:
        """From which day, and where it is kept up to date."""
        document = self._document
        link = [Line(document.link, url=document.link)] if document.link else []
        return [Line(document.as_of, document.language), *link]

    def _section(self, section: Section, level: int) -> None:
        if section.label:
            self._words(f"Heading {level}", Line(section.label, self._document.language))
        if not section.is_stated:
            self._words("Quiet", Line(not_stated(), self._document.language))
        lead = "Subtitle" if not section.label else "Normal"
        for content in section.contents:
            self._content(content, level + 1, lead)
        for inner in section.sections:
            self._section(inner, level + 1)

    def _content(self, content: Content, level: int, style: str = "Normal") -> None:
        match content:
            case Text():
                self._blocks(blocks_of(content.markdown), content.language, level)
            case Lines():
                self._lines(content, style)
            case Table():
                self._table(content)
            case Part():
                self._words(f"Heading {level}", content.title)
                for inner in content.contents:
                    self._content(inner, level + 1)
            case Picture():
                self._picture(content)

    def _lines(self, content: Lines, style: str) -> None:
        label = content.run_in
        if not content.lines or not content.is_short:
            if label:
                self._words("Label", Line(content.label, self._document.language))
            for line in content.lines:
                self._line("List Bullet", [line])
            return
        lines = [Line(label, self._document.language)] if label else []
        self._line(style, [*lines, *content.lines], labelled=bool(label))

    def _line(self, style: str, lines: list[Line], *, labelled: bool = False) -> None:
        paragraph = self._paper.paragraph(style, self._document.language)
        for number, line in enumerate(lines):
            if number:
                self._paper.run(
                    paragraph, Run(" " if labelled and number == 1 else " · "), self._document.language
                )
            words = Run(_xml(line.text), bold=labelled and not number, url=line.url)
            self._paper.run(paragraph, words, line.language)
            if line.note:
                self._paper.run(paragraph, Run(f" – {_xml(line.note)}"), self._document.language)

    def _words(self, style: str, line: Line) -> None:
        self._paragraph(style, line.language, [Run(_xml(line.text), url=line.url)])

    def _paragraph(self, style: str, language: str, runs: Iterable[Run]) -> Any:
        paragraph = self._paper.paragraph(style, language)
        for run in runs:
            self._paper.run(paragraph, run, language)
        return paragraph

    def _blocks(self, blocks: Iterable[Block], language: str, level: int, depth: int = 0) -> None:
        for block in blocks:
            if block.type == "list":
                self._list(block, language, level, depth)
            elif block.type == "quote":
                self._inside(block.items[0], language, level, depth, "Quote")
            elif block.type == "rule":
                self._paper.paragraph("Rule", language)
            else:
                self._plain_block(block, language, _style_of(block, level))

    def _plain_block(self, block: Block, language: str, style: str) -> Any:
        return self._paragraph(style, language, [_safe(run) for run in block.runs])

    def _list(self, block: Block, language: str, level: int, depth: int) -> None:
        numbering = self._paper.numbering(block.start) if block.ordered else None
        for item in block.items:
            for number, inner in enumerate(item):
                if inner.type in {"paragraph", "heading"}:
                    style = self._paper.list_style(ordered=block.ordered, depth=depth, first=number == 0)
                    paragraph = self._plain_block(inner, language, style)
                    if numbering is not None and number == 0:
                        self._paper.number(paragraph, numbering)
                else:
                    self._blocks([inner], language, level, depth + 1)

    def _inside(self, blocks: Iterable[Block], language: str, level: int, depth: int, style: str) -> None:
        for block in blocks:
            if block.type == "paragraph":
                self._plain_block(block, language, style)
            else:
                self._blocks([block], language, level, depth)

    def _table(self, content: Table) -> None:
        table = self._paper.table(len(content.rows) + 1, len(content.head), content.label)
        for cell, label in zip(table.rows[0].cells, content.head, strict=True):
            self._cell(cell, Line(label, self._document.language), bold=True)
        for row, lines in zip(table.rows[1:], content.rows, strict=True):
            for number, (cell, line) in enumerate(zip(row.cells, lines, strict=True)):
                self._cell(cell, line, bold=number == 0)
        self._paper.paragraph("Normal", self._document.language)  # Word joins what stands below otherwise

    def _cell(self, cell: Any, line: Line, *, bold: bool = False) -> None:
        language = line.language or self._document.language
        paragraph = self._paper.dress(cell.paragraphs[0], "Cell", language)
        self._paper.run(paragraph, Run(_xml(line.text), bold=bold, url=line.url), language)

    def _picture(self, content: Picture) -> None:
        if not Path(content.path).is_file():
            return  # the file is on its way, or gone from the disk: its caption alone would be a riddle
        self._paper.picture(content.path, _xml(content.description))
        if content.caption:
            self._words("Caption", content.caption)


def _style_of(block: Block, level: int) -> str:
    """Headings inside a text stand below the section's own."""
    if block.type == "heading":
        return f"Heading {min(level + 1, 4)}"
    return "Code" if block.type == "code" else "Normal"


def _safe(run: Run) -> Run:
    text = _xml(run.text)
    return run if text == run.text else Run(text, run.bold, run.italic, run.code, run.url)


def _xml(text: str) -> str:
    return _NOT_XML.sub("", text)
