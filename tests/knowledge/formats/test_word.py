"""The Word template: what is written into it comes back, in every language, and what is strange is told."""

import io
import zipfile
from functools import cache
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from ayni.knowledge.formats import FileFault, Limits, Note, word, word_reading
from ayni.knowledge.formats.word_fields import KINDS, TAG, asked_for
from ayni.language.codes import SITE_LANGUAGES
from ayni.registry.queries.vocabularies import concepts
from ayni.web.writing.word_words import known_templates, required_of, words_in
from tests.filling import as_libreoffice_saves, fill, retag, without_controls

pytestmark = pytest.mark.django_db

FULL = {
    "title": "Night nurses", "summary": "Fewer transfers.", "tags.countries": ["KE", "SN"], "started": "2021-03",
    "ended": "2023", "body.setting": "Hills.\n\nAnd valleys.", "body.level": "local",
    "body.problem": "No doctor:\n\n- at night\n- on Sundays", "body.what_was_done": "1. We asked.\n1. We tried.",
    "body.building_blocks": [
        {"name": "List", "what": "A page", "cost": "60"},
        {"name": "Round", "what": "Every Friday"},
    ],
    "body.results": [
        {"level": "people", "what": "Transfers", "before": "214", "after": "98"},
        {"level": "institutions", "what": "Rounds", "after": "52"},
    ],
    "body.evidence_level": "own-records",
    "body.links": [{"title": "The list", "url": "https://hospital.example/list"}],
    "partners": [{"name": "Nursing School", "role": "provider"}],
    "tags.themes": ["health"], "tags.sdg": ["3", "3.8"], "standing.contact_email": "ask@hospital.example",
}  # fmt: skip
SNAPSHOT = {path: FULL[path] for path in ("title", "summary", "tags.countries", "started", "body.problem", "body.what_was_done", "partners")}  # fmt: skip
LESSON = {"title": "Tablets", "summary": "Unused.", "body.situation": "Paper.", "body.what_happened": "Nothing.", "tags.sdg": ["9"]}  # fmt: skip
PUBLICATION = {
    "title": "Handbook", "body.publication_type": "guideline", "body.authors": ["Amina", "João"], "body.year": "2024",
    "body.doi": "10.1234/x", "body.url": "https://hospital.example/h.pdf",
}  # fmt: skip
ANSWERS = {
    ("practice", "snapshot"): SNAPSHOT, ("practice", "full"): FULL, ("lesson", ""): LESSON,
    ("publication", ""): PUBLICATION,
}  # fmt: skip


@cache  # the built-in vocabularies are the same in every test
def template(kind: str = "practice", form: str = "snapshot", language: str = "en") -> bytes:
    words = words_in(language, kind, form, concepts())
    return word.write(kind, form, words, asked_for(kind, form), required_of(kind, form))


def read(content: bytes, tmp_path: Path, limits: Limits | None = None) -> word_reading.Read:
    path = tmp_path / "file.docx"
    path.write_bytes(content)
    return word_reading.read(path, limits or Limits(), known_templates(concepts()))


def code_of_fault(content: bytes, tmp_path: Path, **limits) -> str:
    with pytest.raises(FileFault) as caught:
        read(content, tmp_path, Limits(**limits))
    return caught.value.code


def changed(content: bytes, change) -> bytes:
    """The file with its text of XML replaced by what `change` makes of it."""
    return with_parts(content, {"word/document.xml": lambda part: change(part.decode()).encode()})


def with_parts(content: bytes, parts: dict) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, parts[name](part) if callable(parts.get(name)) else part)
        for name, part in parts.items():
            if not callable(part):
                new.writestr(name, part)
    return buffer.getvalue()


@pytest.mark.parametrize("language", SITE_LANGUAGES)
@pytest.mark.parametrize(("kind", "form"), KINDS)
def test_what_is_written_in_comes_back(kind, form, language, tmp_path):
    found = read(fill(template(kind, form, language), ANSWERS[kind, form], language), tmp_path)
    assert (found.kind, found.form, found.language) == (kind, form, language)
    assert found.values == ANSWERS[kind, form]
    assert (found.notes, found.left_over) == ([], [])


@pytest.mark.parametrize("language", SITE_LANGUAGES)
@pytest.mark.parametrize(("kind", "form"), KINDS)
def test_without_its_controls_a_file_is_read_by_its_headings(kind, form, language, tmp_path):
    content = without_controls(fill(template(kind, form, language), ANSWERS[kind, form], language))
    found = read(content, tmp_path)
    assert (found.kind, found.form) == (kind, form)
    assert found.values == ANSWERS[kind, form]
    assert (found.notes, found.left_over) == ([Note("", "found_by_headings")], [])


@pytest.mark.parametrize(("kind", "form"), KINDS)
def test_words_that_libreoffice_saves_twice_are_read_once(kind, form, tmp_path):
    content = as_libreoffice_saves(fill(template(kind, form, "ar"), ANSWERS[kind, form], "ar"))
    found = read(content, tmp_path)
    assert (found.kind, found.form, found.values) == (kind, form, ANSWERS[kind, form])
    assert (found.notes, found.left_over) == ([Note("", "found_by_headings")], [])


@pytest.mark.parametrize(("kind", "form"), KINDS)
def test_an_empty_template_says_nothing(kind, form, tmp_path):
    for content in (template(kind, form), without_controls(template(kind, form))):
        found = read(content, tmp_path)
        assert (found.values, found.left_over) == ({}, [])


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_every_answer_has_a_control_and_says_whether_it_is_needed(language):
    document = Document(io.BytesIO(template("practice", "full", language)))
    xml = document.element.xml
    words = words_in(language, "practice", "full", concepts())
    for one in asked_for("practice", "full"):
        for path in [column.path for column in one.columns] or [one.path]:
            assert f'w:val="{TAG}{path}"' in xml
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert sum(text.startswith(words.needed) for text in texts) == len(required_of("practice", "full"))


def test_an_arabic_template_runs_from_right_to_left():
    document = Document(io.BytesIO(template(language="ar")))
    paragraphs = document.element.body.findall(".//{*}p")
    assert all(paragraph.find("{*}pPr/{*}bidi") is not None for paragraph in paragraphs)
    assert all(run.find("{*}rPr/{*}rtl") is not None for run in document.element.body.findall(".//{*}r"))
    assert all(
        table.find("{*}tblPr/{*}bidiVisual") is not None
        for table in document.element.body.findall(".//{*}tbl")
    )


def test_arabic_words_in_an_english_template_come_back_as_they_are(tmp_path):
    answers = {"title": "ممرضات الليل", "body.problem": "لا طبيب في الليل.\n\n- في المستشفيات الثلاث"}
    assert read(fill(template(), answers, "en"), tmp_path).values == answers


LETTERS = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="<>•·‣◦▪–—*-"), min_size=1, max_size=12
)
SENTENCE = st.lists(LETTERS, min_size=1, max_size=8).map(" ".join)
PARAGRAPHS = st.lists(SENTENCE, min_size=1, max_size=4).map("\n\n".join)


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    texts=st.fixed_dictionaries(
        {"title": SENTENCE, "body.problem": PARAGRAPHS, "body.what_was_done": PARAGRAPHS}
    )
)
def test_any_words_come_back(texts, tmp_path):
    assert read(fill(template(), texts, "en"), tmp_path).values == texts


# ---- changed by people and their programs


def test_tracked_changes_are_taken_as_accepted_and_told(tmp_path):
    run = "<w:r><w:t>{}</w:t></w:r>"
    marks = (
        run.format("Nurses ")
        + '<w:del w:id="1" w:author="x"><w:r><w:delText>never </w:delText></w:r></w:del>'
        '<w:ins w:id="2" w:author="x">' + run.format("always call") + "</w:ins>"
    )
    content = fill(template(), {"title": "TITLE"}, "en")
    found = read(changed(content, lambda xml: xml.replace("<w:r><w:t>TITLE</w:t></w:r>", marks)), tmp_path)
    assert found.values == {"title": "Nurses always call"}
    assert found.notes == [Note("", "tracked_changes")]


def test_comments_and_images_are_left_out_and_counted(tmp_path):
    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    comments = f'<w:comments {ns}><w:comment w:id="1"><w:p><w:r><w:t>Really?</w:t></w:r></w:p></w:comment></w:comments>'
    content = fill(template(), {"title": "TITLE"}, "en")
    content = changed(content, lambda xml: xml.replace("<w:t>TITLE</w:t>", "<w:t>T</w:t><w:drawing/>"))
    found = read(with_parts(content, {"word/comments.xml": comments.encode()}), tmp_path)
    assert found.values == {"title": "T"}
    assert found.notes == [
        Note("", "comments_left_out", {"count": 1}),
        Note("", "images_left_out", {"count": 1}),
    ]


def test_a_link_keeps_its_address(tmp_path):
    link = '<w:hyperlink r:id="rId99"><w:r><w:t>our form</w:t></w:r></w:hyperlink>'
    relation = '<Relationship Id="rId99" TargetMode="External" Target="https://a.example/f" Type="x"/></Relationships>'
    content = changed(
        fill(template(), {"body.problem": "LINK"}, "en"),
        lambda xml: xml.replace("<w:r><w:t>LINK</w:t></w:r>", link),
    )
    rels = "word/_rels/document.xml.rels"
    content = with_parts(content, {rels: lambda part: part.replace(b"</Relationships>", relation.encode())})
    assert read(content, tmp_path).values == {"body.problem": "our form (https://a.example/f)"}


def edited(change, answers=None) -> bytes:
    """The template as somebody changed it in their program."""
    document = Document(io.BytesIO(fill(template(), answers or {"title": "T"}, "en")))
    change(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def heading(document, path: str):
    label = words_in("en", "practice", "snapshot", concepts()).fields[path].label
    return next(paragraph for paragraph in document.paragraphs if paragraph.text == label)


def test_text_under_a_heading_but_outside_the_frame_is_taken_and_told(tmp_path):
    def change(document):
        heading(document, "started").insert_paragraph_before("Written below the frame.")
        heading(document, "body.what_was_done").insert_paragraph_before("And this.")

    found = read(edited(change, {"title": "T", "body.problem": "In it."}), tmp_path)
    assert found.values["body.problem"] == "In it.\n\nAnd this."
    assert Note("body.problem", "outside_box") in found.notes


def test_text_before_all_headings_is_kept_beside(tmp_path):
    def change(document):
        heading(document, "title").insert_paragraph_before("Dear colleague, see below.")

    found = read(edited(change), tmp_path)
    assert found.values == {"title": "T"}
    assert found.left_over == ["Dear colleague, see below."]
    assert found.notes == [Note("", "before_first_heading")]


def test_a_renamed_heading_does_no_harm_while_the_controls_are_there(tmp_path):
    def change(document):
        heading(document, "body.problem").runs[0].text = "Our trouble"

    found = read(edited(change, {"title": "T", "body.problem": "No doctor."}), tmp_path)
    assert found.values == {"title": "T", "body.problem": "No doctor."}
    assert found.notes == [Note("", "unknown_heading", {"heading": "Our trouble"})]
    assert found.left_over == ["Our trouble"]


def test_without_controls_what_is_under_an_unknown_heading_goes_beside_and_never_into_another_field(tmp_path):
    def change(document):
        heading(document, "body.problem").runs[0].text = "Our trouble"

    content = without_controls(edited(change, {"title": "T", "body.problem": "No doctor.", "ended": "2020"}))
    found = read(content, tmp_path)
    assert found.values == {"title": "T", "ended": "2020"}
    assert found.left_over == ["Our trouble", "No doctor."]
    assert Note("body.problem", "missing_field") in found.notes


def test_a_field_that_is_there_twice_is_put_together_or_kept_beside(tmp_path):
    content = fill(template(), {"title": "One", "ended": "2020", "body.problem": "First."}, "en")
    extra = fill(template(), {"title": "Two", "body.problem": "Second."}, "en")
    body = changed(content, lambda xml: xml.replace("<w:sectPr", doubled_part(extra) + "<w:sectPr", 1))
    found = read(body, tmp_path)
    assert found.values == {"title": "One", "ended": "2020", "body.problem": "First.\n\nSecond."}
    assert found.left_over == ["Two"]
    assert found.notes == [Note("title", "doubled_field"), Note("body.problem", "doubled_field")]


def doubled_part(content: bytes) -> str:
    """The controls of title and problem of another file, as pasting would bring them."""
    body = Document(io.BytesIO(content)).element.body
    found = [
        control
        for control in body.findall("{*}sdt")
        if control.find("{*}sdtPr/{*}tag").get(qn("w:val")) in {f"{TAG}title", f"{TAG}body.problem"}
    ]
    return "".join(etree.tostring(control).decode() for control in found)


def test_a_field_that_was_deleted_is_named(tmp_path):
    def change(document):
        place = heading(document, "ended")._p
        control = next(element for element in place.itersiblings() if element.tag.endswith("}sdt"))
        control.getparent().remove(control)
        place.getparent().remove(place)

    assert read(edited(change), tmp_path).notes == [Note("ended", "missing_field")]


def test_a_control_that_is_not_ours_to_know_is_kept_beside(tmp_path):
    found = read(
        retag(fill(template(), {"title": "T", "ended": "2020"}, "en"), "ended", "body.invented"), tmp_path
    )
    assert found.left_over == ["2020"]
    assert found.notes == [Note("", "unknown_field", {"name": "body.invented"})]


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        ("tags.countries", "Atlantis", "unknown_name"),
        ("started", "long ago", "not_a_date"),
        ("started", "3/4/2021", "not_a_date"),
    ],
)
def test_what_cannot_be_understood_is_told_and_kept(path, text, code, tmp_path):
    found = read(fill(template(), {"title": "T", path: text}, "en"), tmp_path)
    assert found.values == {"title": "T"}
    assert found.left_over == [text]
    assert found.notes == [Note(path, code, {"value": text})]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Kenya; Senegal", ["KE", "SN"]),
        ("Kenya, Sénégal", ["KE", "SN"]),
        ("肯尼亚", ["KE"]),
        ("كينيا، السنغال", ["KE", "SN"]),
        ("KEN\nse", ["KE", "SE"]),
    ],
)
def test_countries_are_known_by_their_names_in_every_language(text, codes, tmp_path):
    found = read(fill(template(), {"title": "T", "tags.countries": text}, "en"), tmp_path)
    assert found.values["tags.countries"] == codes


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2021", "2021"),
        ("٢٠٢١", "2021"),
        ("03/2021", "2021-03"),
        ("15.3.2021", "2021-03-15"),
        ("2021/3/5", "2021-03-05"),
    ],
)
def test_dates_are_taken_where_they_are_clear(text, iso, tmp_path):
    assert read(fill(template(), {"title": "T", "started": text}, "en"), tmp_path).values["started"] == iso
