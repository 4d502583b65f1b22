import io
import itertools
import zipfile

import docx
import pytest
from django.utils import translation
from docx.oxml.ns import qn

from ayni.knowledge import documents
from ayni.knowledge.formats import word_out
from ayni.knowledge.formats.handing_on import Document, Line, Picture, Section, Text
from ayni.knowledge.formats.handing_on_orders import ORDERS
from ayni.knowledge.formats.light_markdown import plain
from ayni.language.codes import site_language
from tests import worlds
from tests.knowledge.formats.handed_on import AT, document, longest, squeezed


def opened(given: Document):
    with translation.override(site_language(given.language)):
        return docx.Document(io.BytesIO(word_out.write(given, AT)))


def text_of(word) -> str:
    return "".join(node.text or "" for node in word.element.body.iter(qn("w:t")))


def of_text(text: str, language: str = "en") -> Document:
    return Document(
        Line("T", language), language, "Good practice", Line("A"), "https://example.org/id/x/", "As of today",
        (Section("Told", (Text(text, language),)),),
    )  # fmt: skip


@pytest.mark.parametrize("order", ORDERS)
def test_every_text_of_the_record_is_there_once(order):
    shown = squeezed(text_of(opened(document(order=order))))
    texts = documents.translatable_texts(
        "Pupil-led water committees", "Parents pay.", worlds.FULL_BODY, "practice", "full"
    )
    for path, text in texts.items():
        assert shown.count(squeezed(plain(text))) >= 1, path
        if len(text) > 25:  # shorter ones may be part of others
            assert shown.count(squeezed(plain(text))) == 1, path


def test_headings_lists_and_tables_are_real():
    word = opened(document())
    styles = [(one.style.name, one.text) for one in word.paragraphs if one.text]
    assert ("Title", "Pupil-led water committees") in styles
    assert ("Heading 1", "The problem") in styles
    assert ("Heading 2", "The wall of figures") in styles
    assert ("List Bullet", "they read the meter") in styles
    (table,) = word.tables
    assert [cell.text for cell in table.rows[0].cells] == [
        "For",
        "What",
        "Before",
        "After",
        "How it is known",
    ]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert [cell.text for cell in table.rows[1].cells] == [
        "People",
        "Pupils who miss school",
        "31 %",
        "9 %",
        "registers",
    ]


def test_properties_say_what_it_is_and_whose():
    facts = opened(document("fr")).core_properties
    assert (facts.title, facts.author, facts.language) == (
        "Pupil-led water committees",
        "Rural Water Trust",
        "fr-FR",
    )
    assert facts.identifier == "https://example.org/id/x/"
    assert facts.created.date() == AT.date()


def test_arabic_runs_from_right_to_left():
    word = opened(document("ar", title="لجان المياه", summary="ملخص"))
    title = next(one for one in word.paragraphs if one.style.name == "Title")
    assert title._p.pPr.find(qn("w:bidi")) is not None
    assert all(run.font.rtl for run in title.runs)
    assert word.sections[0]._sectPr.find(qn("w:bidi")) is not None
    assert word.tables[0]._tbl.tblPr.find(qn("w:bidiVisual")) is not None
    languages = word.styles.element.find(".//" + qn("w:lang"))
    assert languages.get(qn("w:bidi")) == "ar-SA"


def test_names_in_latin_keep_their_direction_in_arabic_text():
    word = opened(document("ar"))
    owner = next(run for one in word.paragraphs for run in one.runs if run.text == "Rural Water Trust")
    assert not owner.font.rtl


def test_chinese_names_its_fonts_and_language():
    word = opened(document("zh", title="学生用水小组"))
    defaults = word.styles.element.find(".//" + qn("w:rPrDefault"))
    assert defaults.find(".//" + qn("w:rFonts")).get(qn("w:eastAsia"))
    assert defaults.find(".//" + qn("w:lang")).get(qn("w:eastAsia")) == "zh-CN"


def test_light_markdown_becomes_words_paragraphs():
    word = opened(
        of_text("**Bold** and [link](https://example.org/a)\n\n1. one\n2. two\n\nThen\n\n1. again\n\n> said")
    )
    assert next(run for one in word.paragraphs for run in one.runs if run.text == "Bold").bold
    links = [rel.target_ref for rel in word.part.rels.values() if rel.is_external]
    assert "https://example.org/a" in links
    numbered = [one for one in word.paragraphs if one.style.name == "List Number"]
    assert [one.text for one in numbered] == ["one", "two", "again"]
    first, second, third = (one._p.pPr.numPr.numId.val for one in numbered)
    assert first == second != third  # the second list begins at one again
    assert ("Quote", "said") in [(one.style.name, one.text) for one in word.paragraphs]


def test_a_draft_says_so_and_a_public_one_does_not():
    assert "Draft, not published" in text_of(opened(document(is_draft=True)))
    assert "Draft" not in text_of(opened(document()))


def test_html_and_controls_are_words():
    assert "a <b>x</b> & y z" in text_of(opened(of_text("a <b>x</b> & y \x0b\ud800z")))


@pytest.mark.parametrize("ending", ["jpg", "webp"])
def test_pictures_carry_their_description(tmp_path, ending):
    from PIL import Image

    path = tmp_path / f"a.{ending}"
    Image.new("RGB", (3000, 2000), "red").save(path)
    given = of_text("x")
    picture = Picture(str(path), "A red wall", Line("The wall, 2024", "en"))
    word = opened(Document(**{**vars(given), "sections": (Section("Pictures", (picture,)),)}))
    (shape,) = word.inline_shapes
    assert shape._inline.docPr.get("descr") == "A red wall"
    assert shape.width.cm < 16
    assert ("Caption", "The wall, 2024") in [(one.style.name, one.text) for one in word.paragraphs]


def test_the_longest_record_is_written():
    assert len(text_of(opened(document(body=longest(documents.TEXT_LIMIT))))) > 10 * documents.TEXT_LIMIT


# As ECMA-376 orders them; Word refuses some files that do not, and mends others with a warning.
_ORDERS = {
    "w:pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr suppressLineNumbers pBdr shd tabs bidi spacing ind contextualSpacing jc outlineLvl rPr",
    "w:rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike color spacing w kern position sz szCs highlight u vertAlign rtl cs em lang",
    "w:tblPr": "tblStyle bidiVisual tblW jc tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption",
    "w:sectPr": "headerReference footerReference type pgSz pgMar cols titlePg textDirection bidi docGrid",
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
def test_elements_stand_in_the_order_that_word_expects(language):
    word = opened(document(language, title="**x**", is_draft=True))
    roots = [word.element, word.styles.element, word.sections[0].footer._element]
    for tag, order in _ORDERS.items():
        places = {qn(f"w:{name}"): place for place, name in enumerate(order.split())}
        for element in itertools.chain(*(root.iter(qn(tag)) for root in roots)):
            found = [places[child.tag] for child in element if child.tag in places]
            assert found == sorted(found), [child.tag for child in element]


def test_it_is_a_whole_archive():
    with zipfile.ZipFile(io.BytesIO(word_out.write(document(), AT))) as archive:
        assert archive.testzip() is None
