"""What can be filtered and counted, and which concepts a record's tags stand for."""

from collections.abc import Iterable

from ayni.registry.queries.vocabularies import Concept, Concepts

FACETS = (
    "kind",
    "country",
    "group",
    "region",
    "sdg",
    "theme",
    "sector",
    "exchange",
    "institution",
    "language",
    "year",
    "confirmed",
)
NUMBERS = ("newest", "first")
NEVER = "never"  # value of `confirmed` where nobody has

# Facets whose values are codes of a vocabulary.
VOCABULARY_OF = {
    "country": "countries",
    "group": "country-groups",
    "region": "regions",
    "sdg": "sdg",
    "theme": "themes",
    "sector": "dac-sectors",
    "exchange": "exchange-types",
    "language": "languages",
}
FACET_OF = {vocabulary: facet for facet, vocabulary in VOCABULARY_OF.items()}
WORLD = "001"


def concept_token(concept: Concept) -> str:
    """How the index names a concept; records tagged with it carry this token, whatever their language."""
    return f"c:{concept.vocabulary}/{concept.code}"


def implied(tags: Iterable[Concept], concepts: Concepts) -> list[Concept]:
    """The tags and all they imply: a target's goal, a country's regions and groups. Each once."""
    found: dict[int, Concept] = {}
    for tag in tags:
        more = [tag, *concepts.ancestors(tag)]
        if tag.vocabulary == "countries":
            more += [concepts["country-groups", code] for code in concepts.groups.get(tag.code, ())]
        for concept in more:
            if concept.code != WORLD:
                found[concept.id] = concept
    return list(found.values())


def facets_of(all_concepts: Iterable[Concept]) -> dict[str, list[str]]:
    """Facet values of a record's implied concepts."""
    values: dict[str, list[str]] = {}
    for concept in all_concepts:
        if facet := FACET_OF.get(concept.vocabulary):
            values.setdefault(facet, []).append(concept.code)
    return values
