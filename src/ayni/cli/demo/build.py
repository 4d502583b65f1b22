"""Build the demo world from the JSON files beside this one. Building it again adds what is missing.

Everything fictional is marked `is_demo` and labelled on its pages. `study.json` holds public facts about
real institutions, each with the study as its source.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import Q

from ayni.cli.demo import begun, reviewed, translated, under_review, use
from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.knowledge import documents
from ayni.knowledge.actions import records
from ayni.knowledge.models import Record
from ayni.knowledge.states import Kind
from ayni.knowledge.texts import Partner, Standing, Text
from ayni.registry.actions.institutions import register_institution
from ayni.registry.actions.people import create_person, grant_role
from ayni.registry.actions.translations import save_translations
from ayni.registry.actions.vocabularies import load_built_in_vocabularies
from ayni.registry.models import Institution, InstitutionIdentifier, Person, Term
from ayni.registry.queries.vocabularies import Concepts, concepts
from ayni.registry.states import Role

HERE = Path(__file__).resolve().parent
PASSWORD = "ayni-demo-2026"  # noqa: S105 - printed by `make demo`; production refuses demo people
ORIGIN = "demo"
OFFICER, MODERATOR = "programme.officer@demo.example", "moderator@demo.example"
OFFICER_SINCE = date(2024, 1, 1)
_LONG_AGO = date(2020, 1, 1)


@dataclass(frozen=True)
class LogIn:
    email: str
    name: str
    what: str
    is_moderator: bool = False
    is_operator: bool = False
    is_reviewer: bool = False
    language: str = "en"
    home: str = ""  # the institution's id in the files; the first of them when empty
    roles: tuple[Role, ...] = (Role.CONTRIBUTOR,)


LOG_INS = (
    LogIn(
        OFFICER,
        "Demo Programme Officer",
        "writes for an institution; its country begins “countries like mine”",
    ),
    LogIn(
        "training.officer@demo.example",
        "Demo Training Officer",
        "writes for a hospital, in French; a draft is begun",
        language="fr",
        home="b-yambore",
    ),
    LogIn(
        "coordinator@demo.example",
        "Demo Coordinator",
        "of the programme officer's institution: makes its own readings, confirms its records",
        roles=(Role.COORDINATOR, Role.REVIEWER),
    ),
    LogIn(
        "director@demo.example",
        "Demo Director",
        "heads the same institution: says the last word in its own approval, gives it its steps",
        roles=(Role.ADMIN,),
    ),
    LogIn(
        MODERATOR,
        "Demo Moderator",
        "may also open withdrawn records; there are none here, so pages look as for everyone",
        is_moderator=True,
    ),
    LogIn(
        "reviewer@demo.example",
        "Demo Reviewer",
        "reads for the site what institutions hand in; some of it waits on the desk",
        is_reviewer=True,
        roles=(),
    ),
    LogIn(
        "operator@demo.example",
        "Demo Operator",
        "runs the site: imports records, undoes imports",
        is_operator=True,
    ),
)


@dataclass
class World:
    """What the builder carries along: what is there already, by the files' own ids."""

    concepts: Concepts
    institutions: dict[str, Institution] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)


def build(progress: Callable[[str], None] = lambda _line: None) -> World:
    """Load vocabularies, institutions, people, records; return the world. Safe to run again."""
    load_built_in_vocabularies()
    world = World(concepts())
    world.institutions = {
        row.value: row.institution
        for row in InstitutionIdentifier.objects.filter(scheme=ORIGIN).select_related("institution")
    }
    world.records = {record.origin_id: record for record in Record.objects.filter(origin=ORIGIN)}
    progress("institutions")
    study = json.loads((HERE / "study.json").read_text())
    _institutions(world, _lists("institutions"), is_demo=True)
    _institutions(world, study["institutions"], is_demo=False)
    progress("people")
    _people(world)
    progress("records")
    _records(
        world,
        [json.loads(path.read_text()) for path in sorted((HERE / "records").glob("*.json"))],
        is_demo=True,
    )
    _records(world, study["records"], is_demo=False)
    progress("questions and answers")
    log_ins = {who.email: Person.objects.get(email=who.email) for who in LOG_INS}
    use.build(world.records, world.institutions, log_ins[OFFICER], log_ins[MODERATOR])
    begun.begin_draft(log_ins["training.officer@demo.example"], world.institutions["b-yambore"])
    under_review.add(
        owner=next(iter(world.institutions.values())),
        author=Person.objects.get(email="programme.officer@demo.example"),
        reader=Person.objects.get(email="reviewer@demo.example"),
        origin=ORIGIN,
    )
    translated.build(
        changed=world.records["a-riders-for-birth"],
        writer=Person.objects.get(email="isatu.kpange.demo@example.org"),
        translated=world.records["a-pupil-water-committees"],
        translator=log_ins["training.officer@demo.example"],
    )
    return world


def is_somebodys_own() -> bool:
    """People or records that no demo world brought. Where the demo people are already, it is a demo world.

    What somebody tries out in it (an import, say) does not keep `make demo` from starting again.
    """
    if Person.objects.filter(is_demo=True).exists():
        return False
    return Person.objects.exists() or Record.objects.exclude(Q(is_demo=True) | Q(origin=ORIGIN)).exists()


def _lists(folder: str) -> list[dict[str, Any]]:
    return [row for path in sorted((HERE / folder).glob("*.json")) for row in json.loads(path.read_text())]


@action
def _institutions(world: World, rows: list[dict[str, Any]], *, is_demo: bool) -> None:
    waiting = [row for row in rows if row["id"] not in world.institutions]
    for row in sorted(waiting, key=lambda one: bool(one.get("parent"))):  # parents first
        language, name = next(iter(row["names"].items()))
        about_language, about = next(iter((row.get("about") or {"": ""}).items()))
        country = world.concepts.get("countries", row.get("country") or "")
        source = row.get("source") or {}
        world.institutions[row["id"]] = register_institution(
            by=None,
            name=name,
            language=language,
            names=row["names"],
            short_name=row.get("short") or "",
            type=row["type"],
            country=Term.objects.get(pk=country.id) if country else None,
            city=row.get("city") or "",
            parent=world.institutions.get(row.get("parent") or ""),
            identifiers={ORIGIN: row["id"]},
            about=about,
            about_language=about_language,
            office_email=row.get("office_email") or "",
            website=row.get("url") or "",
            is_un=bool(row.get("is_un")),
            source_title=source.get("title", "") if isinstance(source, dict) else str(source)[:300],
            source_url=source.get("url", "") if isinstance(source, dict) else "",
            is_demo=is_demo,
        )


@action
def _people(world: World) -> None:
    first = next(iter(world.institutions.values()))
    for who in LOG_INS:
        if not Person.objects.filter(email=who.email).exists():
            person = create_person(
                by=None, email=who.email, name=who.name, password=PASSWORD,
                is_moderator=who.is_moderator, is_operator=who.is_operator, is_reviewer=who.is_reviewer,
                is_demo=True, language=who.language,
            )  # fmt: skip
            home = world.institutions[who.home] if who.home else first
            for role in who.roles:
                grant_role(by=None, person=person, institution=home, role=role, since=OFFICER_SINCE)
    known = set(Person.objects.values_list("email", flat=True))
    for row in _lists("people"):
        if row["email"] in known:
            continue
        person = create_person(
            by=None, email=row["email"], name=row["name"], language=row["language"],
            time_zone=row["time_zone"], is_demo=True,
        )  # fmt: skip
        for membership in row["memberships"]:
            institution = world.institutions[membership["institution"]]
            role = Role(membership["role"])
            grant_role(by=None, person=person, institution=institution, role=role, since=_LONG_AGO)


def _records(world: World, rows: list[dict[str, Any]], *, is_demo: bool) -> None:
    """One transaction a record, so that the site answers while the world grows."""
    waiting = {row["id"]: row for row in rows if row["id"] not in world.records}
    while waiting:
        for key, row in list(waiting.items()):
            if row.get("adapted_from") not in waiting:
                with clock.at(use.begun(key)):
                    _record(world, row, is_demo=is_demo)
                del waiting[key]


@action
def _record(world: World, row: dict[str, Any], *, is_demo: bool) -> None:
    owner = world.institutions[row["institution"]]
    text = Text(
        title=row["title"], summary=row.get("summary") or "", body=row["body"], form=row.get("form") or "",
        started=row.get("started") or "", ended=row.get("ended") or "",
        terms=tuple(_terms(world, row)), partners=tuple(_partners(world, row)),
    )  # fmt: skip
    record = records.create_record(
        by=None, kind=row["kind"], language=row["language"], owner=owner, text=text,
        standing=_standing(world, row), origin=ORIGIN, origin_id=row["id"], is_demo=is_demo,
    )  # fmt: skip
    revision = record.revisions.get()
    if record.kind == Kind.ACTIVITY or not is_demo:  # as others published it; nobody here has read it
        records.publish(by=None, revision=revision, as_imported=True)
    else:
        reviewed.review(revision, number=len(world.records))
        record.refresh_from_db()
    for language, translation in (row.get("translations") or {}).items():
        _translate(record, row, language, translation)
    world.records[row["id"]] = record


def _terms(world: World, row: dict[str, Any]) -> Iterator[int]:
    for name, vocabulary in documents.TAGS.items():
        for code in row.get(name) or []:
            if concept := world.concepts.get(vocabulary, code):
                yield concept.id
                if vocabulary == "sdg" and "." in code:
                    yield world.concepts["sdg", code.partition(".")[0]].id


def _partners(world: World, row: dict[str, Any]) -> Iterator[Partner]:
    for partner in row.get("partners") or []:
        named = partner.get("institution") or partner["name"]
        institution = world.institutions.get(named)
        yield Partner(institution.name if institution else named, partner["role"], institution)


def _standing(world: World, row: dict[str, Any]) -> Standing:
    source, contact = row.get("source") or {}, row.get("contact") or {}
    return Standing(
        source_title=source.get("title", ""),
        source_url=source.get("url") or "",
        source_publisher=source.get("publisher") or "",
        licence=row.get("licence") or "",
        contact_email=contact.get("email", ""),
        contact_until=_day(contact.get("until")),
        last_confirmed_on=_day(row.get("last_confirmed")),
        adapted_from=world.records.get(row.get("adapted_from") or ""),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _translate(record: Record, row: dict[str, Any], language: str, translation: dict[str, Any]) -> None:
    form = record.published.form
    originals = documents.translatable_texts(
        row["title"], row.get("summary") or "", record.published.body, record.kind, form
    )
    given = documents.translatable_texts(
        translation["title"],
        translation.get("summary") or "",
        translation.get("body") or {},
        record.kind,
        form,
    )
    texts = {path: (originals[path], text) for path, text in given.items() if path in originals}
    save_translations(by=None, target=record.target, language=language, texts=texts)
