"""One practice and everybody who may come near it; and how the tables of who may do what are held against the site.

A table is asked three times: of the policy's yes and no, of its lists, and of the action itself, by each person in
turn. What is done is undone, so that the next finds everything as it was.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Model

from ayni.kernel import clock
from ayni.kernel.errors import ActionError, NotAllowed, WrongState
from ayni.kernel.guarded import writing
from ayni.kernel.policies import Rule
from ayni.knowledge.actions import invitations, reviews
from ayni.knowledge.actions.drafts import add_author
from ayni.knowledge.actions.records import create_record
from ayni.knowledge.models import Record, Revision
from ayni.registry.actions.people import end_role, grant_role
from ayni.registry.models import AuditEntry, Institution, Mail, Notice, OutboxMessage, Person
from ayni.registry.states import Role
from tests import worlds

# Of the institution whose record it is, and who watch over all; those who may write in its draft; and who reads that.
WRITERS = {"author", "colleague", "coordinator", "director", "moderator"}
WITH_DRAFT = WRITERS | {"co-author"}
DRAFT_READERS = WITH_DRAFT | {"reviewer"}
# Whoever has the site may have it do what it does by itself (`must_be_allowed`); their pages offer it only for records
# that are theirs, so no policy and no list says so.
BY_THE_SITE = {"operator"}
# Whoever writes for some institution.
ALL_WRITERS = WITH_DRAFT | {"elsewhere", "invited"}


@dataclass
class Company:
    house: Institution  # whose record it is; the stand-in where it is written on behalf of another
    abroad: Institution
    revision: Revision
    people: dict[str, Person]
    visitor: AnonymousUser

    @property
    def record(self) -> Record:
        return self.revision.record

    @property
    def logged_in(self) -> dict[str, Person]:
        """Who has left the site does not log in."""
        return {name: person for name, person in self.people.items() if name != "gone"}

    @property
    def everybody(self) -> dict[str, Person | AnonymousUser]:
        return {"visitor": self.visitor, **self.people}


def company(on_behalf_of: Institution | None = None) -> Company:
    house = worlds.institution("Rural Water Trust", office_email="office@water-trust.example")
    abroad = worlds.institution("Another House", country="SN")
    people: dict[str, Person] = {}

    def come(name: str, where: Institution | None = None, role: Role | None = None, **is_: bool) -> Person:
        people[name] = worlds.person(name.replace(" ", "-"), **is_)
        if where and role:
            since = clock.today() - timedelta(days=30)
            grant_role(by=None, person=people[name], institution=where, role=role, since=since)
        return people[name]

    author = come("author", house, Role.CONTRIBUTOR)
    record = create_record(
        by=None if on_behalf_of else author, kind="practice", language="en", owner=on_behalf_of or house,
        text=worlds.text_of_ready("Accounts on the wall"),
    )  # fmt: skip
    if on_behalf_of:
        with writing():
            record.stand_in = house
            record.save()
        add_author(by=None, record=record, person=author, institution=house)
    come("co-author", abroad, Role.CONTRIBUTOR)
    come("invited", abroad, Role.CONTRIBUTOR)
    for name in ("co-author", "invited"):
        invitations.invite_author(by=author, record=record, email=people[name].email)
    invitations.accept_invitation(by=people["co-author"], record=record)
    former = come("former author", house, Role.CONTRIBUTOR)
    add_author(by=author, record=record, person=former, institution=house)
    end_role(by=None, membership=former.memberships.get())
    come("colleague", house, Role.CONTRIBUTOR)
    come("coordinator", house, Role.COORDINATOR)
    come("director", house, Role.ADMIN)
    come("reviewer", house, Role.REVIEWER)
    come("participant", house, Role.PARTICIPANT)
    come("elsewhere", abroad, Role.CONTRIBUTOR)
    come("reviewer elsewhere", abroad, Role.REVIEWER)
    come("stranger")
    come("site reviewer", is_reviewer=True)
    come("moderator", is_moderator=True)
    come("operator", is_operator=True)
    gone = come("gone", house, Role.ADMIN, is_moderator=True, is_operator=True)
    with writing():
        Person.objects.filter(pk=gone.pk).update(is_active=False)
    return Company(house, abroad, record.revisions.get(), people, AnonymousUser())


def with_changes_asked(there: Company) -> None:
    """The site's reviewer has read it and asked its authors for changes: the reading is still theirs."""
    reviews.submit(by=there.people["author"], revision=there.revision)
    review = worlds.reading(there.revision, "site")
    worlds.read_by(there.people["site reviewer"], review, "changes", "Why.")


@contextmanager
def undone() -> Iterator[None]:
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def picture(*models: type[Model]) -> list[object]:
    """What is stored of them; and how much has been said about changes, to whomever."""
    rows = [
        list(model._default_manager.order_by("pk").values_list()) for model in (Record, Revision, *models)
    ]
    return rows + [model._default_manager.count() for model in (AuditEntry, Mail, Notice, OutboxMessage)]


def done_by(
    people: dict[str, Person | AnonymousUser], make: Callable[[Person], object], *models: type[Model],
    refusals: tuple[type[ActionError], ...] = (NotAllowed, WrongState),
) -> set[str]:  # fmt: skip
    """Names of those who could do it. Whoever was refused, or to whom nothing was said, has changed nothing."""
    before = picture(*models)
    found = set()
    for name, person in people.items():
        with undone():
            try:
                make(again(person))
            except refusals:
                assert picture(*models) == before, f"refused, and something has changed: {name}"
            else:
                if picture(*models) != before:
                    found.add(name)
    return found


def may(rule: Rule, people: dict[str, Person | AnonymousUser], obj: Model) -> set[str]:
    """Names of those to whom the policy says yes. Its lists must say the same."""
    yes = {name for name, person in people.items() if rule.allows(again(person), obj)}
    lists = {
        name
        for name, person in people.items()
        if type(obj)._default_manager.filter(rule.scope(again(person)), pk=obj.pk).exists()
    }
    assert lists == yes, rule
    return yes


def again(person: Person | AnonymousUser) -> Person:
    """As the next request finds them: what the policies remember of a person is of one request."""
    return Person.objects.get(pk=person.pk) if isinstance(person, Person) else person  # type: ignore[return-value]
