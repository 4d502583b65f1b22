"""The orders in which portals ask for a practice, one table each. See docs/howto/hand-on-a-record.md for sources.

A slot names the facts (`handing_on_facts.py`) that belong there, the one it is made for first.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Slot:
    """`label` None: each fact under its own label. `is_asked`: left empty, it says that nothing is stated."""

    label: Any
    facts: tuple[str, ...]
    is_asked: bool = True


@dataclass(frozen=True)
class Order:
    name: Any
    slots: tuple[Slot, ...]


SOLUTION = (
    "what_was_done", "building_blocks", "what_changed", "results", "evidence_level", "evidence",
    "what_did_not_work", "what_was_tried", "what_happened", "why", "advice", "description", "objectives",
    "abstract", "key_points", "adaptation_notes", "resources", "in_kind", "sustainability", "pictures",
)  # fmt: skip
PLACES = ("countries", "regions", "level")
PARTNERS = (
    "partners.provider", "partners.recipient", "partners.both", "partners.facilitator", "partners.funder",
    "partners.implementer",
)  # fmt: skip

_AYNI = Order(
    _("Our own order"),
    (
        Slot("", ("summary",), is_asked=False),
        Slot(
            None,
            (
                "abstract", "key_points", "description", "objectives", "situation", "what_was_tried",
                "what_happened", "why", "advice", "setting", "problem", "who_is_affected", "what_was_done",
                "building_blocks", "what_changed", "results", "evidence", "pictures", "what_did_not_work",
                "adaptation_notes", "resources", "in_kind", "sustainability",
            ),
            is_asked=False,
        ),
        Slot(_("Who took part"), ("owner", "stand_in", *PARTNERS), is_asked=False),
        Slot(_("Read more"), ("links", "documents", "url", "doi"), is_asked=False),
        Slot(
            _("About this record"),
            (
                "publication_type", "authors", "publisher", "year", "activity_status", "period", *PLACES, "sdg",
                "themes", "sectors", "exchange_types", "evidence_level", "identifiers", "adapted_from",
                "continued_in",
                "reviewed", "confirmed", "contact", "source", "licence", "link",
            ),
            is_asked=False,
        ),
    ),
)  # fmt: skip

_GALAXY = Order(
    "South-South Galaxy",
    (
        Slot(pgettext_lazy("portal field", "Tagline"), ("summary",)),
        Slot(
            pgettext_lazy("portal field", "Challenge"), ("problem", "situation", "who_is_affected", "setting")
        ),
        Slot(pgettext_lazy("portal field", "Towards a solution"), SOLUTION),
        Slot(pgettext_lazy("portal field", "Countries and regions"), PLACES),
        Slot(pgettext_lazy("portal field", "Nominated by"), ("owner", "stand_in")),
        Slot(pgettext_lazy("portal field", "Sustainable Development Goal targets"), ("sdg",)),
        Slot(pgettext_lazy("portal field", "Supported by"), ("partners.funder", "partners.facilitator")),
        Slot(
            pgettext_lazy("portal field", "Implementing entities"),
            ("partners.implementer", "partners.provider", "partners.recipient", "partners.both"),
        ),
        Slot(pgettext_lazy("portal field", "Project status"), ("activity_status",)),
        Slot(pgettext_lazy("portal field", "Project period"), ("period",)),
        Slot(pgettext_lazy("portal field", "Address of the practice"), ("link", "url")),
        Slot(pgettext_lazy("portal field", "Related resources"), ("links", "documents", "source", "doi")),
        Slot(pgettext_lazy("portal field", "Contact information"), ("contact",)),
    ),
)

_PANORAMA = Order(
    "PANORAMA",
    (
        Slot(pgettext_lazy("portal field", "Summary"), ("summary", "abstract")),
        Slot(
            pgettext_lazy("portal field", "Context"), ("setting", *PLACES, "themes", "sectors", "sdg", "period")
        ),
        Slot(pgettext_lazy("portal field", "Challenges"), ("problem", "situation")),
        Slot(pgettext_lazy("portal field", "Beneficiaries"), ("who_is_affected",)),
        Slot(pgettext_lazy("portal field", "Building blocks"), ("building_blocks", "adaptation_notes")),
        Slot(
            pgettext_lazy("portal field", "Impacts"), ("what_changed", "results", "evidence_level", "evidence")
        ),
        Slot(
            pgettext_lazy("portal field", "Story"),
            (
                "what_was_done", "what_was_tried", "what_happened", "description", "objectives", "why", "advice",
                "what_did_not_work", "key_points", "pictures",
            ),
        ),
    ),
)  # fmt: skip

_DESA = Order(
    _("UN DESA: SDG good practices"),
    (
        Slot(pgettext_lazy("portal field", "Goals and targets"), ("sdg",)),
        Slot(
            pgettext_lazy("portal field", "Introduction"),
            ("summary", "abstract", "setting", "problem", "situation", "who_is_affected"),
        ),
        Slot(pgettext_lazy("portal field", "Objectives"), ("objectives",)),
        Slot(
            pgettext_lazy("portal field", "Key stakeholders and partnerships"), ("owner", "stand_in", *PARTNERS)
        ),
        Slot(pgettext_lazy("portal field", "Geographic coverage"), PLACES),
        Slot(
            pgettext_lazy("portal field", "Implementation"),
            (
                "what_was_done", "building_blocks", "what_was_tried", "description", "activity_status", "period",
                "pictures",
            ),
        ),
        Slot(
            pgettext_lazy("portal field", "Results, outputs and impacts"),
            ("what_changed", "results", "evidence_level", "evidence", "what_happened"),
        ),
        Slot(
            pgettext_lazy("portal field", "Enabling factors and constraints"), ("what_did_not_work", "why")
        ),
        Slot(
            pgettext_lazy("portal field", "Sustainability and replicability"),
            ("sustainability", "adaptation_notes", "advice"),
        ),
        Slot(pgettext_lazy("portal field", "Conclusions"), ("key_points",)),
        Slot(
            pgettext_lazy("portal field", "Other sources"), ("links", "documents", "source", "url", "doi", "link")
        ),
        Slot(pgettext_lazy("portal field", "Resources mobilised"), ("resources", "in_kind")),
    ),
)  # fmt: skip

ORDERS = {"ayni": _AYNI, "galaxy": _GALAXY, "panorama": _PANORAMA, "desa": _DESA}
