"""The files of a draft by plain forms, as without JavaScript."""

import gzip
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ayni.kernel import guarded
from ayni.knowledge.actions.files import begin_upload
from ayni.knowledge.attached import files_of, fingerprint_of
from ayni.knowledge.drafts import fingerprint
from ayni.registry.actions.uploads import add_piece
from ayni.registry.filing import images
from ayni.registry.models import File, Upload
from tests import worlds
from tests.pictures import PDF, encoded, photo
from tests.web.test_weight import linked, wire_size

JPEG = encoded(photo())
OF_A_FILE = {"caption", "description", "was"}


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def draft(world):
    return world.draft.revisions.get()


@pytest.fixture
def author(client, world):
    client.force_login(world.author)
    return client


def address(draft) -> str:
    return f"/en/files/of/{draft.record.uid}/"


def add(client, draft, content=JPEG, name="a.jpg", **fields):
    file = io.BytesIO(content)
    file.name = name
    return client.post(address(draft), {"do": "add", "file": file} | fields)


def do(client, draft, what, row=None, **fields):
    """As the button of a row does; words belong to that row."""
    named = {f"{name}-{row.file.uid}" if name in OF_A_FILE else name: text for name, text in fields.items()}
    return client.post(address(draft), {"do": f"{what}:{row.file.uid}" if row else what} | named)


def test_added_by_a_plain_form(author, draft):
    response = add(author, draft, name="Le mur.jpg")
    (row,) = files_of(draft)
    assert response["Location"] == f"{address(draft)}#file-{row.file.uid}"
    html = author.get(address(draft)).content.decode()
    assert "“Le mur.webp” is added." in html
    assert "Still missing." in html


@pytest.mark.parametrize(
    ("content", "name", "status", "words"),
    [
        (b"<html>", "a.jpg", 422, "This is a web page"),
        (b"MZ", "a.pdf", 422, "Programs cannot be added"),
        (JPEG[:5000], "a.jpg", 422, "damaged or cut off"),
        (b"\xff\xd8\xff" + b"\0" * (11 * 1024 * 1024), "a.jpg", 422, "larger than 10.0"),
        (b"\xff\xd8\xff" + b"\0" * (21 * 1024 * 1024), "a.jpg", 413, "larger than 10.0"),
        (b"", "a.jpg", 422, "The file is empty"),
    ],
)
def test_refused_with_the_reason_on_the_page(author, draft, content, name, status, words):
    response = add(author, draft, content, name)
    assert response.status_code == status
    html = response.content.decode()
    assert words in html
    assert 'role="alert" id="files-fault"' in html
    assert 'aria-describedby="files-hint files-choose-fault" aria-invalid="true"' in html
    assert not File.objects.exists()


def test_while_other_pictures_are_made_ready_one_is_asked_to_come_again(author, draft, monkeypatch):
    monkeypatch.setattr(images.turns, "_patience", 0.01)
    with images.turns.turn():
        response = add(author, draft)
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert "Try again in a moment" in response.content.decode()
    assert add(author, draft).status_code == 302


def test_without_a_file_one_is_asked_for_it(author, draft):
    response = do(author, draft, "add")
    assert response.status_code == 409
    html = response.content.decode()
    assert '<p class="errors" id="files-choose-fault">Choose a file first.</p>' in html
    assert '<a href="#files-choose">Go to the field</a>' in html
    assert " required" not in html  # the same form goes on without a file


def test_described_moved_taken_off_and_put_back(author, draft):
    add(author, draft)
    add(author, draft, PDF, "b.pdf")
    image, document = files_of(draft)
    seen = fingerprint_of(image)
    do(author, draft, "describe", image, caption="The wall", description="Pupils write.", was=seen)
    image.refresh_from_db()
    assert (image.caption, image.description) == ("The wall", "Pupils write.")
    # What was typed beside the button is saved with it.
    do(author, draft, "up", document, caption="Our report", was=fingerprint_of(document))
    assert [(row.file.kind, row.caption) for row in files_of(draft)] == [
        ("document", "Our report"), ("image", "The wall"),
    ]  # fmt: skip
    do(author, draft, "remove", image)
    assert [row.file.kind for row in files_of(draft)] == ["document"]
    html = author.get(address(draft)).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', html)[1]
    do(author, draft, "put-back", token=token)
    assert [(row.file, row.caption, row.description) for row in files_of(draft)][1] == (
        image.file, "The wall", "Pupils write.",
    )  # fmt: skip
    assert 'name="token"' not in author.get(address(draft)).content.decode()


def test_a_made_up_token_brings_nobody_s_file(author, draft):
    add(author, draft)
    response = do(author, draft, "put-back", token="made-up")
    assert response.status_code == 409
    assert len(files_of(draft)) == 1


def test_two_who_write_about_one_picture(author, draft):
    add(author, draft)
    (row,) = files_of(draft)
    seen = fingerprint_of(row)
    do(author, draft, "describe", row, caption="First", description="First words", was=seen)
    response = do(author, draft, "describe", row, caption="Second", description="Second words", was=seen)
    html = response.content.decode()
    assert response.status_code == 409
    assert 'value="Second"' in html
    assert "<q>First words</q>" in html
    # Having seen the other's words, the writer may replace them.
    stamp = re.search(r'name="was-\w+" value="([^"]+)"', html)[1]
    do(author, draft, "describe", row, caption="Second", description="Second words", was=stamp)
    row.refresh_from_db()
    assert row.caption == "Second"


WORDS = {"caption": "The wall", "description": "Pupils write."}


def given_back(response, status: int) -> None:
    html = response.content.decode()
    assert response.status_code == status
    assert "Your words are still here" in html
    assert all(text in html for text in WORDS.values())
    assert 'name="do" value="describe:' in html


def test_words_about_a_photo_are_given_back_whatever_happened_meanwhile(author, world, draft):
    add(author, draft)
    (row,) = files_of(draft)
    sent = WORDS | {"was": fingerprint_of(row), "writer": world.author.uid}
    author.logout()
    given_back(do(author, draft, "describe", row, **sent), 401)
    author.force_login(worlds.person("Olga Other"))
    given_back(do(author, draft, "describe", row, **sent), 409)
    author.force_login(world.author)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.author)
    given_back(do(strict, draft, "describe", row, csrfmiddlewaretoken="x" * 64, **sent), 403)
    with guarded.writing():
        type(draft).objects.filter(pk=draft.pk).update(state="submitted")
    given_back(do(author, draft, "describe", row, **sent), 409)
    with guarded.writing():
        type(draft).objects.filter(pk=draft.pk).update(state="draft")
    assert [(row.caption, row.description) for row in files_of(draft)] == [("", "")]


def sent_from(html: str) -> dict[str, str]:
    """What the form of the page sends when a button is pressed."""
    form = html[html.index("<form", html.index("files-title")) :]
    hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', form))
    lines = dict(re.findall(r'<input name="(caption-\w+)"[^>]* value="([^"]*)"', form))
    return hidden | lines | dict(re.findall(r'<textarea name="([\w-]+)"[^>]*>([^<]*)<', form))


@pytest.fixture
def three(author, draft):
    add(author, draft)
    add(author, draft, PDF, "b.pdf")
    add(author, draft, encoded(photo(seed=2)), "c.jpg")
    return [row.file.uid for row in files_of(draft)]


def words_of(draft):
    return [(row.caption, row.description) for row in files_of(draft)]


def test_continue_saves_what_was_typed_about_every_file(author, draft, three):
    sent = sent_from(author.get(address(draft)).content.decode())
    sent |= {f"description-{three[0]}": "A wall.", f"caption-{three[1]}": "Our report", "do": "continue"}
    response = author.post(address(draft), sent)
    assert response["Location"] == f"/en/write/{draft.record.uid}/"
    assert words_of(draft) == [("", "A wall."), ("Our report", ""), ("", "")]


@pytest.mark.parametrize(
    "what", ["describe", "up:{}", "down:{}", "remove:{}", "give-up:none", "add", "put-back"]
)
def test_whichever_button_is_pressed_the_words_are_saved(author, draft, three, what):
    sent = sent_from(author.get(address(draft)).content.decode())
    sent |= {f"description-{three[0]}": "A wall.", "do": what.format(three[2])}
    author.post(address(draft), sent)
    assert ("", "A wall.") in words_of(draft)


def test_a_file_that_was_chosen_and_not_added_is_added_by_continue_and_shown(author, draft, three):
    sent = sent_from(author.get(address(draft)).content.decode()) | {"do": "continue"}
    file = io.BytesIO(PDF + b"d")
    file.name = "d.pdf"
    response = author.post(address(draft), sent | {f"description-{three[0]}": "A wall.", "file": file})
    last = list(files_of(draft))[-1]
    assert (last.file.name, response["Location"]) == ("d.pdf", f"{address(draft)}#file-{last.file.uid}")
    assert words_of(draft)[0] == ("", "A wall.")


@pytest.mark.parametrize(("size", "status"), [(11, 422), (21, 413)])
def test_words_stay_when_the_file_beside_them_is_too_large(author, draft, three, size, status):
    sent = sent_from(author.get(address(draft)).content.decode())
    file = io.BytesIO(b"\xff\xd8\xff" + b"\0" * (size * 1024 * 1024))
    file.name = "large.jpg"
    response = author.post(
        address(draft), sent | {f"description-{three[0]}": "A wall.", "file": file, "do": "continue"}
    )
    html = response.content.decode()
    assert response.status_code == status
    assert ">A wall.</textarea>" in html
    author.post(address(draft), sent_from(html) | {"do": "continue"})
    assert words_of(draft)[0] == ("", "A wall.")


def test_a_page_left_open_takes_nothing_back_that_another_tab_has_saved(author, draft, three):
    old = sent_from(author.get(address(draft)).content.decode())
    author.post(address(draft), old | {f"description-{three[0]}": "A wall.", "do": "describe"})
    response = author.post(address(draft), old | {f"description-{three[2]}": "A boat.", "do": "continue"})
    assert response.status_code == 302
    assert words_of(draft) == [("", "A wall."), ("", ""), ("", "A boat.")]


def test_of_two_tabs_that_write_about_one_picture_no_word_is_lost(author, draft, three):
    old = sent_from(author.get(address(draft)).content.decode())
    author.post(address(draft), old | {f"description-{three[0]}": "A wall.", "do": "describe"})
    mine = {f"description-{three[0]}": "A red wall.", f"description-{three[2]}": "A boat."}
    response = author.post(address(draft), old | mine | {"do": "continue"})
    html = response.content.decode()
    assert (response.status_code, html.count("Their words:")) == (409, 1)  # of the one field alone
    assert words_of(draft) == [("", "A wall."), ("", ""), ("", "")]
    again = sent_from(html)
    assert {name: again[name] for name in mine} == mine
    author.post(address(draft), again | {"do": "continue"})
    assert words_of(draft) == [("", "A red wall."), ("", ""), ("", "A boat.")]


def test_words_about_a_file_that_was_taken_off_are_shown_beside_the_others(author, draft, three):
    old = sent_from(author.get(address(draft)).content.decode())
    author.post(address(draft), old | {"do": f"remove:{three[2]}"})
    mine = {f"description-{three[0]}": "A wall.", f"description-{three[2]}": "A boat."}
    response = author.post(address(draft), old | mine | {"do": "continue"})
    html = response.content.decode()
    assert response.status_code == 409
    assert '<q dir="auto">A boat.</q>' in html
    author.post(address(draft), sent_from(html) | {"do": "continue"})
    assert words_of(draft) == [("", "A wall."), ("", "")]


def test_of_several_files_only_what_was_typed_is_given_back_to_be_read(author, world, draft, three):
    sent = sent_from(author.get(address(draft)).content.decode())
    author.logout()
    assert author.post(address(draft), sent | {"do": "continue"}).status_code == 302
    response = author.post(address(draft), sent | {f"description-{three[2]}": "A boat.", "do": "continue"})
    html = response.content.decode()
    assert (response.status_code, html.count("<textarea")) == (401, 1)
    form = html[html.rindex('<form class="plain text"') :]
    given = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', form))
    author.force_login(world.author)
    answer = author.post(address(draft), given | {f"description-{three[2]}": "A boat."})
    assert answer["Location"] == f"/en/write/{draft.record.uid}/"
    assert words_of(draft) == [("", ""), ("", ""), ("", "A boat.")]


def test_the_form_says_who_writes(author, world, draft):
    add(author, draft)
    assert f'name="writer" value="{world.author.uid}"' in author.get(address(draft)).content.decode()


def test_what_is_on_its_way_is_listed_and_can_be_given_up(author, world, draft):
    upload = begin_upload(
        by=world.author, revision=draft, name="big.jpg", size=100, fingerprint="0123456789abcdef"
    )
    add_piece(by=world.author, upload=upload, offset=0, piece=b"x" * 43)
    html = author.get(address(draft)).content.decode()
    assert "big.jpg" in html
    assert "43 % is here" in html
    do(author, draft, f"give-up:{upload.uid}")
    assert not Upload.objects.exists()


def test_a_draft_that_was_handed_in_takes_no_file(author, world, draft):
    with guarded.writing():
        type(draft).objects.filter(pk=draft.pk).update(state="submitted")
    response = add(author, draft)
    assert response.status_code == 409
    assert "has been handed in" in response.content.decode()
    assert not File.objects.exists()


def test_only_those_who_may_change_it(client, world, draft):
    for person in (world.member, worlds.person("Olga Other")):
        client.force_login(person)
        assert client.get(address(draft)).status_code == 404
        assert add(client, draft).status_code == 404


def test_three_files_cost_as_many_queries_as_one(author, draft, django_assert_num_queries):
    add(author, draft)
    author.get(address(draft))
    with CaptureQueriesContext(connection) as with_one:
        author.get(address(draft))
    before = len(with_one)
    for number in range(2):
        add(author, draft, PDF + bytes([65 + number]), f"{number}.pdf")
    author.get(address(draft))
    with django_assert_num_queries(before):
        author.get(address(draft))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_is_light(author, draft, language):
    add(author, draft)
    url = address(draft).replace("/en/", f"/{language}/")
    response = author.get(url, headers={"accept-encoding": "gzip"})
    files = linked(gzip.decompress(response.content).decode())
    assert {file.name for file in files} >= {"upload.js", "files.css"}
    assert len(response.content) + sum(wire_size(file) for file in files) <= 20_000


def test_the_preview_names_the_picture_that_lacks_words_and_leads_there(author, draft):
    add(author, draft, name="Le mur.jpg")
    (row,) = files_of(draft)
    html = author.get(f"/en/write/{draft.record.uid}/preview/").content.decode()
    assert (
        f'<a href="{address(draft)}#description-{row.file.uid}">What the picture “Le mur.webp” shows</a>'
        in html
    )
    do(author, draft, "describe", row, description="Pupils write.", was=fingerprint_of(row))
    html = author.get(f"/en/write/{draft.record.uid}/preview/").content.decode()
    assert f"#description-{row.file.uid}" not in html
    assert 'alt="Pupils write."' in html


def test_from_the_page_of_what_changed_one_saves_and_comes_to_the_files(author, draft):
    page = author.get(f"/en/write/{draft.record.uid}/changed/").content.decode()
    assert 'name="go" value="files"' in page
    was = fingerprint(draft.body.get("what_changed"))
    sent = {
        "writer": draft.created_by.uid, "was.body.what_changed": was, "body.what_changed": "Less fever.", "go": "files",
    }  # fmt: skip
    answer = author.post(f"/en/write/{draft.record.uid}/changed/", sent)
    assert answer["Location"] == address(draft)
    draft.refresh_from_db()
    assert draft.body["what_changed"] == "Less fever."
