"""Documents checked: of the kind they say, readable by everyone, and with nothing in them that runs by itself."""

import errno
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from ayni.registry.filing import kinds
from ayni.registry.filing.refusals import Refused

# A packed document may unpack to so much, and no part of it may be packed more densely.
UNPACKED_LIMIT = 150 * 1024 * 1024
MOST_PARTS = 5000
DENSEST = 250
_DENSE_FROM = 1024 * 1024  # bytes; small parts of blank cells are packed densely by nature
_PART_LIMIT = 8 * 1024 * 1024  # of those parts that are read
_MAIN_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_MACROS = re.compile(r"vbaproject|vbadata|macrosheets/|activex/|^basic/|^scripts/", re.IGNORECASE)
_PROGRAMS = re.compile(r"\.(exe|dll|scr|com|bat|cmd|vbs|js|jse|wsf|ps1|jar|lnk|hta|msi|sh)$", re.IGNORECASE)
_OBJECTS = re.compile(r"(embeddings/.*|oleobject[^/]*)\.(bin|ole)$|^object ", re.IGNORECASE)
_TEMPLATE = re.compile(rb"attachedTemplate", re.IGNORECASE)
_OUTSIDE = re.compile(rb'TargetMode\s*=\s*["\']External', re.IGNORECASE)

_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # all that Office and ODF allow


def _spelled(*names: str) -> bytes:
    """One of these names, each sign of which a PDF may write as itself or as #xx."""
    words = ("".join(f"(?:{sign}|#(?i:{ord(sign):02x}))" for sign in name) for name in names)
    return f"(?:{'|'.join(words)})".encode()


# These names are too long to appear by chance. The group is the reason.
_PDF_NAMES = re.compile(
    rb"/(?=[EJLRXSIG#])(?:(?P<encrypted>%s)|(?P<pdf_runs>%s)|(?P<pdf_holds_files>%s))\b"
    % (
        _spelled("Encrypt"),
        _spelled("JavaScript", "Launch", "RichMedia", "XFA", "SubmitForm", "ImportData", "GoToE"),
        _spelled("EmbeddedFile", "EmbeddedFiles"),
    )
)
_PDF_PACKED = re.compile(rb"/%s\b" % _spelled("ObjStm"))
_PDF_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_PDF_HEAD = 400  # bytes before a stream that say what it is
# More than any honest document has; each is work.
_MOST_STREAMS = 200_000
MOST_OBJECT_STREAMS = 4000
_OBJECTS_LIMIT = 24 * 1024 * 1024  # of unpacked objects: they hold the structure, no pictures and no pages


def check(path: Path, name: str, found: str) -> str:
    """The ending it is kept under. `found`: what `kinds.kind_of` said. Slow for large files. Raises Refused."""
    if found == "ole":
        raise Refused(_why_not_ole(path))
    if found == "zip":
        found = _check_package(path)
    elif found == "pdf":
        _check_pdf(path.read_bytes())
    else:
        _check_text(path)
    kinds.check_ending(name, found)
    ending = kinds.ending_of(name)
    return found if found != "text" else "csv" if ending == "csv" else "txt"


def _why_not_ole(path: Path) -> str:
    """The container of old Office files, and of new ones with a password."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "encrypted"
    return "macros" if "_VBA_PROJECT".encode("utf-16-le") in content else "old_office"


def _check_package(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            _check_sizes(parts)
            for part in parts:
                _check_name(part.filename)
            kind = _kind_of_package(package)
            _check_contents(package, kind)
            _unpack_all(package)
    except OSError as error:
        if error.errno not in {None, errno.EINVAL}:  # the disk's; else a place in the file that cannot be
            raise
        raise Refused("broken_document") from error
    except (
        zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, ValueError, OverflowError,
    ) as error:  # fmt: skip
        raise Refused("broken_document") from error
    return kind


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    """What it says of itself; `_unpack_all` sees whether that is true."""
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("encrypted")
    if any(part.compress_type not in _PACKED for part in parts):
        raise Refused("broken_document")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
        raise Refused("unpacks_too_large", limit=UNPACKED_LIMIT)
    for part in parts:
        if part.file_size > _DENSE_FROM and part.file_size > DENSEST * max(part.compress_size, 1):
            raise Refused("unpacks_too_large", limit=UNPACKED_LIMIT)


def _check_name(name: str) -> None:
    if _MACROS.search(name):
        raise Refused("macros")
    if _PROGRAMS.search(name):
        raise Refused("program")
    if _OBJECTS.search(name):
        raise Refused("embedded_objects")


def _kind_of_package(package: zipfile.ZipFile) -> str:
    names = set(package.namelist())
    for part, kind in _MAIN_PARTS.items():
        if part in names and "[Content_Types].xml" in names:
            return kind
    if "mimetype" in names and _read(package, "mimetype").strip() == kinds.MEDIA_TYPES["odt"].encode():
        return "odt"
    raise Refused("wrong_type")


def _check_contents(package: zipfile.ZipFile, kind: str) -> None:
    if kind == "odt":
        if b"encryption-data" in _read(package, "META-INF/manifest.xml"):
            raise Refused("encrypted")
        return
    if b"macroenabled" in _read(package, "[Content_Types].xml").lower():
        raise Refused("macros")
    for name in package.namelist():
        if name.endswith(".rels"):
            content = _read(package, name)
            # A template that is fetched from elsewhere when the document is opened brings its macros along.
            if _TEMPLATE.search(content) and _OUTSIDE.search(content):
                raise Refused("macros")


def _read(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as part:
        return part.read(_PART_LIMIT)


def _unpack_all(package: zipfile.ZipFile) -> None:
    """Every part once, thrown away at once: sizes that lie and sums that do not fit show themselves."""
    left = UNPACKED_LIMIT
    for part in package.infolist():
        with package.open(part) as content:
            while piece := content.read(256 * 1024):
                left -= len(piece)
                if left < 0:
                    raise Refused("unpacks_too_large", limit=UNPACKED_LIMIT)


def _check_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-2048:]:
        raise Refused("broken_document")
    for text in _pdf_texts(content):
        if (found := _PDF_NAMES.search(text)) and found.lastgroup:
            raise Refused(found.lastgroup)


def _pdf_texts(content: bytes) -> Iterator[bytes]:
    """The file itself, and the objects it keeps packed."""
    yield content
    if not _PDF_PACKED.search(content):
        return
    left = _OBJECTS_LIMIT
    for packed in _packed_objects(content):
        unpacked = _inflated(packed, left)
        left -= len(unpacked)
        if left <= 0:
            raise Refused("unpacks_too_large", limit=_OBJECTS_LIMIT)
        yield unpacked


def _packed_objects(content: bytes) -> Iterator[bytes]:
    """Streams of objects. No two of an honest file overlap, so that all together are never more than the file."""
    left, count = len(content), 0
    for number, start in enumerate(_PDF_STREAM.finditer(content)):
        if number > _MOST_STREAMS:
            raise Refused("pdf_unusual")
        # Only packed objects can hold actions; a packed page or picture is cheap to recognise and left alone.
        head = content[max(0, start.start() - _PDF_HEAD) : start.start()]
        if not _PDF_PACKED.search(head.rpartition(b"obj")[2]):
            continue
        end = content.find(b"endstream", start.end())
        left -= end - start.end()
        count += 1
        if end < 0 or left < 0 or count > MOST_OBJECT_STREAMS:
            raise Refused("pdf_unusual")
        yield content[start.end() : end]


def _inflated(content: bytes, limit: int) -> bytes:
    """Objects that are packed in another way than everybody does it are not looked through, so not taken."""
    unpacking = zlib.decompressobj()
    try:
        unpacked = unpacking.decompress(content, limit)
    except zlib.error as error:
        raise Refused("pdf_unusual") from error
    if not unpacking.eof and len(unpacked) < limit:  # it goes on where we did not look
        raise Refused("pdf_unusual")
    return unpacked


def _check_text(path: Path) -> None:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        looks_like_text = not any(byte < 9 for byte in content)  # noqa: PLR2004 - control characters
        raise Refused("bad_encoding" if looks_like_text else "wrong_type") from error
    if any(ord(sign) < 32 and sign not in "\t\n\r\f" for sign in text):  # noqa: PLR2004
        raise Refused("wrong_type")
