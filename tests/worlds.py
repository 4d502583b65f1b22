"""Small named situations, built the way the site builds them: by actions.

All names are invented. The vocabularies must be loaded (`conftest.django_db_setup`).
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ayni.knowledge import documents
from ayni.knowledge.actions.records import create_record, publish
from ayni.knowledge.actions.reviews import decide, take_up
from ayni.knowledge.criteria import criteria_of
from ayni.knowledge.models import Record, Review, Revision
from ayni.knowledge.texts import Partner, Standing, Text
from ayni.registry.actions.institutions import register_institution
from ayni.registry.actions.people import create_person, grant_role
from ayni.registry.actions.translations import save_translations
from ayni.registry.models import Institution, Person, Term
from ayni.registry.states import Role

PASSWORD = "a-long-enough-password"

FULL_BODY: dict[str, Any] = {
    "setting": "Three dry districts in the south-east.",
    "level": "local",
    "problem": "Pumps broke and **nobody** mended them.\n\nPupils stayed at home.",
    "who_is_affected": "Pupils of 41 schools and their families.",
    "what_was_done": "Pupils and parents founded water committees:\n\n- they read the meter\n- they keep the fund",
    "building_blocks": [
        {
            "name": "The wall of figures",
            "what": "Income and spending stand on the wall.",
            "enabling": "A wall and paint.",
            "lesson": "Draw it for those who do not read.",
            "cost": "20 dollars",
            "time": "One day",
        },
        {"name": "The repair fund", "what": "Each family pays a little every month."},
    ],
    "what_changed": "A broken pump runs again after three days.",
    "results": [
        {
            "level": "people",
            "what": "Pupils who miss school",
            "before": "31 %",
            "after": "9 %",
            "known_by": "registers",
        },
        {
            "level": "institutions",
            "what": "Days to repair",
            "before": "26",
            "after": "3",
            "known_by": "repair book",
        },
        {
            "level": "communities",
            "what": "Families who pay",
            "before": "30 %",
            "after": "81 %",
            "known_by": "accounts",
        },
    ],
    "evidence_level": "own-evaluation",
    "evidence": "The county compared 41 schools with 40 others.",
    "what_did_not_work": "The first committees had only men; the fund was spent on a feast.",
    "adaptation_notes": [
        {"setting": "Where there is no school nearby", "note": "A market committee does it too."}
    ],
    "resources": "4,000 dollars a school in the first year.",
    "in_kind": "Two technicians for three months.",
    "sustainability": "The fund pays for repairs since the second year.",
    "links": [{"title": "The repair book as a form", "url": "https://example.org/repair-book"}],
}
SNAPSHOT_BODY = {
    "problem": "Les ménages ne payaient pas l’eau.",
    "what_was_done": "Les comptes sont peints sur le mur.",
    "what_changed": "Huit ménages sur dix paient.",
}
SNAPSHOT_IN_ENGLISH = {
    "title": "Water accounts on the wall",
    "summary": "Accounts everyone can read.",
    "body.problem": "Households did not pay for water.",
    "body.what_was_done": "The accounts are painted on the wall.",
}
LESSON_BODY = {
    "situation": "A ministry wanted all clinics to report by phone.",
    "what_was_tried": "Every clinic was given a phone.",
    "what_happened": "After a year one in five still reported.",
    "why": "Nobody had said who pays for the calls.",
    "advice": "Settle the running costs first.",
}
PUBLICATION_BODY = {
    "publication_type": "guideline",
    "authors": ["Amina Example", "João Exemplo"],
    "year": 2024,
    "publisher": "Lake Basin Network",
    "abstract": "How villages can measure their own groundwater.",
    "key_points": "1. Measure weekly.\n2. Show the figures.",
    "url": "https://example.org/groundwater.pdf",
}
ACTIVITY_BODY = {
    "description": "Technical cooperation on rainwater harvesting.",
    "objectives": "Schools store rain for the dry season.",
    "activity_status": "implementation",
    "identifiers": ["XX-EXAMPLE-1234"],
}


@dataclass
class ReadingRoom:
    """One record of each kind, the institutions behind them and people of each standing."""

    trust: Institution  # Kenya; its names: English, French, Arabic
    network: Institution  # Senegal; names: French only
    practice: Record  # full, English, by the trust; the network took part
    snapshot: Record  # French original of the network; English translation without `what_changed`
    lesson: Record
    publication: Record
    activity: Record  # as others published it
    draft: Record  # the trust's, not yet published
    author: Person  # contributor of the trust, wrote the draft
    member: Person  # participant of the network: writes for nobody
    moderator: Person
    operator: Person


@dataclass
class ReviewRoom:
    """A draft that can be handed in, and everyone who has a part in its review."""

    trust: Institution
    author: Person  # contributor of the trust
    reader: Person  # reviewer of the trust
    admin: Person  # of the trust
    site: Person  # reads for the site
    moderator: Person
    stranger: Person  # reviewer of another institution
    revision: Revision

    @property
    def record(self) -> Record:
        return self.revision.record

    def people(self) -> dict[str, Person]:
        names = ("author", "reader", "admin", "site", "moderator", "stranger")
        return {name: getattr(self, name) for name in names}


def terms(*names: str) -> tuple[int, ...]:
    """Ids of terms named `vocabulary/code`, e.g. `sdg/6.1`."""
    found = []
    for name in names:
        vocabulary, _, code = name.partition("/")
        found.append(Term.objects.get(vocabulary__code=vocabulary, code=code).pk)
    return tuple(found)


def institution(name: str, **fields: Any) -> Institution:
    country = fields.pop("country", "KE")
    return register_institution(
        by=None, name=name, country=Term.objects.get(vocabulary__code="countries", code=country), **fields
    )


def published(
    owner: Institution, title: str, *, kind: str = "practice", language: str = "en",
    standing: Standing | None = None, text: Text | None = None, **fields: Any,
) -> Record:  # fmt: skip
    """A public record; a short practice when nothing else is said. `fields`: of Text (body, terms, ...)."""
    if kind == "practice":
        fields.setdefault("body", {"problem": "A problem.", "what_was_done": "A deed."})
    text = replace(text or Text(title=title), title=title, **fields)
    record = create_record(by=None, kind=kind, language=language, owner=owner, text=text, standing=standing)
    return publish(by=None, revision=record.revisions.get(), as_imported=True)


def translate(record: Record, language: str, texts: dict[str, str], status: str = "reviewed") -> None:
    revision = record.published
    originals = documents.translatable_texts(
        revision.title, revision.summary, revision.body, record.kind, revision.form
    )
    save_translations(
        by=None, target=record.target, language=language, status=status,
        texts={path: (originals[path], text) for path, text in texts.items()},
    )  # fmt: skip


def person(name: str, **fields: Any) -> Person:
    first_name, _, _ = name.partition(" ")
    return create_person(
        by=None, email=f"{first_name.lower()}@example.org", name=name, password=PASSWORD, **fields
    )


def reading_room() -> ReadingRoom:
    trust = institution(
        "Rural Water Trust", type="ngo", city="Wundanyi", office_email="office@water-trust.example",
        website="https://water-trust.example", about="Mends pumps, and teaches others to.", about_language="en",
        names={"fr": "Fondation pour l’eau rurale", "ar": "مؤسسة المياه الريفية"}, short_name="RWT", is_demo=True,
    )  # fmt: skip
    network = institution(
        "Réseau des comptes ouverts", language="fr", type="network", country="SN", source_title="Annuaire"
    )
    author = person("Alice Author", language="fr")
    grant_role(by=None, person=author, institution=trust, role=Role.CONTRIBUTOR)
    member = person("Moussa Member")
    grant_role(by=None, person=member, institution=network, role=Role.PARTICIPANT)
    practice = _practice(trust, network)
    return ReadingRoom(
        trust=trust,
        network=network,
        practice=practice,
        snapshot=_snapshot(network, practice),
        lesson=_lesson(trust),
        publication=published(
            network, "Measuring groundwater together", kind="publication", body=PUBLICATION_BODY,
            terms=terms("countries/KE", "themes/water-sanitation"),
        ),
        activity=_activity(network),
        draft=_draft(trust, author),
        author=author,
        member=member,
        moderator=person("Mona Moderator", is_moderator=True),
        operator=person("Omar Operator", is_operator=True),
    )  # fmt: skip


def review_room() -> ReviewRoom:
    trust = institution("Rural Water Trust", type="ngo")
    people = {
        "author": person("Alice Author"),
        "reader": person("Rita Reader"),
        "admin": person("Adam Admin"),
        "stranger": person("Stan Stranger"),
    }
    roles = {"author": Role.CONTRIBUTOR, "reader": Role.REVIEWER, "admin": Role.ADMIN}
    for name, role in roles.items():
        grant_role(by=None, person=people[name], institution=trust, role=role)
    elsewhere = institution("Another House", country="SN")
    grant_role(by=None, person=people["stranger"], institution=elsewhere, role=Role.REVIEWER)
    return ReviewRoom(
        trust=trust, site=person("Sita Site", is_reviewer=True),
        moderator=person("Mona Moderator", is_moderator=True), revision=ready(people["author"], trust), **people,
    )  # fmt: skip


def ready(author: Person | None, owner: Institution, title: str = "Accounts on the wall") -> Revision:
    """A draft with everything that handing in asks for."""
    text = text_of_ready(title)
    record = create_record(by=author, kind="practice", language="en", owner=owner, text=text)
    return record.revisions.get()


def text_of_ready(title: str) -> Text:
    return Text(
        title=title, summary="Everyone reads what is paid.", terms=terms("countries/KE", "sdg/6"),
        body={"problem": "Nobody paid.", "what_was_done": "We painted.", "what_changed": "Eight in ten pay."},
    )  # fmt: skip


def grant_reviewer(person: Person, institution: Institution) -> None:
    grant_role(by=None, person=person, institution=institution, role=Role.REVIEWER)


def all_yes(kind: str = "practice", **others: str) -> dict[str, str]:
    return {one.code: "yes" for one in criteria_of(kind)} | others


def read_by(person: Person, review: Review, verdict: str = "approve", note: str = "") -> Review:
    """Take a reading up and decide it."""
    take_up(by=person, review=review)
    return decide(by=person, review=review, verdict=verdict, answers=all_yes(), note=note)


def reading(revision: Revision, side: str, step: int = 1) -> Review:
    return revision.reviews.get(side=side, step=step)


def _practice(trust: Institution, network: Institution) -> Record:
    return published(
        trust, "Pupil-led water committees", form="full", body=FULL_BODY, started="2019-03", ended="2023",
        summary="Parents pay into a repair fund; pupils publish the figures.",
        terms=terms(
            "countries/KE", "countries/ET", "sdg/6", "sdg/6.1", "sdg/4", "themes/water-sanitation",
            "dac-sectors/14030", "exchange-types/government-officials",
        ),
        partners=(Partner(network.name, "provider", network), Partner("Taveta County", "implementer")),
        standing=Standing(
            source_title="Final report", source_url="https://example.org/report", licence="CC-BY-4.0",
            contact_email="ask@water-trust.example", contact_until=date(2099, 12, 31),
            last_confirmed_on=date(2026, 5, 4),
        ),
    )  # fmt: skip


def _snapshot(network: Institution, practice: Record) -> Record:
    snapshot = published(
        network, "Les comptes de l’eau sur le mur", language="fr", body=SNAPSHOT_BODY, started="2018",
        summary="Des comptes que chacun peut lire.", terms=terms("countries/SN", "sdg/6"),
        standing=Standing(
            adapted_from=practice, last_confirmed_on=date(2020, 1, 1), contact_email="bureau@reseau.example",
            contact_until=date(2021, 1, 1),
        ),
    )  # fmt: skip
    translate(snapshot, "en", SNAPSHOT_IN_ENGLISH)
    return snapshot


def _lesson(trust: Institution) -> Record:
    return published(
        trust, "Phones without credit", kind="lesson", body=LESSON_BODY, summary="Free phones, unpaid calls.",
        terms=terms("countries/MW", "sdg/3"),
    )  # fmt: skip


def _activity(network: Institution) -> Record:
    return published(
        network, "Rainwater for schools", kind="activity", body=ACTIVITY_BODY, started="2022-01-01",
        terms=terms("countries/BR", "countries/HT"),
        standing=Standing(source_publisher="Agency of Example", source_title="XX-EXAMPLE-1234"),
    )  # fmt: skip


def _draft(trust: Institution, author: Person) -> Record:
    text = Text(title="A draft nobody else sees", body={"problem": "Not yet.", "what_was_done": "Not yet."})
    return create_record(by=author, kind="practice", language="en", owner=trust, text=text)
