"""Each rule's two readings agree: for every person and every object of a small world."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from ayni.kernel import clock
from ayni.kernel.policies import Rule
from ayni.knowledge import policies as knowledge
from ayni.knowledge.actions.drafts import add_author, begin
from ayni.knowledge.actions.records import change_visibility, create_record
from ayni.knowledge.models import Record, Review, Revision, RevisionFile
from ayni.knowledge.states import RecordState
from ayni.knowledge.texts import Text
from ayni.registry import policies as registry
from ayni.registry.actions.people import grant_role
from ayni.registry.models import (
    AuditEntry,
    File,
    Institution,
    Membership,
    Notice,
    Person,
    SavedSearch,
    Upload,
    Vocabulary,
)
from ayni.registry.states import Role
from tests import worlds

# What each rule speaks about. Person-only rules hold for everything or nothing: any model will do.
SUBJECTS: dict[str, dict[str, type[Model]]] = {
    "registry": {
        "IS_OPERATOR": Institution,
        "IS_MODERATOR": Institution,
        "IS_SITE_REVIEWER": Institution,
        "WRITES_SOMEWHERE": Institution,
        "trust_institution": Institution,
        "OWN_ROW": Notice,
        "read_notice": Notice,
        "keep_saved_search": SavedSearch,
        "continue_upload": Upload,
        "ANYONE": Institution,
        "IS_LISTED": Institution,
        "read_institution": Institution,
        "keep_institutions": Institution,
        "change_institution": Institution,
        "OWN_PERSON": Person,
        "read_person": Person,
        "change_person": Person,
        "read_audit": AuditEntry,
        "change_vocabulary": Vocabulary,
    },
    "knowledge": {
        "IS_OPERATOR": Record,
        "IS_MODERATOR": Record,
        "IS_SITE_REVIEWER": Record,
        "WRITES_SOMEWHERE": Record,
        "IS_PUBLIC": Record,
        "IS_AUTHOR": Record,
        "IS_UNPUBLISHED": Record,
        "WRITES_FOR_THE_OWNER": Record,
        "REVIEWS_FOR_THE_OWNER": Record,
        "WRITES_FOR_THE_STAND_IN": Record,
        "REVIEWS_FOR_THE_STAND_IN": Record,
        "WRITES_IT": Record,
        "READS_IT": Record,
        "read_draft": Record,
        "begin_record": Record,
        "send_claim_link": Record,
        "translate_record": Record,
        "approve_translation": Record,
        "read_questions": Record,
        "LEADS_IT": Record,
        "IS_FIRST_AUTHOR": Record,
        "remove_author": Record,
        "answer_suggestion": Record,
        "set_approval_chain": Institution,
        "keep_institutions": Institution,
        "DID_NOT_WRITE_FOR_IT": Institution,
        "set_office_email": Institution,
        "read_measures": Institution,
        "NOT_AN_AUTHOR": Review,
        "HOLDS_THE_ROLE": Review,
        "IS_THE_READER": Review,
        "IS_FOR_THE_SITE": Review,
        "make_review": Review,
        "IS_UNDER_WAY": Review,
        "open_reading": Review,
        "read_record": Record,
        "change_record": Record,
        "publish_record": Record,
        "confirm_record": Record,
        "run_import": Record,
        "IS_SHOWN": RevisionFile,
        "read_attached_file": RevisionFile,
    },
}
MODULES = {"registry": registry, "knowledge": knowledge}


def rules_of(module: object) -> set[str]:
    return {name for name, value in vars(module).items() if isinstance(value, Rule)}


@pytest.fixture
def everyone(world: worlds.ReadingRoom) -> list[object]:
    """Of each standing one; records in each state, some in each institution."""
    for role in Role:
        grant_role(by=None, person=worlds.person(f"{role.value}-trust"), institution=world.trust, role=role)
    yesterday, tomorrow = clock.today() - timedelta(days=1), clock.today() + timedelta(days=1)
    former, coming = worlds.person("former"), worlds.person("coming")
    last_week = clock.today() - timedelta(days=7)
    membership = grant_role(by=None, person=former, institution=world.trust, role=Role.ADMIN, since=last_week)
    _write(membership, until=yesterday)
    grant_role(by=None, person=coming, institution=world.trust, role=Role.ADMIN, since=tomorrow)
    gone = worlds.person("gone", is_moderator=True, is_operator=True)
    grant_role(by=None, person=gone, institution=world.network, role=Role.ADMIN)
    _draft_of(gone, world.network)
    _write(gone, is_active=False)
    for owner in (world.trust, world.network):
        for moves in (("archive",), ("withdraw",)):
            record = worlds.published(owner, f"{owner.name}: to {moves[0]}")
            change_visibility(by=None, record=record, name=moves[0], reason="outdated")
    _at_work(world)
    assert set(Record.objects.values_list("state", flat=True)) == set(RecordState.values)
    return [None, AnonymousUser(), *Person.objects.all()]


def _at_work(world: worlds.ReadingRoom) -> None:
    """Drafts with authors of several institutions, on behalf of others too, and readings in every state."""
    from ayni.kernel import guarded

    abroad = worlds.institution("Hospital abroad", country="SN")
    helper = worlds.person("helper")
    grant_role(by=None, person=helper, institution=abroad, role=Role.CONTRIBUTOR)
    alone = worlds.person("site-reviewer", is_reviewer=True)
    grant_role(by=None, person=worlds.person("abroad-admin"), institution=abroad, role=Role.ADMIN)
    for_others = begin(by=helper, kind="practice", language="en", owner=world.network, stand_in=abroad)
    own = begin(by=world.author, kind="lesson", language="en", owner=world.trust)
    add_author(by=world.author, record=own.record, person=helper, institution=abroad)
    add_author(by=world.author, record=world.draft, person=helper, institution=abroad)
    reviewer = Person.objects.get(name="reviewer-trust")
    with guarded.writing():
        for number, revision in enumerate((for_others, own, world.draft.revisions.get())):
            institution = revision.record.owner
            for step, role in enumerate(("reviewer", "admin", "", "coordinator"), 1):
                Review.objects.create(
                    revision=revision, side="owner", step=step, role=role, institution=institution,
                    state="reading" if role == "" else "open", in_stead=number == 2 and step == 4,
                    reader=reviewer if role == "" else None,
                )  # fmt: skip
            Review.objects.create(
                revision=revision, side="site", state="reading" if number else "open",
                reader=alone if number else None,
            )  # fmt: skip
        for person in (helper, reviewer, world.author):
            Notice.objects.create(person=person, code="comment", target="x", key="1")
            SavedSearch.objects.create(person=person, name="Water", query="q=water", language="en")
            Upload.objects.create(person=person, target="x", fingerprint="f", name="n", size=1)
        for revision in Revision.objects.all():
            file = File.objects.create(kind="document", name="a.pdf", media_type="application/pdf", size=1)
            RevisionFile.objects.create(revision=revision, file=file)


def _draft_of(author: Person, owner: Institution) -> None:
    body = {"problem": "Not yet.", "what_was_done": "Not yet."}
    create_record(
        by=author, kind="practice", language="en", owner=owner, text=Text(title="Begun, then gone", body=body)
    )


def _write(obj: Person | Membership, **fields: object) -> None:
    """As the database may hold it, whether or not an action leads there yet."""
    from ayni.kernel import guarded

    with guarded.writing():
        type(obj)._default_manager.filter(pk=obj.pk).update(**fields)


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module, names in SUBJECTS.items() for name in names]
)
def test_both_readings_agree(everyone: list[object], module: str, name: str) -> None:
    rule, model = getattr(MODULES[module], name), SUBJECTS[module][name]
    objects = list(model._default_manager.all())
    assert objects
    for person in everyone:
        listed = set(model._default_manager.filter(rule.scope(person)).values_list("pk", flat=True))
        allowed = {obj.pk for obj in objects if rule.allows(person, obj)}
        assert listed == allowed, f"{rule} for {person}"


@pytest.mark.parametrize("module", MODULES)
def test_no_rule_is_forgotten_here(module: str) -> None:
    assert rules_of(MODULES[module]) == set(SUBJECTS[module])


def test_the_world_tells_people_apart(everyone: list[object]) -> None:
    """Were every rule all-or-nothing in this world, the agreement above would prove little."""
    sizes = {Record.objects.filter(knowledge.read_record.scope(person)).count() for person in everyone}
    assert len(sizes) >= 3


def test_who_may_read_what_is_not_public(everyone: list[object], world: worlds.ReadingRoom) -> None:
    names = {
        person.name.partition(" ")[0]
        for person in everyone
        if isinstance(person, Person) and knowledge.read_record.allows(person, world.draft)
    }
    assert names == {
        "Alice",
        "Mona",
        "admin-trust",
        "coordinator-trust",
        "contributor-trust",
        "reviewer-trust",
        "helper",  # a co-author from elsewhere
        "site-reviewer",  # has a reading of it in hand
    }
