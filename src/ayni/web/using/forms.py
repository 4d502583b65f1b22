import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ayni.kernel import ids
from ayni.kernel.errors import Fault
from ayni.knowledge.actions.claims import Newcomer
from ayni.knowledge.actions.freshness import Contact
from ayni.knowledge.actions.questions import NAME_LIMIT, TEXT_LIMIT, Asked
from ayni.knowledge.models import Record
from ayni.knowledge.queries.records import get_record_for
from ayni.registry.models import Person
from ayni.web.using import words

# An id as a part of an address, or by itself.
_ID = re.compile(rf"(?<![^/]){ids.PATTERN.pattern}(?![^/])")


class Form(forms.Form):
    """One whose faults may also come from the action: `take` puts them beside the fields."""

    use_required_attribute = False  # our own words say what is missing, all at once

    def take(self, faults: list[Fault]) -> None:
        for fault in faults:
            name = fault.path if fault.path in self.fields else None
            for sentence in words.fault(fault):
                self.add_error(name, sentence)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ContactForm(Form):
    """May people still ask, whom, and until when. What it still holds is said by the button pressed."""

    may_ask = forms.BooleanField(label=_("Yes, people may ask us"), required=False)
    contact_email = forms.EmailField(
        label=_("E-mail of the office that answers"), max_length=254, required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
        help_text=_("It is shown on the page. Give an office rather than a person."),
    )  # fmt: skip
    contact_until = forms.DateField(label=_("Until"), required=False, widget=DayInput())
    # What stood there, and which day was offered, when the page was made.
    seen = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput())

    @classmethod
    def of(cls, record: Record, in_a_year: date) -> "ContactForm":
        """What they promised already is kept: only who answers may shorten it."""
        offered = max(in_a_year, record.contact_until or in_a_year)
        return cls(
            initial={
                "may_ask": bool(record.contact_email),
                "contact_email": record.contact_email,
                "contact_until": offered,
                "seen": _stamp(record, offered),
            }
        )

    def again(self, record: Record) -> "ContactForm":
        """The same words, to be decided on knowing what stands there now."""
        offered = self.cleaned_data.get("contact_until") or date.max
        form = ContactForm(self.data | {"seen": _stamp(record, offered)})
        form.is_valid()
        return form

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("may_ask") and not given.get("contact_email") and "contact_email" not in self.errors:
            self.add_error(
                "contact_email", _("Say which address people may write to, or take the tick away.")
            )
        return given

    @property
    def contact(self) -> Contact:
        given = self.cleaned_data
        email, until = (given["contact_email"], given["contact_until"]) if given["may_ask"] else ("", None)
        seen, offered = _read_stamp(given["seen"])
        is_as_shown = seen is not None and (email, until if email else None) == (
            seen.email, offered if seen.email else None
        )  # fmt: skip
        return Contact(email, until, seen, is_as_shown)


def _stamp(record: Record, offered: date) -> str:
    until = record.contact_until.isoformat() if record.contact_until else ""
    return f"{offered.isoformat()} {until} {record.contact_email}"


def _read_stamp(stamp: str) -> tuple[Contact | None, date | None]:
    """(what stood there, the day that was offered); nothing where there is no stamp, or a made-up one."""
    try:
        offered, until, email = stamp.split(" ", 2)
        return Contact(email, date.fromisoformat(until) if until else None), date.fromisoformat(offered)
    except ValueError:
        return None, None


class AskForm(Form):
    name = forms.CharField(
        label=_("Your name"), max_length=NAME_LIMIT, widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Say who you are, so that they know whom they answer.")},
    )  # fmt: skip
    email = forms.EmailField(
        label=_("Your e-mail"), max_length=254, help_text=_("The answer goes straight to it. It is not shown here."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
        error_messages={"required": _("Without your address they cannot answer you.")},
    )  # fmt: skip
    institution_name = forms.CharField(
        label=_("Your institution, if you like"), max_length=300, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Your question"), max_length=TEXT_LIMIT, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Say what you want to do, and where. One question is answered sooner than ten."),
        error_messages={"required": _("Write your question.")},
    )  # fmt: skip
    # People do not see it; programs that fill in everything give themselves away.
    website = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"})
    )

    @property
    def asked(self) -> Asked:
        given = self.cleaned_data
        return Asked(given["name"], given["email"], given["text"], given["institution_name"])


class ClaimForm(Form):
    """An account for somebody of the institution that takes its record over."""

    name = forms.CharField(
        label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Say who you are.")},
    )  # fmt: skip
    email = forms.EmailField(
        label=_("Your e-mail"), max_length=254, help_text=_("You log in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "dir": "ltr"}),
        error_messages={"required": _("Give the address you want to log in with.")},
    )  # fmt: skip
    password = forms.CharField(
        label=_("A password"), max_length=128, strip=False, help_text=_("At least eight characters; several words are best."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Choose a password.")},
    )  # fmt: skip
    language = forms.ChoiceField(label=_("The language we write to you in"), choices=settings.LANGUAGES)

    @property
    def newcomer(self) -> Newcomer:
        given = self.cleaned_data
        return Newcomer(given["name"], given["email"], given["password"], given["language"])


class ContinuedForm(Form):
    """Where a record continues that is archived or withdrawn: in another, named by its address or id."""

    successor = forms.CharField(
        label=_("Does it continue in another record?"), max_length=500, required=False,
        help_text=_("If so, paste the address of that record. It must be public."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "list": "near-records"}),
    )  # fmt: skip

    def __init__(self, person: Person | None, *args: Any, **kwargs: Any) -> None:
        self._person = person
        super().__init__(*args, **kwargs)

    def clean_successor(self) -> Record | None:
        given = self.cleaned_data["successor"].strip().lower()
        if not given:
            return None
        named = _ID.search(urlsplit(given).path)
        found = get_record_for(self._person, named.group()) if named else None
        if found is None:
            raise forms.ValidationError(words.fault(Fault("successor", "not_there")))
        return found


class WithdrawForm(ContinuedForm):
    reason = forms.ChoiceField(
        label=_("Why?"), widget=forms.RadioSelect, error_messages={"required": _("Choose a reason: it is shown at the address.")}
    )  # fmt: skip
    field_order = ("reason", "successor")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = list(words.withdrawal_reasons().items())  # type: ignore[attr-defined]
