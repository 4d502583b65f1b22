"""Institutions that a file names: matched to the registry, the owners among them registered where they are new."""

from collections.abc import Iterable

from ayni.knowledge.actions.import_reading import Mention
from ayni.registry.actions.institutions import name_key, register_institution
from ayni.registry.models import Institution, InstitutionIdentifier, Person, Term
from ayni.registry.queries.institutions import find_institution, institutions_named

AMBIGUOUS = "institution_ambiguous"


class Institutions:
    """Look-ups of one import, remembered. `owners`: every owner the file names.

    A partner that owns another row is registered with it: else a second run of the same file would find
    more than the first, and change what nobody changed.
    """

    def __init__(self, owners: Iterable[Mention], *, by: Person | None, is_demo: bool) -> None:
        self._by = by
        self._is_demo = is_demo
        self._found: dict[Mention, Institution | None] = {}
        self._owners: dict[object, list[Mention]] = {}
        for owner in dict.fromkeys(owners):
            for key in (*owner.ids, name_key(owner.name)):
                self._owners.setdefault(key, []).append(owner)

    def find(self, mention: Mention) -> Institution | None:
        if self._is_between_namesakes(mention):
            return None
        if mention not in self._found:
            self._found[mention] = self._look_up(mention)
        return self._found[mention]

    def owner_behind(self, mention: Mention) -> Mention | None:
        """The owner in this file that a partner's mention means."""
        for key in (*mention.ids, name_key(mention.name)):
            possible = [owner for owner in self._owners.get(key, ()) if _may_be_one(owner, mention)]
            # Namesakes in two countries, and nothing that tells them apart: none is meant for sure.
            if possible and len(_countries(possible)) <= 1:
                return possible[0]
        return None

    def is_ambiguous(self, mention: Mention) -> bool:
        """Several of that name, and nothing that tells them apart."""
        if self._is_between_namesakes(mention):
            return True
        return not mention.ids and len(institutions_named(name_key(mention.name), mention.country)) > 1

    def _is_between_namesakes(self, mention: Mention) -> bool:
        """The file itself names owners of that name in several countries: whichever row comes first, none is meant."""
        if mention.ids or mention.country:
            return False
        return len(_countries(self._owners.get(name_key(mention.name), ()))) > 1

    def register(self, mention: Mention) -> Institution:
        country = Term.objects.filter(vocabulary__code="countries", code=mention.country).first()
        made = register_institution(
            by=self._by, name=mention.name, language=mention.language or "en", type=mention.type,
            country=country if mention.country else None, names=dict(mention.names), identifiers=dict(mention.ids),
            is_un=mention.is_un, is_demo=self._is_demo,
        )  # fmt: skip
        # What was not found before may be this one.
        self._found = {known: found for known, found in self._found.items() if found}
        return made

    def forget(self) -> None:
        """After a row was rolled back: what it registered is not there."""
        self._found.clear()

    def _look_up(self, mention: Mention) -> Institution | None:
        if not mention.ids and (known := self._by_id(mention.name)):
            return known
        keys = dict.fromkeys([name_key(mention.name), *(name_key(text) for _, text in mention.names)])
        for key in keys:
            found = find_institution(
                identifiers=dict(mention.ids), name_key=key, country_code=mention.country or None
            )
            if found and not self._is_another(found, mention):
                return found
        return None

    @staticmethod
    def _by_id(text: str) -> Institution | None:
        """Files of our own may name an institution by its public id, or by an id that an import gave it."""
        row = Institution.objects.select_related("merged_into").filter(uid=text).first()
        if row is None:
            rows = list(
                InstitutionIdentifier.objects.filter(value=text).select_related("institution__merged_into")[
                    :2
                ]
            )
            row = rows[0].institution if len(rows) == 1 else None
        return (row.merged_into or row) if row else None

    @staticmethod
    def _is_another(found: Institution, mention: Mention) -> bool:
        """The same name with another id of the same scheme is another institution (there are many ministries)."""
        if not mention.ids:
            return False
        known = found.identifiers.values_list("scheme", "value")
        return _contradict(dict(known), dict(mention.ids))


def _countries(mentions: Iterable[Mention]) -> set[str]:
    return {mention.country for mention in mentions if mention.country}


def _may_be_one(one: Mention, other: Mention) -> bool:
    if one.country and other.country and one.country != other.country:
        return False
    return not _contradict(dict(one.ids), dict(other.ids))


def _contradict(one: dict[str, str], other: dict[str, str]) -> bool:
    return any(one[scheme] != other[scheme] for scheme in one.keys() & other.keys())
