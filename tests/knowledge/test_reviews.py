"""Review, from handing in to publishing, and its bad days."""

from datetime import timedelta

import pytest

from ayni.kernel import clock, guarded
from ayni.kernel.errors import Invalid, NotAllowed, WrongState
from ayni.knowledge import criteria, policies
from ayni.knowledge.actions import approval, records, reviews
from ayni.knowledge.actions.drafts import add_author, begin_again, save_draft
from ayni.knowledge.actions.invitations import invite_author
from ayni.knowledge.actions.records import note_author
from ayni.knowledge.drafts import Edit, fingerprint
from ayni.knowledge.models import Comment, Record, Review, Revision, Variant
from ayni.knowledge.queries import reviews as queries
from ayni.knowledge.texts import Text
from ayni.registry.actions.institutions import merge_institutions, set_trusted
from ayni.registry.actions.people import end_role, grant_role
from ayni.registry.models import AuditEntry, Notice, Person
from ayni.registry.states import Role
from tests import worlds
from tests.worlds import ReviewRoom, read_by, reading


def fresh(person: Person) -> Person:
    """As a later request sees them: roles and authorships are remembered for one request only."""
    return Person.objects.get(pk=person.pk)


def states(revision: Revision) -> dict[str, str]:
    return {f"{row.side}-{row.step}": row.state for row in revision.reviews.all()}


def turns(person: Person) -> list[str]:
    rows = Notice.objects.filter(person=person, is_turn=True, read_at__isnull=True)
    return sorted(rows.values_list("code", flat=True))


def edit(room: ReviewRoom, path: str, value: object, was: object) -> None:
    saved = save_draft(by=room.author, revision=room.revision, edits=[Edit(path, value, fingerprint(was))])
    assert saved.changed == [path]


def test_two_readings_publish_it(room: ReviewRoom) -> None:
    reviews.submit(by=room.author, revision=room.revision)
    assert states(room.revision) == {"owner-1": "open", "site-1": "open"}
    assert (turns(room.reader), turns(room.admin), turns(room.site)) == (["review-asked"],) * 3
    assert (turns(room.moderator), turns(room.author), turns(room.stranger)) == ([], [], [])
    read_by(room.reader, reading(room.revision, "owner"))
    room.revision.refresh_from_db()
    assert (room.revision.state, Record.objects.get().state) == ("in-review", "unpublished")
    read_by(room.site, reading(room.revision, "site"))
    record = Record.objects.get()
    assert (record.state, record.published.state) == ("public", "published")
    assert record.published.criteria == criteria.CURRENT
    last = AuditEntry.objects.get(verb="record.published")
    assert last.actor_uid == room.site.uid
    assert [turns(person) for person in room.people().values()] == [[]] * 6
    assert Notice.objects.filter(person=room.author, code="published").count() == 1


def test_nothing_is_handed_in_that_lacks_what_a_reader_needs(room: ReviewRoom) -> None:
    bare = records.create_record(
        by=room.author, kind="practice", language="en", owner=room.trust,
        text=Text(title="Bare", body={"problem": "P", "what_was_done": "W"}),
    ).revisions.get()  # fmt: skip
    with pytest.raises(Invalid) as refused:
        reviews.submit(by=room.author, revision=bare)
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [
        ("summary", "missing"), ("tags.countries", "missing"), ("body.what_changed", "missing"),
    ]  # fmt: skip
    bare.refresh_from_db()
    assert (bare.state, Review.objects.count()) == ("draft", 0)


def test_two_versions_are_settled_before_it_is_handed_in(room: ReviewRoom) -> None:
    helper = worlds.person("Helper")
    grant_role(by=None, person=helper, institution=room.trust, role=Role.CONTRIBUTOR)
    edit(room, "summary", "Mine.", "Everyone reads what is paid.")
    old = fingerprint("Everyone reads what is paid.")
    save_draft(by=helper, revision=room.revision, edits=[Edit("summary", "Theirs.", old)])
    assert Variant.objects.count() == 1
    with pytest.raises(Invalid) as refused:
        reviews.submit(by=room.author, revision=room.revision)
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [("summary", "two_versions")]


def test_changes_are_asked_made_and_read_again_by_the_same_reader(room: ReviewRoom) -> None:
    reviews.submit(by=room.author, revision=room.revision)
    read_by(room.site, reading(room.revision, "site"))
    review = read_by(room.reader, reading(room.revision, "owner"), "changes", "Who painted?")
    room.revision.refresh_from_db()
    assert room.revision.state == "changes-asked"
    assert states(room.revision) == {"owner-1": "changes-asked", "site-1": "approved"}
    assert turns(room.author) == ["changes-asked"]
    assert Comment.objects.get().text == "Who painted?"
    edit(room, "body.what_was_done", "The parents painted.", "We painted.")
    with clock.at(clock.now() + timedelta(days=30)):
        reviews.submit(by=room.author, revision=room.revision)
        review.refresh_from_db()
        assert review.due_on == clock.today() + timedelta(days=7)
    assert (room.revision.state, review.state, review.reader) == ("in-review", "reading", room.reader)
    assert (turns(room.author), turns(room.reader), turns(room.admin)) == ([], ["handed-in-again"], [])
    assert review.seen["body.what_was_done"] == "We painted."
    reviews.decide(by=room.reader, review=review, verdict="approve", answers=worlds.all_yes())
    assert Record.objects.get().state == "public"


def test_a_reader_decides_nothing_while_the_authors_are_changing_it_but_may_ask_for_changes_too(
    room: ReviewRoom,
) -> None:
    reviews.submit(by=room.author, revision=room.revision)
    theirs = reviews.take_up(by=room.site, review=reading(room.revision, "site"))
    read_by(room.reader, reading(room.revision, "owner"), "changes", "Who painted?")
    for verdict in ("approve", "decline"):
        with pytest.raises(WrongState) as refused:
            reviews.decide(by=room.site, review=theirs, verdict=verdict, answers=worlds.all_yes(), note="n")
        assert refused.value.code == "not_with_readers"
    reviews.decide(by=room.site, review=theirs, verdict="changes", answers=worlds.all_yes(), note="Where?")
    assert states(room.revision) == {"owner-1": "changes-asked", "site-1": "changes-asked"}
    reviews.submit(by=room.author, revision=room.revision)
    assert states(room.revision) == {"owner-1": "reading", "site-1": "reading"}


def test_declined_needs_a_reason_ends_the_other_reading_and_starts_over_when_reopened(
    room: ReviewRoom,
) -> None:
    reviews.submit(by=room.author, revision=room.revision)
    reviews.take_up(by=room.site, review=reading(room.revision, "site"))
    review = reviews.take_up(by=room.reader, review=reading(room.revision, "owner"))
    with pytest.raises(Invalid) as refused:
        reviews.decide(by=room.reader, review=review, verdict="decline", answers=worlds.all_yes())
    assert [fault.path for fault in refused.value.faults] == ["note"]
    reviews.decide(by=room.reader, review=review, verdict="decline", answers=worlds.all_yes(), note="A plan.")
    # What a reader says is kept with the reading, not in the news about it.
    assert "A plan." not in str(list(Notice.objects.values_list("params", flat=True)))
    room.revision.refresh_from_db()
    assert room.revision.state == "declined"
    assert states(room.revision) == {"owner-1": "declined", "site-1": "lapsed"}
    assert Notice.objects.filter(person=room.site, code="review-lapsed").count() == 1
    reviews.reopen(by=room.author, revision=room.revision)
    reviews.submit(by=room.author, revision=room.revision)
    assert states(room.revision) == {"owner-1": "open", "site-1": "open"}
    assert Review.objects.filter(reader__isnull=False).count() == 0
    assert Comment.objects.get().text == "A plan."


def test_every_criterion_is_answered_and_what_must_be_is_not_no(room: ReviewRoom) -> None:
    reviews.submit(by=room.author, revision=room.revision)
    review = reviews.take_up(by=room.reader, review=reading(room.revision, "owner"))
    answers = worlds.all_yes(done="no", honest="no", change="perhaps")
    del answers["clear"]
    with pytest.raises(Invalid) as refused:
        reviews.decide(by=room.reader, review=review, verdict="approve", answers=answers)
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [
        ("answers.done", "no_but_approved"), ("answers.change", "missing"), ("answers.clear", "missing"),
    ]  # fmt: skip
    review.refresh_from_db()
    assert (review.state, review.answers) == ("reading", {})


# Bad days


def test_no_author_reads_and_none_decides_who_became_one_meanwhile(room: ReviewRoom) -> None:
    both = worlds.person("Both", is_reviewer=True)
    grant_role(by=None, person=both, institution=room.trust, role=Role.ADMIN)
    room.author.is_moderator = True
    reviews.submit(by=room.author, revision=room.revision)
    for side in ("owner", "site"):
        with pytest.raises(NotAllowed) as refused:
            reviews.take_up(by=room.author, review=reading(room.revision, side))
        assert refused.value.code == "author_of_it"
    review = reviews.take_up(by=both, review=reading(room.revision, "owner"))
    room.revision.refresh_from_db()
    with guarded.writing():  # as when they write in another window
        note_author(both, room.record)
    for someone in (both, fresh(both)):
        with pytest.raises(NotAllowed) as refused:
            reviews.decide(by=someone, review=review, verdict="approve", answers=worlds.all_yes())
        assert refused.value.code == "author_of_it"
    assert reading(room.revision, "owner").state == "reading"


def test_authors_are_not_rid_of_a_reader_by_making_them_an_author(room: ReviewRoom) -> None:
    reviews.submit(by=room.author, revision=room.revision)
    review = reviews.take_up(by=room.admin, review=reading(room.revision, "owner"))
    with pytest.raises(NotAllowed) as refused:
        add_author(by=room.author, record=room.record, person=room.admin, institution=room.trust)
    assert refused.value.code == "reads_it"
    invite_author(by=room.author, record=room.record, email=room.admin.email)
    assert room.record.invitations.count() == 0
    assert [row.person for row in room.record.authors.all()] == [room.author]
    reviews.decide(by=fresh(room.admin), review=review, verdict="approve", answers=worlds.all_yes())
    assert reading(room.revision, "owner").state == "approved"


def test_a_reading_that_is_over_opens_no_later_draft(room: ReviewRoom) -> None:
    reviews.submit(by=room.author, revision=room.revision)
    read_by(room.reader, reading(room.revision, "owner"))
    review = reviews.take_up(by=room.site, review=reading(room.revision, "site"))
    assert policies.read_draft.allows(fresh(room.site), room.record)
    for is_reviewer in (False, True):
        with guarded.writing():
            Person.objects.filter(pk=room.site.pk).update(is_reviewer=is_reviewer)
        assert policies.read_draft.allows(fresh(room.site), room.record) is is_reviewer
    reviews.decide(by=fresh(room.site), review=review, verdict="approve", answers=worlds.all_yes())
    begin_again(by=room.author, record=Record.objects.get())
    assert not policies.read_draft.allows(fresh(room.site), Record.objects.get())


def test_nobody_reads_for_both_sides(room: ReviewRoom) -> None:
    both = worlds.person("Both", is_reviewer=True)
    grant_role(by=None, person=both, institution=room.trust, role=Role.REVIEWER)
    reviews.submit(by=room.author, revision=room.revision)
    read_by(both, reading(room.revision, "owner"))
    with pytest.raises(NotAllowed) as refused:
        reviews.take_up(by=both, review=reading(room.revision, "site"))
    assert refused.value.code == "reads_the_other_side"


def test_of_two_who_take_it_up_at_once_one_is_told(room: ReviewRoom) -> None:
    reviews.submit(by=room.author, revision=room.revision)
    mine, theirs = reading(room.revision, "owner"), reading(room.revision, "owner")
    reviews.take_up(by=room.reader, review=mine)
    with pytest.raises(WrongState) as refused:
        reviews.take_up(by=room.admin, review=theirs)
    assert refused.value.code == "already_taken"
    assert reviews.take_up(by=room.reader, review=mine).reader == room.reader  # a second click
    assert (turns(room.reader), turns(room.admin)) == (["review-asked"], [])


def test_what_was_withdrawn_meanwhile_is_not_decided_on(room: ReviewRoom) -> None:
    reviews.submit(by=room.author, revision=room.revision)
    review = reviews.take_up(by=room.reader, review=reading(room.revision, "owner"))
    reviews.withdraw(by=room.author, revision=room.revision)
    with pytest.raises(WrongState):
        reviews.decide(by=room.reader, review=review, verdict="approve", answers=worlds.all_yes())
    assert states(room.revision) == {"owner-1": "lapsed", "site-1": "lapsed"}
    assert [turns(person) for person in room.people().values()] == [[]] * 6


def test_an_institution_merged_mid_review_goes_on(room: ReviewRoom) -> None:
    stays = worlds.institution("Rural Water Trust of Kenya")
    other = worlds.person("Otto Other")
    grant_role(by=None, person=other, institution=stays, role=Role.REVIEWER)
    reviews.submit(by=room.author, revision=room.revision)
    operator = worlds.person("Omar Operator", is_operator=True)
    merge_institutions(by=operator, duplicate=room.trust, stays=stays)
    assert set(queries.may_read(reading(room.revision, "owner"))) == {room.reader, room.admin, other}
    read_by(other, reading(room.revision, "owner"))
    read_by(room.site, reading(room.revision, "site"))
    assert Record.objects.get().state == "public"


def test_a_reader_who_leaves_decides_nothing_and_others_take_over(room: ReviewRoom) -> None:
    reviews.submit(by=room.author, revision=room.revision)
    review = reviews.take_up(by=room.reader, review=reading(room.revision, "owner"))
    end_role(by=None, membership=room.reader.memberships.get())
    gone = fresh(room.reader)
    with pytest.raises(NotAllowed):
        reviews.decide(by=gone, review=review, verdict="approve", answers=worlds.all_yes())
    with pytest.raises(NotAllowed):
        reviews.hand_back(by=room.admin, review=review)
    reviews.hand_back(by=room.moderator, review=review)
    assert (review.state, review.reader) == ("open", None)
    read_by(room.admin, review)
    assert reading(room.revision, "owner").state == "approved"


def test_where_nobody_but_authors_could_read_the_site_reads_in_its_stead(room: ReviewRoom) -> None:
    for person in (room.reader, room.admin):
        end_role(by=None, membership=person.memberships.get())
    reviews.submit(by=room.author, revision=room.revision)
    own = reading(room.revision, "owner")
    assert own.in_stead
    read_by(room.site, own)
    with pytest.raises(NotAllowed):  # two readings are two people's
        reviews.take_up(by=room.site, review=reading(room.revision, "site"))
    read_by(room.moderator, reading(room.revision, "site"))
    told = queries.reviewed(Record.objects.get())
    assert (told.owner, told.in_stead, told.trusted) == (room.trust, True, False)


def test_a_trusted_institution_publishes_after_its_own_reading(room: ReviewRoom) -> None:
    set_trusted(by=room.moderator, institution=room.trust, trusted=True, reason="good-work")
    reviews.submit(by=room.author, revision=room.revision)
    assert states(room.revision) == {"owner-1": "open"}
    read_by(room.reader, reading(room.revision, "owner"))
    told = queries.reviewed(Record.objects.get())
    assert (told.owner, told.site_on, told.trusted) == (room.trust, None, True)


def test_trust_taken_back_mid_review_brings_the_site_in(room: ReviewRoom) -> None:
    set_trusted(by=room.moderator, institution=room.trust, trusted=True, reason="good-work")
    room.revision.refresh_from_db()
    reviews.submit(by=room.author, revision=room.revision)
    set_trusted(by=room.moderator, institution=room.trust, trusted=False, reason="own-words")
    read_by(room.reader, reading(room.revision, "owner"))
    assert states(room.revision) == {"owner-1": "approved", "site-1": "open"}
    assert Record.objects.get().state == "unpublished"
    read_by(room.site, reading(room.revision, "site"))
    assert Record.objects.get().state == "public"


def test_the_published_revision_stays_until_its_successor_is_published(room: ReviewRoom) -> None:
    reviews.submit(by=room.author, revision=room.revision)
    read_by(room.reader, reading(room.revision, "owner"))
    read_by(room.site, reading(room.revision, "site"))
    record = Record.objects.get()
    second = begin_again(by=room.author, record=record)
    save_draft(by=room.author, revision=second, edits=[Edit("title", "Second", fingerprint(second.title))])
    reviews.submit(by=room.author, revision=second)
    read_by(room.reader, reading(second, "owner"))
    record.refresh_from_db()
    assert (record.published.number, record.published.title) == (1, "Accounts on the wall")
    read_by(room.site, reading(second, "site"))
    record.refresh_from_db()
    assert (record.published.number, record.published.title) == (2, "Second")
    assert list(record.revisions.order_by("number").values_list("state", flat=True)) == [
        "superseded", "published",
    ]  # fmt: skip


def test_only_one_revision_is_worked_on(room: ReviewRoom) -> None:
    reviews.submit(by=room.author, revision=room.revision)
    reviews.withdraw(by=room.author, revision=room.revision)
    later = records.add_revision(
        by=room.author,
        record=room.record,
        text=Text(title="Later", body={"problem": "P", "what_was_done": "W"}),
    )
    with pytest.raises(WrongState) as refused:
        reviews.reopen(by=room.author, revision=room.revision)
    assert refused.value.code == "newer_is_there"
    reviews.withdraw(by=room.author, revision=later)
    reviews.reopen(by=room.author, revision=later)
    assert later.state == "draft"


def test_an_institutions_chain_is_read_step_by_step(room: ReviewRoom) -> None:
    head = worlds.person("Head of Training")
    grant_role(by=None, person=head, institution=room.trust, role=Role.SIGNATORY)
    approval.add_step(by=room.admin, institution=room.trust, name="Colleague", role=Role.REVIEWER)
    approval.add_step(by=room.admin, institution=room.trust, name="Head of training", person=head)
    reviews.submit(by=room.author, revision=room.revision)
    assert states(room.revision) == {"owner-1": "open", "owner-2": "waiting", "site-1": "open"}
    with pytest.raises(WrongState):
        reviews.take_up(by=head, review=reading(room.revision, "owner", 2))
    read_by(room.site, reading(room.revision, "site"))
    read_by(room.reader, reading(room.revision, "owner", 1))
    second = reading(room.revision, "owner", 2)
    assert (second.state, second.reader, turns(head)) == ("open", head, ["review-asked"])
    with pytest.raises(NotAllowed):
        reviews.take_up(by=room.admin, review=second)
    assert Record.objects.get().state == "unpublished"
    read_by(head, second)
    assert Record.objects.get().state == "public"


def test_an_administrator_may_make_every_step_of_the_chain_but_not_the_sites_reading(
    room: ReviewRoom,
) -> None:
    for name in ("Colleague", "Head"):
        approval.add_step(by=room.admin, institution=room.trust, name=name, role=Role.REVIEWER)
    reviews.submit(by=room.author, revision=room.revision)
    for step in (1, 2):
        read_by(room.admin, reading(room.revision, "owner", step))
    assert states(room.revision) == {"owner-1": "approved", "owner-2": "approved", "site-1": "open"}
    assert not queries.may_read(reading(room.revision, "site")).filter(pk=room.admin.pk).exists()


def test_a_step_of_somebody_who_has_left_falls_to_the_reviewers(room: ReviewRoom) -> None:
    head = worlds.person("Head of Training")
    membership = grant_role(by=None, person=head, institution=room.trust, role=Role.SIGNATORY)
    approval.add_step(by=room.admin, institution=room.trust, name="Head of training", person=head)
    end_role(by=None, membership=membership)
    reviews.submit(by=room.author, revision=room.revision)
    review = reading(room.revision, "owner")
    assert (review.reader, review.role, review.in_stead) == (None, "reviewer", False)
    read_by(room.reader, review)


def test_the_turnaround_is_told_from_five_decisions_on(room: ReviewRoom) -> None:
    now = clock.now()
    for number in range(5):
        with clock.at(now + timedelta(days=10)):
            assert queries.turnaround() == queries.Turnaround(None, number)
        revision = worlds.ready(room.author, room.trust, f"Title {number}")
        reviews.submit(by=room.author, revision=revision)
        with clock.at(now + timedelta(days=number, hours=1)):
            read_by(room.reader, reading(revision, "owner"))
            read_by(room.site, reading(revision, "site"))
    with clock.at(now + timedelta(days=10)):
        assert queries.turnaround() == queries.Turnaround(2, 5)
    with clock.at(now + timedelta(days=400)):
        assert queries.turnaround() == queries.Turnaround(None, 0)
