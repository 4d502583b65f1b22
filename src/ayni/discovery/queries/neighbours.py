"""Beside the results: who works on this, countries like mine, and what is similar to a record."""

from dataclasses import dataclass

from ayni.discovery import fields
from ayni.discovery.engine.interface import Query
from ayni.discovery.indexing import engine
from ayni.discovery.queries.search import Found
from ayni.knowledge.models import Record
from ayni.knowledge.queries import records
from ayni.knowledge.queries.records import Card
from ayni.language.analysis import query_tokens
from ayni.registry.models import Institution, Person
from ayni.registry.queries.institutions import names_in
from ayni.registry.queries.vocabularies import Concept, Concepts, concepts

_TITLE_WORDS = 6


@dataclass
class Worker:
    """An institution in the results, with how many of them it stands for or took part in."""

    institution: Institution
    name: str
    name_language: str
    country: Concept | None
    count: int


@dataclass
class Likeness:
    """A country in the results, and what it shares with the reader's own."""

    country: Concept
    count: int
    region: Concept | None  # the shared sub-region
    groups: list[Concept]  # shared groups: least developed, landlocked ...


def who_works_on(found: Found, language: str, limit: int = 12) -> list[Worker]:
    """The institutions with most of the results, inside and outside the UN. Two queries."""
    counts = dict(found.counts.get("institution", ())[: limit * 2])
    institutions = list(
        Institution.objects.filter(uid__in=counts, merged_into__isnull=True).select_related("country")
    )
    names = names_in(language, [institution.pk for institution in institutions])
    workers = [
        Worker(one, *names[one.pk], found.concepts.by_id.get(one.country_id or 0), counts[one.uid])
        for one in institutions
    ]
    return sorted(workers, key=lambda worker: (-worker.count, worker.name))[:limit]


def countries_like(mine: str, found: Found, limit: int = 8) -> list[Likeness]:
    """Countries of the results like `mine` (its code), most alike first.

    First those of the same smallest region, then by the number of shared groups; by results within that.
    A country that shares nothing is left out, and so is `mine` itself.
    """
    terms = found.concepts
    own = terms.get("countries", mine)
    if own is None:
        return []
    likenesses = []
    for code, count in found.counts.get("country", ()):
        other = terms.get("countries", code)
        if other is None or other.id == own.id:
            continue
        region = terms.by_id[other.broader] if other.broader and other.broader == own.broader else None
        shared = terms.groups.get(code, frozenset()) & terms.groups.get(mine, frozenset())
        if region or shared:
            groups = [concept for concept in terms.of("country-groups") if concept.code in shared]
            likenesses.append(Likeness(other, count, region, groups))
    likenesses.sort(key=lambda one: (one.region is None, -len(one.groups), -one.count, one.country.code))
    return likenesses[:limit]


def similar(record: Record, language: str, person: Person | None = None, limit: int = 4) -> list[Card]:
    """Records that share this one's themes, goals and title words; itself and its siblings left out."""
    terms = concepts()
    tags = records.terms_of([record.published_id], terms)[record.published_id]
    telling = [tag for tag in tags if tag.vocabulary in {"themes", "sdg", "dac-sectors", "exchange-types"}]
    words = [((fields.concept_token(tag), 1.0),) for tag in telling]
    words += [
        word.alternatives for word in query_tokens(record.published.title, record.language)[:_TITLE_WORDS]
    ]
    if not words:
        return []
    engine().refresh()
    hits = engine().search(Query(words=words, limit=limit + 5, boosts={"kind": {record.kind: 0.5}})).hits
    found = records.listed_by_uid(person, [hit.id for hit in hits])
    others = [
        found[hit.id]
        for hit in hits
        if hit.id in found and hit.id != record.uid and found[hit.id].title_key != record.title_key
    ]
    return records.cards(others[:limit], language, terms)


def own_country(person: Person | None, terms: Concepts) -> str:
    """The country of the person's institution, to start "countries like mine" with; empty when unknown."""
    if person is None or not person.is_authenticated:
        return ""
    country = (
        person.memberships.filter(until__isnull=True, institution__country__isnull=False)
        .order_by("pk")
        .values_list("institution__country_id", flat=True)
        .first()
    )
    return terms.by_id[country].code if country in terms.by_id else ""
