"""From notices to mails: in whose words, when, to whom; and what is kept of them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from ayni.kernel import clock, guarded
from ayni.kernel.errors import NotAllowed
from ayni.registry import mail_tasks, mail_words
from ayni.registry.actions import mails
from ayni.registry.actions.notices import mark_read
from ayni.registry.actions.people import stop_mail
from ayni.registry.models import Mail, Notice
from tests.registry.mailing import MONDAY_NOON, letter, news, rhythm, settling, texts, work


def test_news_arrives_at_once_as_plain_text_with_what_mail_programs_need(server, ada):
    news(by=None, people=[ada])
    assert work() == 1
    [message] = server.arrived
    mail = Mail.objects.get()
    assert server.recipients == ["ada@example.org"]
    assert message["Subject"] == "Somebody asked about: Pumps & <wells>"
    assert message.get_content_type() == "text/plain"
    assert message["Message-ID"] == f"<ayni.{mail.uid}@ayni.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Precedence"] == "bulk"
    assert message["List-Unsubscribe"].strip() == f"<{mail_words.unsubscribe_url(ada)}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len(message.as_bytes()) < 30_000
    assert (mail.state, mail.params) == ("sent", {})
    assert work() == 0
    assert len(server.arrived) == 1


def test_it_speaks_the_readers_language(server, ada):
    rhythm(ada, "at-once", language="ar")
    news(by=None, people=[ada])
    work()
    [message] = server.arrived
    assert "https://ayni.example/ar/" in message.get_content()


def test_a_title_puts_no_header_into_a_mail(server, ada):
    news(by=None, people=[ada], title="Pumps\r\nBcc: all@example.org\r\n\r\nBuy!")
    work()
    [message] = server.arrived
    assert message["Bcc"] is None
    assert server.recipients == ["ada@example.org"]


def test_what_is_read_or_settled_before_it_left_is_not_mailed(server, ada):
    news(by=None, people=[ada], title="Read")
    mark_read(by=ada)
    news(by=None, people=[ada], title="Settled", is_turn=True)
    mail_tasks.write_mails()
    settling(by=None)
    assert mail_tasks.send_mails() == 0
    assert list(Mail.objects.values_list("state", "params")) == [("dropped", {})]


def test_much_at_the_same_moment_is_one_mail(server, ada):
    for number in range(4):
        news(by=None, people=[ada], title=f"Title {number}")
    work()
    assert [message["Subject"] for message in server.arrived] == ["Ayni: 4 pieces of news for you"]


@pytest.mark.parametrize(
    ("name", "zone", "told_at", "leaves_at"),
    [
        # In Nairobi it is seven in the morning when it is four in Greenwich.
        ("daily", "Africa/Nairobi", "2027-03-02T05:00", "2027-03-03T04:00"),
        ("daily", "Africa/Nairobi", "2027-03-02T03:00", "2027-03-02T04:00"),
        ("daily", "America/Bogota", "2027-03-02T03:00", "2027-03-02T12:00"),
        ("weekly", "Africa/Nairobi", "2027-03-02T05:00", "2027-03-08T04:00"),
        ("weekly", "UTC", "2027-03-07T23:59", "2027-03-08T07:00"),
    ],
)
def test_digests_leave_in_the_readers_morning(server, ada, name, zone, told_at, leaves_at):
    rhythm(ada, name, zone)
    told, leaves = (datetime.fromisoformat(f"{text}+00:00") for text in (told_at, leaves_at))
    with clock.at(told):
        news(by=None, people=[ada])
        assert work() == 0
    with clock.at(leaves - timedelta(minutes=1)):
        assert work() == 0
    with clock.at(leaves):
        assert work() == 1
        assert work() == 0


def test_a_late_worker_wakes_nobody_at_night(server, ada):
    rhythm(ada, "daily")
    with clock.at(datetime(2027, 3, 2, 6, tzinfo=UTC)):
        news(by=None, people=[ada])
    with clock.at(datetime(2027, 3, 2, 22, tzinfo=UTC)):
        assert work() == 0
    with clock.at(datetime(2027, 3, 3, 9, tzinfo=UTC)):
        assert work() == 1


def test_a_digest_of_very_much_still_ends_with_the_desk_and_the_way_out(server, ada):
    rhythm(ada, "daily")
    with clock.at(MONDAY_NOON - timedelta(days=1)):
        for number in range(90):
            news(by=None, people=[ada], title=f"{number} {'Pumps and wells ' * 15}")
    with clock.at(MONDAY_NOON):
        assert work() == 1
    (text,) = texts(server)
    assert ("/en/desk/" in text, "/no-mail/" in text) == (True, True)


def test_a_digest_has_a_line_and_a_link_each_turns_first_and_leads_to_the_desk(server, ada):
    rhythm(ada, "daily")
    with clock.at(MONDAY_NOON):
        news(by=None, people=[ada], title="Pumps & <wells>")
        news(by=None, people=[ada], title="Boats", is_turn=True)
    with clock.at(MONDAY_NOON + timedelta(days=1)):
        work()
    [text] = texts(server)
    turn, happened = (
        text.index("Somebody asked about: Boats"),
        text.index("Somebody asked about: Pumps & <wells>"),
    )
    assert text.index("Your turn:") < turn < text.index("What happened:") < happened
    assert "March 1, 2027" in text
    assert text.index("https://ayni.example/en/desk/") > happened
    assert Notice.objects.filter(mailed_at=None).count() == 0


def test_who_wants_no_mail_gets_none_and_no_flood_later(server, ada):
    rhythm(ada, "never")
    news(by=None, people=[ada])
    work()
    rhythm(ada, "at-once")
    assert work() == 0
    assert not Mail.objects.exists()


def test_a_site_without_mail_keeps_news_on_the_site_and_letters_waiting(settings, ada):
    settings.SENDS_MAIL = False
    news(by=None, people=[ada])
    letter(by=None)
    assert work() == 0
    assert Notice.objects.filter(mailed_at=None).count() == 0
    assert list(Mail.objects.values_list("address", "state")) == [("office@trust.example", "waiting")]


def test_a_letter_has_its_reply_address_and_no_link_to_stop_what_nobody_ordered(server, db):
    letter(by=None, reply_to="asker@example.org")
    work()
    [message] = server.arrived
    assert message["Reply-To"] == "asker@example.org"
    assert message["List-Unsubscribe"] is None
    assert message["From"] == "ayni@ayni.example"


def test_the_same_key_is_one_mail(server, db):
    letter(by=None)
    letter(by=None, title="Other words")
    assert work() == 1


# No more mail


def test_opening_the_link_changes_nothing_and_its_button_stops_mail(client, ada):
    link = mail_words.unsubscribe_url(ada).partition("8000")[2]
    response = client.get(link)
    ada.refresh_from_db()
    assert (response.status_code, ada.mail_rhythm) == (200, "at-once")
    assert "Send me no more mail" in response.content.decode()
    assert client.post(link).status_code == 200
    ada.refresh_from_db()
    assert ada.mail_rhythm == "never"


def test_a_mail_program_may_do_it_in_one_click_years_later_and_nothing_else(ada):
    link = mail_words.unsubscribe_url(ada).partition("8000")[2]
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    ada.refresh_from_db()
    assert ada.mail_rhythm == "never"
    assert "sessionid" not in strict.cookies


@pytest.mark.parametrize("token", ["x", "ImFiYyI:1abcde:forged", "a" * 3000])
def test_a_forged_link_stops_nobodys_mail(client, ada, token):
    assert client.post(f"/en/no-mail/{token}/").status_code == 404


def test_stopping_drops_what_waits(server, ada):
    news(by=None, people=[ada])
    mail_tasks.write_mails()
    stop_mail(by=ada)
    assert mail_tasks.send_mails() == 0
    assert Mail.objects.get().state == "dropped"


# Old mail


def test_what_is_old_is_cleared(server, ada, settings):
    with clock.at(MONDAY_NOON):
        news(by=None, people=[ada], title="Read")
        mark_read(by=ada)
        news(by=None, people=[ada], title="Unread")
        news(by=None, people=[ada], title="Sent")
        letter(by=None, address="sent@example.org")
        work()
        settings.SENDS_MAIL = False
        letter(by=None, address="waiting@example.org", key="waiting")
    with clock.at(MONDAY_NOON + timedelta(days=89)):
        assert mail_tasks.forget_old_mail() == (0, 0)
    with clock.at(MONDAY_NOON + timedelta(days=91)):
        assert mail_tasks.forget_old_mail() == (0, 4)
    with clock.at(MONDAY_NOON + timedelta(days=366)):
        assert mail_tasks.forget_old_mail() == (3, 0)
    with pytest.raises(NotAllowed):
        mails.forget_old(by=ada)


def test_unread_news_is_forgotten_after_a_year_and_an_open_turn_is_not(ada):
    with clock.at(MONDAY_NOON):
        news(by=None, people=[ada], title="Unread")
        news(by=None, people=[ada], title="Turn", is_turn=True)
    with clock.at(MONDAY_NOON + timedelta(days=364)):
        assert mail_tasks.forget_old_mail() == (0, 0)
    with clock.at(MONDAY_NOON + timedelta(days=366)):
        assert mail_tasks.forget_old_mail() == (1, 0)
    assert Notice.objects.get().params == {"title": "Turn"}


def kept_of(mail):
    mail.refresh_from_db()
    return (mail.state, mail.address, mail.reply_to, mail.params)


def test_nothing_is_kept_of_a_letter_that_will_not_be_sent_again(ada):
    for number, end in enumerate((mails.drop, refused)):
        letter(by=None, key=f"letter {number}", reply_to="asker@example.org", secret="s")
        mail = Mail.objects.get(key=f"letter {number}")
        end(mail=mail)
        assert kept_of(mail)[1:] == ("", "", {})


def refused(*, mail):
    mails.note_refused(mail=mail, fault="no such box", is_address=True)


def test_who_asked_is_not_kept_once_a_letter_has_left(server, db):
    letter(by=None, reply_to="asker@example.org")
    work()
    assert kept_of(Mail.objects.get()) == ("sent", "office@trust.example", "", {})


def test_what_cannot_leave_for_a_month_is_given_up_and_emptied(db):
    with clock.at(MONDAY_NOON):
        for name in ("waits", "given up"):
            letter(by=None, key=name, reply_to="asker@example.org", secret="s")
    mail = Mail.objects.get(key="given up")
    mail.tries = mails.LAST_TRY
    with guarded.writing():
        mail.save()
        mails.put_off(mail=mail, fault="away")
    assert kept_of(mail)[0] == "failed"
    assert kept_of(mail)[1] == "office@trust.example"  # it may still be tried again
    with clock.at(MONDAY_NOON + timedelta(days=29)):
        mail_tasks.forget_old_mail()
    assert Mail.objects.exclude(address="").count() == 2
    with clock.at(MONDAY_NOON + timedelta(days=31)):
        mail_tasks.forget_old_mail()
        assert mails.retry(by=None) == 0
    assert kept_of(mail) == ("failed", "", "", {})
    assert kept_of(Mail.objects.get(key="waits")) == ("dropped", "", "", {})
