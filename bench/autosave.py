"""What it takes to save while one writes: from the form to the answer, and over the wire; beside one bare UPDATE."""

import json
from time import perf_counter
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client

from ayni.kernel import guarded
from ayni.knowledge.drafts import fingerprint
from ayni.knowledge.models import Record, Revision
from ayni.registry.models import Person
from bench.figures import Outcome, p95, progress, spread
from bench.server import demo_world, running
from bench.wire import Connection

_SAVES = 300
_GOAL = 30.0
_WORDS = (
    "At night no doctor was on duty in our three district hospitals, and patients were driven for hours. "
)


def run() -> Outcome:
    demo_world()
    person = Person.objects.get(email="training.officer@demo.example")
    record = Record.objects.get(created_by=person, language="fr", kind="practice")
    client = Client()
    client.force_login(person)
    with running() as port:
        progress(f"{_SAVES} saves while one writes")
        saves = _saves(port, client, person, record)
    bare = _bare_updates(record)
    return Outcome(
        spread(
            "autosave over the wire", saves, goal=_GOAL,
            peers={"a bare UPDATE of one row": p95(bare)}, note="text of 1 to 15 kB, session and token checked",
        )
    )  # fmt: skip


def _saves(port: int, client: Client, person: Person, record: Record) -> list[float]:
    """One after the other, each with some words more, as the script sends them."""
    path = f"/en/write/{record.uid}/problem/"
    token = "b" * 32  # any will do, as long as cookie and header agree
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}; csrftoken={token}"
    was, times, line = _fingerprint(record), [], Connection(port)
    for number in range(_SAVES):
        fields = {
            "writer": person.uid, "sort": "practice/snapshot", "was.body.problem": was,
            "body.problem": _WORDS * (10 + number // 2) + str(number),
        }  # fmt: skip
        request = _request(path, urlencode(fields).encode(), cookie, token)
        begun_at = perf_counter()
        answer = line.get(request)
        times.append(perf_counter() - begun_at)
        told = json.loads(answer.text)
        if answer.status != 200 or told["clashes"] or told["faults"]:
            raise RuntimeError(f"not saved: {answer.status} {answer.text[:200]}")
        was = told["was"]["body.problem"]
    line.close()
    return times[20:]


def _fingerprint(record: Record) -> str:
    return fingerprint(record.revisions.get().body.get("problem"))


def _request(path: str, body: bytes, cookie: str, token: str) -> bytes:
    head = [
        f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json", f"Cookie: {cookie}",
        f"X-CSRFToken: {token}", "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    ]  # fmt: skip
    return "\r\n".join([*head, "", ""]).encode() + body


def _bare_updates(record: Record) -> list[float]:
    """The least that a save could cost: the same text into the same row, committed, and nothing else."""
    revision, times = record.revisions.get(), []
    for number in range(_SAVES):
        text = {"problem": _WORDS * (10 + number // 2) + str(number)}
        begun_at = perf_counter()
        with guarded.writing():
            Revision.objects.filter(pk=revision.pk).update(body=text)
        times.append(perf_counter() - begun_at)
    connection.close()
    return times[20:]
