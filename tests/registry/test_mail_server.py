"""From the queue to the server: a real one, on a socket, that is away, refuses, or is killed."""

from datetime import timedelta

import pytest

from ayni.kernel import clock
from ayni.kernel.errors import NotAllowed
from ayni.registry import mail_tasks
from ayni.registry.actions import mails
from ayni.registry.models import Mail, Person
from tests.registry.mailing import MONDAY_NOON, letter, news, work


def test_while_the_server_is_away_mail_waits_longer_each_time_and_then_arrives(server, settings, ada):
    settings.EMAIL_PORT = 1  # nobody listens there
    now = MONDAY_NOON
    for number in range(3):
        with clock.at(now):
            letter(by=None, key=f"letter {number}")
    pauses = []
    for _ in range(6):
        with clock.at(now):
            assert mail_tasks.send_mails() == 0
            waiting = Mail.objects.filter(state="waiting")
            assert len({mail.next_try_at for mail in waiting}) == 1  # one knock counts for all
            pauses.append((waiting[0].next_try_at - now) / timedelta(minutes=1))
            assert "refused" in waiting[0].fault
            now = waiting[0].next_try_at
    assert pauses == [1, 5, 15, 60, 60, 60]
    settings.EMAIL_PORT = server.port
    with clock.at(now):
        assert mail_tasks.send_mails() == 3
    assert len(server.arrived) == 3
    assert server.connections == 1


def test_after_five_days_it_is_given_up_and_can_be_tried_again(server, settings, ada):
    settings.EMAIL_PORT = 1
    letter(by=None)
    for _ in range(mails.LAST_TRY):
        with clock.at(Mail.objects.get().next_try_at):
            mail_tasks.send_mails()
    mail = Mail.objects.get()
    assert mail.state == "failed"
    assert timedelta(days=4, hours=23) < mail.next_try_at - mail.created_at < timedelta(days=5, hours=3)
    assert ada.mail_failed_at is None
    settings.EMAIL_PORT = server.port
    assert mails.retry(by=None) == 1
    assert mail_tasks.send_mails() == 1


def test_only_operators_retry(ada):
    with pytest.raises(NotAllowed):
        mails.retry(by=ada)


def test_an_address_that_takes_no_mail_is_told_on_the_site_and_gets_no_more(server, ada):
    server.refused["ada@example.org"] = "550 5.1.1 no such user"
    news(by=None, people=[ada])
    letter(by=None)
    assert work() == 1  # the others' mail is not kept back
    ada.refresh_from_db()
    assert ada.mail_failed_at is not None
    assert Mail.objects.get(person=ada).fault == "550 5.1.1 no such user"
    server.refused.clear()
    news(by=None, people=[ada], title="More")
    assert work() == 0
    mails.try_address_again(by=ada)
    news(by=None, people=[ada], title="And more")
    assert work() == 1


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("RCPT", "450 4.2.0 greylisted"),
        ("RCPT", "550 5.7.1 relaying denied"),
        ("DATA", "451 try later"),
        ("MAIL", "553 sender not allowed"),
        ("CONNECT", "421 too busy"),
    ],
)
def test_what_is_not_the_addresss_fault_is_tried_again(server, ada, command, answer):
    server.answers[command] = answer
    news(by=None, people=[ada])
    assert work() == 0
    mail, person = Mail.objects.get(), Person.objects.get()
    assert (mail.state, mail.tries, person.mail_failed_at) == ("waiting", 1, None)
    assert answer[:3] in mail.fault
    server.answers.clear()
    with clock.at(mail.next_try_at):
        assert work() == 1


def test_a_mail_the_server_finds_bad_fails_without_blaming_the_address(server, ada):
    server.answers["DATA"] = "554 looks like spam"
    news(by=None, people=[ada])
    work()
    assert Mail.objects.get().state == "failed"
    assert Person.objects.get().mail_failed_at is None


def test_two_workers_do_not_send_it_twice(server, ada):
    letter(by=None)
    mail = Mail.objects.get()
    other = Mail.objects.get()
    assert mails.claim(mail=mail)
    assert not mails.claim(mail=other)
    assert mail_tasks.send_mails() == 0


def test_a_mail_whose_words_cannot_be_made_keeps_nobody_waiting(server, ada):
    letter(by=None, key="broken", uid="not an id")
    letter(by=None, key="of another version", template="no-such-words")
    letter(by=None, key="sound")
    assert work() == 1
    assert dict(Mail.objects.values_list("key", "state")) == {
        "broken": "waiting", "of another version": "failed", "sound": "sent",
    }  # fmt: skip
