"""Our sheet, honest and hostile."""

import io
import random
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from ayni.knowledge import formats
from ayni.knowledge.formats import FileFault, Limits, template, workbook

LIMITS = Limits()
HEADER = "id,kind,title,countries,problem,what_was_done,results.1.level,results.1.what,translations.fr.title"
ROW = "a,practice,Wells,KE; ET,They broke.,We mended.,people,Pupils,Puits"


def rows(path: Path, limits: Limits = LIMITS, expected: str = ""):
    return list(formats.read(path, limits, expected)[1])


def fault(path: Path, limits: Limits = LIMITS, expected: str = "") -> FileFault:
    with pytest.raises(FileFault) as caught:
        rows(path, limits, expected)
    return caught.value


@pytest.fixture
def csv_file(tmp_path):
    def write(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "records.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.fixture
def xlsx_file(tmp_path):
    def write(*lines: list) -> Path:
        path = tmp_path / "records.xlsx"
        book = xlsxwriter.Workbook(str(path))
        sheet = book.add_worksheet()
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
        book.close()
        return path

    return write


def test_a_row_becomes_a_document(csv_file):
    [row] = rows(csv_file(f"{HEADER}\n{ROW}\n"))
    assert row.number == 2
    assert row.faults == []
    assert row.document == {
        "id": "a", "kind": "practice", "title": "Wells", "countries": ["KE", "ET"],
        "body": {"problem": "They broke.", "what_was_done": "We mended.", "results": [{"level": "people", "what": "Pupils"}]},
        "translations": {"fr": {"title": "Puits"}},
    }  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimiters_and_encodings(csv_file, delimiter, encoding):
    text = "id,kind,title\n1,lesson,Eau — مياه — 水\n".replace(",", delimiter)
    [row] = rows(csv_file(text, encoding))
    assert row.document["title"] == "Eau — مياه — 水"


def test_another_encoding_is_refused_with_its_place(csv_file):
    found = fault(csv_file("id,kind,title\n1,lesson,Café\n", "cp1252"))
    assert found.code == "bad_encoding"
    assert found.params == {"position": 26, "line": 2}


def test_remarks_and_empty_rows_are_skipped_and_numbers_stay(csv_file):
    found = rows(csv_file("id,kind,title\n# help,,\n\n,,\n1,lesson,One\n"))
    assert [row.number for row in found] == [5]


def test_unknown_and_missing_columns_stop_the_file(csv_file):
    assert fault(csv_file("id,kind,title,contry\n1,lesson,One,KE\n")).params == {"columns": "contry"}
    assert fault(csv_file("id,title\n1,One\n")).code == "missing_columns"
    assert fault(csv_file("one\ntwo\n")).code == "no_header"


def test_a_formula_is_a_fault_of_its_cell(csv_file, xlsx_file):
    [row] = rows(csv_file('id,kind,title\n1,lesson,"=HYPERLINK(""https://example.org"")"\n'))
    assert [(f.path, f.code) for f in row.faults] == [("title", "formula_cell")]
    first, second = rows(xlsx_file(["id", "kind", "title"], [1, "lesson", "=1+1"], [2, "lesson", "Fine"]))
    assert [(f.path, f.code) for f in first.faults] == [("title", "formula_cell")]
    assert "title" not in first.document
    assert second.faults == []


def test_numbers_in_a_workbook(xlsx_file):
    [row] = rows(xlsx_file(["id", "kind", "title", "sdg", "year"], [7, "publication", "T", 17.1, 2019]))
    assert row.document["id"] == "7"
    assert row.document["body"] == {"year": "2019"}
    assert row.document["sdg"] == ["17.1"]
    assert [note.code for note in row.notes] == ["number_as_code"]


def test_row_limit_and_size_limit(csv_file):
    path = csv_file("id,kind,title\n" + "1,lesson,One\n" * 4)
    assert len(rows(path, Limits(rows=4))) == 4
    assert fault(path, Limits(rows=3)).code == "too_many_rows"
    assert fault(path, Limits(bytes=10)).code == "too_large"


def test_markup_and_bidi_overrides_do_not_get_in(csv_file):
    text = 'id,kind,title,problem\n1,lesson,<script>alert(1)</script>A\u202etitle,"a < b, <b>bold</b> <https://example.org>"\n'
    [row] = rows(csv_file(text))
    assert row.document["title"] == "alert(1)Atitle"
    assert row.document["body"]["problem"] == "a < b, bold <https://example.org>"
    assert [note.code for note in row.notes] == ["markup_removed"]


def test_halves_of_tags_do_not_make_a_new_one(csv_file):
    [row] = rows(csv_file("id,kind,title\n1,lesson,<scr<b>ipt>alert(1)</scr</b>ipt>\n"))
    assert "<" not in row.document["title"]


@pytest.mark.parametrize(
    ("content", "found"),
    [(b"%PDF-1.7 ...", "PDF"), (b"\x89PNG\r\n", "PNG"), (b"\xd0\xcf\x11\xe0\xa1\xb1", "XLS"), (b"a\x00b", "binary"),
     (b"<html><body>", "XML/HTML")],
)  # fmt: skip
def test_wrong_type_under_a_right_name(tmp_path, content, found):
    path = tmp_path / "records.xlsx"
    path.write_bytes(content)
    assert (fault(path).code, fault(path).params["found"]) == ("wrong_type", found)


def test_a_zip_that_is_no_workbook(tmp_path):
    path = tmp_path / "records.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("holiday.txt", "sun")
    assert fault(path).params["found"] == "ZIP"
    path.write_bytes(path.read_bytes()[:-30])
    assert fault(path).code == "broken_workbook"


def test_an_empty_file(tmp_path):
    path = tmp_path / "records.csv"
    path.write_bytes(b"")
    assert fault(path).code == "empty"
    path.write_bytes(b" \n\r\n")
    assert fault(path).code == "empty"


def test_the_chosen_format_is_checked_against_the_content(csv_file):
    found = fault(csv_file(f"{HEADER}\n{ROW}\n"), expected="iati")
    assert (found.code, found.params) == ("wrong_type", {"found": "sheet", "expected": "iati"})


def _workbook_with(path: Path, name: str, content: bytes) -> Path:
    """The template with one part replaced."""
    source = zipfile.ZipFile(io.BytesIO(template.write_xlsx(str)))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in source.namelist():
            archive.writestr(part, content if part == name else source.read(part))
    return path


@pytest.mark.parametrize(
    ("content", "limit"),
    [
        (random.Random(1).randbytes(20_000) * 1000, 1_000_000),
        (b"0" * 30_000_000, 20_000_000),  # packed too densely
    ],
    ids=["size", "ratio"],
)
def test_a_zip_bomb_is_not_opened(tmp_path, monkeypatch, content, limit):
    monkeypatch.setattr(openpyxl, "load_workbook", lambda *_a, **_k: pytest.fail("it was opened"))
    monkeypatch.setattr(workbook, "_measure", lambda *_a: pytest.fail("it was unpacked"))
    path = _workbook_with(tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", content)
    assert path.stat().st_size < limit
    assert fault(path, Limits(bytes=limit)).code == "unpacks_too_large"


def test_a_zip_that_lies_about_its_sizes(tmp_path, monkeypatch):
    """The directory says 1,000 bytes; far more comes out."""
    monkeypatch.setattr(openpyxl, "load_workbook", lambda *_a, **_k: pytest.fail("it was opened"))
    path = _workbook_with(tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", b"0" * 3_000_000)
    content = path.read_bytes().replace(struct.pack("<I", 3_000_000), struct.pack("<I", 1_000))
    path.write_bytes(content)
    assert fault(path).code == "broken_workbook"  # found by unpacking it, before it is opened


def test_what_really_comes_out_counts(tmp_path, monkeypatch):
    """Whatever the directory says, and whatever the zip library makes of it."""
    path = _workbook_with(tmp_path / "a.xlsx", "none of them", b"")
    with zipfile.ZipFile(path) as archive:
        said = sum(part.file_size for part in archive.infolist())
    limits = Limits(bytes=max(said, path.stat().st_size))
    monkeypatch.setattr(openpyxl, "load_workbook", lambda *_a, **_k: pytest.fail("it was opened"))
    pieces = []

    class More(io.BytesIO):
        def read(self, size: int = -1) -> bytes:
            pieces.append(size)
            return b"0" * size if sum(pieces) < 10 * limits.unpacked_bytes else b""

    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_a, **_k: More())
    found = fault(path, limits)
    assert (found.code, found.params) == ("unpacks_too_large", {"limit": limits.unpacked_bytes})
    assert sum(pieces) <= limits.unpacked_bytes + max(pieces)


def test_xml_entities_are_not_expanded(tmp_path):
    bomb = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData>&b;</sheetData></worksheet>'
    path = _workbook_with(tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", bomb)
    assert fault(path).code == "broken_workbook"


def test_the_template_can_be_filled_in_and_read(tmp_path):
    path = tmp_path / "t.xlsx"
    path.write_bytes(template.write_xlsx(lambda name: f"help for {name}"))
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    names = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, 1).value == "# help for id"
    assert any("practice,lesson" in (v.formula1 or "") for v in sheet.data_validations.dataValidation)
    values = {"id": "x", "kind": "practice", "title": "Wells", "sdg": "17.10", "partners.1.institution": "Ministry",
              "results.2.what": "second only", "authors": "A; B"}  # fmt: skip
    for name, value in values.items():
        sheet.cell(3, names.index(name) + 1, value)
    book.save(path)
    [row] = rows(path)
    assert row.number == 3
    assert row.document["partners"] == [{"institution": "Ministry"}]
    assert row.document["body"] == {"results": [{"what": "second only"}], "authors": ["A", "B"]}
    assert row.document["sdg"] == ["17.10"]


def test_the_csv_template_has_no_rows(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(template.write_csv(str))
    assert rows(path) == []
