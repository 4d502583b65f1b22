"""`ayni mail`: what the mail server brings back, however it looks, and what an operator may ask."""

import io
import sys

import pytest
from django.core.management import CommandError, call_command

from ayni.registry import bounces
from ayni.registry.models import Mail, Person
from tests import smtp, worlds
from tests.registry.mailing import letter, news, work

REPORT = """\
From: MAILER-DAEMON@mx.example
To: ayni@ayni.example
Subject: Undelivered
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ada@example.org
Action: {action}
Status: {status}

--b
Content-Type: {kind}

From: ayni@ayni.example
Message-ID: <ayni.{uid}@ayni.example>

--b--
"""


@pytest.fixture
def sent(db, settings) -> Mail:
    ada = worlds.person("Ada Lovelace")
    with smtp.serving() as server:
        settings.SENDS_MAIL = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        news(by=None, people=[ada])
        assert work() == 1
    return Mail.objects.get()


def receive(monkeypatch, capsys, raw: bytes) -> str:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    call_command("mail", "receive")
    return capsys.readouterr().out


def report(uid: str, *, action: str = "failed", status: str = "5.1.1", kind: str = "message/rfc822") -> bytes:
    return REPORT.format(uid=uid, action=action, status=status, kind=kind).encode()


def state() -> tuple[str, bool]:
    return Mail.objects.get().state, Person.objects.get().mail_failed_at is not None


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_of_final_failure_is_noted_and_told(sent, monkeypatch, capsys, kind):
    assert "noted" in receive(monkeypatch, capsys, report(sent.uid, kind=kind))
    assert state() == ("failed", True)
    assert Mail.objects.get().fault == "came back: 5.1.1"
    assert "noted" in receive(monkeypatch, capsys, report(sent.uid, kind=kind))  # twice is once


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(lambda uid: report(uid, action="delayed", status="4.4.7"), id="delayed"),
        pytest.param(lambda uid: report(uid, status="4.2.2"), id="not final"),
        pytest.param(lambda uid: report(uid, action="delivered", status="2.0.0"), id="delivered"),
        pytest.param(lambda _uid: report("0" * 12), id="not our mail"),
        pytest.param(lambda uid: report(uid).replace(b"multipart/report", b"multipart/mixed"), id="no report"),
        pytest.param(lambda uid: f"Auto-Submitted: auto-replied\nSubject: Away <ayni.{uid}@a>\n\nOut".encode(), id="out of office"),
        pytest.param(lambda uid: f"Message-ID: <ayni.{uid}@ayni.example>\nPrecedence: bulk\n\nours".encode(), id="our own, looping"),
        pytest.param(lambda _uid: b"From: a@b.example\nSubject: hello\n\nQuestion?", id="a person"),
        pytest.param(lambda _uid: b"", id="nothing"),
        pytest.param(lambda _uid: bytes(range(256)) * 5000, id="bytes"),
        pytest.param(lambda uid: report(uid).replace(b"text/plain", b'text/plain; charset="nonsense"').replace(b"5.1.1", b"\xff\xfe"), id="charset"),
        pytest.param(
            lambda _uid: b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3000)),
            id="nested",
        ),
        pytest.param(
            lambda _uid: b"".join(b"Content-Type: message/rfc822\n\n" for n in range(5000)), id="mails in mails"
        ),
        pytest.param(lambda _uid: b"X: " + b"a" * 5_000_000, id="huge"),
    ],
)  # fmt: skip
def test_all_else_changes_nothing_and_is_answered_by_nothing(sent, monkeypatch, capsys, raw):
    assert receive(monkeypatch, capsys, raw(sent.uid)).startswith("put aside")
    assert state() == ("sent", False)
    assert Mail.objects.count() == 1


def test_the_rest_of_a_huge_mail_is_read_too(sent, monkeypatch, capsys):
    stream = io.BytesIO(report(sent.uid) + b"x" * (2 * bounces.LARGEST))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream))
    call_command("mail", "receive")
    assert stream.read() == b""
    assert "noted" in capsys.readouterr().out


def test_an_address_given_since_is_not_blamed(sent, monkeypatch, capsys):
    Mail.objects.get()
    raw = report(sent.uid)
    _other_address(sent.person)
    receive(monkeypatch, capsys, raw)
    assert state() == ("failed", False)


def _other_address(person: Person) -> None:
    from ayni.kernel import guarded

    with guarded.writing():
        person.email = "new@example.org"
        person.save()


def test_status_retry_and_send(settings, db, capsys):
    settings.SENDS_MAIL = False
    letter(by=None)
    call_command("mail", "status")
    out = capsys.readouterr().out
    assert "waiting  1" in out
    assert "AYNI_MAIL_URL is empty" in out
    with pytest.raises(CommandError, match="AYNI_MAIL_URL"):
        call_command("mail", "send", "--once")
    settings.SENDS_MAIL = True
    call_command("mail", "retry")
    call_command("mail", "send", "--once")
    assert "1 sent, 0 waiting." in capsys.readouterr().out
