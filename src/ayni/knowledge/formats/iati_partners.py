"""The organisations of an IATI activity. Its lists of references, names and roles often differ in length."""

import re
from collections.abc import Iterable
from typing import Any

from ayni.knowledge.formats import iati_codes as codes
from ayni.knowledge.formats.base import Note, Row, tidy
from ayni.knowledge.formats.narratives import narratives
from ayni.language.codes import CONTENT_LANGUAGES
from ayni.registry.states import InstitutionType

_NAME_LIMIT = 300
_REFERENCE_LIMIT = 200
# What reporters write when there is nobody to name.
_NOBODY = {"", "-", "n/a", "name withheld", "unknown", "not available", "kein politischer träger"}


def _list(given: dict[str, Any], name: str) -> list[str]:
    value = given.get(name)
    values = value if isinstance(value, list) else [value]
    return [entry.strip() if isinstance(entry, str) else "" for entry in values if entry is not None]


def reporter(given: dict[str, Any]) -> dict[str, Any]:
    """The reporting organisation, as the document's `institution`."""
    found = narratives(_list(given, "reporting_org_narrative"))
    reference = (_list(given, "reporting_org_ref") or [""])[0][:_REFERENCE_LIMIT]
    tag = str(given.get("xml_lang") or "").lower()[:2]
    ours = [narrative for narrative in found if narrative.language in CONTENT_LANGUAGES]
    main = next((n for n in (*(n for n in ours if n.language == "en"), *ours, *found)), None)
    language = (
        main.language
        if main and main.language in CONTENT_LANGUAGES
        else tag
        if tag in CONTENT_LANGUAGES
        else "en"
    )
    un = bool(re.fullmatch(codes.UN_REFERENCE, reference))
    kind = codes.ORGANISATION_TYPES.get(
        (_list(given, "reporting_org_type") or [""])[0], InstitutionType.OTHER
    )
    return {
        "name": (main.text if main else reference)[:_NAME_LIMIT],
        "language": language,
        "names": {n.language: n.text[:_NAME_LIMIT] for n in ours if n is not main and n.language != language},
        "ids": {"iati": reference} if reference else {},
        "type": str(InstitutionType.UN if un else kind),
        "is_un": un,
    }


def known_names(activities: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Reference -> name, from the rows where the two lists surely belong together, and from reporters."""
    names: dict[str, str] = {}
    for given in activities:
        references, texts = _list(given, "participating_org_ref"), _list(given, "participating_org_narrative")
        if len(references) == len(texts):
            for reference, text in zip(references, texts, strict=True):
                if reference and text:
                    names.setdefault(reference, tidy(text)[:_NAME_LIMIT])
        if (own := _list(given, "reporting_org_ref")) and (texts := _list(given, "reporting_org_narrative")):
            names[own[0]] = tidy(texts[0])[:_NAME_LIMIT]
    return names


def partners(given: dict[str, Any], names: dict[str, str], row: Row) -> list[dict[str, Any]]:
    """Partners with our roles, each (organisation, role) once; those nobody can tell apart are left out, with a note."""
    roles = _list(given, "participating_org_role")
    aligned, lost = _aligned(
        _list(given, "participating_org_ref"), _list(given, "participating_org_narrative"), roles, names
    )
    if lost:
        row.notes.append(Note("partners", "partners_unclear", {"count": lost}))
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for (reference, name), code in zip(aligned, roles, strict=False):
        role = codes.ROLES.get(code)
        if role is None or (name.lower() in _NOBODY and not reference):
            continue
        ids = {"iati": reference[:_REFERENCE_LIMIT]} if reference else {}
        partner = {"institution": {"name": (name or reference)[:_NAME_LIMIT], "ids": ids}, "role": str(role)}
        found.setdefault((name or reference, str(role)), partner)
    return list(found.values())


def _aligned(
    references: list[str], texts: list[str], roles: list[str], names: dict[str, str]
) -> tuple[list[tuple[str, str]], int]:
    """One (reference, name) for each role, both empty where it cannot be told; and how many those are.

    A reference is trusted when there are as many as roles. Names too; or when there is a whole number of
    them for each role (the same name in several languages, one after the other), the first is taken.
    """
    count = len(roles)
    certain = references if len(references) == count else [""] * count
    if len(texts) == count:
        return list(zip(certain, texts, strict=True)), 0
    if count and len(texts) > count and len(texts) % count == 0:
        step = len(texts) // count
        return list(zip(certain, texts[::step], strict=True)), 0
    aligned = [(reference, names.get(reference, "")) for reference in certain]
    return aligned, sum(1 for reference, _ in aligned if not reference)
