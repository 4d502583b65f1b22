"""Who may do what, told as examples; that both readings agree is proven in `architecture/test_policies.py`."""

from collections.abc import Callable

import pytest

from ayni.kernel.errors import NotAllowed
from ayni.knowledge import policies
from ayni.knowledge.actions import records, reviews
from ayni.knowledge.texts import Standing, Text
from ayni.registry.actions.people import end_role, grant_role
from ayni.registry.models import AuditEntry, Person
from ayni.registry.states import Role
from tests import worlds
from tests.knowledge.reviewing import bring_to

TEXT = Text(title="Another text", body={"problem": "P", "what_was_done": "W"})


def create(world: worlds.ReadingRoom, person: Person | None) -> None:
    records.create_record(by=person, kind="practice", language="en", owner=world.trust, text=TEXT)


ATTEMPTS: dict[str, tuple[Callable, set[str]]] = {
    "create": (create, {"author", "operator", "coordinator"}),
    "add a revision": (
        lambda world, person: records.add_revision(by=person, record=world.practice, text=TEXT),
        {"author", "operator", "coordinator", "moderator"},
    ),
    "submit": (
        lambda world, person: reviews.submit(by=person, revision=worlds.ready(None, world.trust)),
        {"author", "operator", "coordinator", "moderator"},
    ),
    "take back": (
        lambda world, person: reviews.withdraw(by=person, revision=world.draft.revisions.get()),
        {"author", "operator", "coordinator", "moderator"},
    ),
    "publish as imported": (
        lambda world, person: records.publish(
            by=person, revision=world.draft.revisions.get(), as_imported=True
        ),
        {"operator"},
    ),
    "archive": (
        lambda world, person: records.change_visibility(by=person, record=world.practice, name="archive"),
        {"author", "operator", "coordinator", "moderator"},
    ),
    "say where it continues": (
        lambda world, person: records.name_successor(
            by=person,
            record=records.change_visibility(by=None, record=world.practice, name="archive"),
            successor=world.lesson,
        ),
        {"author", "operator", "coordinator", "moderator"},
    ),
    "confirm": (
        lambda world, person: records.confirm(by=person, record=world.practice),
        {"author", "operator", "coordinator", "moderator"},
    ),
    "change its standing": (
        lambda world, person: records.change_standing(by=person, record=world.practice, standing=Standing()),
        {"author", "operator", "coordinator", "moderator"},
    ),
    "remove": (
        lambda world, person: records.remove(by=person, record=world.lesson, reason="import_undone"),
        {"operator"},
    ),
}


@pytest.fixture
def people(world: worlds.ReadingRoom) -> dict[str, Person]:
    found = {name: getattr(world, name) for name in ("author", "member", "moderator", "operator")}
    for name in ("coordinator", "reviewer"):
        found[name] = worlds.person(name)
        grant_role(by=None, person=found[name], institution=world.trust, role=Role(name))
    return found


@pytest.mark.parametrize("who", ["author", "member", "moderator", "operator", "coordinator", "reviewer"])
@pytest.mark.parametrize("what", ATTEMPTS)
def test_who_may_do_what(world: worlds.ReadingRoom, people: dict[str, Person], what: str, who: str) -> None:
    attempt, allowed = ATTEMPTS[what]
    entries = AuditEntry.objects.filter(actor_uid=people[who].uid).count()
    if who in allowed:
        attempt(world, people[who])
        assert AuditEntry.objects.latest("pk").actor_uid == people[who].uid
    else:
        with pytest.raises(NotAllowed):
            attempt(world, people[who])
        assert AuditEntry.objects.filter(actor_uid=people[who].uid).count() == entries


@pytest.mark.parametrize("who", ["author", "member", "moderator", "operator", "coordinator", "reviewer"])
def test_only_moderators_and_operators_publish_what_was_approved_while_withdrawn(
    world: worlds.ReadingRoom, people: dict[str, Person], who: str
) -> None:
    revision = bring_to(worlds.ready(None, world.trust), "approved")
    if who in {"moderator", "operator"}:
        assert records.publish(by=people[who], revision=revision).published == revision
    else:
        with pytest.raises(NotAllowed):
            records.publish(by=people[who], revision=revision)


@pytest.mark.parametrize("who", ["author", "member", "moderator", "operator", "coordinator", "reviewer"])
def test_only_moderators_and_operators_put_back_what_was_withdrawn(
    world: worlds.ReadingRoom, people: dict[str, Person], who: str
) -> None:
    record = records.change_visibility(
        by=None, record=world.practice, name="withdraw", reason="owner-request"
    )
    if who in {"moderator", "operator"}:
        assert records.change_visibility(by=people[who], record=record, name="put back").state == "public"
    else:
        with pytest.raises(NotAllowed):
            records.change_visibility(by=people[who], record=record, name="put back")


def test_an_author_who_has_left_changes_nothing_and_reads_what_everyone_reads(
    world: worlds.ReadingRoom,
) -> None:
    end_role(by=None, membership=world.author.memberships.get())
    author = Person.objects.get(pk=world.author.pk)
    assert not policies.read_record.allows(author, world.draft)
    assert policies.authored_by(author) == {world.draft.pk}
    for attempt in (
        lambda: records.add_revision(by=author, record=world.draft, text=TEXT),
        lambda: records.change_standing(by=author, record=world.draft, standing=Standing()),
    ):
        with pytest.raises(NotAllowed):
            attempt()
