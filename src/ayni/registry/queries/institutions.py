from collections.abc import Iterable

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from ayni.registry.models import FormerId, Institution, InstitutionIdentifier, InstitutionName, Person
from ayni.registry.policies import institutions_of
from ayni.registry.states import NameKind, Role

_SHORT_WORD = 3  # "the", "de", "of": no help in telling names apart
_MOST_WORDS = 6  # each is one more comparison of every name


def get_institution(uid: str) -> Institution | None:
    """The institution that the public id names today, following merges; None when there is none."""
    found = (
        Institution.objects.select_related("country", "parent", "merged_into__country")
        .filter(uid=uid)
        .first()
    )
    return found.merged_into if found and found.merged_into_id else found


def names_in(language: str, institution_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Institution id -> (name, language of the name): in the language where known, else in English, else its own."""
    ids = list(set(institution_ids))
    names = {
        pk: (name, code)
        for pk, name, code in Institution.objects.filter(pk__in=ids).values_list(
            "pk", "name", "name_language"
        )
    }
    rows = InstitutionName.objects.filter(
        institution__in=ids, language__in={language, "en"}, kind=NameKind.OFFICIAL
    )
    known = sorted(rows.values_list("institution", "text", "language"), key=lambda row: row[2] == language)
    return names | {pk: (text, code) for pk, text, code in known}


def find_institution(
    *, identifiers: dict[str, str], name_key: str, country_code: str | None
) -> Institution | None:
    """The registered institution an outside mention means, or None.

    By identifier first; else by folded name, if it is the only one of that name there can be in that
    country. Never a guess between two.
    """
    for scheme, value in identifiers.items():
        known = InstitutionIdentifier.objects.filter(scheme=scheme, value=value).select_related(
            "institution__merged_into"
        )
        if row := known.first():
            return row.institution.merged_into or row.institution
    found = institutions_named(name_key, country_code)
    return found.pop() if len(found) == 1 else None


def institutions_named(name_key: str, country_code: str | None) -> set[Institution]:
    """Those a mention of that name, in that country, may mean: those there, else those of no known country.

    One of another country is never meant, also when it is the only one of its name: there is a Ministry
    of Health nearly everywhere.
    """
    same = Institution.objects.filter(names__text_key=name_key).select_related(
        "country", "merged_into__country"
    )
    found = {row.merged_into or row for row in same.distinct()}
    if not country_code:
        return found
    there = {row for row in found if row.country and row.country.code == country_code}
    return there or {row for row in found if row.country is None}


def institutions_like(name_key: str, country_code: str, limit: int = 6) -> list[Institution]:
    """Those of the country whose name has all the words of `name_key` in it, for a person to choose from."""
    words = [word for word in name_key.split() if len(word) > _SHORT_WORD] or name_key.split()
    ids = _names_with(words).filter(institution__country__code=country_code).values("institution_id")
    found = Institution.objects.filter(pk__in=ids, merged_into__isnull=True).select_related("country")
    return list(found.order_by("name", "pk")[:limit])


def institutions_called(name_key: str) -> QuerySet[Institution]:
    """Those that have all the words of `name_key` in one of their names, of whatever kind and language.

    Names of duplicates count for the one that stays.
    """
    names = _names_with(name_key.split())
    ids = names.values_list(Coalesce("institution__merged_into_id", "institution_id"))
    return Institution.objects.filter(pk__in=ids, merged_into__isnull=True)


def _names_with(words: list[str]) -> QuerySet[InstitutionName]:
    names = InstitutionName.objects.all()
    for word in words[:_MOST_WORDS]:
        names = names.filter(text_key__contains=word)
    return names


def countries_of(person: Person) -> list[str]:
    """Codes of the countries of the institutions in which the person has a role today. Two queries."""
    ids = institutions_of(person, frozenset(Role.values))
    codes = Institution.objects.filter(pk__in=ids, country__isnull=False).values_list(
        "country__code", flat=True
    )
    return list(codes.distinct().order_by("country__code"))


def former_target(target: str) -> FormerId | None:
    return FormerId.objects.filter(target=target).first()
