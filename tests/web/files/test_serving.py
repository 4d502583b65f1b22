"""Files as readers get them: for whom, with which head, whole, in part, or not again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ayni.knowledge.actions import files as actions
from ayni.knowledge.actions.drafts import begin_again
from ayni.knowledge.actions.records import change_visibility, publish
from ayni.knowledge.attached import fingerprint_of
from ayni.web.files.presenting import file_url
from tests.pictures import PDF, encoded, photo, written

JPEG = encoded(photo(1000, 750))


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def image(world, tmp_path):
    draft = world.draft.revisions.get()
    return actions.receive(by=world.author, revision=draft, path=written(tmp_path, JPEG), name="Le mur.jpg")


@pytest.fixture
def document(world, image, tmp_path):
    path = written(tmp_path, PDF)
    return actions.receive(by=world.author, revision=image.revision, path=path, name="Le rapport ©.pdf")


def publish_it(row):
    publish(by=None, revision=row.revision, as_imported=True)


def got(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_draft_s_files_are_for_those_who_may_read_it(client, world, image):
    url = file_url(image.file, 960)
    assert client.get(url).status_code == 404
    client.force_login(world.member)
    assert client.get(url).status_code == 404
    client.force_login(world.author)
    response = client.get(url)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-cache"
    assert got(response)[:4] == b"RIFF"


def test_what_is_published_is_everyones_and_stays_in_caches(client, image):
    publish_it(image)
    response = client.get(file_url(image.file))
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Content-Disposition"] == 'inline; filename="Le mur.webp"'
    assert not response.has_header("Set-Cookie")
    assert int(response["Content-Length"]) == len(got(response))


def test_a_document_is_saved_not_opened(client, document):
    publish_it(document)
    response = client.get(file_url(document.file), headers={"accept-encoding": "gzip"})
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Le%20rapport%20%C2%A9.pdf"
    assert got(response) == PDF


def test_unknown_forms_of_a_known_file_are_not_there(client, image):
    publish_it(image)
    url = file_url(image.file)
    for name in ("481", "document", "..", "²", "480.webp"):
        assert client.get(url.replace("/480", f"/{name}")).status_code == 404


def test_who_has_it_already_does_not_get_it_again(client, image):
    publish_it(image)
    first = client.get(file_url(image.file))
    got(first)
    again = client.get(file_url(image.file), headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-9", 0, 10), ("bytes=20-", 20, len(PDF)), ("bytes=5-99999", 5, len(PDF))],
)
def test_a_broken_download_goes_on(client, document, asked, start, end):
    publish_it(document)
    response = client.get(file_url(document.file), headers={"range": asked})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {start}-{end - 1}/{len(PDF)}"
    assert response["Content-Length"] == str(end - start)
    assert got(response) == PDF[start:end]


def test_parts_that_are_not_there_or_of_another_file(client, document):
    publish_it(document)
    url = file_url(document.file)
    assert client.get(url, headers={"range": "bytes=99999-"}).status_code == 416
    other = client.get(url, headers={"range": "bytes=5-", "if-range": '"another"'})
    assert (other.status_code, got(other)) == (200, PDF)


def test_files_of_a_withdrawn_record_are_gone_but_not_for_its_writers(client, world, image):
    publish_it(image)
    change_visibility(by=None, record=world.draft, name="withdraw", reason="wrong")
    assert client.get(file_url(image.file)).status_code == 410
    client.force_login(world.author)
    response = client.get(file_url(image.file))
    assert (response["Cache-Control"], got(response)[:4]) == ("private, no-cache", b"RIFF")


def test_what_the_newer_text_left_out_is_no_longer_shown(client, world, image):
    publish_it(image)
    later = begin_again(by=world.author, record=world.draft)
    actions.detach(by=world.author, row=later.files.get())
    publish(by=None, revision=later, as_imported=True)
    assert client.get(file_url(image.file)).status_code == 404


def test_the_page_shows_photos_and_documents(client, world, image, document):
    actions.describe(
        by=world.author, row=image, caption="The wall", description="Pupils write.", was=fingerprint_of(image)
    )
    publish_it(document)
    html = client.get(f"/id/{world.draft.uid}/", follow=True).content.decode()
    uid = image.file.uid
    assert f'srcset="/files/{uid}/480 480w, /files/{uid}/960 960w, /files/{uid}/1000 1000w"' in html
    assert 'width="1000" height="750" loading="lazy" decoding="async" alt="Pupils write."' in html
    assert "<figcaption>The wall</figcaption>" in html
    assert f'"image": ["http://localhost:8000/files/{uid}/1000"]' in html
    assert "Le rapport ©.pdf</bdi></a>" in html
    assert f"PDF, {len(PDF)}\xa0bytes" in html


def test_files_cost_the_page_one_query_however_many(
    client, world, image, document, django_assert_num_queries
):
    publish_it(image)
    address = f"/id/{world.draft.uid}/"
    client.force_login(world.author)
    client.get(address, follow=True)
    with CaptureQueriesContext(connection) as with_two:
        client.get(address, follow=True)
    before = len(with_two)
    later = begin_again(by=world.author, record=world.draft)
    actions.detach(by=world.author, row=later.files.first())
    publish(by=None, revision=later, as_imported=True)
    with django_assert_num_queries(before):
        client.get(address, follow=True)
