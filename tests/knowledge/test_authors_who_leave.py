"""An author leaves, or is taken out: their words stay, and they never review what they wrote."""

import pytest

from ayni.kernel.errors import NotAllowed, WrongState
from ayni.knowledge import policies
from ayni.knowledge.actions.drafts import add_author
from ayni.knowledge.actions.invitations import invite_author, remove_author
from ayni.knowledge.actions.reviews import submit, take_up
from ayni.knowledge.models import RecordAuthor
from ayni.knowledge.queries.drafts import drafts_of
from ayni.registry.actions.people import grant_role
from ayni.registry.models import AuditEntry, Notice, Person
from ayni.registry.states import Role
from tests import worlds


@pytest.fixture
def draft(world):
    return worlds.ready(world.author, world.trust)


@pytest.fixture
def helper(world, draft):
    person = worlds.person("Helen Helper")
    grant_role(by=None, person=person, institution=world.network, role=Role.CONTRIBUTOR)
    add_author(by=world.author, record=draft.record, person=person, institution=world.network)
    return again(person)


def again(person):
    """As in the next request."""
    return Person.objects.get(pk=person.pk)


def of_trust(world, role):
    person = worlds.person(f"{role} of the trust")
    grant_role(by=None, person=person, institution=world.trust, role=role)
    return person


def authors(draft):
    return set(draft.record.authors.filter(left_at__isnull=True).values_list("person__name", flat=True))


def test_who_leaves_changes_it_no_longer_and_nobody_else_does_for_them(world, draft, helper):
    assert drafts_of(helper).count() == 1
    remove_author(by=helper, record=draft.record, person=helper)
    assert authors(draft) == {"Alice Author"}
    assert not policies.change_record.allows(again(helper), draft.record)
    assert drafts_of(again(helper)).count() == 0
    assert AuditEntry.objects.get(verb="author.left").actor_uid == helper.uid
    assert not Notice.objects.filter(code="author-removed").exists()
    with pytest.raises(WrongState, match="not_an_author"):
        remove_author(by=again(helper), record=draft.record, person=helper)


@pytest.mark.parametrize(
    ("who", "may"),
    [("author", True), ("moderator", True), ("coordinator", True), ("admin", True), ("contributor", False), ("member", False), ("operator", False)],
)  # fmt: skip
def test_who_takes_a_co_author_out(world, draft, helper, who, may):
    by = getattr(world, who, None) or of_trust(world, Role(who))
    if may:
        remove_author(by=by, record=draft.record, person=helper)
        assert authors(draft) == {"Alice Author"}
        assert Notice.objects.get(code="author-removed").person == helper
        assert AuditEntry.objects.get(verb="author.removed").actor_uid == by.uid
    else:
        with pytest.raises(NotAllowed):
            remove_author(by=by, record=draft.record, person=helper)
        assert authors(draft) == {"Alice Author", "Helen Helper"}


def test_a_co_author_does_not_take_the_first_one_out(world, draft, helper):
    with pytest.raises(NotAllowed):
        remove_author(by=helper, record=draft.record, person=world.author)


def test_the_last_author_stays(world, draft, helper):
    remove_author(by=world.author, record=draft.record, person=world.author)
    with pytest.raises(WrongState, match="last_author"):
        remove_author(by=again(helper), record=draft.record, person=helper)
    assert authors(draft) == {"Helen Helper"}


def test_who_was_an_author_never_reviews_it(world, draft):
    reader = of_trust(world, Role.ADMIN)
    add_author(by=world.author, record=draft.record, person=reader, institution=world.trust)
    remove_author(by=reader, record=draft.record, person=reader)
    submit(by=world.author, revision=draft)
    with pytest.raises(NotAllowed, match="author_of_it"):
        take_up(by=again(reader), review=draft.reviews.get(side="owner"))


def test_they_may_be_asked_again_and_are_one_author_then(world, draft, helper):
    remove_author(by=helper, record=draft.record, person=helper)
    invite_author(by=world.author, record=draft.record, email=helper.email)
    assert draft.record.invitations.count() == 1
    add_author(by=world.author, record=draft.record, person=helper, institution=world.network)
    assert authors(draft) == {"Alice Author", "Helen Helper"}
    assert RecordAuthor.objects.filter(person=helper).count() == 1


def test_on_the_page_one_is_asked_first(client, world, draft, helper):
    page = f"/en/write/{draft.record.uid}/authors/{helper.uid}/remove/"
    for person in (world.author, helper):
        client.force_login(person)
        assert page in client.get(f"/en/write/{draft.record.uid}/authors/").content.decode()
        assert client.get(page).status_code == 200
    assert authors(draft) == {"Alice Author", "Helen Helper"}
    assert client.get(page.replace(helper.uid, world.author.uid)).status_code == 404  # not theirs to take out
    client.post(page)
    assert authors(draft) == {"Alice Author"}
    assert client.get(page).status_code == 404
