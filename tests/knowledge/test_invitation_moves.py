"""Writing along: who may ask whom, who may say yes or no, and when, written down. All else is refused."""

from collections.abc import Callable

import pytest

from ayni.kernel.guarded import writing
from ayni.knowledge import policies
from ayni.knowledge.actions import invitations, reviews
from ayni.knowledge.actions.drafts import add_author
from ayni.knowledge.models import AuthorInvitation, Record, RecordAuthor
from ayni.knowledge.states import RevisionState
from ayni.registry.actions.people import end_role
from ayni.registry.models import Person
from tests import worlds
from tests.knowledge.reviewing import bring_to
from tests.knowledge.roles import (
    BY_THE_SITE,
    WITH_DRAFT,
    WRITERS,
    Company,
    company,
    done_by,
    may,
    with_changes_asked,
)

# State of the text -> who may ask somebody to write along. In what was published once, no co-author from elsewhere.
INVITING: dict[str, set[str]] = {
    "draft": WITH_DRAFT,
    "submitted": WITH_DRAFT,
    "in-review": WITH_DRAFT,
    "changes-asked": WITH_DRAFT,
    "approved": WRITERS,
    "published": WRITERS,
    "superseded": WRITERS,
    "declined": WITH_DRAFT,
    "withdrawn": WITH_DRAFT,
}
# Who is asked when their address is named: whoever writes for some institution, is not an author, and does not read it.
IS_ASKED = {"colleague", "coordinator", "director", "elsewhere"}
# What has become of who was asked -> may they still say yes; and no?
ANSWERING: dict[str, tuple[bool, bool]] = {
    "asked": (True, True),
    "not asked": (False, False),
    "asked, and writes for nobody any more": (False, True),
    "asked, and reads it for the site": (False, True),
    "asked, and an author since": (
        True,
        True,
    ),  # nothing is lost by a yes that changes nothing but the question
    "asked, and it was published since": (True, True),
}
STORED = (AuthorInvitation, RecordAuthor)


@pytest.fixture
def there(db: None) -> Company:
    return company()


def on(record: Record, make: Callable[..., object], **more: str) -> Callable[[Person], object]:
    return lambda person: make(by=person, record=Record.objects.get(pk=record.pk), **more)


def test_the_table_speaks_of_every_state() -> None:
    assert set(INVITING) == set(RevisionState.values)


@pytest.mark.parametrize("state", RevisionState.values)
def test_who_may_ask_somebody_to_write_along(there: Company, state: str) -> None:
    revision = bring_to(there.revision, "published" if state == "superseded" else state)
    if state == "superseded":
        from ayni.knowledge.actions.records import add_revision

        bring_to(
            add_revision(by=None, record=revision.record, text=worlds.text_of_ready("Next")), "published"
        )
    record, people = Record.objects.get(pk=there.record.pk), there.everybody
    assert may(policies.change_record, people, record) == INVITING[state]
    email = there.people["elsewhere"].email
    made = done_by(people, on(record, invitations.invite_author, email=email), *STORED)
    assert made == INVITING[state] | BY_THE_SITE
    again = done_by(
        people, on(record, invitations.invite_author, email=there.people["invited"].email), *STORED
    )
    assert again == set()


def test_who_is_asked(there: Company) -> None:
    with_changes_asked(there)
    asked = set()
    for name, person in there.people.items():
        invite = on(there.record, invitations.invite_author, email=person.email)
        if done_by({"author": there.people["author"]}, invite, *STORED):
            asked.add(name)
    assert asked == IS_ASKED


@pytest.mark.parametrize("case", ANSWERING)
def test_who_may_answer(there: Company, case: str) -> None:
    """Nobody for somebody else: neither who asked, nor who heads the institution."""
    invited = there.people["invited"]
    if case == "not asked":
        invitations.decline_invitation(by=invited, record=there.record)
    elif case == "asked, and writes for nobody any more":
        end_role(by=None, membership=invited.memberships.get())
    elif case == "asked, and reads it for the site":
        with writing():
            Person.objects.filter(pk=invited.pk).update(is_reviewer=True)
        reviews.submit(by=there.people["author"], revision=there.revision)
        reviews.take_up(by=Person.objects.get(pk=invited.pk), review=worlds.reading(there.revision, "site"))
    elif case == "asked, and an author since":
        add_author(by=there.people["author"], record=there.record, person=invited, institution=there.abroad)
    elif case == "asked, and it was published since":
        bring_to(there.revision, "published")
    says_yes, says_no = ANSWERING[case]
    people = there.logged_in
    yes = done_by(people, on(there.record, invitations.accept_invitation), *STORED)
    no = done_by(people, on(there.record, invitations.decline_invitation), *STORED)
    assert yes == ({"invited"} if says_yes else set())
    assert no == ({"invited"} if says_no else set())
