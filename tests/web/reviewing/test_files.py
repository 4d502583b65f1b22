"""Photos and documents of what is read: seen by those who read the draft, and compared as words are."""

import gzip
from pathlib import Path

import pytest

from ayni.knowledge.actions import comments, files, reviews
from ayni.knowledge.attached import files_of, fingerprint_of
from ayni.knowledge.models import Revision
from tests.pictures import PDF, encoded, photo
from tests.web.test_weight import FIRST_VISIT, linked, wire_size
from tests.worlds import ReviewRoom, all_yes, reading


@pytest.fixture(autouse=True)
def _media(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def attach(room: ReviewRoom, folder: Path, name: str, content: bytes, description: str = "") -> None:
    path = folder / name
    path.write_bytes(content)
    files.receive(by=room.author, revision=room.revision, path=path, name=name)
    if description:
        describe(room, description)


def describe(room: ReviewRoom, description: str) -> None:
    row = files_of(Revision.objects.get(pk=room.revision.pk))[0]
    files.describe(
        by=room.author, row=row, caption="The wall", description=description, was=fingerprint_of(row)
    )


@pytest.fixture
def with_photo(room: ReviewRoom, tmp_path: Path) -> ReviewRoom:
    attach(room, tmp_path, "wall.jpg", encoded(photo()), "A wall with the figures of a year")
    attach(room, tmp_path, "figures.pdf", PDF)
    reviews.submit(by=room.author, revision=room.revision)
    return room


def page(client, address: str) -> str:
    return client.get(address).content.decode()


def test_readers_see_them_with_the_words_for_those_who_do_not(client, with_photo: ReviewRoom) -> None:
    room = with_photo
    client.force_login(room.reader)
    html = page(client, f"/en/review/{reading(room.revision, 'owner').uid}/")
    assert (
        html.count("<figure>"),
        html.count("A wall with the figures of a year"),
        "figures.pdf" in html,
    ) == (1, 2, True)
    assert "Only readers and authors of this draft see these" in html
    picture = files_of(room.revision)[0].file
    address = f"/files/{picture.uid}/{picture.widths[0]}"
    response = client.get(address)
    assert (response.status_code, b"".join(response.streaming_content)[8:12]) == (200, b"WEBP")
    client.force_login(room.stranger)
    assert client.get(address).status_code == 404


def test_other_words_of_a_photo_are_a_change_since_it_was_read(client, with_photo: ReviewRoom) -> None:
    room = with_photo
    review = reviews.take_up(by=room.reader, review=reading(room.revision, "owner"))
    answers = dict.fromkeys(all_yes(), "partly")
    reviews.decide(by=room.reader, review=review, verdict="changes", answers=answers, note="Say more.")
    client.force_login(room.reader)
    address = f"/en/review/{review.uid}/"
    assert "Nothing has changed." in page(client, address)
    describe(room, "A wall with the figures of two years")
    html = page(client, address)
    assert ("Nothing has changed." in html, html.count("<dt>Photos and documents</dt>")) == (False, 1)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_reading_is_light(client, with_photo: ReviewRoom, language: str) -> None:
    """With twenty remarks beside the text, and the forms of the decision. Photos come when they are near."""
    room = with_photo
    for number in range(20):
        comments.comment(
            by=room.reader, revision=room.revision, path="title", text=f"{number}. " + "A thought. " * 20
        )
    review = reviews.take_up(by=room.reader, review=reading(room.revision, "owner"))
    client.force_login(room.reader)
    response = client.get(f"/{language}/review/{review.uid}/", headers={"accept-encoding": "gzip"})
    html = gzip.decompress(response.content).decode()
    assert html.count('loading="lazy"') == html.count("<img")
    found = linked(html)
    assert found
    weight = len(response.content) + sum(wire_size(file) for file in found)
    assert weight <= FIRST_VISIT, f"{weight} bytes"
