"""The start page: what it is, what it is called, in which language, for whom."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ayni.knowledge import documents
from ayni.knowledge.states import Kind
from ayni.language.codes import CONTENT_LANGUAGES, content_language, native_name
from ayni.language.normalise import fold
from ayni.registry.actions.institutions import name_key
from ayni.registry.models import Institution, Person
from ayni.registry.policies import institutions_of
from ayni.registry.queries.institutions import institutions_like, institutions_named, names_in
from ayni.registry.queries.vocabularies import concepts
from ayni.registry.states import WRITING_ROLES

NONE_OF_THESE = "new"
KINDS = (
    (Kind.PRACTICE, _("Good practice"), _("Something that you did, that worked, and that others could do too.")),
    (Kind.LESSON, _("Lesson learned"), _("Something that did not work as hoped, and what others can learn from it.")),
    (Kind.PUBLICATION, _("Publication"), _("A report, guideline, study or course that is there already.")),
)  # fmt: skip


class StartForm(forms.Form):
    """`candidates`: registered institutions that the partner's name may mean, to choose from; set when it is asked."""

    kind = forms.ChoiceField(choices=[(kind, label) for kind, label, _what in KINDS])
    title = forms.CharField(max_length=documents.TITLE_LIMIT)
    language = forms.ChoiceField(choices=[(code, native_name(code)) for code in CONTENT_LANGUAGES])
    institution = forms.ChoiceField()
    partner_name = forms.CharField(max_length=300, required=False)
    partner_country = forms.ChoiceField(required=False)
    partner = forms.CharField(max_length=16, required=False)

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reader = content_language(get_language() or "en")
        self.institutions = institutions_to_write_for(person)
        names = names_in(reader, [one.pk for one in self.institutions])
        self.fields["institution"].choices = [(one.uid, names[one.pk][0]) for one in self.institutions]
        countries = [(one.code, one.short(reader)) for one in concepts().of("countries") if one.until is None]
        self.fields["partner_country"].choices = [("", ""), *sorted(countries, key=lambda one: fold(one[1]))]
        self.candidates: list[tuple[str, str]] = []
        for name, field in self.fields.items():
            field.error_messages["required"] = _MISSING.get(name, field.error_messages["required"])
            field.error_messages["invalid_choice"] = _("Choose one of those offered.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("partner_name"):
            return given
        if not given.get("partner_country"):
            self.add_error("partner_country", _("Say in which country your partner is."))
            return given
        key, country = name_key(given["partner_name"]), given["partner_country"]
        found = institutions_named(key, country)
        given["partner_institution"] = next(iter(found)) if len(found) == 1 else None
        near = [] if len(found) == 1 else [*found, *institutions_like(key, country)]
        reader = content_language(get_language() or "en")
        names = names_in(reader, [one.pk for one in near])
        self.candidates = list({one.uid: names[one.pk][0] for one in near}.items())
        chosen = next((one for one in near if one.uid == given.get("partner")), None)
        given["partner_institution"] = chosen or given["partner_institution"]
        may_be_new = given.get("partner") == NONE_OF_THESE and not found
        if self.candidates and not chosen and not may_be_new:
            self.add_error("partner", _("Is it one of these? Choose it, or say that it is another one."))
        return given


_MISSING = {
    "kind": _("Choose what you want to write."),
    "title": _("Give it a title. You can change it at any time."),
    "institution": _("Choose the institution you write for."),
}


def institutions_to_write_for(person: Person) -> list[Institution]:
    """Those of the person's that stand today, by name."""
    mine = Institution.objects.filter(pk__in=institutions_of(person, WRITING_ROLES), merged_into__isnull=True)
    return list(mine.select_related("country").order_by("name", "pk"))
