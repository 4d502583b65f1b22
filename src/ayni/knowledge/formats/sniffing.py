"""What a file is by its content, whatever its name says."""

import codecs
import json
import zipfile
from pathlib import Path

from ayni.knowledge.formats.base import FileFault, Limits

SHEET, JSONL, IATI = "sheet", "jsonl", "iati"
FORMATS = (SHEET, JSONL, IATI)
_HEAD = 64 * 1024
# First bytes of files that people send by mistake, and the word that says what they are.
_MAGIC = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\xd0\xcf\x11\xe0", "XLS"),  # also a workbook locked with a password
    (b"\x1f\x8b", "GZIP"),
    (b"7z\xbc\xaf", "7Z"),
    (b"Rar!", "RAR"),
    (b"SQLite format 3", "SQLite"),
    (b"\x7fELF", "ELF"),
    (b"MZ\x90", "EXE"),
    (b"{\\rtf", "RTF"),
)


def check_size(path: Path, limits: Limits) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise FileFault("not_found", name=path.name) from error
    if path.is_dir():
        raise FileFault("wrong_type", found="folder", expected="")
    if size == 0:
        raise FileFault("empty")
    if size > limits.bytes:
        raise FileFault("too_large", limit=limits.bytes)


def is_workbook(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def detect_format(path: Path, expected: str = "") -> str:
    """`sheet`, `jsonl` or `iati`; raises FileFault(`wrong_type`) for what is none of them, or not the expected one."""
    found = _detect(path)
    if expected and found != expected:
        raise FileFault("wrong_type", found=found, expected=expected)
    return found


def _detect(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for magic, name in _MAGIC:
        if head.startswith(magic):
            raise FileFault("wrong_type", found=name, expected="")
    if head.startswith(b"PK"):
        return _detect_zip(path)
    if not head.strip(b" \t\r\n\xef\xbb\xbf"):
        raise FileFault("empty")
    return _detect_text(head)


def _detect_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FileFault("broken_workbook") from error
    if {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        return SHEET
    kinds = {"word/document.xml": "DOCX", "ppt/presentation.xml": "PPTX", "mimetype": "ODF"}
    raise FileFault(
        "wrong_type", found=next((kinds[name] for name in kinds if name in names), "ZIP"), expected=""
    )


def _detect_text(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return SHEET
    if b"\x00" in head:
        raise FileFault("wrong_type", found="binary", expected="")
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if text.startswith(b"["):
        raise FileFault("not_json_lines")
    if text.startswith(b"<"):
        raise FileFault("wrong_type", found="XML/HTML", expected="")
    if not text.startswith(b"{"):
        return SHEET
    first = text.split(b"\n", 1)[0].strip()
    if first == b"{" or _is_pretty(first):
        raise FileFault("not_json_lines")
    return IATI if b'"iati_identifier"' in first else JSONL


def _is_pretty(first: bytes) -> bool:
    """A line like `{"id": 1,` that ends in the middle of an object: JSON spread over lines."""
    if not first.endswith(b","):
        return False
    try:
        json.loads(first.rstrip(b",") + b"}")
    except ValueError:
        return False
    return True
