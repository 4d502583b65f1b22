import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from ayni.cli import site
from ayni.registry import bounces, mail_tasks
from ayni.registry.actions import mails
from ayni.registry.queries import mails as queries

TRY_AGAIN_LATER = 75  # EX_TEMPFAIL: the mail server keeps what it brought and brings it again
PIECE = 65_536


class Command(BaseCommand):
    help = "Mail that waits, has left or comes back. The worker sends it by itself."

    def add_arguments(self, parser: Any) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("status", help="How many mails wait, left and failed, and what the server said.")
        what.add_parser("retry", help="Try again now what waits or was given up.")
        send = what.add_parser("send", help="Write and send what is due, as the worker does.")
        send.add_argument("--once", action="store_true", required=True, help="Do so once, then end.")
        what.add_parser(
            "receive",
            help="Read one mail from standard input: a report that a mail of ours did not arrive is noted, "
            "anything else is put aside. For a pipe from the mail server.",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["what"] != "receive":
            site.prepare_if_new()
        getattr(self, options["what"])()

    def status(self) -> None:
        counts = queries.counts()
        for state in ("waiting", "sent", "failed", "dropped"):
            self.stdout.write(f"{state:8} {counts.get(state, 0)}")
        for fault in queries.first_faults(50)[:5]:
            self.stdout.write(f"  the server said: {fault}")
        if not settings.SENDS_MAIL:
            self.stdout.write("No mail is sent from this site: AYNI_MAIL_URL is empty.")

    def retry(self) -> None:
        self.stdout.write(f"{mails.retry(by=None)} will be tried at once.")

    def send(self) -> None:
        if not settings.SENDS_MAIL:
            raise CommandError("No mail is sent from this site: AYNI_MAIL_URL is empty.")
        mail_tasks.write_mails()
        mail_tasks.write_digests()
        sent = 0
        while more := mail_tasks.send_mails():
            sent += more
        self.stdout.write(f"{sent} sent, {queries.counts().get('waiting', 0)} waiting.")

    def receive(self) -> None:
        """Always in the end "taken": a mail server that is told otherwise would send a report about a report."""
        raw = _read(sys.stdin.buffer)
        try:
            uid, status = bounces.failed_mail(raw)
        except bounces.NotOurs as reason:
            self.stdout.write(f"put aside: {reason}")
            return
        try:
            mail = queries.mail_of_message(uid)
            if mail is None:
                self.stdout.write("put aside: a report about a mail that is not kept any more")
                return
            mails.note_refused(mail=mail, fault=f"came back: {status}", is_address=True)
        except DatabaseError as error:
            raise CommandError("the database does not answer", returncode=TRY_AGAIN_LATER) from error
        self.stdout.write(f"noted: mail {uid} did not arrive ({status})")


def _read(stream: Any) -> bytes:
    """The beginning of it; the rest is read too, or the mail server would think that it was not taken."""
    raw: bytes = stream.read(bounces.LARGEST)
    while stream.read(PIECE):
        pass
    return raw
