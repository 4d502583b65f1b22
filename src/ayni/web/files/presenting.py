"""Files as pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import pgettext

from ayni.knowledge import attached
from ayni.knowledge.actions.files import Words
from ayni.knowledge.models import Revision, RevisionFile
from ayni.registry.models import File
from ayni.registry.states import FileKind

_NAMES = {"docx": "Word", "xlsx": "Excel", "pptx": "PowerPoint"}


@dataclass(frozen=True)
class Attached:
    """`url`: an image at its smallest; `srcset`: every width there is. `stamp`: what the writer saw of its words.

    `theirs`: what another has written meanwhile, where caption and description are what the reader typed.
    """

    uid: str
    name: str
    is_image: bool
    kind_name: str
    size: int
    caption: str
    description: str
    stamp: str
    url: str
    srcset: str = ""
    largest: str = ""
    width: int = 0
    height: int = 0
    theirs: tuple[str, str] | None = None


def attached_file(row: RevisionFile) -> Attached:
    file = row.file
    is_image = file.kind == FileKind.IMAGE
    return Attached(
        uid=file.uid, name=file.name, is_image=is_image, kind_name=_kind_name(file), size=file.size,
        caption=row.caption, description=row.description, stamp=attached.fingerprint_of(row),
        url=file_url(file), srcset=", ".join(f"{file_url(file, width)} {width}w" for width in file.widths),
        largest=file_url(file, file.width), width=file.width, height=file.height,
    )  # fmt: skip


def attached_files(revision: Revision, typed: Mapping[str, Words] | None = None) -> list[Attached]:
    """One query. `typed`: words that could not be saved; they stand where they were typed."""
    rows = [attached_file(row) for row in attached.files_of(revision)]
    return [_as_typed(row, words) if (words := (typed or {}).get(row.uid)) else row for row in rows]


def _as_typed(row: Attached, words: Words) -> Attached:
    if not words.written:
        return row
    differ = row.stamp not in {words.was, attached.fingerprint(words.caption, words.description)}
    theirs = (row.caption, row.description) if differ else None
    return replace(row, caption=words.caption, description=words.description, theirs=theirs)


def file_url(file: File, width: int = 0) -> str:
    """An image at this width (the smallest when none is said); a document by its name."""
    if file.kind == FileKind.IMAGE:
        return reverse("file", args=(file.uid, str(width or file.widths[0])))
    return reverse("file", args=(file.uid, file.name))


def _kind_name(file: File) -> str:
    if file.kind == FileKind.IMAGE:
        return pgettext("kind of file", "Picture")
    ending = file.name.rpartition(".")[2]
    if ending == "txt":
        return pgettext("kind of file", "Text")
    return _NAMES.get(ending, ending.upper())
