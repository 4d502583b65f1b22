"""Records as schema.org data, for machines that read pages."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from ayni.knowledge.models import Record
from ayni.knowledge.queries.records import Reading
from ayni.knowledge.states import Kind, PublicationType
from ayni.registry.queries.vocabularies import Concept
from ayni.web import addresses
from ayni.web.files.presenting import Attached
from ayni.web.knowledge import licences

_TYPES = {Kind.PRACTICE: "Article", Kind.LESSON: "Article", Kind.ACTIVITY: "Project"}
_PUBLICATION_TYPES = {
    PublicationType.RESEARCH: "ScholarlyArticle",
    PublicationType.REPORT: "Report",
    PublicationType.GUIDELINE: "Report",
    PublicationType.COURSE: "Course",
}
# Inside <script> nothing may close the element or open another.
_HARMFUL = {
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def describe(
    record: Record, reading: Reading, tags: Iterable[Concept], owner_name: str, images: Sequence[Attached] = (),
) -> dict[str, Any]:  # fmt: skip
    tags = list(tags)
    link = addresses.short_url(record)
    facts: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _type_of(record),
        "@id": link,
        "url": link,
        "name": reading.title,
        "description": reading.summary,
        "image": [settings.SITE_URL + image.largest for image in images],
    }
    places = [
        {"@type": "Country", "name": tag.label(reading.language)}
        for tag in tags
        if tag.vocabulary == "countries"
    ]
    about = [
        {"@type": "DefinedTerm", "name": tag.label(reading.language), "@id": tag.uri}
        for tag in tags
        if tag.vocabulary in {"sdg", "themes"}
    ]
    organisation = {"@type": "Organization", "name": owner_name}
    if record.kind == Kind.ACTIVITY:
        facts |= {
            "foundingDate": record.published.started,
            "location": places,
            "parentOrganization": organisation,
        }
    else:
        facts |= {
            "inLanguage": reading.language,
            "headline": reading.title[:110],
            "about": about,
            "spatialCoverage": places,
            "temporalCoverage": _period(record),
            "publisher": organisation,
            "author": [{"@type": "Person", "name": name} for name in reading.body.get("authors", [])]
            or organisation,
            "license": licences.of(record.licence)[1] or record.licence,
            "dateModified": record.updated_at.date().isoformat(),
            "isBasedOn": record.source_url,
        }
        if doi := reading.body.get("doi"):
            facts["identifier"] = f"doi:{doi}"
    return {name: value for name, value in facts.items() if value}


def _type_of(record: Record) -> str:
    if record.kind == Kind.PUBLICATION:
        return _PUBLICATION_TYPES.get(record.published.body.get("publication_type"), "Report")
    return _TYPES[Kind(record.kind)]


def _period(record: Record) -> str:
    revision = record.published
    return (
        f"{revision.started or '..'}/{revision.ended or '..'}" if revision.started or revision.ended else ""
    )


def script(facts: dict[str, Any]) -> SafeString:
    """JSON that cannot break out of its script element."""
    return mark_safe(json.dumps(facts, ensure_ascii=False).translate(_HARMFUL))
