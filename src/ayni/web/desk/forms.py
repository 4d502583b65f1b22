from functools import cache
from zoneinfo import available_timezones

from babel.core import get_global
from django import forms
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ayni.language.codes import SITE_LANGUAGES, content_language, native_name
from ayni.registry.actions.searches import NAME_LIMIT
from ayni.registry.models import Person
from ayni.registry.queries.institutions import countries_of
from ayni.registry.queries.vocabularies import concepts
from ayni.registry.states import MailRhythm

_NOT_A_PLACE = ("Etc/", "SystemV/", "US/", "posix", "right", "GMT", "EST", "MST", "HST", "CST", "PST", "EDT")


@cache
def time_zones() -> tuple[tuple[str, str], ...]:
    """Named by a city that people know, as "Africa/Nairobi"; the rest are old names of the same."""
    names = (name for name in available_timezones() if "/" in name and not name.startswith(_NOT_A_PLACE))
    return (("UTC", "UTC"), *((name, name.replace("_", " ")) for name in sorted(names)))


class SavedSearchForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=NAME_LIMIT)
    alerts = forms.BooleanField(label=_("Tell me when something new fits"), required=False)


class SettingsForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("As others see it beside what you write."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=_("Language"), choices=[(code, native_name(code)) for code in SITE_LANGUAGES],
        help_text=_("Of your mails, and of the page after you have logged in."),
    )  # fmt: skip
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=lazy(time_zones, tuple)(),
        help_text=_("Named by a large city. Days and hours are told in it."),
    )  # fmt: skip
    mail_rhythm = forms.ChoiceField(
        label=_("Mail"), choices=MailRhythm.choices, widget=forms.RadioSelect,
        help_text=_("One mail a day or a week comes in your morning. What concerns you is always on your desk too."),
    )  # fmt: skip

    @classmethod
    def of(cls, person: Person) -> "SettingsForm":
        form = cls(initial={name: getattr(person, name) for name in cls.base_fields})
        form.keep(person)
        return form

    def keep(self, person: Person) -> None:
        """The zones of the person's countries come first; one under an old name stays possible for whoever has it."""
        everywhere = time_zones()
        if person.time_zone not in dict(everywhere):
            everywhere = ((person.time_zone, person.time_zone), *everywhere)
        near = _zones_near(person)
        field = self.fields["time_zone"]
        field.choices = [*near, (_("All"), everywhere)] if near else everywhere  # type: ignore[attr-defined]


def _zones_near(person: Person) -> list[tuple[str, list[tuple[str, str]]]]:
    """By the name of each country in which the person's institutions are."""
    country_of = get_global("zone_territories")
    language, terms = content_language(get_language() or "en"), concepts()
    found = []
    for code in countries_of(person):
        country = terms.get("countries", code)
        zones = [zone for zone in time_zones() if country_of.get(zone[0]) == code]
        if country and zones:
            found.append((country.short(language), zones))
    return found
