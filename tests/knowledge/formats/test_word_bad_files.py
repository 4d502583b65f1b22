"""Word files that are no template, mean harm, or are far too large: each has its reason."""

import io
import zipfile
from contextlib import suppress

import pytest
from docx import Document
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ayni.knowledge.formats import FileFault
from ayni.knowledge.formats.word_opening import TEXT_LIMIT
from tests.filling import fill
from tests.knowledge.formats.test_word import changed, code_of_fault, read, template, with_parts

pytestmark = pytest.mark.django_db


def test_files_of_another_kind_are_refused_with_their_reason(tmp_path):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    other = io.BytesIO()
    document = Document()
    document.add_heading("Minutes of a meeting")
    document.add_paragraph("We met.")
    document.save(other)
    assert code_of_fault(b"", tmp_path) == "empty"
    assert code_of_fault(b"%PDF-1.7", tmp_path) == "broken_word"
    assert code_of_fault(ole, tmp_path) == "old_word"
    assert code_of_fault(ole + "EncryptedPackage".encode("utf-16-le"), tmp_path) == "locked"
    assert code_of_fault(other.getvalue(), tmp_path) == "not_our_template"
    assert code_of_fault(template()[:5000], tmp_path) == "broken_word"
    assert code_of_fault(template(), tmp_path, bytes=1000) == "too_large"


def test_macros_are_refused(tmp_path):
    assert code_of_fault(with_parts(template(), {"word/vbaProject.bin": b"x"}), tmp_path) == "has_macros"
    types = {
        "[Content_Types].xml": lambda part: part.replace(
            b"document.main+xml", b"document.macroEnabled.main+xml"
        )
    }
    assert code_of_fault(with_parts(template(), types), tmp_path) == "has_macros"


@pytest.mark.parametrize("way", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_file_packed_as_no_office_program_packs_is_damaged(way, tmp_path):
    sent = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template())) as usual, zipfile.ZipFile(sent, "w", way) as packed:
        for name in usual.namelist():
            packed.writestr(name, usual.read(name))
        place = packed.infolist()[-1].header_offset + 30 + len(packed.infolist()[-1].filename)
    content = bytearray(sent.getvalue())
    content[place + 9 : place + 40] = b"\xff" * 31
    assert code_of_fault(bytes(content), tmp_path) == "broken_word"


def test_a_zip_bomb_is_not_unpacked(tmp_path):
    bomb = with_parts(template(), {"word/media/x.bin": b"\x00" * 30_000_000})
    assert code_of_fault(bomb, tmp_path) == "unpacks_too_large"


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE d SYSTEM "http://127.0.0.1:1/x.dtd">',
        '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
)
def test_entities_are_never_followed(doctype, tmp_path):
    content = changed(
        fill(template(), {"title": "T"}, "en"),
        lambda xml: doctype + xml.partition("?>")[2].replace("<w:t>T</w:t>", "<w:t>T</w:t>"),
    )
    assert code_of_fault(content, tmp_path) == "broken_word"


def test_a_paragraph_of_two_megabytes_is_refused_with_its_limit(tmp_path):
    with pytest.raises(FileFault) as caught:
        read(fill(template(), {"body.problem": " ".join(map(str, range(300_000)))}, "en"), tmp_path)
    assert (caught.value.code, caught.value.params) == ("too_much_text", {"limit": TEXT_LIMIT})


def test_two_hundred_pages_in_one_field_are_read_and_their_field_says_that_they_are_too_long(tmp_path):
    page = "\n\n".join(["A sentence of a report that goes on for quite a while, as reports do. " * 4] * 8)
    found = read(fill(template(), {"title": "T", "body.problem": "\n\n".join([page] * 200)}, "en"), tmp_path)
    assert len(found.values["body.problem"]) > 400_000


@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_damage_to_the_file_crashes_the_reader(data, tmp_path):
    content = bytearray(template())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(FileFault):
        assert read(bytes(content), tmp_path).kind == "practice"
