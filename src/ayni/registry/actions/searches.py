"""Searches that somebody wants to hear from again."""

from datetime import datetime
from typing import Any

from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.kernel.errors import Fault, Invalid, NotAllowed
from ayni.kernel.locking import locked
from ayni.registry import policies
from ayni.registry.actions import audit
from ayni.registry.actions.notices import settle, tell
from ayni.registry.models import Person, SavedSearch

MOST = 50  # a person; each is looked at every hour
NAME_LIMIT, QUERY_LIMIT = 120, 1000
CODE = "search-news"


def target_of(search: SavedSearch) -> str:
    return f"registry.savedsearch:{search.uid}"


@action
def save_search(*, by: Person, name: str, query: str, language: str) -> SavedSearch:
    """`query` as in the address of the search page. Saving the same again changes nothing. Raises Invalid."""
    locked(by)
    if there := by.saved_searches.filter(query=query).first():
        return there
    faults = [] if query.strip() else [Fault("query", "required")]
    if len(query) > QUERY_LIMIT:
        faults.append(Fault("query", "too_long"))
    if by.saved_searches.count() >= MOST:
        faults.append(Fault("", "too_many", {"most": MOST}))
    if faults:
        raise Invalid(faults)
    search = SavedSearch.objects.create(
        person=by, name=" ".join(name.split())[:NAME_LIMIT], query=query, language=language
    )
    audit.record(by=by, verb="search.saved", target=target_of(search))
    return search


@action
def change_search(*, by: Person, search: SavedSearch, name: str, alerts: bool) -> SavedSearch:
    """Alerts that are turned on again tell of what comes from now on."""
    _mine(by, search)
    if not (name := " ".join(name.split())):
        raise Invalid([Fault("name", "required")])
    if len(name) > NAME_LIMIT:
        raise Invalid([Fault("name", "too_long", {"limit": NAME_LIMIT})])
    if alerts and not search.alerts:
        search.looked_at = clock.now()
    search.name, search.alerts = name, alerts
    search.save()
    audit.record(by=by, verb="search.changed", target=target_of(search))
    return search


@action
def delete_search(*, by: Person, search: SavedSearch) -> None:
    _mine(by, search)
    settle(target=target_of(search))
    audit.record(by=by, verb="search.deleted", target=target_of(search))
    search.delete()


@action
def tell_of_new(
    *,
    by: Person | None,
    search: SavedSearch,
    looked_at: datetime,
    until: datetime,
    count: int,
    titles: list[dict[str, Any]],
) -> bool:
    """Tell its person of `count` records published since `looked_at`, and look on from `until`: both or neither.

    False when another has looked at it meanwhile: nothing is told twice.
    """
    del by
    locked(search)
    if search.looked_at != looked_at or not search.alerts:
        return False
    if count:
        tell(
            [search.person], code=CODE, target=target_of(search), key=f"{CODE} {search.uid} {until:%Y%m%d%H%M%S%f}",
            name=search.name, count=count, titles=titles, query=search.query,
        )  # fmt: skip
    search.looked_at = until
    search.save()
    return True


def _mine(by: Person, search: SavedSearch) -> None:
    locked(search)
    if not policies.keep_saved_search.allows(by, search):
        raise NotAllowed("not_yours")
