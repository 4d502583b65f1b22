"""What is said to people about files, by the codes of actions."""

from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ayni.kernel.errors import ActionError, Invalid

_WORDS = {
    "empty": lazy("The file is empty. Choose another."),
    "too_large": lazy("The file is larger than %(limit)s. Make it smaller, or add a link to it instead."),
    "too_many_files": lazy("There are %(limit)s files already. Take one off first."),
    "too_many_at_once": lazy("Too many files are on their way at the same time. Wait until some have arrived."),
    "too_many_pixels": lazy(
        "The picture has more than %(limit)s million pixels. Save it in a smaller size and try again."
    ),
    "broken_image": lazy("The picture is damaged or cut off. Open it, save it again, and try once more."),
    "heic": lazy("Pictures of this kind (HEIC) cannot be shown everywhere. Save it as JPEG and try again."),
    "svg": lazy("Drawings of this kind (SVG) can hold programs. Save it as PNG and try again."),
    "markup": lazy("This is a web page, not a picture or document. Save it as PDF and try again."),
    "wrong_type": lazy(
        "Files of this kind cannot be added. Use JPEG, PNG, WebP or GIF for pictures, and PDF, Word, Excel, "
        "PowerPoint, ODT, CSV or plain text for documents."
    ),
    "wrong_ending": lazy(
        "The name ends in “%(ending)s”, but the file is of another kind. Give it the ending that fits, and try again."
    ),
    "program": lazy("This is a program or holds one. Programs cannot be added."),
    "macros": lazy("The document holds macros. Save it without macros (as .docx, .xlsx or .pptx) and try again."),
    "embedded_objects": lazy(
        "The document holds other files inside. Take them out, or save it as PDF, and try again."
    ),
    "encrypted": lazy("The document is locked with a password. Save it without one and try again."),
    "old_office": lazy("This is an old kind of Office file. Save it as .docx, .xlsx or .pptx and try again."),
    "unpacks_too_large": lazy("The document is packed so that it unpacks to a huge size. It was not opened."),
    "broken_document": lazy("The document is damaged or cut off. Open it, save it again, and try once more."),
    "pdf_runs": lazy("The PDF holds a program or an active form. Print it to a new PDF and try again."),
    "pdf_holds_files": lazy("The PDF holds other files inside. Print it to a new PDF and try again."),
    "pdf_unusual": lazy("The PDF is written in an unusual way. Print it to a new PDF and try again."),
    "bad_encoding": lazy("The text is not in UTF-8. Save it as UTF-8 and try again."),
    "longer_than_announced": lazy("The file changed while it was being sent. Choose it again."),
    "piece_too_large": lazy("The program that sends the file sends too much at once."),
    "not_editable": lazy(
        "The draft has been handed in and cannot be changed now. What has arrived of the file is kept for a week."
    ),
    "not_yours": lazy("You can no longer change this draft, so the file was not added."),
    "taken_off": lazy("This file had arrived, and was taken off the draft since. Choose it again to add it once more."),
    "changed_meanwhile": lazy(
        "Somebody else has changed the words of this file meanwhile. What you wrote is in the fields; "
        "their words are below. Save again to replace them."
    ),
    "gone": lazy("This file is no longer there. Perhaps somebody else took it off."),
    "no_file": lazy("Choose a file first."),
    "busy": lazy("Several pictures are being made ready just now. Try again in a moment; nothing is wrong with yours."),
    "full": lazy("There is no room left on the server just now. Nothing is lost; try again later."),
}  # fmt: skip


def of(error: ActionError) -> str:
    return of_code(error.code, error.params)


def of_code(code: str, params: dict[str, Any] | None = None) -> str:
    shown = dict(params or {})
    if code in {"too_large", "piece_too_large", "unpacks_too_large"} and "limit" in shown:
        shown["limit"] = filesizeformat(shown["limit"])
    words = _WORDS.get(code)
    return str(words) % shown if words else _("The file could not be added. Choose it again.")


def code_of(error: ActionError) -> str:
    return error.faults[0].code if isinstance(error, Invalid) else error.code
