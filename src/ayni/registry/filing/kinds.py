"""What a file is, by its first bytes; its name only has to agree."""

import re
from pathlib import PurePosixPath

from ayni.language.normalise import clean
from ayni.registry.filing.refusals import Refused

NAME_LIMIT = 120
# What is found -> endings that may stand on it. Images are made anew, so any image's ending will do for them.
IMAGE_ENDINGS = frozenset({"jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif"})
ENDINGS = {
    "image": IMAGE_ENDINGS,
    "pdf": frozenset({"pdf"}),
    "docx": frozenset({"docx"}),
    "xlsx": frozenset({"xlsx"}),
    "pptx": frozenset({"pptx"}),
    "odt": frozenset({"odt"}),
    "text": frozenset({"txt", "csv", "md"}),
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "pptx": f"{_OFFICE}presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "csv": "text/csv",
    "txt": "text/plain",
}
_PROGRAMS = (
    b"MZ", b"\x7fELF", b"#!", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"dex\n",
)  # fmt: skip
_MACRO_ENDINGS = frozenset({"docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppsm"})
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_DISGUISING = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_MARKUP = re.compile(rb"<(!doctype|html|head|body|script|svg|\?xml|iframe)\b", re.IGNORECASE)


def kind_of(head: bytes) -> str:
    """`image`, `pdf`, `zip` or `text` (if it is text is still to be seen). Raises Refused for what we know and never take."""
    if not head:
        raise Refused("empty")
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")):
        return "image"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image"
    if head[4:8] == b"ftyp":
        raise Refused("heic" if head[8:12] in _HEIC else "wrong_type")
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    if head.startswith(_PROGRAMS):
        raise Refused("program")
    if found := _MARKUP.search(head[:1024]):
        raise Refused("svg" if b"<svg" in head.lower() else "markup", found=found[1].decode().lower())
    return "text"


def ending_of(name: str) -> str:
    return PurePosixPath(name).suffix.removeprefix(".").lower()


def check_ending(name: str, found: str) -> None:
    """A file that is called what it is not misleads people, and some programs. Raises Refused."""
    ending = ending_of(name)
    if ending in _MACRO_ENDINGS:
        raise Refused("macros")
    if ending not in ENDINGS[found]:
        raise Refused("wrong_ending", ending=ending[:10], found=found)


def clean_name(name: str, ending: str) -> str:
    """As people see it: no path, nothing that disguises, not endless; with the ending of what is kept."""
    last = re.split(r"[\\/]", clean(name))[-1]
    stem = _DISGUISING.sub(" ", last.rpartition(".")[0] or last).strip(" .")
    return f"{stem[: NAME_LIMIT - len(ending) - 1].strip(' .') or 'file'}.{ending}"
