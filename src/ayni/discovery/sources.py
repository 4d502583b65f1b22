"""A record as read for the index, and the index document made of it. Pure: runs in helper processes too."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ayni.discovery.engine.building import tokens_for
from ayni.discovery.engine.interface import Doc

_PLACES = ("c:countries/", "c:regions/", "c:country-groups/")  # how the tokens of places begin
# Reviewed kinds stand first where nothing is asked; what machines imported comes after them.
_STANDING = {"practice": 2, "lesson": 2, "publication": 1}
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
    return Doc(
        id=source.uid,
        version=max(member.version for member in group),
        tokens=tokens,
        facets={name: list(dict.fromkeys(values)) for name, values in facets.items()},
        numbers={"newest": newest, "first": _STANDING.get(source.kind, 0) * _LATER_THAN_ANY_DATE + newest},
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
