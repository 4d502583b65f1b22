"""The paper a Word document is written on: styles, languages, directions, numbering. Knows nothing of records."""

import io
from datetime import datetime
from typing import Any

from ayni.knowledge.formats.light_markdown import Run
from ayni.language.codes import is_rtl

# As Word names languages.
_LOCALES = {
    "en": "en-GB", "fr": "fr-FR", "es": "es-ES", "pt": "pt-BR", "ru": "ru-RU", "ar": "ar-SA", "zh": "zh-CN",
}  # fmt: skip
# Fonts that Word has, or replaces well: Latin and Cyrillic, East Asian, right-to-left.
_FONTS = {"ascii": "Calibri", "hAnsi": "Calibri", "eastAsia": "Microsoft YaHei", "cs": "Arial"}
_HEADING_FONTS = {
    "ascii": "Georgia",
    "hAnsi": "Georgia",
    "eastAsia": "Microsoft YaHei",
    "cs": "Times New Roman",
}
_INK, _INDIGO, _QUIET, _OCHRE, _LINE = "1C2230", "2A3F8F", "565D6E", "7D5200", "DFD9CC"
_DEEPEST = 3  # Word's own list styles go three levels down
_TEXT_WIDTH = 15.5  # cm


class Paper:
    def __init__(self, language: str) -> None:
        import docx  # late: lxml with it

        self.word = docx.Document()
        self._language = language
        self._is_rtl = is_rtl(language)
        self._set_language()
        self._set_styles()
        # Looked up once: Word files hold their styles in a list.
        self._style_ids = {style.name: style.style_id for style in self.word.styles}
        self._set_page()

    def describe(self, *, title: str, author: str, link: str, made_at: datetime) -> None:
        facts = self.word.core_properties
        facts.title, facts.author, facts.last_modified_by = title[:255], author[:255], author[:255]
        facts.language = _LOCALES.get(self._language, self._language)
        facts.comments, facts.identifier = link[:255], link[:255]
        facts.created = facts.modified = made_at.replace(tzinfo=None)
        facts.revision = 1

    def footer(self, texts: list[str]) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        paragraph = self.word.sections[0].footer.paragraphs[0]
        self.dress(paragraph, "Quiet", self._language)
        for text in texts:
            self.run(paragraph, Run(f"{text} · "), self._language)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        paragraph._p.append(field)

    def paragraph(self, style: str, language: str) -> Any:
        return self.dress(self.word.add_paragraph(), style, language)

    def dress(self, paragraph: Any, style: str, language: str) -> Any:
        """`language` decides the side a paragraph begins at; a name without one goes with the document."""
        paragraph._p.style = self._style_ids[style]
        if is_rtl(language or self._language):
            properties = paragraph._p.get_or_add_pPr()
            properties.insert_element_before(_element("w:bidi"), *_AFTER_BIDI)
        elif self._is_rtl:
            properties = paragraph._p.get_or_add_pPr()
            properties.insert_element_before(_element("w:bidi", val="0"), *_AFTER_BIDI)
        return paragraph

    def run(self, paragraph: Any, run: Run, language: str) -> None:
        if not run.text:
            return
        made = paragraph.add_run(run.text)
        made.bold, made.italic = run.bold or None, run.italic or None
        if run.bold and is_rtl(language):
            made.font.cs_bold = True
        if run.code:
            made.font.name = "Consolas"
        properties = made._r.get_or_add_rPr()
        if is_rtl(language):
            made.font.rtl = True
        if language and language != self._language:
            properties.append(_language_element(language))
        if run.url:
            self._link(paragraph, made, run.url)

    def _link(self, paragraph: Any, made: Any, url: str) -> None:
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import RGBColor

        made.font.color.rgb = RGBColor.from_string(_INDIGO)
        made.font.underline = True
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        made._r.addprevious(link)
        link.append(made._r)

    def list_style(self, *, ordered: bool, depth: int, first: bool) -> str:
        """Later paragraphs of an item go on below its first one, without a mark."""
        name = ("List Number" if ordered else "List Bullet") if first else "List Continue"
        return name if depth == 0 else f"{name} {min(depth + 1, _DEEPEST)}"

    def numbering(self, start: int) -> int:
        """A numbering of its own, or Word would go on counting from the list before."""
        from docx.oxml.ns import qn

        numbers = self.word.part.numbering_part.element
        style = self.word.styles["List Number"].element
        of_style = style.find(f".//{qn('w:numId')}").get(qn("w:val"))
        abstract = numbers.num_having_numId(int(of_style)).abstractNumId.val
        made = numbers.add_num(abstract)
        made.add_lvlOverride(ilvl=0).add_startOverride(start)
        return int(made.numId)

    def number(self, paragraph: Any, numbering: int) -> None:
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = 0
        properties.get_or_add_numId().val = numbering

    def table(self, rows: int, columns: int, label: str) -> Any:
        table = self.word.add_table(rows, columns, style="Table Grid")
        properties = table._tbl.tblPr
        if self._is_rtl:
            properties.insert_element_before(_element("w:bidiVisual"), *_AFTER_BIDI_VISUAL)
        properties.append(_element("w:tblCaption", val=label))
        header = table.rows[0]._tr.get_or_add_trPr()
        header.append(_element("w:tblHeader"))
        for row in table.rows:
            row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
        return table

    def picture(self, path: str, description: str) -> None:
        from docx.shared import Cm

        shape = self.word.add_picture(_as_word_takes_it(path))
        if shape.width > Cm(_TEXT_WIDTH):
            shape.height = int(shape.height * Cm(_TEXT_WIDTH) / shape.width)
            shape.width = Cm(_TEXT_WIDTH)
        shape._inline.docPr.set("descr", description)

    def _set_language(self) -> None:
        defaults = self.word.styles.element.find(".//" + _name("w:rPrDefault") + "/" + _name("w:rPr"))
        for old in defaults.findall(_name("w:lang")) + defaults.findall(_name("w:rFonts")):
            defaults.remove(old)
        defaults.insert(0, _element("w:rFonts", **_FONTS))
        main = _LOCALES.get(self._language, self._language)
        defaults.append(
            _element(
                "w:lang", val="en-GB" if self._is_rtl else main,
                eastAsia=main if self._language == "zh" else "zh-CN", bidi=main if self._is_rtl else "ar-SA",
            )
        )  # fmt: skip

    def _set_page(self) -> None:
        from docx.shared import Cm

        page = self.word.sections[0]
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.left_margin = page.right_margin = Cm((21 - _TEXT_WIDTH) / 2)
        page.top_margin = page.bottom_margin = Cm(2.2)
        if self._is_rtl:
            page._sectPr.insert_element_before(_element("w:bidi"), "w:rtlGutter", "w:docGrid")

    def _set_styles(self) -> None:
        styles = {
            "Normal": (10.5, _INK, False), "Title": (22, _INK, True), "Subtitle": (13, _QUIET, False),
            "Heading 1": (15, _INDIGO, True), "Heading 2": (12, _INK, True), "Heading 3": (11, _INK, True),
            "Heading 4": (10.5, _QUIET, True), "Caption": (9.5, _QUIET, False), "Quote": (10.5, _QUIET, False),
            "Quiet": (9, _QUIET, False), "Kicker": (10, _QUIET, False), "Mark": (10, _OCHRE, True), "Label": (9, _QUIET, True),
            "Cell": (9.5, _INK, False), "Code": (9.5, _INK, False), "Rule": (4, _QUIET, False),
        }  # fmt: skip
        known = {style.name: style for style in self.word.styles}
        for name, (size, colour, bold) in styles.items():
            self._style(known.get(name) or self._new_style(name), size, colour, bold=bold)

    def _new_style(self, name: str) -> Any:
        from docx.enum.style import WD_STYLE_TYPE

        style = self.word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = self.word.styles["Normal"]
        return style

    def _style(self, style: Any, size: float, colour: str, *, bold: bool) -> None:
        from docx.shared import Pt, RGBColor

        name = style.name
        is_heading = name.startswith(("Heading", "Title"))
        font, properties = style.font, style.element.get_or_add_rPr()
        for old in properties.findall(_name("w:rFonts")):
            properties.remove(old)
        if is_heading or name == "Subtitle":
            properties.insert(0, _element("w:rFonts", **_HEADING_FONTS))
        font.size, font.bold, font.italic = Pt(size), bold, name == "Quote"
        font.cs_bold = bold
        for old in properties.findall(_name("w:szCs")):
            properties.remove(old)
        properties.insert_element_before(_element("w:szCs", val=str(int(size * 2))), *_AFTER_SIZE)
        font.color.rgb = RGBColor.from_string(colour)
        spacing = style.paragraph_format
        spacing.space_before = Pt(size if name == "Heading 1" else 8 if is_heading and name != "Title" else 0)
        spacing.space_after = Pt(2 if name in {"Cell", "Kicker", "Mark", "Label"} else 4 if is_heading else 7)
        spacing.line_spacing = 1.1 if is_heading or name == "Cell" else 1.25
        spacing.keep_with_next = is_heading or name in {"Kicker", "Label"}
        if name == "Title":
            for border in style.element.findall(".//" + _name("w:pBdr")):
                border.getparent().remove(border)
        if name == "Rule":
            _line_below(style.element.get_or_add_pPr())


_AFTER_BIDI = (
    "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents",
    "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl",
    "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange",
)  # fmt: skip
_AFTER_SIZE = (
    "w:highlight", "w:u", "w:effect", "w:bdr", "w:shd", "w:fitText", "w:vertAlign", "w:rtl", "w:cs", "w:em", "w:lang",
)  # fmt: skip
_AFTER_BIDI_VISUAL = (
    "w:tblStyleRowBandSize", "w:tblStyleColBandSize", "w:tblW", "w:jc", "w:tblCellSpacing", "w:tblInd",
    "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook", "w:tblCaption",
)  # fmt: skip


def _as_word_takes_it(path: str) -> Any:
    """Older versions of Word know no WebP, which is what pictures are kept as."""
    if path.endswith((".jpg", ".png")):
        return path
    from PIL import Image

    buffer = io.BytesIO()
    with Image.open(path) as picture:
        picture.convert("RGB").save(buffer, "JPEG", quality=85)
    buffer.seek(0)
    return buffer


def _name(tag: str) -> str:
    from docx.oxml.ns import qn

    return qn(tag)


def _element(tag: str, **values: str) -> Any:
    from docx.oxml import OxmlElement

    made = OxmlElement(tag)
    for name, value in values.items():
        made.set(_name(f"w:{name}"), value)
    return made


def _language_element(language: str) -> Any:
    locale = _LOCALES.get(language, language)
    kind = "bidi" if is_rtl(language) else "eastAsia" if language == "zh" else "val"
    return _element("w:lang", **{kind: locale})


def _line_below(properties: Any) -> None:
    border = _element("w:pBdr")
    border.append(_element("w:bottom", val="single", sz="4", space="1", color=_LINE))
    properties.insert_element_before(
        border, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:bidi", *_AFTER_BIDI
    )
