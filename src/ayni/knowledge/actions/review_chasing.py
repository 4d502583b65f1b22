"""Readings that wait too long: their readers are reminded, then others are called to help."""

from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.knowledge.actions import readings
from ayni.knowledge.actions import review_news as news
from ayni.knowledge.models import Review
from ayni.knowledge.queries.reviews import ESCALATED_AFTER
from ayni.knowledge.states import UNDER_WAY, WITH_READERS
from ayni.registry.actions import audit
from ayni.registry.models import Person


@action
def chase(*, by: Person | None, review: Review) -> bool:
    """Remind its reader (or all who could make it) on the day it is due; five days later call for help.

    From then on whoever could make it may take it over. Where nobody of the institution can any more, the site
    reads in its stead. Safe to run twice. Says whether anything was to be done.
    """
    record = readings.locked_reading(review)
    today = clock.today()
    if (
        review.state not in UNDER_WAY or review.revision.state not in WITH_READERS
        or review.due_on is None or review.due_on > today
    ):  # fmt: skip
        return False
    late = review.due_on + ESCALATED_AFTER <= today and review.escalated_at is None
    if not late and review.reminded_at is not None:
        return False
    if review.reader is None:
        readings.find_reader(review)
    if review.reminded_at is None:
        review.reminded_at = clock.now()
        news.remind(review)
    if late:
        review.escalated_at = clock.now()
        news.escalate(review)
    review.save()
    audit.record(
        by=by, verb="review.escalated" if late else "review.reminded", target=record.target, review=review.uid
    )
    return True
