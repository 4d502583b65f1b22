"""What two people wrote in one place, beside each other, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from ayni.knowledge.documents import TAGS
from ayni.knowledge.drafts import stamp_of_choice
from ayni.knowledge.models import Revision, Variant
from ayni.knowledge.states import PartnerRole
from ayni.language.codes import content_language
from ayni.registry.queries.vocabularies import concepts
from ayni.web.fields import field_label
from ayni.web.knowledge.passages import choice_labels


@dataclass
class Clash:
    variant: Variant
    label: str
    there: str
    there_by: str
    beside: str
    is_text: bool
    saw: str  # stands for both as they are shown


def clashes_of(revision: Revision, values: Mapping[str, Any], paths: tuple[str, ...] = ()) -> list[Clash]:
    """Those that wait for a choice, of the whole draft or of some fields. One query."""
    rows = revision.variants.select_related("by").order_by("pk")
    found = rows.filter(path__in=paths) if paths else rows
    return [_clash(revision, variant, values.get(variant.path, "")) for variant in found]


def _clash(revision: Revision, variant: Variant, now: Any) -> Clash:
    record = revision.record
    there, beside = in_words(now, variant.path), in_words(variant.value, variant.path)
    return Clash(
        variant, field_label(variant.path, record.kind, revision.form), there,
        revision.saved_by.name if revision.saved_by else "", beside,
        bool(now) and isinstance(now, str) and bool(variant.value) and variant.path not in _ONE_LINERS,
        stamp_of_choice(now, variant.value),
    )  # fmt: skip


_ONE_LINERS = {
    "title", "started", "ended", "body.level", "body.evidence_level", "body.publication_type", "body.year",
    "body.url", "body.doi", "standing.contact_email", "standing.contact_until", "standing.licence",
    "standing.source_url", "body.activity_status",
}  # fmt: skip


def in_words(value: Any, path: str) -> str:
    """Any field's value as lines that people read."""
    if isinstance(value, list):
        return "\n".join(_row(one, path) for one in value)
    if value and (labels := choice_labels(path)):
        return str(labels.get(value, value))
    return "" if value is None else str(value)


def _row(one: Any, path: str) -> str:
    if isinstance(one, dict):
        row = {name: text for name, text in one.items() if text and name != "institution"}
        if path == "partners" and row.get("role") in PartnerRole.values:
            row["role"] = str(PartnerRole(row["role"]).label)
        return " · ".join(
            str(choice_labels(f"{path}.0.{name}").get(text, text)) for name, text in row.items()
        )
    if path.startswith("tags."):
        concept = concepts().get(TAGS[path.partition(".")[2]], one)
        return concept.short(content_language(get_language() or "en")) if concept else str(one)
    return str(one)
