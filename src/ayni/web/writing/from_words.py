"""What is said about a file, a sheet's row or a page that a draft shall begin from."""

from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ayni.kernel.errors import Fault
from ayni.knowledge import import_words
from ayni.knowledge.formats import FileFault, Note
from ayni.web.fields import fault_text, field_label

_FILE = {
    "broken_word": lazy("The file is damaged, or is no Word file. Open it and save it again as .docx."),
    "old_word": lazy("This is a file of an old program (.doc or .xls). Open it and save it as .docx or .xlsx."),
    "locked": lazy("The file is locked with a password. Save it without one."),
    "has_macros": lazy("The file holds macros (small programs), which are not taken here. Save it as .docx, without macros."),
    "too_much_text": lazy("The file holds more than %(limit)s characters, more than a record can take. Write the gist into the template, and add the long text as a document."),
    "not_our_template": lazy("None of the headings of the template were found in this file. Download the template, and paste your text below its headings."),
    "wrong_type": lazy("This is neither a Word file nor a sheet (it is: %(found)s). Use .docx, .xlsx or .csv."),
    "unpacks_too_large": lazy("The file unpacks to more than %(limit)s, or is packed far too densely. It was not opened."),
    "too_much": lazy("This is too much at once. Split the sheet into several."),
    "no_rows": lazy("The sheet has no rows below its header."),
    "expired": lazy("This page was open for more than a day. Upload the file again."),
}  # fmt: skip
_NOTES = {
    "tracked_changes": lazy("The file has tracked changes. They were taken as accepted: what was inserted is there, what was deleted is not."),
    "comments_left_out": lazy("Comments beside the text were left out: %(count)s."),
    "images_left_out": lazy("Images were left out: %(count)s. You can add them to the draft."),
    "embedded_left_out": lazy("Embedded files were left out: %(count)s."),
    "found_by_headings": lazy("The places for the answers were lost, as some programs do. Your answers were found by the headings; please look twice."),
    "unknown_heading": lazy("The heading “%(heading)s” is not of the template. It is kept below, with what stands under it outside the framed places."),
    "unknown_field": lazy("A place of the file is not known here (%(name)s). Its text is kept below."),
    "before_first_heading": lazy("There was text above the first heading. It is kept below."),
    "beside_the_text": lazy("There was text in headers, footnotes or boxes. It is kept below."),
    "outside_box": lazy("There was text below the heading but outside the framed place. It was taken too."),
    "doubled_field": lazy("This is there more than once. Texts were put together; of short answers the first was taken, the others are kept below."),
    "missing_field": lazy("This is not in the file. It stays empty."),
    "not_in_table": lazy("Text outside the table cannot become rows. It is kept below."),
    "outside_column": lazy("A cell belongs to no column. Its text is kept below."),
    "unknown_choice": lazy("“%(value)s” is none of the choices. It is kept below; choose in the draft."),
    "unknown_name": lazy("“%(value)s” is not a name that is known here. It is kept below; choose in the draft."),
    "not_a_date": lazy("“%(value)s” could be read as several days, or none. It is kept below; write 2021, 2021-03 or 2021-03-15."),
}  # fmt: skip
_ROW = {
    "not_your_institution": lazy("You do not write for “%(value)s”. Leave the cell empty to use the institution you choose here."),
    "formula_cell": lazy("The cell holds a formula. Write the value itself."),
    "error_cell": lazy("The cell holds an error. Write the value itself."),
    "unknown_code": lazy("The code “%(value)s” is not known. Look it up in the row of help, or leave the cell empty."),
    "unknown_choice": lazy("“%(value)s” is none of: %(choices)s."),
}  # fmt: skip
_NET = {
    "bad_address": lazy("This is not a web address. It begins with https:// or http://"),
    "not_public": lazy("This address is not on the public internet, so that it cannot be read from here."),
    "odd_port": lazy("Addresses with a port of their own (%(port)s) are not read from here."),
    "unknown_name": lazy("There is no site called %(host)s, or its name cannot be looked up now."),
    "unreachable": lazy("%(host)s does not answer."),
    "not_trusted": lazy("The certificate of %(host)s is not valid, so that nobody knows whether it is the right site."),
    "too_slow": lazy("The site took longer than %(seconds)s seconds."),
    "too_large": lazy("The page is larger than %(limit)s."),
    "not_a_page": lazy("The address does not lead to a web page but to a file (%(found)s), which is not read here."),
    "too_many_redirects": lazy("The address leads from one to the next without end."),
    "bad_answer": lazy("The site gave an answer that cannot be read."),
}  # fmt: skip
_SOURCES = {
    "citation": lazy("from what the page says for citing it"),
    "json-ld": lazy("from the page’s data for search engines"),
    "dublin-core": lazy("from the page’s library data"),
    "open-graph": lazy("from what the page says for sharing it"),
    "page": lazy("from the page itself"),
}


def file_fault(fault: FileFault) -> str:
    if fault.code not in _FILE:
        return import_words.file_fault(fault.code, fault.params)
    params = fault.params
    if fault.code == "unpacks_too_large":
        params = params | {"limit": filesizeformat(params["limit"])}
    return str(_FILE[fault.code]) % params


def note_text(note: Note, kind: str, form: str) -> tuple[str, str]:
    """(the field in words, or empty; the sentence)."""
    words = _NOTES.get(note.code)
    sentence = (
        str(words) % note.params if words else import_words.note({"code": note.code, "params": note.params})
    )
    return field_label(note.path, kind, form) if note.path else "", sentence


def cell_fault(fault: Fault) -> str:
    """What is wrong with a cell and what to do."""
    if fault.code in _ROW and not (fault.code == "unknown_choice" and "choices" not in fault.params):
        return str(_ROW[fault.code]) % fault.params
    return fault_text(fault)


def net_fault(code: str, params: dict[str, Any]) -> str:
    if code == "status":
        if params["status"] in {404, 410}:
            return _("There is no page at this address (any more).")
        return _("The site does not let us read this page (its answer: %(status)s).") % params
    if code == "too_large":
        params = params | {"limit": filesizeformat(params["limit"])}
    return str(_NET[code]) % params


def source_text(source: str) -> str:
    return str(_SOURCES[source])
