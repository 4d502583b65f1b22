"""The desk of somebody who reads for the site, with 3 readings to take on and with 500; beside one plain SELECT."""

import re
from time import perf_counter

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ayni.cli import site
from ayni.knowledge.actions import records, reviews
from ayni.knowledge.models import Record
from ayni.knowledge.states import Kind
from ayni.knowledge.texts import Text
from ayni.registry.actions.institutions import register_institution
from ayni.registry.actions.people import create_person, grant_role
from ayni.registry.models import Institution, Person, Term
from ayni.registry.states import Role
from ayni.web.reviewing.views import PER_PAGE
from bench.figures import Figure, Outcome, p95, progress, spread
from bench.server import running, session_of
from bench.wire import HOST, Connection, request_bytes

_FEW, _MANY = 3, 500
_VIEWS = 200
_HOUSES = 20
_LIST = "/en/review/?list=open"
# All that a row of the page shows, in the page's own order.
_PLAIN = """
SELECT record.uid, revision.title, record.language, owner.name, owner.name_language, review.uid, review.state,
       review.due_on, review.side, review.step_name, reader.name,
       (SELECT count(*) FROM knowledge_comment said WHERE said.revision_id = revision.id
           AND said.parent_id IS NULL AND said.state = 'open' AND NOT said.is_left_over)
  FROM knowledge_review review
  JOIN knowledge_revision revision ON revision.id = review.revision_id
  JOIN knowledge_record record ON record.id = revision.record_id
  JOIN registry_institution owner ON owner.id = record.owner_id
  LEFT JOIN registry_person reader ON reader.id = review.reader_id
 WHERE review.side = 'site' AND review.state = 'open' AND review.reader_id IS NULL
   AND revision.state IN ('submitted', 'in_review')
 ORDER BY review.due_on IS NULL, review.due_on, review.id
 LIMIT %s OFFSET %s
"""


def run() -> Outcome:
    site.prepare()
    reader, author, houses = _people()
    _hand_in(author, houses, 0, _FEW)
    few = _queries(reader)
    progress(f"{_MANY} texts are handed in")
    _hand_in(author, houses, _FEW, _MANY)
    site.refresh_statistics()
    many = _queries(reader)
    with running() as port:
        progress(f"{_VIEWS} views of the desk")
        times, size = _views(port, reader)
    plain = _plain_selects()
    return Outcome(
        [
            Figure(f"queries of the desk with {_FEW} readings", few, ""),
            Figure(f"queries of the desk with {_MANY} readings", many, "", few, exactly=True),
            *spread(
                f"a page of the desk with {_MANY} readings", times,
                peers={f"one SELECT of its {PER_PAGE} rows": p95(plain)},
                note=f"every page of the list in turn, {size / 1000:.1f} kB",
            ),
        ]
    )  # fmt: skip


def _people() -> tuple[Person, Person, list[Institution]]:
    reader = create_person(
        by=None, email="reads@desk.example", name="Reader", password="x" * 20, is_reviewer=True
    )
    author = create_person(by=None, email="writes@desk.example", name="Author", password="x" * 20)
    houses = [register_institution(by=None, name=f"House {number}") for number in range(_HOUSES)]
    colleague = create_person(by=None, email="colleague@desk.example", name="Colleague", password="x" * 20)
    for house in houses:
        grant_role(by=None, person=author, institution=house, role=Role.CONTRIBUTOR)
        # Makes the house's own readings; without somebody the site would make these too.
        grant_role(by=None, person=colleague, institution=house, role=Role.REVIEWER)
    return reader, Person.objects.get(pk=author.pk), houses  # anew: with the roles just given


def _hand_in(author: Person, houses: list[Institution], start: int, end: int) -> None:
    where = Term.objects.get(vocabulary__code="countries", code="KE")
    for number in range(start, end):
        text = Text(
            title=f"Handed in: text {number}", summary="Everyone reads what is paid.", terms=(where.pk,),
            body={"problem": "Nobody paid.", "what_was_done": "We painted.", "what_changed": "Eight in ten pay."},
        )  # fmt: skip
        record = records.create_record(
            by=author, kind=Kind.PRACTICE, language="en", owner=houses[number % _HOUSES], text=text
        )
        reviews.submit(by=author, revision=record.revisions.get())


def _queries(reader: Person) -> int:
    """Of one view. The first one, which fills what the process keeps for all, is not counted."""
    client = Client(SERVER_NAME=HOST)
    client.force_login(reader)
    client.get(_LIST)
    with CaptureQueriesContext(connection) as asked:
        if client.get(_LIST).status_code != 200:
            raise RuntimeError("the desk does not answer")
    return len(asked)


def _views(port: int, reader: Person) -> tuple[list[float], int]:
    cookie, line, times, size = session_of(reader), Connection(port), [], 0
    for number in range(_VIEWS + 20):
        page = number % (_MANY // PER_PAGE)
        request = request_bytes(f"{_LIST}&page={page + 1}", cookie=cookie)
        begun = perf_counter()
        answer = line.get(request)
        times.append(perf_counter() - begun)
        size = max(size, answer.size)
        if answer.status != 200 or (number < 20 and _shown(answer.text) != [row[5] for row in _rows(page)]):
            raise RuntimeError(f"page {page + 1} of the desk does not show what the plain SELECT finds")
    line.close()
    return times[20:], size


def _shown(html: str) -> list[str]:
    """Ids of the readings, in order."""
    return re.findall(r'<h2[^>]*><a href="/en/review/(\w+)/"', html)


def _rows(page: int) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN, [PER_PAGE, page * PER_PAGE])
        return cursor.fetchall()


def _plain_selects() -> list[float]:
    times = []
    for number in range(_VIEWS + 20):
        begun = perf_counter()
        _rows(number % (_MANY // PER_PAGE))
        times.append(perf_counter() - begun)
    if Record.objects.count() != _MANY:
        raise RuntimeError("the lists are not what they were meant to be")
    return times[20:]
