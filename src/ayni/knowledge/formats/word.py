"""The Word template: to be filled in offline, in the writer's language, and read back by `word_reading.py`.

Each answer stands in a content control that carries the field's path, so that it is found again whatever the
language and whatever was written around it.
"""

import io
from typing import TYPE_CHECKING, Any

from ayni.knowledge.formats.word_fields import TAG, TEMPLATE_TAG, Asked, Words
from ayni.language.codes import content_language, is_rtl

if TYPE_CHECKING:
    from docx.document import Document

_INK, _QUIET, _LINE, _PAPER, _STRONG = "1C2230", "565D6E", "B9B3A4", "FBF9F4", "2A3F8F"
_SPELLING = {
    "en": "en-GB",
    "fr": "fr-FR",
    "es": "es-ES",
    "pt": "pt-BR",
    "ru": "ru-RU",
    "ar": "ar-SA",
    "zh": "zh-CN",
}
_ROWS_OFFERED = {"body.building_blocks": 3, "body.results": 4}
_WIDEST = 5  # columns that still fit side by side on a page
HINT, EXAMPLE, ANSWER = "Ayni hint", "Ayni example", "Ayni answer"


def write(kind: str, form: str, words: Words, asked: tuple[Asked, ...], required: frozenset[str]) -> bytes:
    return _Template(kind, form, words, required).written(asked)


class _Template:
    def __init__(self, kind: str, form: str, words: Words, required: frozenset[str]) -> None:
        import docx  # late: heavy, and only for this

        self._words = words
        self._required = required
        self._rtl = is_rtl(words.language)
        self._code = f"{kind}/{form or '-'}/{words.language}"
        self._document: Document = docx.Document()
        self._ids = iter(range(1000, 100_000))

    def written(self, asked: tuple[Asked, ...]) -> bytes:
        self._set_page()
        self._set_styles()
        words, document = self._words, self._document
        title = self._paragraph("Title")
        title._p.append(
            self._control(f"{TEMPLATE_TAG}{self._code}", "Ayni", [self._run(words.title)], locked=True)
        )
        for text in words.introduction:
            self._paragraph("Normal", text)
        for one in asked:
            self._paragraph("Heading 2", words.fields[one.path].label)
            self._paragraph(HINT, words.hint_of(one.path, required=one.path in self._required))
            if example := words.example_of(one.path):
                self._paragraph(EXAMPLE, example)
            if one.type == "rows":
                self._rows(one)
            else:
                self._answer(one)
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()

    def _set_page(self) -> None:
        from docx.shared import Cm

        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.2)
        section.top_margin = section.bottom_margin = Cm(2)
        if self._rtl:
            section._sectPr.append(_element("w:bidi"))
        properties = self._document.core_properties
        properties.title, properties.author, properties.comments = self._words.title, "Ayni", ""
        # Told here too: some programs lose content controls, but keep this.
        properties.keywords = f"{TEMPLATE_TAG}{self._code}"
        properties.language = _SPELLING[content_language(self._words.language)]

    def _set_styles(self) -> None:
        from docx.enum.style import WD_STYLE_TYPE
        from docx.shared import Pt

        styles = self._document.styles
        for name in (HINT, EXAMPLE, ANSWER):
            styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
        looks = {  # size, colour, bold, italic, space before, space after (points)
            "Normal": (11, _INK, False, False, 0, 6), "Title": (22, _INK, True, False, 0, 8),
            "Heading 2": (14, _STRONG, True, False, 20, 2), HINT: (10, _QUIET, False, False, 0, 2),
            EXAMPLE: (10, _QUIET, False, True, 0, 4), ANSWER: (11, _INK, False, False, 4, 4),
        }  # fmt: skip
        for name, (size, colour, bold, italic, before, after) in looks.items():
            style = styles[name]
            style.font.size, style.font.bold, style.font.italic = Pt(size), bold, italic
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
            style.paragraph_format.keep_with_next = name in {"Heading 2", HINT, EXAMPLE}
            self._set_letters(style, size, colour)
        _set_frame(styles[ANSWER].paragraph_format.element.get_or_add_pPr())
        _drop(styles["Title"].paragraph_format.element.get_or_add_pPr(), "w:pBdr")

    def _set_letters(self, style: Any, size: int, colour: str) -> None:
        """One font for all scripts; size, weight and direction for the complex ones too."""
        from docx.shared import RGBColor

        style.font.color.rgb = RGBColor.from_string(colour)
        font = "Arial" if self._rtl else "Calibri"
        properties = style.element.get_or_add_rPr()
        for name in ("w:rFonts", "w:lang"):
            _drop(properties, name)
        fonts = {f"w:{name}": font for name in ("ascii", "hAnsi", "cs")} | {"w:eastAsia": "SimSun"}
        properties.insert(0, _element("w:rFonts", fonts))
        if style.font.bold:
            style.font.cs_bold = True
        if style.font.italic:
            style.font.cs_italic = True
        _drop(properties, "w:szCs")
        properties.find(_name("w:sz")).addnext(_element("w:szCs", {"w:val": str(size * 2)}))
        spelling = _SPELLING[content_language(self._words.language)]
        properties.append(_element("w:lang", {"w:bidi" if self._rtl else "w:val": spelling}))
        if self._rtl:
            style.font.rtl = True
            _set_bidi(style.element.get_or_add_pPr())

    def _paragraph(self, style: str, text: str = "") -> Any:
        paragraph = self._document.add_paragraph(style=style)
        if self._rtl:
            _set_bidi(paragraph._p.get_or_add_pPr())
        if text:
            paragraph._p.append(self._run(text))
        return paragraph

    def _run(self, text: str, *, quiet: bool = False) -> Any:
        from docx.oxml import OxmlElement
        from docx.text.run import Run

        element = OxmlElement("w:r")
        run = Run(element, None)  # type: ignore[arg-type] - it only writes into its element
        run.text = text
        if self._rtl:
            run.font.rtl = True
        if quiet:
            element.get_or_add_rPr().append(_element("w:color", {"w:val": "8A8274"}))
        return element

    def _control(
        self, tag: str, alias: str, content: list[Any], kind: Any = None, *, placeholder: bool = False,
        locked: bool = False,
    ) -> Any:  # fmt: skip
        control = _element("w:sdt")
        properties = _element("w:sdtPr")
        properties.append(_element("w:alias", {"w:val": alias[:60]}))
        properties.append(_element("w:tag", {"w:val": tag}))
        properties.append(_element("w:id", {"w:val": str(next(self._ids))}))
        # The control itself cannot be deleted by accident; what stands in it can.
        properties.append(_element("w:lock", {"w:val": "sdtContentLocked" if locked else "sdtLocked"}))
        if placeholder:
            properties.append(_element("w:showingPlcHdr"))
        if kind is not None:
            properties.append(kind)
        inside = _element("w:sdtContent")
        inside.extend(content)
        control.extend([properties, inside])
        return control

    def _answer(self, one: Asked) -> None:
        paragraph = self._paragraph(ANSWER)
        empty = self._words.choose if one.type == "choice" else self._words.write_here
        paragraph._p.append(self._run(empty, quiet=True))
        place = paragraph._p.getparent()
        where = place.index(paragraph._p)
        label = self._words.fields[one.path].label
        control = self._control(
            f"{TAG}{one.path}", label, [paragraph._p], self._sort_of(one), placeholder=True
        )
        place.insert(where, control)

    def _sort_of(self, one: Asked) -> Any:
        """A list to choose from, one line, or (nothing said) paragraphs and lists."""
        if one.type == "choice":
            chooser = _element("w:dropDownList")
            for code, name in self._words.choices[one.path].items():
                chooser.append(_element("w:listItem", {"w:displayText": name, "w:value": code}))
            return chooser
        return None if one.type in {"text", "lines", "codes"} else _element("w:text")

    def _rows(self, one: Asked) -> None:
        """Side by side where the columns fit; else one small table a row, with the labels beside the answers."""
        count = _ROWS_OFFERED.get(one.path, 3)
        if len(one.columns) <= _WIDEST:
            table = self._table(count + 1, len(one.columns))
            for number, column in enumerate(one.columns):
                self._label_cell(table.cell(0, number), column)
                for row in range(1, count + 1):
                    self._answer_cell(table.cell(row, number), column)
            self._paragraph(HINT, self._words.more_rows)
            return
        for _number in range(count):
            table = self._table(len(one.columns), 2)
            for row, column in enumerate(one.columns):
                self._label_cell(table.cell(row, 0), column)
                self._answer_cell(table.cell(row, 1), column)
            _set_widths(table, (5, 11.6))
            self._paragraph(HINT)

    def _table(self, rows: int, columns: int) -> Any:
        table = self._document.add_table(rows, columns, style="Table Grid")
        properties = table._tbl.tblPr
        if self._rtl:
            properties.insert(1, _element("w:bidiVisual"))
        _drop(properties, "w:tblBorders")
        borders = _element("w:tblBorders")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            borders.append(
                _element(f"w:{side}", {"w:val": "single", "w:sz": "4", "w:space": "0", "w:color": _LINE})
            )
        properties.find(_name("w:tblW")).addnext(borders)
        return table

    def _label_cell(self, cell: Any, column: Asked) -> None:
        paragraph = self._cell_paragraph(cell)
        run = self._run(self._words.fields[column.path].label)
        run.get_or_add_rPr().insert(0, _element("w:b"))
        paragraph.append(run)
        cell._tc.get_or_add_tcPr().append(
            _element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": _PAPER})
        )

    def _answer_cell(self, cell: Any, column: Asked) -> None:
        empty = self._words.choose if column.type == "choice" else "…"
        content = [self._run(empty, quiet=True)]
        label = self._words.fields[column.path].label
        sort = self._sort_of(column)
        if sort is None:
            sort = _element("w:text", {"w:multiLine": "1"})
        self._cell_paragraph(cell).append(
            self._control(f"{TAG}{column.path}", label, content, sort, placeholder=True)
        )

    def _cell_paragraph(self, cell: Any) -> Any:
        paragraph = cell.paragraphs[0]
        if self._rtl:
            _set_bidi(paragraph._p.get_or_add_pPr())
        return paragraph._p


def _name(name: str) -> str:
    from docx.oxml.ns import qn

    return qn(name)


def _element(name: str, attributes: dict[str, str] | None = None) -> Any:
    from docx.oxml import OxmlElement

    element = OxmlElement(name)
    for key, value in (attributes or {}).items():
        element.set(_name(key), value)
    return element


def _drop(properties: Any, name: str) -> None:
    for element in properties.findall(_name(name)):
        properties.remove(element)


def _set_bidi(properties: Any) -> None:
    """From right to left; at its place among the paragraph's properties, which Word insists on."""
    if properties.find(_name("w:bidi")) is None:
        after = ("w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr")  # fmt: skip
        properties.insert_element_before(_element("w:bidi"), *after)


def _set_frame(properties: Any) -> None:
    """Where an answer goes looks like a place to write in."""
    borders = _element("w:pBdr")
    for side in ("top", "left", "bottom", "right"):
        borders.append(
            _element(f"w:{side}", {"w:val": "single", "w:sz": "4", "w:space": "4", "w:color": _LINE})
        )
    shade = _element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": _PAPER})
    after = ("w:tabs", "w:bidi", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")
    properties.insert_element_before(borders, *after)
    properties.insert_element_before(shade, *after)


def _set_widths(table: Any, centimetres: tuple[float, float]) -> None:
    from docx.shared import Cm

    table.autofit = False
    for row in table.rows:
        for cell, width in zip(row.cells, centimetres, strict=True):
            cell.width = Cm(width)
