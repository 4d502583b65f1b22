"""The script's conversation: begun, gone on with, finished, refused; always a status and a code."""

import json

import pytest
from django.test import Client

from ayni.knowledge.actions import files as actions
from ayni.knowledge.models import RevisionFile
from ayni.registry.actions import uploads
from ayni.registry.filing import images, shelf
from ayni.registry.models import File, Upload
from tests import worlds
from tests.pictures import encoded, photo

JPEG = encoded(photo())
HALF = len(JPEG) // 2


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def author(client, world):
    client.force_login(world.author)
    return client


def begin(client, world, **fields):
    asked = {
        "target": world.draft.target, "name": "a.jpg", "size": len(JPEG), "fingerprint": "0123456789abcdef",
    } | fields  # fmt: skip
    return client.post("/en/files/uploads/", json.dumps(asked), content_type="application/json")


def patch(client, uid, offset, piece):
    return client.patch(
        f"/en/files/uploads/{uid}/", piece, content_type="application/octet-stream",
        headers={"Upload-Offset": str(offset)},
    )  # fmt: skip


def test_from_the_first_byte_to_the_row_on_the_page(author, world):
    told = begin(author, world).json()
    assert (told["state"], told["offset"]) == ("receiving", 0)
    assert patch(author, told["id"], 0, JPEG[:HALF]).json()["offset"] == HALF
    assert author.get(f"/en/files/uploads/{told['id']}/").json()["offset"] == HALF
    head = author.head(f"/en/files/uploads/{told['id']}/")
    assert head["Upload-Offset"] == str(HALF)
    assert begin(author, world).json()["id"] == told["id"]
    done = patch(author, told["id"], HALF, JPEG[HALF:]).json()
    file = File.objects.get()
    assert (done["state"], done["file"]) == ("done", file.uid)
    assert f'id="file-{file.uid}"' in done["html"]
    assert "a.webp" in done["html"]


def test_the_last_piece_sent_twice_makes_one_file(author, world):
    uid = begin(author, world).json()["id"]
    answers = [patch(author, uid, 0, JPEG).json() for _ in range(2)]
    assert answers[0]["file"] == answers[1]["file"]
    assert (File.objects.count(), RevisionFile.objects.count()) == (1, 1)


def test_a_piece_at_another_place_is_told_the_right_one(author, world):
    uid = begin(author, world).json()["id"]
    patch(author, uid, 0, JPEG[:HALF])
    for offset in (0, HALF + 1):
        answer = patch(author, uid, offset, b"x")
        assert (answer.status_code, answer.json()) == (409, {"code": "wrong_offset", "offset": HALF})


def test_all_bytes_here_and_the_server_gone_before_the_end(author, world):
    """The sender asks, learns that all is here, and an empty piece finishes it."""
    uid = begin(author, world).json()["id"]
    with shelf.alone_with(uid) as handle:
        shelf.write_piece(handle, 0, JPEG)
    uploads._note_received(by=world.author, upload=Upload.objects.get(), offset=0, length=len(JPEG))
    assert author.get(f"/en/files/uploads/{uid}/").json()["state"] == "receiving"
    assert patch(author, uid, len(JPEG), b"").json()["state"] == "done"


def test_a_refusal_says_why_in_words(author, world):
    uid = begin(author, world, size=6).json()["id"]
    answer = patch(author, uid, 0, b"<html>")
    assert (answer.status_code, answer.json()["code"]) == (422, "markup")
    assert answer.json()["say"].startswith("This is a web page")
    later = author.get(f"/en/files/uploads/{uid}/").json()
    assert (later["state"], later["code"]) == ("refused", "markup")


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"size": 30 * 1024 * 1024}, 422, "too_large"),
        ({"size": 0}, 422, "empty"),
        ({"size": "9"}, 422, "bad_value"),
        ({"size": True}, 422, "bad_value"),
        ({"fingerprint": ""}, 422, "bad_value"),
        ({"name": "IMG_1.HEIC"}, 422, "heic"),
        ({"target": "registry.person:x"}, 404, None),
        ({"target": "knowledge.record:0123456789ab"}, 404, None),
    ],
)
def test_beginnings_without_sense(author, world, fields, status, code):
    answer = begin(author, world, **fields)
    assert answer.status_code == status
    assert code is None or answer.json()["code"] == code
    assert not Upload.objects.exists()


def test_what_is_no_json_object(author):
    for body in ("", "[]", "{", "1"):
        answer = author.post("/en/files/uploads/", body, content_type="application/json")
        assert answer.status_code == 422


def test_a_piece_without_place_or_far_too_large(author, world):
    uid = begin(author, world).json()["id"]
    for offset in ("", "-1", "x", "9" * 20):
        assert patch(author, uid, offset, b"x").status_code == 422
    assert patch(author, uid, 0, b"x" * (256 * 1024 + 1)).json()["code"] == "piece_too_large"


def test_others_find_neither_the_draft_nor_the_upload(author, client, world):
    uid = begin(author, world).json()["id"]
    other = Client()
    other.force_login(worlds.person("Olga Other"))
    assert begin(other, world).status_code == 404
    assert patch(other, uid, 0, JPEG).status_code == 404
    assert other.delete(f"/en/files/uploads/{uid}/").status_code == 404
    assert Upload.objects.get().received == 0


def test_without_a_session_one_is_told_to_log_in(author, world):
    uid = begin(author, world).json()["id"]
    assert patch(Client(), uid, 0, JPEG).json() == {"code": "log_in"}
    assert begin(Client(), world).status_code == 401


def test_another_site_cannot_send_in_ones_name(world):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.author)
    assert begin(strict, world).status_code == 403
    page = strict.get(f"/en/files/of/{world.draft.uid}/")
    token = page.context["csrf_token"]
    asked = {"target": world.draft.target, "name": "a.jpg", "size": 9, "fingerprint": "0123456789abcdef"}
    answer = strict.post(
        "/en/files/uploads/", json.dumps(asked), content_type="application/json",
        headers={"X-CSRFToken": str(token)},
    )  # fmt: skip
    assert answer.status_code == 200
    assert patch(strict, answer.json()["id"], 0, b"123456789").status_code == 403


def test_given_up_nothing_of_it_stays(author, world):
    uid = begin(author, world).json()["id"]
    patch(author, uid, 0, JPEG[:HALF])
    assert author.delete(f"/en/files/uploads/{uid}/").json() == {"state": "given-up"}
    assert not Upload.objects.exists()
    assert author.get(f"/en/files/uploads/{uid}/").status_code == 404


def test_a_full_disk_is_said_and_nothing_is_lost(author, world):
    uid = begin(author, world).json()["id"]
    shelf.begin_arriving(uid)
    shelf.arriving(uid).unlink()
    shelf.arriving(uid).symlink_to("/dev/full")
    answer = patch(author, uid, 0, JPEG[:HALF])
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "full", "60")
    shelf.arriving(uid).unlink()
    assert author.get(f"/en/files/uploads/{uid}/").json()["offset"] == 0
    assert patch(author, uid, 0, JPEG).json()["state"] == "done"


def test_taken_off_meanwhile_it_is_not_put_back_by_a_late_answer(author, world):
    uid = begin(author, world).json()["id"]
    patch(author, uid, 0, JPEG)
    actions.detach(by=world.author, row=RevisionFile.objects.get())
    answer = patch(author, uid, 0, JPEG)
    assert (answer.status_code, answer.json()["code"]) == (409, "taken_off")
    assert not RevisionFile.objects.exists()


def test_while_other_pictures_are_made_ready_it_stays_and_is_asked_for_again(author, world, monkeypatch):
    monkeypatch.setattr(images.turns, "_patience", 0.01)
    uid = begin(author, world).json()["id"]
    with images.turns.turn():
        answer = patch(author, uid, 0, JPEG)
        assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "busy", "10")
        assert "Try again in a moment" in answer.json()["say"]
    assert author.get(f"/en/files/uploads/{uid}/").json()["offset"] == len(JPEG)
    assert patch(author, uid, len(JPEG), b"").json()["state"] == "done"
