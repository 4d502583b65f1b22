import re
import shutil
import subprocess
import zlib

import pytest
from django.utils import translation

from ayni.knowledge import documents
from ayni.knowledge.formats import pdf_out
from ayni.knowledge.formats.handing_on import Document, Line, Picture, Section, Text
from ayni.knowledge.formats.handing_on_orders import ORDERS
from ayni.knowledge.formats.light_markdown import plain
from ayni.language.codes import CONTENT_LANGUAGES, site_language
from tests import worlds
from tests.knowledge.formats.handed_on import AT, document, longest, squeezed


def made(given: Document) -> bytes:
    for language in pdf_out.languages_in(given):
        if pdf_out.font_for(language, pdf_out.families()) is None:
            pytest.skip(f"no font for {language} on this machine")
    with translation.override(site_language(given.language)):
        return pdf_out.write(given, AT)


def told(pdf: bytes) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not installed")
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def inside(pdf: bytes) -> bytes:
    """The file with its packed streams unpacked, as far as they are text."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    found = [pdf]
    for stream in streams:
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(found)


@pytest.mark.parametrize("language", CONTENT_LANGUAGES)
def test_it_says_that_it_is_accessible_and_in_which_language(language):
    body = inside(made(document(language)))
    assert b"/StructTreeRoot" in body
    assert re.search(rb"/MarkInfo\s*<<[^>]*/Marked true", body)
    assert re.search(rb"/Lang\s*\(" + language.encode(), body)
    assert re.search(rb"pdfuaid:part[^0-9]*1", body)
    assert re.search(rb"/DisplayDocTitle true", body)
    assert b"/Table" in body
    assert b"/TH" in body


@pytest.mark.parametrize("order", ORDERS)
def test_every_text_of_the_record_is_there_once(order):
    shown = squeezed(told(made(document(order=order))))
    texts = documents.translatable_texts(
        "Pupil-led water committees", "Parents pay.", worlds.FULL_BODY, "practice", "full"
    )
    texts["body.what_was_done"] = (
        "Pupils and parents founded water committees:"  # marks stand between the others
    )
    for path, text in texts.items():
        if ".results." in path:
            continue  # cells are read line by line
        assert shown.count(squeezed(plain(text))) >= 1, path
        if len(text) > 25:
            assert shown.count(squeezed(plain(text))) == 1, path
    assert all(squeezed(row["known_by"].split()[0]) in shown for row in worlds.FULL_BODY["results"])


def test_arabic_and_chinese_words_can_be_read_back():
    assert "لجان" in told(made(document("ar", title="لجان المياه")))
    assert "学生用水小组" in told(made(document("zh", title="学生用水小组")))


def test_nothing_that_people_write_is_read_as_markup():
    nasty = '#panic("x") $x^2$ #read("/etc/passwd") \\ `code` [[ ]] // gone /* gone */ <label> @ref'
    given = document(title=nasty, body={"problem": nasty, "what_was_done": nasty})
    shown = squeezed(told(made(given)))
    assert shown.count(squeezed('#panic("x") $x^2$ #read("/etc/passwd")')) == 3
    assert shown.count("//gone/*gone*/<label>@ref") == 3


def test_a_draft_says_so():
    assert "Draft, not published" in told(made(document(is_draft=True)))
    assert "Draft" not in told(made(document()))


def test_what_a_reader_must_know_stands_before_the_text():
    given = document()
    shown = squeezed(told(made(Document(**{**vars(given), "marks": ("Demo: invented to show it.",)}))))
    assert shown.index("Demo:inventedtoshowit.") < shown.index(
        squeezed(given.sections[0].label or "Parents pay.")
    )


@pytest.mark.parametrize("ending", ["jpg", "webp"])
def test_pictures_carry_their_description(tmp_path, ending):
    from PIL import Image

    path = tmp_path / f"a.{ending}"
    Image.new("RGB", (900, 600), "red").save(path)
    given = document()
    sections = (Section("Pictures", (Picture(str(path), "A red wall", Line("The wall, 2024", "en"), 900),)),)
    body = inside(made(Document(**{**vars(given), "sections": sections})))
    assert b"/Figure" in body
    assert b"A red wall" in body or "A red wall".encode("utf-16-be") in body


@pytest.mark.slow
def test_the_longest_record_is_set():
    pdf = made(document(body=longest(documents.TEXT_LIMIT)))
    assert pdf.count(b"/Type/Page") + inside(pdf).count(b"/Type /Page") > 50


def test_a_text_that_takes_too_long_ends_there():
    with pytest.raises(pdf_out.NoPdf) as caught:
        pdf_out.write(document(), AT, seconds=0.001)
    assert caught.value.code == "too_long"


def test_without_a_font_there_is_no_pdf_full_of_boxes():
    ours = {"Libertinus Serif"}
    with pytest.raises(pdf_out.NoPdf) as caught:
        pdf_out.fonts_for(["en", "ar"], ours)
    assert (caught.value.code, caught.value.params) == ("no_font", {"language": "ar"})
    assert pdf_out.fonts_for(["ru", "pt"], ours) == ["Libertinus Serif"]
    assert pdf_out.fonts_for(["zh"], {*ours, "SimSun"}) == ["Libertinus Serif", "SimSun"]


def test_a_passage_in_another_language_needs_its_font_too():
    sections = (Section("Told", (Text("مرحبا", "ar"),)),)
    given = Document(**{**vars(document()), "sections": sections})
    assert pdf_out.languages_in(given) == ["en", "ar"]
