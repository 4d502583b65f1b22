"""Is it still true? Asked, reminded, answered by one click or not at all; time is moved."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ayni.discovery import indexing
from ayni.discovery.queries import Request, search
from ayni.kernel import clock
from ayni.kernel.errors import Invalid, NotAllowed, WrongState
from ayni.knowledge.actions import freshness, records
from ayni.knowledge.actions.freshness import Contact
from ayni.knowledge.models import FreshnessCheck, Record
from ayni.knowledge.queries import freshness as queries
from ayni.knowledge.tasks import keep_fresh
from ayni.knowledge.texts import Standing
from ayni.registry.actions.institutions import merge_institutions
from ayni.registry.actions.people import end_role, grant_role
from ayni.registry.models import AuditEntry, Mail, Notice, OutboxMessage
from ayni.registry.states import Role
from tests import worlds

NOW = datetime(2026, 5, 10, 9, 0, tzinfo=UTC)


def later(days: int):
    return clock.at(NOW + timedelta(days=days))


@pytest.fixture
def trust(db):
    return worlds.institution("Rural Water Trust", office_email="office@water-trust.example")


@pytest.fixture
def author(trust):
    with clock.at(NOW - timedelta(days=500)):
        person = worlds.person("Alice Author", language="fr")
        grant_role(by=None, person=person, institution=trust, role=Role.CONTRIBUTOR)
    return person


@pytest.fixture
def practice(trust, author):
    """Published 400 days ago, with a contact; its author still writes for the trust."""
    with clock.at(NOW - timedelta(days=400)):
        standing = Standing(contact_email="ask@water-trust.example", contact_until=date(2026, 12, 31))
        record = worlds.published(trust, "Pupil-led water committees", standing=standing)
        _wrote(author, record)
        return record


def _wrote(person, record):
    from ayni.kernel import guarded

    with guarded.writing():
        records.note_author(person, record)


def run(days=0):
    with later(days):
        return keep_fresh()


def mails():
    rows = Mail.objects.order_by("pk")
    return [(mail.address, mail.template, mail.language, mail.params["reminder"]) for mail in rows]


def secret_of(mail_number=0):
    return Mail.objects.order_by("pk")[mail_number].params["secret"]


def test_those_who_stand_for_it_are_asked_once(practice, author):
    assert run() == 1
    practice.refresh_from_db()
    assert (practice.asked_on, practice.is_unanswered) == (date(2026, 5, 10), False)
    assert mails() == [
        ("alice@example.org", "still-true", "fr", False),
        ("ask@water-trust.example", "still-true", "en", False),
    ]
    notice = Notice.objects.get()
    assert (notice.person, notice.code, notice.target, notice.is_turn) == (
        author, "still-true", practice.target, True,
    )  # fmt: skip
    assert notice.mailed_at is not None  # by the mail above, which holds the link
    assert notice.params == {"title": "Pupil-led water committees"}
    assert run() == 0
    assert run(20) == 0
    assert Mail.objects.count() == 2


def test_only_the_hash_of_the_link_is_kept(practice):
    run()
    check = FreshnessCheck.objects.get()
    assert secret_of() not in {check.secret_hash, str(vars(check))}
    assert queries.check_by_secret(secret_of()) == check


def test_who_has_chosen_digests_is_asked_in_them(practice, author):
    _write(author, mail_rhythm="weekly")
    run()
    assert [row[0] for row in mails()] == ["ask@water-trust.example"]
    assert Notice.objects.get().mailed_at is None


def _write(obj, **fields):
    from ayni.kernel import guarded

    with guarded.writing():
        type(obj).objects.filter(pk=obj.pk).update(**fields)


@pytest.mark.parametrize("days", [0, 364])
def test_what_is_fresh_is_not_asked_about(trust, days):
    with clock.at(NOW - timedelta(days=days)):
        worlds.published(trust, "New")
    with clock.at(NOW - timedelta(days=500)):
        confirmed = worlds.published(trust, "Old")
    with clock.at(NOW - timedelta(days=days)):
        records.confirm(by=None, record=confirmed)
    assert run() == 0


def test_activities_and_what_is_not_public_are_not_asked_about(trust):
    with clock.at(NOW - timedelta(days=500)):
        worlds.published(trust, "As others published it", kind="activity", body={})
        old = worlds.published(trust, "Old")
        records.change_visibility(by=None, record=old, name="archive")
    assert run() == 0


def test_where_there_is_nobody_to_ask_nobody_is_asked_and_others_do_not_wait(trust, monkeypatch):
    nobody = worlds.institution("Nobody at home")
    with clock.at(NOW - timedelta(days=500)):
        alone = [worlds.published(nobody, f"Alone {number}") for number in range(3)]
        worlds.published(trust, "With an office")
    monkeypatch.setattr("ayni.knowledge.tasks.AT_MOST", 1)
    assert run() == 1
    assert [mail.address for mail in Mail.objects.all()] == ["office@water-trust.example"]
    assert not Record.objects.filter(pk__in=[one.pk for one in alone], asked_on__isnull=False).exists()


def test_when_the_author_has_left_those_who_lead_are_asked(practice, author, trust):
    leads = worlds.person("Carol Coordinator")
    with later(-1):
        end_role(by=None, membership=author.memberships.get())
        grant_role(by=None, person=leads, institution=trust, role=Role.COORDINATOR)
    run()
    assert [notice.person for notice in Notice.objects.all()] == [leads]


def test_when_the_institution_was_merged_those_of_the_one_that_stays_are_asked(trust):
    stays = worlds.institution("Water Trust of Kenya")
    admin = worlds.person("Adam Admin")
    with clock.at(NOW - timedelta(days=500)):
        grant_role(by=None, person=admin, institution=stays, role=Role.ADMIN)
        worlds.published(trust, "Old")
    merge_institutions(by=worlds.person("M", is_moderator=True), duplicate=trust, stays=stays)
    run()
    assert [notice.person for notice in Notice.objects.all()] == [admin]


def test_a_reminder_after_a_month_keeps_the_first_link_good(practice):
    run()
    assert run(29) == 0
    assert run(30) == 1
    assert run(31) == 0
    assert [row[3] for row in mails()] == [False, False, True, True]
    assert Notice.objects.count() == 1  # the turn stands on the desk all the time
    for number in (0, 2):
        assert queries.check_by_secret(secret_of(number)) == FreshnessCheck.objects.get()
    assert secret_of(0) != secret_of(2)


def test_after_two_months_of_silence_readers_and_the_index_are_told(practice):
    run()
    run(30)
    version = Record.objects.get().version
    assert run(59) == 0
    before = OutboxMessage.objects.count()
    assert run(60) == 1
    record = Record.objects.get()
    assert (record.is_unanswered, record.version) == (True, version + 1)
    assert OutboxMessage.objects.count() == before + 1
    assert run(61) == 0


def test_it_is_asked_again_a_year_later_and_the_old_link_is_no_longer_good(practice):
    run()
    run(60)
    old = secret_of()
    assert run(370) > 0
    assert queries.check_by_secret(old) is None
    assert FreshnessCheck.objects.count() == 1
    assert Record.objects.get().asked_on == date(2026, 5, 10)  # since when nobody has answered


def results(text=""):
    return [result.card.title for result in search(Request(text=text)).results]


@pytest.mark.parametrize("text", ["", "water committees"])
def test_an_unanswered_record_comes_after_its_equal(index, text):
    body = {"problem": "Water.", "what_was_done": "Committees."}
    first = worlds.published(index.trust, "Committees for water one", body=body)
    second = worlds.published(index.trust, "Committees for water two", body=body)
    titles = [one.published.title for one in (first, second)]
    for silent, other in ((0, 1), (1, 0)):
        _write(first, asked_on=date(2026, 1, 1), is_unanswered=silent == 0, version=10 + silent)
        _write(second, asked_on=date(2026, 1, 1), is_unanswered=silent == 1, version=10 + silent)
        indexing.repair()
        found = [title for title in results(text) if title in titles]
        assert found == [titles[other], titles[silent]]


def test_unanswered_practices_still_come_before_activities(index):
    body = {"description": "Water committees."}
    worlds.published(index.trust, "Committees of the river", kind="activity", body=body)
    practice = worlds.published(
        index.trust, "Committees of the lake", body={"problem": "Water committees.", "what_was_done": "-"}
    )
    _write(practice, asked_on=date(2026, 1, 1), is_unanswered=True, version=10)
    indexing.repair()
    for text in ("", "committees"):
        found = results(text)
        assert found.index("Committees of the lake") < found.index("Committees of the river")


@pytest.fixture
def index(world):
    indexing.rebuild(processes=1)
    indexing.drain()
    return world


def test_it_still_holds_by_link(practice, author):
    run()
    run(60)
    with later(70):
        record = freshness.answer_by_link(
            by=None, secret=secret_of(), answer="holds",
            contact=Contact("new@water-trust.example", date(2027, 7, 1)),
        )  # fmt: skip
    record.refresh_from_db()
    assert (record.state, record.asked_on, record.is_unanswered) == ("public", None, False)
    assert record.last_confirmed_on == date(2026, 7, 19)
    assert (record.contact_email, record.contact_until) == ("new@water-trust.example", date(2027, 7, 1))
    check = FreshnessCheck.objects.get()
    assert (check.answer, check.answered_by) == ("holds", None)
    assert Notice.objects.get().read_at is not None
    entry = AuditEntry.objects.filter(verb="record.confirmed").get()
    assert (entry.actor_uid, entry.target, entry.details) == ("", record.target, '{"answer": "holds"}')


def test_nobody_may_be_asked_any_more(practice):
    run()
    freshness.answer_by_link(by=None, secret=secret_of(), answer="changed", contact=Contact())
    practice.refresh_from_db()
    assert (practice.contact_email, practice.contact_until) == ("", None)


def test_what_has_ended_is_archived_and_stays_readable(practice):
    run()
    with later(5):
        freshness.answer_by_link(by=None, secret=secret_of(), answer="ended")
    practice.refresh_from_db()
    assert (practice.state, practice.last_confirmed_on, practice.asked_on) == ("archived", None, None)
    assert FreshnessCheck.objects.get().answer == "ended"
    moved = AuditEntry.objects.filter(verb="record.moved").get()
    assert '"reason": "ended"' in moved.details


def test_a_link_answers_once(practice):
    run()
    freshness.answer_by_link(by=None, secret=secret_of(), answer="holds")
    with pytest.raises(WrongState) as refused:
        freshness.answer_by_link(by=None, secret=secret_of(), answer="ended")
    assert (refused.value.code, refused.value.params) == ("already_answered", {"answer": "holds"})
    assert Record.objects.get().state == "public"


@pytest.mark.parametrize("moves", [["archive"], ["withdraw"], ["archive", "unarchive"]])
def test_a_question_that_has_no_use_any_more_is_dropped(practice, moves):
    run()
    for name in moves:
        records.change_visibility(by=None, record=practice, name=name, reason="owner-request")
    practice.refresh_from_db()
    assert practice.asked_on is None
    assert Notice.objects.get().read_at is not None
    with pytest.raises(WrongState, match="no_such_link"):
        freshness.answer_by_link(by=None, secret=secret_of(), answer="holds")
    assert (
        practice.state == {"archive": "archived", "withdraw": "withdrawn", "unarchive": "public"}[moves[-1]]
    )


def test_what_cannot_be_an_answer_is_refused_and_changes_nothing(practice):
    run()
    bad = [
        ("", None, ["answer"]),
        ("holds", Contact("nobody", date(2099, 1, 1)), ["contact_email"]),
        ("holds", Contact("a@example.org", date(2020, 1, 1)), ["contact_until"]),
        ("holds", Contact("a@example.org", None), ["contact_until"]),
    ]
    for answer, contact, paths in bad:
        with pytest.raises(Invalid) as refused:
            freshness.answer_by_link(by=None, secret=secret_of(), answer=answer, contact=contact)
        assert [fault.path for fault in refused.value.faults] == paths
    assert FreshnessCheck.objects.get().answered_at is None


def test_those_who_write_for_it_answer_unasked(practice, author):
    freshness.answer(by=author, record=practice, answer="holds")
    check = FreshnessCheck.objects.get()
    assert (check.answer, check.answered_by) == ("holds", author)
    with pytest.raises(NotAllowed):
        freshness.answer(by=worlds.person("Moussa Member"), record=practice, answer="ended")
    assert Record.objects.get(pk=practice.pk).state == "public"
