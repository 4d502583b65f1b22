"""Records as Word, PDF and JSON: how long one takes, and what readers notice while others have some made."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import cycle
from threading import Event, Thread
from time import monotonic, perf_counter, sleep

from django.urls import reverse
from django.utils import translation

from ayni.knowledge.formats import pdf_out, word_out
from ayni.knowledge.formats.handing_on import Document
from ayni.knowledge.formats.handing_on_orders import ORDERS
from ayni.knowledge.models import Record
from ayni.knowledge.queries.record_documents import Links, documents_of
from ayni.knowledge.states import Form
from ayni.language.codes import site_language
from ayni.registry.queries.vocabularies import concepts
from ayni.web import addresses
from ayni.web.handing_on import gathering
from bench.figures import Figure, Outcome, p95, progress, spread
from bench.server import demo_world, running
from bench.wire import Connection, request_bytes

_ROUNDS = 10
_PDF_GOAL, _WORD_GOAL = 1000, 1000  # ms: longer waits would have to be told
_SECONDS = 8
_ASKING = 3
_AT = datetime(2026, 1, 1, tzinfo=UTC)
_LANGUAGES = ("en", "ar", "zh")


def run() -> Outcome:
    demo_world()
    record = _longest()
    outcome = Outcome()
    for language in _LANGUAGES:
        progress(f"files in {language}")
        document = gathering.document_of(gathering.take(record, record.published, language, "galaxy"))
        outcome.figures += spread(
            f"Word, {language}", _times(lambda d=document: word_out.write(d, _AT)), goal=_WORD_GOAL
        )
        if all(pdf_out.font_for(code, pdf_out.families()) for code in pdf_out.languages_in(document)):
            outcome.figures += _pdf(document)
        else:
            outcome.skipped.append(f"PDF, {language}: no font on this machine")
    outcome.figures += spread("the record as a document, in order", _times(lambda: _gathered(record)))
    outcome.figures += spread("JSON in all its languages", _times(lambda: _json(record)))
    outcome.figures += _beside()
    return outcome


def _longest() -> Record:
    """The full practice with the most to say."""
    found = Record.objects.filter(kind="practice", published__form=Form.FULL)
    records = found.select_related("published", "owner__merged_into", "stand_in", "adapted_from__published")
    return max(records, key=lambda record: len(str(record.published.body)))


def _pdf(document: Document) -> list[Figure]:
    with translation.override(site_language(document.language)):
        size = len(pdf_out.write(document, _AT))
        times = _times(lambda: pdf_out.write(document, _AT))
    return spread(f"PDF/UA, {document.language}", times, goal=_PDF_GOAL, note=f"{size / 1000:.0f} kB")


def _times(make: Callable[[], object]) -> list[float]:
    make()
    found = []
    for _round in range(_ROUNDS):
        begun = perf_counter()
        make()
        found.append(perf_counter() - begun)
    return found


def _gathered(record: Record) -> object:
    return gathering.document_of(gathering.take(record, record.published, "en", "galaxy"))


def _json(record: Record) -> object:
    links = Links("Ayni", addresses.short_url, lambda one: one.uid, lambda one: one.uid)
    return documents_of([(record, record.published)], concepts(), links)


def _beside() -> list[Figure]:
    """A reader's search while others have PDFs made, each another one, as fast as they come."""
    progress(f"{_ASKING} people have PDFs made")
    with running() as port:
        page = request_bytes(f"{reverse('search')}?q=water")
        quiet = list(_waits(port, page))
        counts = [0]
        with _asking(port, counts):
            sleep(0.5)
            during = list(_waits(port, page))
    return [
        Figure("a search on a quiet site, p95", p95(quiet), "ms"),
        Figure(
            f"a search beside {_ASKING} who have PDFs made, p95", p95(during), "ms",
            note=f"{counts[0]} PDFs in {_SECONDS} s",
        ),
    ]  # fmt: skip


def _waits(port: int, page: bytes) -> Iterator[float]:
    connection = Connection(port)
    until = monotonic() + _SECONDS
    while monotonic() < until:
        begun = perf_counter()
        answer = connection.get(page)
        if answer.status != 200:
            raise RuntimeError(f"the search answers {answer.status}")
        yield perf_counter() - begun
        sleep(0.02)


@contextmanager
def _asking(port: int, counts: list[int]) -> Iterator[None]:
    stop = Event()
    people = [Thread(target=_ask, args=(port, number, stop, counts)) for number in range(_ASKING)]
    for one in people:
        one.start()
    try:
        yield
    finally:
        stop.set()
        for one in people:
            one.join(60)


def _ask(port: int, number: int, stop: Event, counts: list[int]) -> None:
    """More different files than the site keeps ready, so that each is made."""
    records = list(
        Record.objects.filter(state="public").values_list("kind", "uid")[number * 7 : number * 7 + 7]
    )
    paths = cycle(
        reverse("take-file", args=(addresses.KIND_PATHS[kind], uid, order, "pdf"))
        for kind, uid in records
        for order in ORDERS
    )
    connection = Connection(port)
    for path in paths:
        if stop.is_set():
            return
        if connection.get(request_bytes(path)).status == 200:
            counts[0] += 1
