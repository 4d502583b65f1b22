"""The fields of a record in words: what each is called, and what is wrong with it. For every page that names one."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ayni.kernel.errors import Fault
from ayni.web.writing.wording import words_of

_FAULTS: dict[str, Any] = {
    "too_many_today": lazy(
        "You have named %(limit)s new institutions within a day. Name further ones tomorrow, or ask a moderator to add them."
    ),
    "institution_ambiguous": lazy("Several institutions of this name are registered there. Choose one."),
    "missing": lazy("This is still missing."),
    "too_long": lazy("This is too long: at most %(limit)s characters."),
    "too_many": lazy("These are too many: at most %(limit)s."),
    "unknown_choice": lazy("Choose one of those offered."),
    "unknown_field": lazy("This field does not belong here."),
    "not_a_date": lazy("Write a year (2019), a month (2019-03) or a day (2019-03-01)."),
    "not_a_year": lazy("Write a year, such as 2019."),
    "not_a_web_address": lazy("Write a whole web address, beginning with https://"),
    "not_an_email": lazy("Write an e-mail address, such as office@hospital.example."),
    "ends_before_start": lazy("The end lies before the beginning."),
    "would_be_lost": lazy("A snapshot has no place for this. Empty it first, or keep the full description."),
    "two_versions": lazy("Two of you wrote here at the same time. Choose what to keep."),
    "anothers_draft": lazy(
        "Somebody else is writing this passage. Only they, and those who stand for the record, go on with it."
    ),
    "in_the_past": lazy("This day is over. Choose a later one."),
    "in_the_future": lazy("This day has not come yet."),
}


def field_label(path: str, kind: str = "", form: str = "") -> str:
    """What people call the field: "What changed, and how do you know?"; with the row's number where it is in one."""
    words, parts = str(words_of(path, kind, form).label), path.split(".")
    numbers = [int(part) for part in parts if part.isdigit()]
    if not numbers:
        return words
    whole = path[: path.index(f".{numbers[0]}")]
    names = {"rows": str(words_of(whole, kind, form).label), "number": numbers[0] + 1, "field": words}
    if parts[-1].isdigit():
        return _("%(rows)s, row %(number)s") % names
    # Translators: a field of a row of a table, e.g. "Results, row 2: Before"
    return _("%(rows)s, row %(number)s: %(field)s") % names


def fault_text(fault: Fault) -> str:
    """What is wrong, and what to do, as a sentence of its own beside the field."""
    return str(_FAULTS.get(fault.code, lazy("This cannot be used as it is."))) % fault.params
