"""What an address of the search page asks for: its words and filters. The same for readers and saved searches."""

import re
from dataclasses import dataclass, field

from django.http import QueryDict

from ayni.discovery import fields
from ayni.registry.models import Institution

TEXT_LIMIT = 2000  # characters; what is longer is cut, and the search box shows what was looked for
VALUES_LIMIT = 30  # per facet
_VALUE = re.compile(r"[A-Za-z0-9._-]{1,40}")


@dataclass(frozen=True)
class Asked:
    text: str = ""
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.text or self.filters)


def asked(data: QueryDict) -> Asked:
    """Whatever stands in the address; what makes no sense is left out, never an error."""
    filters = {}
    for facet in fields.FACETS:
        values = [value for value in data.getlist(facet) if _VALUE.fullmatch(value)]
        if values:
            filters[facet] = tuple(dict.fromkeys(values))[:VALUES_LIMIT]
    if "institution" in filters:
        filters["institution"] = _of_today(filters["institution"])
    return Asked(data.get("q", "").replace("\x00", " ").strip()[:TEXT_LIMIT], filters)


def _of_today(uids: tuple[str, ...]) -> tuple[str, ...]:
    """Institutions by the ids they have today: links to those merged since then still find their records."""
    merged = Institution.objects.filter(uid__in=uids, merged_into__isnull=False)
    today = dict(merged.values_list("uid", "merged_into__uid"))
    return tuple(dict.fromkeys(today.get(uid, uid) for uid in uids))
