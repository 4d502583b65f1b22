"""A photo of 5 MB over a slow line that breaks three times: what is sent, and that it arrives once.

The line is 250 kB/s unless AYNI_BENCH_LINE says otherwise (bytes a second; 2500 is the line of a district
office, and takes 34 minutes: run it as `python -m bench uploads --inside FILE` with an AYNI_HOME of its own).
The breaks: the connection is cut in the middle of a piece; the answer to a stored piece is lost; the server is
killed (`kill -9`) in the middle of a piece and started again. The peer is the plain form, which sends the file
whole and starts over after each break.
"""

import hashlib
import io
import json
import os
import random
import socket
import subprocess
import sys
from dataclasses import dataclass
from time import monotonic, sleep

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from ayni.knowledge.actions.drafts import begin
from ayni.knowledge.models import Revision, RevisionFile
from ayni.registry.actions.people import create_person, grant_role
from ayni.registry.models import File, Institution, Person
from ayni.registry.states import Role
from bench import server
from bench.figures import Figure, Outcome, progress
from bench.wire import HOST

SIZE = 5_000_000
PIECE = 32 * 1024
OVERHEAD_GOAL = 1.05  # bytes sent for each byte of the file
_TOKEN = "b" * 32
_EXACT_BELOW = 50_000  # bytes a second: on a slower line the peer is reckoned, not waited for


def run() -> Outcome:
    rate = int(os.environ.get("AYNI_BENCH_LINE", "250000"))
    photo = a_photo()
    server.demo_world()
    person, draft = _writer()
    site = Site()
    try:
        line = Line(site, rate, _cookies(person))
        begun = monotonic()
        sent = in_pieces(line, draft, photo)
        took = monotonic() - begun
        files, rows = _stored(draft, photo)
        peer, note = _peer(line, site, person, len(photo), rate, photo)
    finally:
        site.stop()
    where = f"5 MB at {rate / 1000:g} kB/s, three breaks"
    return Outcome(
        [
            Figure(f"{where}: bytes sent for each byte of the file", sent / len(photo), "", OVERHEAD_GOAL,
                   peers={"plain form": peer}, note=note),
            Figure(f"{where}: time", took, "s", note=f"{len(photo) / rate:.0f} s without breaks"),
            Figure(f"{where}: files stored", files, "", 1, exactly=True, note="same digest"),
            Figure(f"{where}: times attached to the draft", rows, "", 1, exactly=True),
        ]
    )  # fmt: skip


def a_photo() -> bytes:
    """A JPEG of exactly SIZE bytes that cannot be packed further."""
    from PIL import Image

    width, height = 2400, 1800
    noise = random.Random(5).randbytes(width * height // 16 * 3)
    image = Image.frombytes("RGB", (width // 4, height // 4), noise).resize((width, height))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    content = buffer.getvalue()
    return (
        content[:SIZE] if len(content) > SIZE else content + random.Random(6).randbytes(SIZE - len(content))
    )


def _writer() -> tuple[Person, Revision]:
    institution = Institution.objects.order_by("pk")[0]
    person = create_person(by=None, email="sender@demo.example", name="Sender", password="x" * 20)
    grant_role(by=None, person=person, institution=institution, role=Role.CONTRIBUTOR)
    return person, begin(by=person, kind="practice", language="en", owner=institution)


def _cookies(person: Person) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; csrftoken={_TOKEN}"


def _stored(draft: Revision, photo: bytes) -> tuple[int, int]:
    digest = hashlib.sha256(photo).hexdigest()
    files = File.objects.filter(digest=digest).count()
    rows = RevisionFile.objects.filter(revision=draft, file__digest=digest).count()
    if not (files and rows):
        raise RuntimeError("the photo did not arrive")
    return files, rows


class Site:
    """`ayni serve` that may be killed and comes back at the same port."""

    def __init__(self) -> None:
        self.port = server.free_port()
        self._start()

    def _start(self) -> None:
        environment = os.environ | {"PORT": str(self.port), "AYNI_LISTEN": HOST}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ayni", "serve"], env=environment, stdout=subprocess.DEVNULL
        )
        server.wait_for(self._process, self.port)

    def kill_and_restart(self) -> None:
        self._process.kill()
        self._process.wait()
        self._start()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(30)


@dataclass
class Line:
    """Sends no more than `rate` bytes a second, and counts them."""

    site: Site
    rate: int
    cookies: str
    sent: int = 0

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, *,
        part: float = 1.0, hear: bool = True,
    ) -> tuple[int, dict[str, object]]:  # fmt: skip
        """`part`: send only so much of it, then cut the line. `hear`: wait for the answer, else cut once it is there."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", "Connection: close", f"Cookie: {self.cookies}"]
        lines += [f"X-CSRFToken: {_TOKEN}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        message = "\r\n".join([*lines, "", ""]).encode() + body
        with socket.create_connection((HOST, self.site.port), timeout=120) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._send(line, message[: int(len(message) * part)])
            if part < 1:
                return 0, {}
            answer = b""
            while piece := line.recv(65536):
                answer += piece
        if not hear:  # it was stored, and the sender never learns of it
            return 0, {}
        head, _, content = answer.partition(b"\r\n\r\n")
        status = int(head.split()[1])
        return status, json.loads(content) if b"application/json" in head else {}

    def _send(self, line: socket.socket, message: bytes) -> None:
        step = max(1, self.rate // 20)
        due = monotonic()
        for start in range(0, len(message), step):
            piece = message[start : start + step]
            line.sendall(piece)
            self.sent += len(piece)
            due += len(piece) / self.rate
            sleep(max(0.0, due - monotonic()))


def in_pieces(line: Line, draft: Revision, photo: bytes) -> int:
    asked = {
        "target": draft.record.target, "name": "photo.jpg", "size": len(photo),
        "fingerprint": hashlib.sha256(photo).hexdigest()[:32],
    }  # fmt: skip
    question = (json.dumps(asked).encode(), {"Content-Type": "application/json"})
    status, told = line.ask("POST", "/en/files/uploads/", *question)
    if status != 200:
        raise RuntimeError(f"the upload did not begin: {status} {told}")
    path, offset = f"/en/files/uploads/{told['id']}/", 0
    breaks = ["cut", "answer lost", "killed"]
    while told.get("state") != "done":
        piece = photo[offset : offset + PIECE]
        kind = breaks.pop(0) if breaks and offset > len(photo) * (4 - len(breaks)) / 4 else ""
        headers = {"Upload-Offset": str(offset), "Content-Type": "application/octet-stream"}
        if kind:
            progress(f"at {offset:,} bytes: {kind}")
            line.ask(
                "PATCH", path, piece, headers,
                part=1.0 if kind == "answer lost" else 0.5, hear=kind != "answer lost",
            )  # fmt: skip
            if kind == "killed":
                line.site.kill_and_restart()
            status, told = line.ask("GET", path)
        else:
            status, told = line.ask("PATCH", path, piece, headers)
        if status != 200:
            raise RuntimeError(f"at {offset}: {status} {told}")
        offset = int(str(told["offset"]))
    line.ask("PATCH", path, photo[-PIECE:], headers)  # the last piece once more, as a second tab would
    return line.sent


def _peer(line: Line, site: Site, person: Person, size: int, rate: int, photo: bytes) -> tuple[float, str]:
    """Cut at a quarter, killed at three quarters, answer lost at the end, then through."""
    parts = (0.25, 0.75, 1.0, 1.0)
    if rate < _EXACT_BELOW:
        return sum(parts), "peer reckoned"
    institution = Institution.objects.order_by("pk")[0]
    draft = begin(by=person, kind="practice", language="en", owner=institution)
    frame = "--line\r\nContent-Disposition: form-data; name="
    body = (
        f'{frame}"do"\r\n\r\nadd\r\n{frame}"file"; filename="photo.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    ).encode() + photo + b"\r\n--line--\r\n"  # fmt: skip
    headers = {"Content-Type": "multipart/form-data; boundary=line"}
    line.sent = 0
    for number, part in enumerate(parts):
        line.ask(
            "POST", f"/en/files/of/{draft.record.uid}/", body, headers, part=part, hear=part == 1.0 and number == 3
        )  # fmt: skip
        if part == 0.75:
            site.kill_and_restart()
    return line.sent / size, "peer measured"
