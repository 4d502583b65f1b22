"""A database full of made-up records, for measuring at scale."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction

from ayni.kernel import guarded
from ayni.knowledge.documents import title_digest
from ayni.knowledge.models import Record, Revision, RevisionPartner, RevisionTerm
from ayni.knowledge.states import Form, Kind, PartnerRole, PublicationType, RecordState, RevisionState
from ayni.language.normalise import fold
from ayni.registry.models import Institution, InstitutionName
from ayni.registry.queries.vocabularies import Concept, concepts
from bench import corpus

INSTITUTIONS = 2000
_KINDS = [Kind.ACTIVITY] * 70 + [Kind.PRACTICE] * 18 + [Kind.LESSON] * 6 + [Kind.PUBLICATION] * 6
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_BATCH = 5000
_START = datetime(2026, 1, 1, tzinfo=UTC)


class _Picker:
    """Concepts of a vocabulary, some far more often than others, as in life."""

    def __init__(self, some: list[Concept], random: Random) -> None:
        self._some = random.sample(some, len(some))
        self._weights = [1 / (rank + 3) for rank in range(len(some))]
        self._random = random

    def __call__(self, most: int) -> list[Concept]:
        return self._random.choices(self._some, self._weights, k=self._random.randint(1, most))


def _uid(number: int, random: Random) -> str:
    tail = "".join(_ALPHABET[number >> shift & 31] for shift in (20, 15, 10, 5, 0))
    return "".join(random.choices(_ALPHABET, k=7)) + tail


def fill(count: int) -> None:
    """Store `count` public records of seven languages, with their institutions."""
    random = Random(corpus.SEED)
    languages = corpus.languages()
    # Bulk inserts of invented records: no action has to vouch for what nobody will ever read.
    with transaction.atomic(), guarded.writing():
        institutions = _institutions(languages, random)
        batch: list[tuple[Any, ...]] = []
        for row in _rows(count, languages, institutions, random):
            batch.append(row)
            if len(batch) == _BATCH:
                _store(batch)
                batch = []
        _store(batch)


def _institutions(languages: dict[str, corpus.Language], random: Random) -> list[Institution]:
    countries = concepts().of("countries")
    made = []
    for number, code in enumerate(corpus.language_of_each(INSTITUTIONS, random), start=1):
        name = languages[code].sentence(languages[code].draw(random.randint(3, 5)))
        made.append(
            Institution(
                pk=number,
                uid=_uid(number, random),
                name=name,
                name_language=code,
                name_key=fold(name)[:300],
                country_id=random.choice(countries).id,
            )
        )
    Institution.objects.bulk_create(made, batch_size=_BATCH)
    InstitutionName.objects.bulk_create(
        InstitutionName(institution=one, language=one.name_language, text=one.name, text_key=one.name_key)
        for one in made
    )
    return made


def _rows(
    count: int, languages: dict[str, corpus.Language], institutions: list[Institution], random: Random
) -> Iterator[tuple[Record, Revision, set[int], list[RevisionPartner]]]:
    terms = concepts()
    goals = [concept for concept in terms.of("sdg") if "." not in concept.code]
    targets = [concept for concept in terms.of("sdg") if "." in concept.code]
    pickers = [
        (_Picker(some, random), most)
        for some, most in (
            (terms.of("countries"), 3), (goals, 2), (targets, 1), (terms.of("themes"), 2),
            (terms.of("dac-sectors"), 1),
        )
    ]  # fmt: skip
    owners = [1 / (rank + 20) for rank in range(len(institutions))]
    roles = list(PartnerRole.values)
    for pk, code in enumerate(corpus.language_of_each(count, random), start=1):
        kind = random.choice(_KINDS)
        title = languages[code].title()
        published = _START - timedelta(minutes=random.randint(0, 5_000_000))
        year = random.randint(1998, 2025)
        owner, *others = random.choices(institutions, owners, k=random.randint(1, 3))
        record = Record(
            pk=pk, uid=_uid(pk, random), kind=kind, state=RecordState.PUBLIC, owner=owner, language=code,
            published_id=pk, title_key=title_digest(title), created_at=published, updated_at=published,
            published_at=published, last_confirmed_on=date(random.randint(2022, 2026), 1, 1),
        )  # fmt: skip
        revision = Revision(
            pk=pk, record_id=pk, number=1, state=RevisionState.PUBLISHED, title=title,
            form=Form.SNAPSHOT if kind == Kind.PRACTICE else "", summary=languages[code].text(15)[:600],
            body=_body(kind, languages[code], random.randint(70, 180), year), started=str(year),
            ended=str(year + random.randint(0, 4)), created_at=published, published_at=published,
        )  # fmt: skip
        tags = {concept.id for picker, most in pickers for concept in picker(most)}
        partners = [
            RevisionPartner(
                revision_id=pk, institution=one, name=one.name, role=random.choice(roles), position=place
            )
            for place, one in enumerate(others)
        ]
        yield record, revision, tags, partners


def _body(kind: Kind, language: corpus.Language, words: int, year: int) -> dict[str, Any]:
    if kind == Kind.ACTIVITY:
        return {"description": language.text(words - 30), "objectives": language.text(30)}
    if kind == Kind.PUBLICATION:
        return {
            "publication_type": PublicationType.REPORT,
            "authors": ["A. Author"],
            "year": year,
            "abstract": language.text(words),
        }
    names = (
        ("problem", "what_was_done", "what_changed")
        if kind == Kind.PRACTICE
        else ("situation", "what_was_tried", "what_happened")
    )
    return {name: language.text(words // 3) for name in names}


def _store(batch: list[tuple[Any, ...]]) -> None:
    Record.objects.bulk_create([row[0] for row in batch])
    Revision.objects.bulk_create([row[1] for row in batch])
    RevisionTerm.objects.bulk_create(
        RevisionTerm(revision_id=row[1].pk, term_id=term) for row in batch for term in sorted(row[2])
    )
    RevisionPartner.objects.bulk_create([partner for row in batch for partner in row[3]])
