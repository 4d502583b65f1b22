"""Files are checked, made anew, stored whole, and swept away when nothing needs them."""

import hashlib
import io
import os
import time
import zipfile
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from ayni.kernel import clock
from ayni.registry.actions import files
from ayni.registry.filing import documents, shelf
from ayni.registry.filing.refusals import Refused
from ayni.registry.models import File
from ayni.registry.tasks import sweep_uploads
from tests import pictures
from tests.pictures import ODT, PDF, WORD, encoded, package, photo, written


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def prepared(tmp_path: Path, content: bytes, name: str) -> files.Prepared:
    return files.prepare(written(tmp_path, content), name)


def shown(uid: str, width: int) -> Image.Image:
    image = Image.open(io.BytesIO((shelf.folder_of(uid) / str(width)).read_bytes()))
    assert image.format == "WEBP"
    image.load()
    return image


def looks_like(image: Image.Image, colour: tuple[int, int, int], at: tuple[int, int]) -> bool:
    return all(abs(one - other) < 70 for one, other in zip(image.getpixel(at), colour, strict=True))


RED, BLUE = (178, 60, 60), (60, 60, 178)


def test_an_image_is_kept_in_three_widths_and_under_their_weights(tmp_path):
    one = prepared(tmp_path, encoded(photo(2400, 1800), quality=95), "Mtu wa maji.JPG")
    assert (one.kind, one.name, one.media_type) == ("image", "Mtu wa maji.webp", "image/webp")
    assert one.widths == (480, 960, 1600)
    assert (one.width, one.height) == (1600, 1200)
    for width, limit in {480: 40_000, 960: 110_000, 1600: 250_000}.items():
        assert (shelf.folder_of(one.uid) / str(width)).stat().st_size <= limit
        assert shown(one.uid, width).size == (width, width * 3 // 4)
    assert one.size == (shelf.folder_of(one.uid) / "1600").stat().st_size


def test_a_small_image_is_not_made_larger(tmp_path):
    one = prepared(tmp_path, encoded(photo(300, 200)), "small.jpg")
    assert (one.widths, one.width, one.height) == ((300,), 300, 200)


def test_noise_that_does_not_fit_is_made_smaller_until_it_does(tmp_path):
    noise = Image.frombytes("RGB", (1600, 1200), os.urandom(1600 * 1200 * 3))
    one = prepared(tmp_path, encoded(noise, quality=90), "noise.jpg")
    sizes = [(shelf.folder_of(one.uid) / str(width)).stat().st_size for width in one.widths]
    assert max(sizes) <= 250_000
    assert sizes[0] <= 40_000


def test_a_picture_is_encoded_a_few_times_and_no_more(tmp_path, monkeypatch):
    noise = Image.frombytes("RGB", (1700, 1300), os.urandom(1700 * 1300 * 3))
    tries, save = [], Image.Image.save

    def counted(image, *args, **kwargs):
        tries.append(image.size)
        return save(image, *args, **kwargs)

    content = encoded(noise, "PNG")
    monkeypatch.setattr(Image.Image, "save", counted)
    prepared(tmp_path, content, "noise.png")
    assert len(tries) <= 20


def test_nothing_that_a_camera_hides_is_kept(tmp_path):
    content = pictures.jpeg_with_place()
    for secret in (b"SecretCamera", b"Amina Secret", b"SecretComment", b"SecretPacket"):
        assert secret in content
    one = prepared(tmp_path, content, "place.jpg")
    for width in one.widths:
        kept = (shelf.folder_of(one.uid) / str(width)).read_bytes()
        assert not [part for part in (b"Secret", b"EXIF", b"XMP ", b"ICCP") if part in kept]
        assert dict(shown(one.uid, width).getexif()) == {}


def test_an_image_that_lies_on_its_side_is_turned_upright(tmp_path):
    one = prepared(tmp_path, pictures.jpeg_with_place(), "place.jpg")
    assert (one.width, one.height) == (400, 800)
    upright = shown(one.uid, 400)
    # Turned to the right: what was above is now at the right-hand side.
    assert looks_like(upright, RED, (370, 400))
    assert looks_like(upright, BLUE, (30, 400))


def palette() -> bytes:
    return encoded(photo().convert("P", palette=Image.Palette.ADAPTIVE), "PNG")


def with_alpha() -> bytes:
    image = photo().convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 100, 100))
    return encoded(image, "PNG")


def animated() -> bytes:
    return encoded(photo(), "GIF", save_all=True, append_images=[photo(seed=2), photo(seed=3)])


def sixteen_bits() -> bytes:
    return encoded(Image.new("I;16", (800, 600), 40_000), "PNG")


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: encoded(photo()), "a.jpg"),
        (lambda: encoded(photo(), progressive=True), "a.jpeg"),
        (lambda: encoded(photo().convert("CMYK")), "a.jpg"),
        (lambda: encoded(photo(), "PNG"), "a.png"),
        (lambda: encoded(photo(), "WEBP"), "a.webp"),
        (palette, "a.png"),
        (animated, "a.gif"),
        (lambda: encoded(photo()), "called-otherwise.png"),
    ],
)
def test_images_of_every_usual_kind_are_taken(tmp_path, make, name):
    one = prepared(tmp_path, make(), name)
    image = shown(one.uid, 800)
    assert (image.mode, image.size, getattr(image, "n_frames", 1)) == ("RGB", (800, 600), 1)
    assert looks_like(image, RED, (700, 60))
    assert looks_like(image, BLUE, (700, 560))


def test_what_one_sees_through_becomes_white(tmp_path):
    one = prepared(tmp_path, with_alpha(), "a.png")
    assert looks_like(shown(one.uid, 800), (255, 255, 255), (30, 30))


def test_sixteen_bits_a_pixel_become_eight(tmp_path):
    one = prepared(tmp_path, sixteen_bits(), "scan.png")
    assert looks_like(shown(one.uid, 800), (156, 156, 156), (400, 300))


def test_a_picture_with_a_page_behind_it_becomes_a_picture(tmp_path):
    one = prepared(tmp_path, encoded(photo()) + b"<script>alert(1)</script>" + package(WORD), "a.jpg")
    kept = (shelf.folder_of(one.uid) / "800").read_bytes()
    assert b"script" not in kept
    assert b"PK\x03\x04" not in kept


BAD_IMAGES = {
    "nothing at all": (b"", "a.jpg", "empty"),
    "cut off": (encoded(photo())[:9000], "a.jpg", "broken_image"),
    "only a beginning": (b"\xff\xd8\xff\xe0 and no more", "a.jpg", "broken_image"),
    "a bomb": (pictures.png_of_announced_size(30_000, 30_000), "a.png", "too_many_pixels"),
    "just too large": (pictures.png_of_announced_size(5_001, 5_000), "a.png", "too_many_pixels"),
    "lies about its size": (pictures.png_of_announced_size(2_000, 2_000), "a.png", "broken_image"),
    "of a telephone": (b"\0\0\0\x18ftypheic\0\0\0\0", "a.heic", "heic"),
    "a page": (b"<!doctype html><script>alert(1)</script>", "a.jpg", "markup"),
    "a drawing": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.svg", "svg"),
    "a drawing behind a declaration": (b"\n<?xml version='1.0'?>\n<svg/>", "a.png", "svg"),
    "a program": (b"MZ\x90\0" + b"\0" * 100, "a.jpg", "program"),
    "called a document": (encoded(photo()), "a.pdf", "wrong_ending"),
    "bytes of no kind": (b"\x00\x01\x02\x03" * 50, "a.jpg", "wrong_type"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD_IMAGES)
def test_what_is_no_honest_image_is_refused_with_a_reason(tmp_path, what):
    content, name, code = BAD_IMAGES[what]
    with pytest.raises(Refused) as refusal:
        prepared(tmp_path, content, name)
    assert refusal.value.code == code
    assert list(shelf.stored()) == []


GOOD_DOCUMENTS = {
    "a.pdf": (PDF, "application/pdf"),
    "b.docx": (package(WORD), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "c.odt": (package(ODT), "application/vnd.oasis.opendocument.text"),
    "d.csv": ("Pays;Année\nSénégal;2019\n".encode(), "text/csv"),
    "e.txt": ("مرحبا\n".encode(), "text/plain"),
}


@pytest.mark.parametrize("name", GOOD_DOCUMENTS)
def test_documents_are_kept_as_they_are(tmp_path, name):
    content, media_type = GOOD_DOCUMENTS[name]
    one = prepared(tmp_path, content, name)
    assert (one.kind, one.name, one.media_type, one.size) == ("document", name, media_type, len(content))
    assert one.digest == hashlib.sha256(content).hexdigest()
    assert (shelf.folder_of(one.uid) / "document").read_bytes() == content


def locked_package() -> bytes:
    content = bytearray(package(WORD))
    for place in (content.find(b"PK\x03\x04") + 6, content.find(b"PK\x01\x02") + 8):
        content[place] |= 1
    return bytes(content)


REMOTE = '<Relationship Type="x/attachedTemplate" Target="https://evil.example/t" TargetMode="External"/>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100
BAD_DOCUMENTS = {
    "macros": (package(WORD | {"word/vbaProject.bin": b"x"}), "a.docx", "macros"),
    "macros by name": (package(WORD), "a.docm", "macros"),
    "macros by type": (
        package(WORD | {"[Content_Types].xml": "application/vnd.ms-word.document.macroEnabled.main+xml"}),
        "a.docx", "macros",
    ),
    "a template from elsewhere": (
        package(WORD | {"word/_rels/settings.xml.rels": REMOTE}), "a.docx", "macros",
    ),
    "ODT with Basic": (package(ODT | {"Basic/Standard/x.xml": "x"}), "a.odt", "macros"),
    "an object inside": (package(WORD | {"word/embeddings/oleObject1.bin": b"x"}), "a.docx", "embedded_objects"),
    "a program inside": (package(WORD | {"word/media/run.exe": b"x"}), "a.docx", "program"),
    "a bomb": (package(WORD | {"word/media/a.bin2": b"\0" * 40_000_000}), "a.docx", "unpacks_too_large"),
    "many parts": (package(WORD | {f"p/{n}": "" for n in range(5001)}), "a.docx", "unpacks_too_large"),
    "locked parts": (locked_package(), "a.docx", "encrypted"),
    "locked Office": (OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", "encrypted"),
    "old Office": (OLE, "a.doc", "old_office"),
    "old Office with macros": (OLE + "_VBA_PROJECT".encode("utf-16-le"), "a.doc", "macros"),
    "cut off": (package(WORD)[:-40], "a.docx", "broken_document"),
    "an archive": (package({"readme.txt": "x"}), "a.zip", "wrong_type"),
    "another ending": (package(WORD), "a.xlsx", "wrong_ending"),
    "PDF called Word": (PDF, "a.docx", "wrong_ending"),
    "PDF with a program": (pictures.pdf(b"/OpenAction << /S /JavaScript /JS (x) >>"), "a.pdf", "pdf_runs"),
    "PDF that spells it otherwise": (pictures.pdf(b"/S /Java#53cript"), "a.pdf", "pdf_runs"),
    "PDF with a packed program": (pictures.pdf_with_packed(b"2 0 << /S /Launch >>"), "a.pdf", "pdf_runs"),
    "PDF with files": (pictures.pdf(b"/Names << /EmbeddedFiles 3 0 R >>"), "a.pdf", "pdf_holds_files"),
    "locked PDF": (PDF.replace(b"/Root", b"/Encrypt 5 0 R /Root"), "a.pdf", "encrypted"),
    "cut off PDF": (PDF[:-10], "a.pdf", "broken_document"),
    "other letters": ("Año".encode("latin-1"), "a.csv", "bad_encoding"),
    "no letters": (b"abc\x01\x02def", "a.txt", "wrong_type"),
    "a script": (b"#!/bin/sh\nrm -r /\n", "a.txt", "program"),
    "a page": (b"  <html><body>", "a.txt", "markup"),
}  # fmt: skip


def packed_otherwise(way: int) -> bytes:
    """As no Office program packs; and damaged, which each way of packing tells in its own way."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", way) as made:
        for name, content in WORD.items():
            made.writestr(name, content)
        made.writestr("word/media/a.txt", b"many words " * 999)
        place = made.infolist()[-1].header_offset + 30 + len("word/media/a.txt")
    content = bytearray(buffer.getvalue())
    content[place + 9 : place + 40] = b"\xff" * 31
    return bytes(content)


BAD_DOCUMENTS |= {
    "packed as LZMA": (packed_otherwise(zipfile.ZIP_LZMA), "a.docx", "broken_document"),
    "packed as bzip2": (packed_otherwise(zipfile.ZIP_BZIP2), "a.docx", "broken_document"),
    "PDF with objects without end": (
        pictures.pdf_with_packed(b"2 0 << >>").replace(b"endstream", b""), "a.pdf", "pdf_unusual",
    ),
    "PDF with objects cut off": (
        pictures.pdf_with_packed(b"2 0 << >>").replace(b"\nendstream", b"endstream").replace(
            zlib.compress(b"2 0 << >>"), zlib.compress(b"2 0 << >>")[:-6]
        ), "a.pdf", "pdf_unusual",
    ),
    "PDF with packed files": (
        pictures.pdf_with_packed(b"2 0 << /Embedded#46iles >>"), "a.pdf", "pdf_holds_files",
    ),
}  # fmt: skip


def objects(count: int) -> bytes:
    """Many streams of objects, all of them empty."""
    one = b"2 0 obj\n<< /Type /ObjStm >>\nstream\n%s\nendstream\nendobj\n" % zlib.compress(b"")
    return PDF.replace(b"endobj", b"endobj\n" + one * count, 1)


def nested(count: int) -> bytes:
    """Each stream of objects holds all that follow, so that looking through them all grows with the square."""
    packed = zlib.compress(b"2 0 << >>")
    one = b"2 0 obj\n<< /Type /ObjStm >>\nstream\n" + packed
    return PDF.replace(b"endobj", b"endobj\n" + one * count + b"\nendstream\nendobj", 1)


class Counting(bytes):
    """Bytes that count how many of them are copied."""

    copied = 0

    def __getitem__(self, key):
        part = super().__getitem__(key)
        Counting.copied += len(part) if isinstance(key, slice) else 1
        return part


@pytest.mark.parametrize(
    ("content", "is_taken"), [(objects(2000), True), (objects(9000), False), (nested(3000), False)]
)
def test_a_pdf_is_looked_through_in_work_that_grows_with_its_size_alone(content, is_taken):
    Counting.copied = 0
    reason = ""
    try:
        documents._check_pdf(Counting(content))
    except Refused as refusal:
        reason = refusal.code
    assert reason == ("" if is_taken else "pdf_unusual")
    assert Counting.copied < 10 * len(content) + 4096


@pytest.mark.parametrize("what", BAD_DOCUMENTS)
def test_documents_that_run_hide_or_are_not_what_they_say_are_refused(tmp_path, what):
    content, name, code = BAD_DOCUMENTS[what]
    with pytest.raises(Refused) as refusal:
        prepared(tmp_path, content, name)
    assert refusal.value.code == code
    assert list(shelf.stored()) == []


def test_a_file_of_thirty_megabytes_is_refused_before_it_is_looked_at(tmp_path, settings):
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.write(b"\xff\xd8\xff")
        file.truncate(30 * 1024 * 1024)
    with pytest.raises(Refused) as refusal:
        files.prepare(path, "huge.jpg")
    assert (refusal.value.code, refusal.value.params) == ("too_large", {"limit": settings.FILE_LIMIT})


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\Mon rapport.pdf", "Mon rapport.pdf"),
        ("a\u202egpj.pdf", "agpj.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ('a"b<c>\n.pdf', "a b c.pdf"),
        (".pdf", "file.pdf"),
    ],
)
def test_names_are_cleaned(tmp_path, sent, kept):
    name = sent if sent != ".pdf" else "..pdf"
    assert prepared(tmp_path, PDF, name).name == kept


def test_bytes_without_a_row_are_swept_but_not_at_once(db, tmp_path):
    orphan = prepared(tmp_path, PDF, "a.pdf")
    kept = files.store(by=None, prepared=prepared(tmp_path, PDF, "b.pdf"))
    half = shelf.folder_of("0123456789ab").with_name(".new-0123456789ab")
    half.mkdir(parents=True)
    assert sweep_uploads() == 0
    old = time.time() - timedelta(days=2).total_seconds()
    for folder in (shelf.folder_of(orphan.uid), shelf.folder_of(kept.uid), half):
        os.utime(folder, (old, old))
    assert sweep_uploads() == 2
    assert [uid for uid, _, _ in shelf.stored()] == [kept.uid]


def test_a_full_disk_leaves_nothing_behind(tmp_path, settings):
    """A folder that takes no files stands for a disk that takes no bytes: the same way out."""
    place = Path(settings.MEDIA_ROOT) / "files"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"in the way")
    with pytest.raises(OSError, match="files"):
        prepared(tmp_path, PDF, "a.pdf")
    place.unlink()
    assert prepared(tmp_path, PDF, "a.pdf").name == "a.pdf"
    assert len(list(shelf.stored())) == 1


def test_an_unused_file_is_kept_a_week_and_then_gone(db, tmp_path):
    file = files.store(by=None, prepared=prepared(tmp_path, PDF, "a.pdf"))
    assert files.sweep_file(by=None, file=file) is False
    with clock.at(clock.now() + timedelta(days=6)):
        assert files.sweep_file(by=None, file=file) is False
    files.note_use(by=None, file=file)
    with clock.at(clock.now() + timedelta(days=8)):
        assert files.sweep_file(by=None, file=file) is False  # begins to wait anew
    with clock.at(clock.now() + timedelta(days=16)):
        assert files.sweep_file(by=None, file=file) is True
    assert not File.objects.exists()
