"""How soon a saved change is found: saved in one process, indexed and served by another."""

from time import monotonic, sleep
from urllib.parse import quote

from django.db import transaction

from ayni.kernel.actions import action
from ayni.knowledge.actions import records
from ayni.knowledge.models import Record
from ayni.knowledge.states import Kind
from ayni.knowledge.texts import Text
from ayni.registry.models import Institution
from bench.figures import Figure, Outcome
from bench.server import demo_world, running
from bench.wire import Connection, request_bytes

_CHANGES = 10
_PATIENCE = 20.0
_GOAL = 2.0


@action
def save(*, word: str, owner: Institution) -> Record:
    text = Text(title=f"Freshness {word}", body={"description": f"Saved to be found by {word}."})
    record = records.create_record(by=None, kind=Kind.ACTIVITY, language="en", owner=owner, text=text)
    return records.publish(by=None, revision=record.revisions.get(), as_imported=True)


def run() -> Outcome:
    outcome = Outcome()
    demo_world()
    owner = Institution.objects.order_by("pk")[0]
    with running() as port:
        connection = Connection(port)
        if connection.get(request_bytes("/en/search/")).status != 200:
            return Outcome(skipped=["the search page does not answer yet"])
        waits = []
        for number in range(_CHANGES):
            word = f"zyx{'abcdefghij'[number] * 4}"
            record = save(word=word, owner=owner)
            transaction.get_connection().close()
            begun = monotonic()
            waits.append(_found_after(connection, word, record.uid, begun))
            sleep(0.13 * number)  # not in step with the worker's own rhythm
        connection.close()
    outcome.figures = [
        Figure("a saved change is found, median", sorted(waits)[len(waits) // 2], "s"),
        Figure("a saved change is found, worst", max(waits), "s", _GOAL, note=f"of {_CHANGES}"),
    ]
    return outcome


def _found_after(connection: Connection, word: str, uid: str, begun: float) -> float:
    request = request_bytes(f"/en/search/?q={quote(word)}")
    while monotonic() - begun < _PATIENCE:
        if uid in connection.get(request).text:
            break
        sleep(0.02)
    return monotonic() - begun
