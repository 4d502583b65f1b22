"""From a filled-in file to drafts: looked at first, stored once, told what is wrong."""

import io
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from ayni.knowledge.actions.drafts import discard
from ayni.knowledge.drafts import values_of
from ayni.knowledge.models import Comment, Record, Revision
from ayni.knowledge.queries.reviews import comments_of, open_comments
from ayni.language.codes import SITE_LANGUAGES
from ayni.registry.actions.institutions import merge_institutions
from ayni.registry.actions.people import end_role, grant_role
from ayni.registry.states import Role
from tests import worlds
from tests.filling import fill, retag

UPLOAD = "/en/write/from-file/"
ANSWERS = {
    "title": "Night nurses",
    "tags.countries": ["KE"],
    "body.problem": "No doctor was on duty at night in our hospitals.",
}


@pytest.fixture
def writer(client, room):
    client.force_login(room.author)
    return client


def upload(client, content: bytes, name: str = "file.docx"):
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})


def carried(response) -> str:
    return unescape(re.search(r'name="understood" value="([^"]*)"', response.content.decode())[1])


def template(client, name: str = "practice-snapshot", language: str = "en") -> bytes:
    response = client.get(f"/{language}/write/template/{name}.docx")
    assert response.status_code == 200
    return response.content


def sheet(*rows: dict) -> bytes:
    book = Workbook()
    names = list(dict.fromkeys(name for row in rows for name in row))
    book.active.append(names)
    for row in rows:
        book.active.append([row.get(name, "") for name in names])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


GOOD = {
    "kind": "practice",
    "language": "en",
    "title": "Rain in jars",
    "problem": "Dry wells.",
    "countries": "KE",
}


def new_drafts() -> list[Revision]:
    return list(Revision.objects.filter(record__origin="own-file").order_by("pk"))


@pytest.mark.parametrize("language", SITE_LANGUAGES)
@pytest.mark.parametrize("name", ["practice-snapshot", "practice-full", "lesson", "publication"])
def test_templates_come_in_the_language_of_the_page(writer, name, language):
    assert template(writer, name, language).startswith(b"PK")


def test_a_filled_in_template_is_shown_then_made_a_draft(writer, room):
    response = upload(writer, fill(template(writer), ANSWERS, "en"))
    assert response.status_code == 200
    assert "No doctor was on duty" in response.content.decode()
    assert new_drafts() == []
    response = writer.post(
        UPLOAD, {"understood": carried(response), "language": "en", "institution": room.trust.uid}
    )
    draft = new_drafts()[0]
    assert response.url == f"/en/write/{draft.record.uid}/"
    assert values_of(draft) == ANSWERS
    assert (draft.record.owner, draft.state, draft.record.language) == (room.trust, "draft", "en")


def test_saying_yes_twice_makes_one_draft_and_leaves_it_as_it_is(writer, room):
    understood = carried(upload(writer, fill(template(writer), ANSWERS, "en")))
    first = writer.post(UPLOAD, {"understood": understood, "language": "en"})
    second = writer.post(UPLOAD, {"understood": understood, "language": "en"})
    assert first.url == second.url
    assert len(new_drafts()) == 1


def test_a_draft_that_was_put_away_is_begun_anew(writer, room):
    understood = carried(upload(writer, fill(template(writer), ANSWERS, "en")))
    writer.post(UPLOAD, {"understood": understood})
    discard(by=room.author, revision=new_drafts()[0])
    writer.post(UPLOAD, {"understood": understood})
    assert [draft.state for draft in new_drafts()] == ["withdrawn", "draft"]


def test_words_that_belong_nowhere_are_shown_and_kept_beside_the_draft(writer):
    content = retag(
        fill(template(writer), ANSWERS | {"ended": "In the year of the flood"}, "en"), "ended", "no.field"
    )
    response = upload(writer, content)
    assert "In the year of the flood" in response.content.decode()
    writer.post(UPLOAD, {"understood": carried(response)})
    assert [comment.text for comment in Comment.objects.all()] == ["In the year of the flood"]


def test_what_was_left_over_is_for_the_authors_until_they_say_that_it_is_placed(writer, room):
    content = retag(
        fill(template(writer), ANSWERS | {"ended": "In the year of the flood"}, "en"), "ended", "no.field"
    )
    writer.post(UPLOAD, {"understood": carried(upload(writer, content))})
    draft = new_drafts()[0]
    preview, page, talk = (
        f"/en/write/{draft.record.uid}/preview/", f"/en/write/{draft.record.uid}/problem/",
        f"/en/review/of/{draft.record.uid}/",
    )  # fmt: skip
    assert "In the year of the flood" in writer.get(preview).content.decode()
    assert "words that have no place yet" in writer.get(page).content.decode()
    assert "In the year of the flood" not in writer.get(talk).content.decode()
    assert (comments_of(draft), open_comments([draft])) == ([], {})
    writer.post(f"/en/write/{draft.record.uid}/left-over/")
    assert "In the year of the flood" not in writer.get(preview).content.decode()
    assert "words that have no place yet" not in writer.get(page).content.decode()


def test_a_text_too_long_for_its_field_is_told_and_kept_beside(writer):
    long = " ".join(f"word{number}" for number in range(4000))
    response = upload(writer, fill(template(writer), ANSWERS | {"body.problem": long}, "en"))
    assert "at most 20000 characters" in response.content.decode()
    writer.post(UPLOAD, {"understood": carried(response)})
    assert "body.problem" not in values_of(new_drafts()[0])
    assert Comment.objects.get().text == long


def test_words_in_another_language_than_the_template_are_noticed(writer):
    french = "Aucun médecin n’était de garde la nuit dans nos hôpitaux, et les patients devaient attendre le matin."
    response = upload(
        writer, fill(template(writer), {"title": "Les infirmières de nuit", "body.problem": french}, "en")
    )
    page = response.content.decode()
    assert "seem to be in" in page
    assert '<option value="fr" lang="fr" selected>' in page


def test_what_was_understood_is_taken_from_the_one_who_uploaded_it_only(writer, room, client):
    understood = carried(upload(writer, fill(template(writer), ANSWERS, "en")))
    client.force_login(room.stranger)
    worlds.grant_role(by=None, person=room.stranger, institution=room.trust, role="contributor")
    assert writer.post(UPLOAD, {"understood": understood}).status_code == 422
    assert writer.post(UPLOAD, {"understood": understood[:-3] + "abc"}).status_code == 422
    assert new_drafts() == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "old program"),
        (b"%PDF-1.7", "neither a Word file nor a sheet"),
        (b"PK\x03\x04broken", "damaged"),
        (b"just words", "is no Word file"),
    ],
)
def test_files_that_cannot_be_read_say_why(writer, content, words):
    response = upload(writer, content)
    assert response.status_code == 422
    assert words in response.content.decode()


def test_without_a_file_and_with_thirty_megabytes(writer, settings):
    assert writer.post(UPLOAD, {}).status_code == 422
    response = upload(writer, b"x" * (settings.FILE_LIMIT + 1))
    assert response.status_code == 413
    assert "larger than" in response.content.decode()


def test_good_rows_become_drafts_and_bad_ones_are_named_by_row_and_column(writer, room):
    bad = GOOD | {"title": "Fog nets", "countries": "ZZ"}
    response = upload(writer, sheet(GOOD, bad, GOOD | {"title": "", "kind": "poem"}), "rows.xlsx")
    page = response.content.decode()
    assert "Row 3" in page
    assert "The code “ZZ” is not known" in page
    assert "“poem” is none of: " in page
    writer.post(UPLOAD, {"understood": carried(response), "institution": room.trust.uid})
    assert [values_of(draft) for draft in new_drafts()] == [
        {"title": "Rain in jars", "body.problem": "Dry wells.", "tags.countries": ["KE"]}
    ]


def test_a_corrected_sheet_makes_only_what_was_missing(writer, room):
    bad = GOOD | {"title": "Fog nets", "countries": "ZZ"}
    writer.post(UPLOAD, {"understood": carried(upload(writer, sheet(GOOD, bad), "rows.xlsx"))})
    corrected = sheet(GOOD | {"problem": "Dry wells, every year."}, bad | {"countries": "PE"})
    response = writer.post(UPLOAD, {"understood": carried(upload(writer, corrected, "rows.xlsx"))})
    assert "1 draft is made." in response.content.decode()
    assert [draft.title for draft in new_drafts()] == ["Rain in jars", "Fog nets"]
    assert values_of(new_drafts()[0])["body.problem"] == "Dry wells."


def test_a_row_for_an_institution_one_does_not_write_for_is_refused(writer, room):
    rows = [
        GOOD | {"institution": "Another House"},
        GOOD | {"title": "Own", "institution": "rural water trust"},
    ]
    response = upload(writer, sheet(*rows), "rows.xlsx")
    assert "You do not write for “Another House”" in response.content.decode()
    writer.post(UPLOAD, {"understood": carried(response)})
    assert [draft.record.owner for draft in new_drafts()] == [room.trust]


def test_a_row_lands_in_no_other_institution_when_the_role_ends_before_the_yes(writer, room):
    other = worlds.institution("Another House")
    role = grant_role(by=None, person=room.author, institution=other, role=Role.CONTRIBUTOR)
    rows = sheet(
        GOOD | {"institution": "Another House"}, GOOD | {"title": "Own", "institution": room.trust.uid}
    )
    understood = carried(upload(writer, rows, "rows.xlsx"))
    end_role(by=None, membership=role)
    response = writer.post(UPLOAD, {"understood": understood, "institution": room.trust.uid})
    assert response.status_code == 422
    page = response.content.decode()
    assert "You do not write for “Another House”" in page
    assert "Row 2" in page
    assert [(draft.title, draft.record.owner) for draft in new_drafts()] == [("Own", room.trust)]


def test_what_was_chosen_and_is_no_longer_ones_own_is_not_replaced_by_another(writer, room):
    other = worlds.institution("Another House")
    understood = carried(upload(writer, sheet(GOOD), "rows.xlsx"))
    assert writer.post(UPLOAD, {"understood": understood, "institution": other.uid}).status_code == 422
    assert new_drafts() == []


def test_a_row_follows_its_institution_where_it_is_merged_before_the_yes(writer, room):
    other = worlds.institution("Another House")
    grant_role(by=None, person=room.author, institution=other, role=Role.CONTRIBUTOR)
    understood = carried(upload(writer, sheet(GOOD | {"institution": "Another House"}), "rows.xlsx"))
    merge_institutions(by=None, duplicate=other, stays=room.trust)
    writer.post(UPLOAD, {"understood": understood})
    assert [draft.record.owner for draft in new_drafts()] == [room.trust]


def test_the_sheet_of_the_site_is_read_back(writer):
    content = writer.get("/en/write/template/records.xlsx").content
    book = load_workbook(io.BytesIO(content))
    names = [cell.value for cell in book.active[1]]
    for name, value in GOOD.items():
        book.active.cell(3, names.index(name) + 1, value)
    buffer = io.BytesIO()
    book.save(buffer)
    writer.post(UPLOAD, {"understood": carried(upload(writer, buffer.getvalue(), "rows.xlsx"))})
    assert [draft.title for draft in new_drafts()] == ["Rain in jars"]


def test_who_writes_for_nobody_is_told_whom_to_ask(client, room):
    assert client.get(UPLOAD).url.startswith("/en/accounts/login/")
    client.force_login(room.reader)
    assert client.get(UPLOAD).url == "/en/write/"
    assert upload(client, b"x").url == "/en/write/"
    assert Record.objects.filter(origin="own-file").count() == 0


def test_words_that_are_no_sheet_are_told_as_such(writer):
    response = upload(writer, b"just words", "file.csv")
    assert response.status_code == 422
    assert "no row of column names" in response.content.decode()


def test_words_in_another_language_leave_the_page_in_its_own(writer):
    content = fill(template(writer, language="ar"), ANSWERS, "ar")
    file = SimpleUploadedFile("file.docx", content)
    page = writer.post("/ar/write/from-file/", {"file": file}).content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert '<option value="en" lang="en" selected>' in page
