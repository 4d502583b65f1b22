"""From the address of a search to the search and back: all of its state is in the URL."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import QueryDict

from ayni.discovery.addresses import asked
from ayni.discovery.queries.search import LAST_PAGE, Request

VIEWS = ("list", "map")
SORTS = ("relevance", "newest")


@dataclass(frozen=True)
class SearchAddress:
    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1
    view: str = "list"
    sort: str = "relevance"
    mine: str = ""  # the reader's own country, for "countries like mine"

    @classmethod
    def read(cls, data: QueryDict) -> "SearchAddress":
        """Whatever stands in the address; what makes no sense is left out, never an error."""
        wanted = asked(data)
        page, mine = data.get("page", ""), data.get("mine", "")
        return cls(
            text=wanted.text,
            filters=wanted.filters,
            page=min(int(page), LAST_PAGE) if re.fullmatch(r"[1-9][0-9]{0,4}", page) else 1,
            view=data.get("view") if data.get("view") in VIEWS else "list",
            sort=data.get("sort") if data.get("sort") in SORTS else "relevance",
            mine=mine.upper() if re.fullmatch(r"[A-Za-z]{2}", mine) else "",
        )

    def request(self, language: str, *, facets: Sequence[str] = (), page_size: int) -> Request:
        return Request(
            text=self.text, language=language, filters=self.filters, page=self.page, page_size=page_size,
            sort=self.sort, facets=facets, facet_size=FACET_SIZE,
        )  # fmt: skip

    def query(self, *, page: int = 1, **changes: object) -> str:
        """The query string with some of the state changed; `filters` replaces all of them."""
        state = {
            "text": self.text,
            "filters": self.filters,
            "view": self.view,
            "sort": self.sort,
            "mine": self.mine,
        }
        state |= changes
        pairs = [("q", state["text"])] if state["text"] else []
        pairs += [(facet, value) for facet, values in state["filters"].items() for value in values]
        pairs += [("view", "map")] if state["view"] == "map" else []
        pairs += [("sort", "newest")] if state["sort"] == "newest" else []
        pairs += [("mine", state["mine"])] if state["mine"] else []
        pairs += [("page", page)] if page > 1 else []
        return urlencode(pairs)

    def without(self, facet: str, value: str) -> str:
        kept = {
            name: tuple(v for v in values if (name, v) != (facet, value))
            for name, values in self.filters.items()
        }
        return self.query(filters=kept)

    def with_only(self, facet: str, value: str, **changes: object) -> str:
        return self.query(filters={**self.filters, facet: (value,)}, **changes)


FACET_SIZE = 250  # all countries, all goals and targets
