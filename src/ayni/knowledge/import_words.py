"""What an import says to people, in their language: for the command line and for the operator's pages alike."""

import re
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_FILE_FAULTS = {
    "empty": lazy("The file is empty."),
    "not_found": lazy("The file is not there: %(name)s"),
    "wrong_type": lazy(
        "This is not a file that can be imported (it is: %(found)s). Use .xlsx, .csv or JSON lines."
    ),
    "wrong_format": lazy(
        "The file is of another format than the chosen one: it is %(found)s, not %(expected)s."
    ),
    "bad_encoding": lazy(
        "The file is not UTF-8: byte %(position)s, in line %(line)s, cannot be read. Save it as UTF-8."
    ),
    "too_large": lazy("The file is larger than %(limit)s."),
    "too_many_rows": lazy("The file has more than %(limit)s rows. Split it."),
    "unpacks_too_large": lazy(
        "The workbook unpacks to more than %(limit)s, or is packed far too densely. It was not opened."
    ),
    "broken_workbook": lazy("The workbook is damaged or cannot be read. Open it and save it again as .xlsx."),
    "broken_csv": lazy("The CSV file cannot be read from line %(line)s on."),
    "no_header": lazy("There is no row of column names (with “title”). Use the template."),
    "missing_columns": lazy("These columns are missing: %(columns)s"),
    "unknown_columns": lazy(
        "These columns are not known: %(columns)s. Correct their names, or begin them with #."
    ),
    "not_json_lines": lazy(
        "The file is JSON, but not one object a line. Write each record on a line of its own."
    ),
}
_FAULTS = {
    "missing": lazy("is missing"),
    "too_long": lazy("longer than %(limit)s characters"),
    "too_many": lazy("more than %(limit)s entries"),
    "unknown_code": lazy("unknown code “%(value)s”"),
    "unknown_choice": lazy("“%(value)s” is none of: %(choices)s"),
    "unknown_field": lazy("unknown field"),
    "not_text": lazy("is not text"),
    "not_a_list": lazy("is not a list"),
    "not_an_object": lazy("is not an object with named fields"),
    "not_a_date": lazy("is not a date such as 2019, 2019-03 or 2019-03-01"),
    "not_a_year": lazy("“%(value)s” is not a year"),
    "not_a_web_address": lazy("“%(value)s” is not a web address (https://…)"),
    "not_an_email": lazy("“%(value)s” is not an e-mail address"),
    "ends_before_start": lazy("lies before the start"),
    "in_the_future": lazy("lies in the future"),
    "formula_cell": lazy("holds a formula; formulas are not computed, write the value itself"),
    "error_cell": lazy("holds an error value"),
    "bad_encoding": lazy("is not UTF-8 (byte %(position)s of the line)"),
    "not_json": lazy("is not JSON"),
    "cut_off": lazy("is cut off: the file ends in the middle of this row"),
    "line_too_long": lazy("the line is longer than %(limit)s bytes"),
    "id_twice": lazy("the same id as in row %(row)s"),
    "id_of_another": lazy("“%(value)s” is the id of another institution’s record"),
    "kind_differs": lazy("the record with this id is of kind “%(value)s”"),
    "unknown_record": lazy("no record has the id “%(value)s”"),
    "institution_ambiguous": lazy(
        "several institutions are called “%(value)s”; give the id of the one you mean"
    ),
    "bad_value": lazy("cannot be used"),
    "could_not_be_stored": lazy("the row could not be stored"),
    "wrong_state": lazy("the record’s state does not allow it"),
}
_NOTES = {
    "language_detected": lazy("the source names no language; found: %(found)s"),
    "language_corrected": lazy("the source says “%(given)s”, the text is in: %(found)s"),
    "language_not_offered": lazy("the text is in a language that is not offered here: %(language)s"),
    "narrative_left_out": lazy("a text in a language that is not offered here was left out: %(language)s"),
    "shortened": lazy("shortened to %(limit)s characters; the whole of it begins the description"),
    "code_left_out": lazy("unknown code “%(value)s” left out"),
    "region_left_out": lazy("unknown region “%(value)s” left out"),
    "date_left_out": lazy("left out: it is no date, or lies before the start"),
    "sectors_unclear": lazy("%(codes)s sector codes, but %(vocabularies)s vocabularies"),
    "partners_unclear": lazy(
        "%(count)s organisations left out: the source does not say which name has which role"
    ),
    "markup_removed": lazy("HTML tags were removed"),
    "number_as_code": lazy("the number %(value)s was taken as a code; format the column as text"),
    "translation_without_original": lazy("texts that the original lacks were left out"),
}
_FIELDS = {
    "id": lazy("Your own id for this record; the same id updates it later"),
    "kind": lazy("What it is"),
    "form": lazy("For good practices"),
    "language": lazy("Language of the texts in this row"),
    "institution": lazy("Name or id of the institution that stands for it"),
    "title": lazy("At most 300 characters"),
    "summary": lazy("One line, at most 600 characters"),
    "countries": lazy("Two-letter codes, separated by ;"),
    "sdg": lazy("Goals and targets such as 6; 6.1"),
    "themes": lazy("Codes of themes, separated by ;"),
    "sectors": lazy("DAC purpose codes such as 14030, separated by ;"),
    "exchange_types": lazy("Codes of exchange types, separated by ;"),
    "started": lazy("2019, 2019-03 or 2019-03-01"),
    "ended": lazy("2019, 2019-03 or 2019-03-01"),
    "licence": lazy("SPDX id such as CC-BY-4.0"),
    "last_confirmed": lazy("Day on which someone said that it still holds"),
    "adapted_from": lazy("Id of the record this one adapts"),
    "contact.email": lazy("An office address, shown to everyone"),
    "contact.until": lazy("The office agreed to be asked until this day"),
    "authors": lazy("Separated by ;"),
    "identifiers": lazy("Separated by ;"),
}


def file_fault(code: str, params: dict[str, Any]) -> str:
    """A whole sentence about a file that cannot be used."""
    if code == "wrong_type" and params.get("expected"):
        code = "wrong_format"
    if code in {"too_large", "unpacks_too_large"}:
        params = params | {"limit": filesizeformat(params.get("limit", 0))}
    return _worded(_FILE_FAULTS, code, params)


def row_fault(number: int, fault: dict[str, Any]) -> str:
    """`row 12, countries: unknown code "XX"`."""
    what = field_fault(fault)
    if not fault["path"]:
        return _("row %(number)s: %(what)s") % {"number": number, "what": what}
    return _("row %(number)s, %(field)s: %(what)s") % {"number": number, "field": fault["path"], "what": what}


def field_fault(fault: dict[str, Any]) -> str:
    return _worded(_FAULTS, fault["code"], fault["params"])


def note(given: dict[str, Any]) -> str:
    return _worded(_NOTES, given["code"], given["params"])


def column_help(name: str) -> str:
    """The template's help for a column."""
    return str(_FIELDS.get(name, ""))


def _worded(words: dict[str, Any], code: str, params: dict[str, Any]) -> str:
    # An unknown code is a fault of ours; the code itself still helps whoever reads it.
    sentence = str(words.get(code, code))
    try:
        return _isolated(sentence % params)
    except (KeyError, ValueError):
        return sentence


def _isolated(sentence: str) -> str:
    """In right-to-left text a date such as 2019-03-01 would be shown backwards; isolates keep it together."""
    return _DATE.sub("\u2066\\g<0>\u2069", sentence) if get_language_bidi() else sentence
