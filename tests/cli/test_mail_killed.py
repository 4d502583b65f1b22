"""`kill -9` at the worst moment: the mail server has the mail, and the sender has not noted it yet."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests import smtp

WRITE = """
from ayni.kernel.actions import action
from ayni.registry.actions.mails import post
@action
def write(*, by):
    post(address="office@trust.example", template="question-passed-on", key="1", language="en", title="Pumps", uid="0" * 12)
write(by=None)
"""


def environment(home: Path, port: int, ahead: int = 0) -> dict[str, str]:
    own = {
        "AYNI_HOME": str(home), "AYNI_MAIL_URL": f"smtp://127.0.0.1:{port}", "AYNI_MAIL_FROM": "ayni@ayni.example",
        "AYNI_DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "ayni.settings", "AYNI_CLOCK_DAYS": str(ahead),
    }  # fmt: skip
    return os.environ | own


def ayni(*arguments: str, **environ: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "ayni", *arguments], env=environ, stdout=subprocess.DEVNULL
    )


def test_at_most_one_duplicate_with_the_same_id_and_no_loss(tmp_path: Path) -> None:
    with smtp.serving() as server:
        here = environment(tmp_path, server.port)
        assert ayni("mail", "status", **here).wait() == 0  # makes the site
        assert ayni("shell", "-c", WRITE, **here).wait() == 0
        sender = ayni("mail", "send", "--once", **here)

        def kill() -> None:
            os.kill(sender.pid, signal.SIGKILL)
            sender.wait()

        server.taken = kill
        sender.wait()
        deadline = time.monotonic() + 10
        while not server.arrived and time.monotonic() < deadline:
            time.sleep(0.05)
        server.taken = lambda: None
        assert sender.returncode == -signal.SIGKILL
        assert len(server.arrived) == 1
        assert ayni("mail", "send", "--once", **here).wait() == 0  # nobody else takes it at once
        assert len(server.arrived) == 1
        later = environment(tmp_path, server.port, ahead=1)
        for _ in range(2):
            assert ayni("mail", "send", "--once", **later).wait() == 0
        assert [message["Message-ID"] for message in server.arrived[1:]] == [server.arrived[0]["Message-ID"]]
