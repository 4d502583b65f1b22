"""A record as read for the index, and the index document made of it. Pure: runs in helper processes too."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ayni.discovery.engine.building import tokens_for
from ayni.discovery.engine.interface import Doc

_PLACES = ("c:countries/", "c:regions/", "c:country-groups/")  # how the tokens of places begin
# Beside what readers filter by: how early a record comes among equals.
RANKED_BY = "standing"
# Reviewed kinds stand first where nothing is asked; what machines imported comes after them. A record nobody
# answers for stands behind all of its kind.
_STANDING = {
    "practice": 4, "lesson": 4, "practice-unanswered": 3, "lesson-unanswered": 3, "publication": 2,
    "publication-unanswered": 1,
}  # fmt: skip
_LATER_THAN_ANY_DATE = 10**14  # milliseconds


@dataclass
class Source:
    """One record as read from the database, ready to be analysed (in another process, if need be)."""

    uid: str
    kind: str
    version: int
    newest: int
    titles: list[tuple[str, str]]
    texts: list[tuple[str, str]]
    facets: dict[str, list[str]]
    concepts: list[str]
    siblings: list["Source"] = field(default_factory=list)
    is_unanswered: bool = False


def doc(source: Source) -> Doc:
    """The index document of a record and its siblings. Pure: nothing is read from the database."""
    group = [source, *source.siblings]
    facets: dict[str, list[str]] = {}
    for member in group:
        for name, values in member.facets.items():
            facets.setdefault(name, []).extend(values)
    tokens = tokens_for(
        list(dict.fromkeys(pair for member in group for pair in member.titles)),
        list(dict.fromkeys(pair for member in group for pair in member.texts)),
        list(dict.fromkeys(token for member in group for token in member.concepts)),
    )
    # A record tagged with a place is about it as much as one that has its name in the title.
    tokens["title"] += [token for token in tokens["all"] if token.startswith(_PLACES)]
    newest = max(member.newest for member in group)
    # One of them that somebody answers for is enough.
    is_unanswered = all(member.is_unanswered for member in group)
    standing = f"{source.kind}-unanswered" if is_unanswered else source.kind
    facets[RANKED_BY] = [standing]
    return Doc(
        id=source.uid,
        version=max(member.version for member in group),
        tokens=tokens,
        facets={name: list(dict.fromkeys(values)) for name, values in facets.items()},
        numbers={"newest": newest, "first": _STANDING.get(standing, 0) * _LATER_THAN_ANY_DATE + newest},
    )


def grouped(read: Iterable[Source], keys: dict[str, tuple[str, str]]) -> list[Source]:
    """Put siblings (same kind and title key) under the first of them. `keys`: uid -> (kind, title key)."""
    leads: dict[tuple[str, str], Source] = {}
    for source in read:
        lead = leads.setdefault(keys[source.uid], source)
        if lead is not source:
            lead.siblings.append(source)
    return list(leads.values())


def docs(some: list[Source]) -> list[Doc]:
    return [doc(source) for source in some]
