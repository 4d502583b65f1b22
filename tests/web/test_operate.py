"""The operator's pages: for operators only, working without script, plain about what went wrong."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ayni.knowledge.models import ImportBatch, Record
from ayni.knowledge.tasks import run_waiting_imports
from tests.knowledge.importing import document


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.fixture
def operator(client, world):
    client.force_login(world.operator)
    return client


def upload(*rows, name="records.jsonl"):
    return SimpleUploadedFile(name, "".join(json.dumps(row) + "\n" for row in rows).encode())


def post(client, file, **fields):
    return client.post(reverse("operate-imports"), {"file": file, **fields})


def only_batch() -> ImportBatch:
    return ImportBatch.objects.get()


@pytest.mark.parametrize("who", ["nobody", "author", "moderator"])
def test_to_others_the_pages_are_not_there(client, world, who):
    if who != "nobody":
        client.force_login(getattr(world, who))
    uid = "0123456789ab"
    pages = [reverse("operate-imports"), reverse("operate-import", args=[uid]), reverse("operate-import-undo", args=[uid]),
             reverse("operate-import-template", args=["xlsx"])]  # fmt: skip
    assert [client.get(page).status_code for page in pages] == [404] * 4
    assert post(client, upload(document()), do="import").status_code == 404
    assert client.post(pages[2]).status_code == 404
    assert ImportBatch.objects.count() == 0


def test_from_the_upload_to_the_undo(operator, settings):
    records = Record.objects.count()
    answer = post(operator, upload(document(1), document(2, countries=["XX"])), do="import", publish="on")
    batch = only_batch()
    page = reverse("operate-import", args=[batch.uid])
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert b"Show how far it is now" in operator.get(page).content
    assert [path.name for path in (settings.MEDIA_ROOT / "imports").iterdir()] == [batch.uid]
    assert run_waiting_imports() == 1
    assert Record.objects.count() == records + 1
    assert Record.objects.get(origin="jsonl").state == "public"
    assert list((settings.MEDIA_ROOT / "imports").iterdir()) == []
    shown = operator.get(page)
    assert b"Show how far it is now" not in shown.content
    assert "unknown code “XX”" in shown.content.decode()
    assert batch.uid in operator.get(reverse("operate-imports")).content.decode()
    confirm = operator.get(reverse("operate-import-undo", args=[batch.uid]))
    assert b'method="post"' in confirm.content
    assert Record.objects.count() == records + 1
    assert operator.post(reverse("operate-import-undo", args=[batch.uid])).status_code == 302
    assert run_waiting_imports() == 1
    assert Record.objects.count() == records
    assert only_batch().state == "undone"
    again = operator.post(reverse("operate-import-undo", args=[batch.uid]), follow=True)
    assert "cannot be undone" in again.content.decode()


def test_an_undo_with_the_site_forged_is_refused(world):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.operator)
    assert post(strict, upload(document()), do="import").status_code == 403


def test_a_check_stores_nothing(operator):
    answer = post(operator, upload(document(1), document(2, countries=["XX"])), do="check")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Nothing was stored" in text
    assert "unknown code “XX”" in text
    assert ImportBatch.objects.count() == 0


def test_a_file_that_cannot_be_used_is_said_so(operator):
    answer = post(operator, SimpleUploadedFile("records.xlsx", b"%PDF-1.4"), do="import")
    assert answer.status_code == 422
    assert "PDF" in answer.content.decode()
    assert post(operator, SimpleUploadedFile("records.csv", b""), do="import").status_code == 422
    assert operator.post(reverse("operate-imports"), {"do": "import"}).status_code == 422
    assert ImportBatch.objects.count() == 0


def test_too_large_a_file_is_said_so_and_not_kept(operator, settings, tmp_path):
    settings.UPLOAD_LIMIT = 100_000
    answer = post(operator, SimpleUploadedFile("records.csv", b"x" * 300_000), do="import")
    assert answer.status_code == 413
    assert "larger than" in answer.content.decode()
    assert not settings.MEDIA_ROOT.exists()
    assert ImportBatch.objects.count() == 0


def test_a_fault_found_while_reading_is_shown_on_the_batch(operator):
    bad = SimpleUploadedFile("records.csv", "id,kind,title\n1,lesson,Café\n".encode("cp1252"))
    post(operator, bad, do="import")
    run_waiting_imports()
    batch = only_batch()
    assert batch.state == "failed"
    assert "byte 26, in line 2" in operator.get(reverse("operate-import", args=[batch.uid])).content.decode()


def test_what_stays_after_an_undo_is_listed(operator):
    from ayni.knowledge.actions.records import confirm

    post(operator, upload(document()), do="import", publish="on")
    run_waiting_imports()
    confirm(by=None, record=Record.objects.get(origin="jsonl"))
    operator.post(reverse("operate-import-undo", args=[only_batch().uid]))
    run_waiting_imports()
    text = operator.get(reverse("operate-import", args=[only_batch().uid])).content.decode()
    assert "Left in place by the undo" in text
    assert document()["title"] in text


def test_markup_in_names_is_shown_as_text(operator):
    nasty = "<script>alert(1)</script>.jsonl"
    post(operator, upload(document(2, countries=["<script>alert(2)</script>"]), name=nasty), do="import")
    run_waiting_imports()
    text = operator.get(reverse("operate-import", args=[only_batch().uid])).content.decode()
    assert "<script>alert" not in text


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_empty_sheet_can_be_downloaded(operator, kind):
    answer = operator.get(reverse("operate-import-template", args=[kind]))
    assert answer.status_code == 200
    assert f"ayni-records.{kind}" in answer["Content-Disposition"]
    assert operator.get(reverse("operate-import-template", args=["exe"])).status_code == 404


def test_one_broken_batch_does_not_keep_the_others_waiting(operator, settings):
    post(operator, upload(document(1)), do="import")
    first = only_batch()
    (settings.MEDIA_ROOT / "imports" / first.uid).unlink()
    post(operator, upload(document(2)), do="import")
    assert run_waiting_imports() == 2
    assert sorted(ImportBatch.objects.values_list("state", flat=True)) == ["done", "failed"]


@pytest.mark.parametrize("rows", [1, 30])
def test_the_page_of_a_batch_asks_a_constant_number_of_queries(operator, django_assert_max_num_queries, rows):
    post(operator, upload(*(document(n) for n in range(rows))), do="import", publish="on")
    run_waiting_imports()
    page = reverse("operate-import", args=[only_batch().uid])
    operator.get(page)
    with django_assert_max_num_queries(14):
        operator.get(page)


@pytest.mark.parametrize("publish", [True, False])
def test_similar_titles_are_shown_and_lead_to_pages_that_are_there(operator, publish):
    rows = [
        document(1, title="Community water points in dry districts"),
        document(2, title="Community water points in dry districts II"),
    ]
    post(operator, upload(*rows), do="import", **({"publish": "on"} if publish else {}))
    run_waiting_imports()
    text = operator.get(reverse("operate-import", args=[only_batch().uid])).content.decode()
    assert text.count("Community water points in dry districts II") == 2
    links = [reverse("record-short", args=[record.uid]) for record in Record.objects.filter(origin="jsonl")]
    assert [link in text for link in links] == [publish, publish]


@pytest.mark.parametrize("publish", [{}, {"publish": "on"}])
def test_drafts_are_told_of(operator, publish):
    post(operator, upload(document(1)), do="import", **publish)
    assert run_waiting_imports() == 1
    shown = operator.get(reverse("operate-import", args=[only_batch().uid])).content.decode()
    assert ("stored as drafts" in shown) is not bool(publish)
