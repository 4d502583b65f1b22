"""A Word file (.docx) taken apart without trusting it: bytes in, paragraphs and tables out, in reading order.

Words of tracked changes are taken as if all were accepted. What is no text (images, comments, embedded files) is
counted, so that whoever sent the file can be told.
"""

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ayni.knowledge.formats.base import FileFault, Limits
from ayni.knowledge.formats.sniffing import check_size
from ayni.knowledge.formats.word_fields import TAG
from ayni.knowledge.formats.workbook import check_unpacked

TEXT_LIMIT = 600_000  # characters: three hundred pages, more than all fields of a record take together
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_XML_LIMIT = 40 * 1024 * 1024  # bytes of one part; a page takes twenty thousand
_MOST_BLOCKS = 60_000
_GONE = {f"{_W}del", f"{_W}moveFrom"}
_CAME = {f"{_W}ins", f"{_W}moveTo"}
# Elements that stand for letters; None: their text.
_LETTERS: dict[str, str | None] = {
    f"{_W}t": None, f"{_M}t": None, f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": " ", f"{_W}noBreakHyphen": "-",
}  # fmt: skip
_PICTURES = {f"{_W}drawing", f"{_W}pict", f"{_W}object", f"{_MC}AlternateContent"}
_SILENT = {f"{_W}pPr", f"{_W}rPr", f"{_W}rt"}
Pieces = list[tuple[str, str, bool]]  # text, tag, whether it only invites to write
_BULLETS = re.compile(r"^\s*[•·‣◦▪–—*-]\s+")
_OLE = b"\xd0\xcf\x11\xe0"


@dataclass
class Block:
    """A paragraph, or the part of one that a content control holds."""

    text: str
    tag: str = ""  # of the content control, without our prefix
    is_empty: bool = False  # the control still shows what invites to write
    style: str = ""
    is_heading: bool = False
    marker: str = ""  # "-" or "1." in a list


@dataclass
class Grid:
    """A table: rows of cells of blocks."""

    rows: list[list[list[Block]]]


@dataclass
class Parts:
    blocks: list[Block | Grid]
    template: str = ""  # what the template said about itself: "practice/snapshot/fr"
    counts: Counter[str] = field(default_factory=Counter)  # inserted, deleted, comments, images, embedded
    aside: list[str] = field(default_factory=list)  # footnotes, headers, text boxes


def take_apart(path: Path, limits: Limits) -> Parts:
    """Raises FileFault: `old_word`, `locked`, `has_macros`, `broken_word`, `too_much_text` (limit), and what

    `check_size` and `check_unpacked` raise.
    """
    check_size(path, limits)
    with path.open("rb") as file:
        head = file.read(4)
    if head == _OLE:
        # A locked .docx is an old container around an encrypted package.
        is_locked = "EncryptedPackage".encode("utf-16-le") in path.read_bytes()
        raise FileFault("locked" if is_locked else "old_word")
    try:
        check_unpacked(path, limits)
        with zipfile.ZipFile(path) as archive:
            return _Reader(archive).parts()
    except FileFault as fault:
        raise FileFault("broken_word") if fault.code == "broken_workbook" else fault from fault
    except (
        KeyError, ValueError, OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError,
        OverflowError,
    ) as error:  # fmt: skip
        raise FileFault("broken_word") from error


class _Reader:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = set(archive.namelist())
        types = self._bytes("[Content_Types].xml").lower()
        if any(name.lower().endswith("vbaproject.bin") for name in self._names) or b"macroenabled" in types:
            raise FileFault("has_macros")
        self._found = Parts([])
        self._links = self._relations()
        self._styles, self._style_markers = self._read_styles()
        self._numbering = self._read_numbering()
        self._size = 0

    def parts(self) -> Parts:
        root = self._xml("word/document.xml")
        body = root.find(f"{_W}body")
        if body is None:
            raise FileFault("broken_word")
        found = self._found
        found.blocks = list(self._blocks(body, "", is_empty=False))
        for name in sorted(self._names):
            if re.fullmatch(r"word/(header|footer|footnotes|endnotes)\d*\.xml", name):
                found.aside += self._plain(self._xml(name))
            elif name == "word/comments.xml":
                found.counts["comments"] += len(self._xml(name).findall(f"{_W}comment"))
        found.template = found.template or self._kept_in_properties()
        return found

    def _bytes(self, name: str) -> bytes:
        if self._archive.getinfo(name).file_size > _XML_LIMIT:
            raise FileFault("too_much_text", limit=TEXT_LIMIT)
        return self._archive.read(name)

    def _xml(self, name: str) -> Any:
        from lxml import etree  # late: heavy, and most processes read no Word file

        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = etree.fromstring(self._bytes(name), parser)
        except etree.XMLSyntaxError as error:
            # Also what libxml2 takes for an attack: a text without end, or nesting without end.
            code = (
                "too_much_text"
                if "too long" in str(error).lower() or "huge" in str(error).lower()
                else "broken_word"
            )
            raise FileFault(code, limit=TEXT_LIMIT) from error
        if root.getroottree().docinfo.doctype:
            raise FileFault("broken_word")  # no Word file has one; entities come with it
        return root

    def _optional(self, name: str) -> Any:
        return self._xml(name) if name in self._names else None

    def _relations(self) -> dict[str, str]:
        root = self._optional("word/_rels/document.xml.rels")
        rows = [] if root is None else list(root)
        return {
            row.get("Id", ""): row.get("Target", "") for row in rows if row.get("TargetMode") == "External"
        }

    def _read_styles(self) -> tuple[dict[str, str], dict[str, str]]:
        """Id -> name in lower case; id -> marker of lists."""
        root = self._optional("word/styles.xml")
        names, markers = {}, {}
        for style in [] if root is None else root.findall(f"{_W}style"):
            key, name = style.get(f"{_W}styleId", ""), style.find(f"{_W}name")
            names[key] = (name.get(f"{_W}val", "") if name is not None else key).lower()
            if names[key].startswith(("list bullet", "list number")):
                markers[key] = "1." if "number" in names[key] else "-"
        return names, markers

    def _read_numbering(self) -> dict[str, str]:
        root = self._optional("word/numbering.xml")
        if root is None:
            return {}
        formats = {}
        for kind in root.findall(f"{_W}abstractNum"):
            level = kind.find(f"{_W}lvl/{_W}numFmt")
            formats[kind.get(f"{_W}abstractNumId")] = level.get(f"{_W}val") if level is not None else "bullet"
        found = {}
        for number in root.findall(f"{_W}num"):
            of = number.find(f"{_W}abstractNumId")
            kind = formats.get(of.get(f"{_W}val") if of is not None else None, "bullet")
            found[number.get(f"{_W}numId", "")] = "-" if kind in {"bullet", "none"} else "1."
        return found

    def _kept_in_properties(self) -> str:
        root = self._optional("docProps/core.xml")
        text = "" if root is None else " ".join(root.itertext())
        match = re.search(re.escape(TAG) + r"template/([a-z]+/[a-z-]+/[a-z-]+)", text)
        return match[1] if match else ""

    def _blocks(self, element: Any, tag: str, *, is_empty: bool) -> Iterator[Block | Grid]:
        for child in element:
            name = child.tag
            if name == f"{_W}p":
                yield from self._paragraph(child, tag, is_empty=is_empty)
            elif name == f"{_W}tbl":
                yield self._table(child, tag, is_empty=is_empty)
            elif name == f"{_W}sdt":
                inner_tag, inner_empty = self._control(child, tag, is_empty=is_empty)
                content = child.find(f"{_W}sdtContent")
                if content is not None:
                    yield from self._blocks(content, inner_tag, is_empty=inner_empty)
            elif name == f"{_W}altChunk":
                self._found.counts["embedded"] += 1
            elif name in _CAME or name in {f"{_W}customXml", f"{_W}smartTag"}:
                yield from self._blocks(child, tag, is_empty=is_empty)

    def _control(self, element: Any, tag: str, *, is_empty: bool) -> tuple[str, bool]:
        properties = element.find(f"{_W}sdtPr")
        mark = properties.find(f"{_W}tag") if properties is not None else None
        given = mark.get(f"{_W}val", "") if mark is not None else ""
        if not given.startswith(TAG):
            return tag, is_empty
        name = given.removeprefix(TAG)
        if name.startswith("template/"):
            self._found.template = name.removeprefix("template/")
            return name, False
        return name, properties.find(f"{_W}showingPlcHdr") is not None

    def _table(self, element: Any, tag: str, *, is_empty: bool) -> Grid:
        rows = []
        for row in element.iter(f"{_W}tr"):
            properties = row.find(f"{_W}trPr")
            if properties is not None and properties.find(f"{_W}del") is not None:
                self._found.counts["deleted"] += 1
                continue
            # Not a row of a table inside a cell: its words come with the cell's.
            if next(row.iterancestors(f"{_W}tbl")) is element:
                rows.append(list(self._cells(row, tag, is_empty=is_empty)))
        return Grid(rows)

    def _cells(self, row: Any, tag: str, *, is_empty: bool) -> Iterator[list[Block]]:
        for child in row:
            if child.tag == f"{_W}tc":
                yield list(flat(self._blocks(child, tag, is_empty=is_empty)))
            elif child.tag == f"{_W}sdt":
                inner_tag, inner_empty = self._control(child, tag, is_empty=is_empty)
                content = child.find(f"{_W}sdtContent")
                if content is not None:
                    yield from self._cells(content, inner_tag, is_empty=inner_empty)

    def _paragraph(self, element: Any, tag: str, *, is_empty: bool) -> Iterator[Block]:
        style, heading, marker = self._looks(element.find(f"{_W}pPr"))
        pieces: Pieces = []
        self._collect(element, tag, is_empty, pieces)
        grouped: list[tuple[str, str, bool]] = []
        for text, of, empty in pieces:
            if grouped and grouped[-1][1:] == (of, empty):
                grouped[-1] = (grouped[-1][0] + text, of, empty)
            else:
                grouped.append((text, of, empty))
        for text, of, empty in grouped:
            bare = text.strip()
            if not bare and not of:
                continue
            here = marker
            if not here and _BULLETS.match(bare):
                here, bare = "-", _BULLETS.sub("", bare)
            yield Block(bare, of, empty, style, heading, here)

    def _looks(self, properties: Any) -> tuple[str, bool, str]:
        if properties is None:
            return "", False, ""
        style = properties.find(f"{_W}pStyle")
        key = style.get(f"{_W}val", "") if style is not None else ""
        name = self._styles.get(key, key.lower())
        number = properties.find(f"{_W}numPr/{_W}numId")
        marker = self._style_markers.get(key, "")
        if number is not None:
            marker = (
                self._numbering.get(number.get(f"{_W}val", ""), "-") if number.get(f"{_W}val") != "0" else ""
            )
        level = properties.find(f"{_W}outlineLvl")
        return name, name.startswith(("heading", "title")) or level is not None, marker

    def _collect(self, element: Any, tag: str, is_empty: bool, pieces: Pieces) -> None:
        repeated = _repeated_controls(element)
        for child in element:
            name = child.tag
            if child in repeated:
                continue
            if name in _GONE:
                self._found.counts["deleted"] += 1
            elif name in _LETTERS:
                letters = _LETTERS[name]
                self._take((child.text or "") if letters is None else letters, tag, is_empty, pieces)
            elif name in _PICTURES:
                self._beside(child)
            elif name == f"{_W}sdt":
                self._collect_control(child, tag, is_empty, pieces)
            elif name not in _SILENT and isinstance(name, str):
                self._found.counts["inserted"] += name in _CAME
                self._collect(child, tag, is_empty, pieces)
                if name == f"{_W}hyperlink":
                    self._add_address(child, tag, is_empty, pieces)

    def _collect_control(self, element: Any, tag: str, is_empty: bool, pieces: Pieces) -> None:
        inner_tag, inner_empty = self._control(element, tag, is_empty=is_empty)
        content = element.find(f"{_W}sdtContent")
        if content is None:
            return
        if inner_empty:
            pieces.append(("", inner_tag, True))
        self._collect(content, inner_tag, inner_empty, pieces)

    def _take(self, text: str, tag: str, is_empty: bool, pieces: Pieces) -> None:
        self._size += len(text)
        if self._size > TEXT_LIMIT or len(pieces) > _MOST_BLOCKS:
            raise FileFault("too_much_text", limit=TEXT_LIMIT)
        pieces.append((text, tag, is_empty))

    def _add_address(self, link: Any, tag: str, is_empty: bool, pieces: Pieces) -> None:
        """Where a link leads to is part of what was written, unless it says so itself."""
        address = self._links.get(link.get(f"{_R}id", ""), "")
        shown = "".join(link.itertext(f"{_W}t"))
        if address.startswith(("http://", "https://")) and address.rstrip("/") not in {
            shown,
            shown.rstrip("/"),
        }:
            self._take(f" ({address})", tag, is_empty, pieces)

    def _beside(self, element: Any) -> None:
        """An image, or a box with text: the same box often stands there twice, for old and new programs."""
        choices = element.findall(f"{_MC}Choice")
        place = choices[0] if choices else element
        boxes = list(place.iter(f"{_W}txbxContent"))
        for box in boxes:
            self._found.aside += self._plain(box)
        if not boxes:
            self._found.counts["images"] += 1

    def _plain(self, element: Any) -> list[str]:
        texts = ("".join(p.itertext(f"{_W}t")).strip() for p in element.iter(f"{_W}p"))
        found = [text for text in texts if text]
        self._size += sum(map(len, found))
        if self._size > TEXT_LIMIT:
            raise FileFault("too_much_text", limit=TEXT_LIMIT)
        return found


def _repeated_controls(paragraph: Any) -> set[Any]:
    """The content controls that only say again what one of the same name before them in the paragraph says.

    LibreOffice 7.4 saves a control once for every change of script within it: "3 لجان" comes as three controls,
    each with all of the words at its end.
    """
    said: dict[str | None, str] = {}
    found = set()
    for control in paragraph.findall(f"{_W}sdt"):
        alias = control.find(f"{_W}sdtPr/{_W}alias")
        name = alias.get(f"{_W}val") if alias is not None else None
        text = "".join(control.itertext(f"{_W}t"))
        if name not in said:
            said[name] = text
        elif said[name] and text.endswith(said[name]):
            found.add(control)
    return found


def flat(blocks: Iterator[Block | Grid] | list[Block | Grid]) -> Iterator[Block]:
    """Paragraphs one after the other; a table's row becomes a line."""
    for block in blocks:
        if isinstance(block, Block):
            yield block
            continue
        for row in block.rows:
            texts = [" ".join(inner.text for inner in cell if not inner.is_empty) for cell in row]
            if any(texts):
                yield Block(
                    " – ".join(text for text in texts if text), row[0][0].tag if row and row[0] else ""
                )
