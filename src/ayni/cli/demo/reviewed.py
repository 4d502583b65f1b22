"""The demo world's records pass review as others do: handed in, read by two sides, published by the last yes."""

from datetime import timedelta

from ayni.kernel import clock
from ayni.knowledge.actions.reviews import decide, submit, take_up
from ayni.knowledge.criteria import criteria_of
from ayni.knowledge.models import Review, Revision
from ayni.knowledge.queries.reviews import may_read
from ayni.knowledge.states import Answer, ReviewState


def review(revision: Revision, *, number: int) -> None:
    """Some time in the last ten months, within some days: `number` spreads the records over both."""
    handed_in = clock.now() - timedelta(days=20 + number * 7 % 280)
    with clock.at(handed_in):
        submit(by=None, revision=revision)
    days = 1 + number % 4
    while reading := revision.reviews.filter(state=ReviewState.OPEN).order_by("side").first():
        with clock.at(handed_in + timedelta(days=days)):
            approve(reading)
        days += 1 + number % 5


def approve(reading: Review) -> None:
    person = may_read(reading).order_by("-is_reviewer", "pk")[0]
    take_up(by=person, review=reading)
    kind = reading.revision.record.kind
    answers = {one.code: str(Answer.YES) for one in criteria_of(kind)}
    decide(by=person, review=reading, verdict="approve", answers=answers)
