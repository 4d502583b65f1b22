"""What the form and the pages of handing on show."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ayni.knowledge.formats.handing_on_orders import ORDERS
from ayni.knowledge.models import Record, Revision
from ayni.knowledge.states import Kind
from ayni.language.codes import native_name
from ayni.web.addresses import KIND_PATHS
from ayni.web.handing_on.making import FORMATS

OUR_ORDER = "ayni"
_FORMAT_WORDS = {
    "docx": lazy("Word, to go on writing"),
    "pdf": lazy("PDF, to print and to read aloud"),
    "json": lazy("JSON, for programs: everything, in all its languages"),
}
_ORDER_WORDS = {
    "ayni": lazy("Our own order"),
    "galaxy": lazy("As South-South Galaxy asks for it"),
    "panorama": lazy("As PANORAMA asks for it"),
    "desa": lazy("As UN DESA asks for SDG good practices"),
}


@dataclass(frozen=True)
class Form:
    """Choices as (code, words); `language` is the one to begin with."""

    address: str
    formats: list[tuple[str, Any]]
    orders: list[tuple[str, Any]]
    languages: list[tuple[str, str]]
    language: str
    is_draft: bool


def form_of(record: Record, languages: tuple[str, ...], language: str, *, is_draft: bool) -> Form:
    return Form(
        address=reverse("take", args=(KIND_PATHS[Kind(record.kind)], record.uid)),
        formats=[(code, _FORMAT_WORDS[code]) for code in FORMATS],
        orders=[(code, _ORDER_WORDS[code]) for code in ORDERS],
        languages=[(code, native_name(code)) for code in languages],
        language=language if language in languages else languages[0],
        is_draft=is_draft,
    )


def chosen(asked: QueryDict, record: Record, revision: Revision) -> str:
    """The file's address, where a format was chosen that there is; else empty."""
    file_format, order = asked.get("format", ""), asked.get("order", OUR_ORDER)
    if file_format not in FORMATS or order not in ORDERS:
        return ""
    for_programs = file_format == "json"  # one document, whatever the order and the language
    name = (KIND_PATHS[Kind(record.kind)], record.uid, OUR_ORDER if for_programs else order, file_format)
    query = {} if for_programs or not asked.get("lang") else {"lang": asked["lang"]}
    if revision.pk != record.published_id:
        query["draft"] = "yes"
    return reverse("take-file", args=name) + (f"?{urlencode(query)}" if query else "")


def why_not(code: str, params: dict[str, Any]) -> str:
    """Why there is no file, and what to do."""
    if code == "no_font":
        return _(
            "This site has no font for %(language)s, so it cannot make this PDF. Take it as Word, or tell whoever runs the site."
        ) % {"language": native_name(params["language"])}
    if code == "busy":
        return _("Several people are having files made just now. Try again in a moment.")
    if code == "too_long":
        return _("It is too long for a PDF made here. Take it as Word and save it as PDF there.")
    return _("The PDF could not be made. Take it as Word, and tell whoever runs the site.")
