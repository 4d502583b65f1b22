"""Revisions brought into any state of review, by the people and the actions that do it on a site."""

from ayni.knowledge.actions import records, reviews
from ayni.knowledge.models import Review, Revision
from ayni.knowledge.queries.reviews import may_read
from ayni.registry.models import Person
from tests import worlds


def bring_to(revision: Revision, state: str) -> Revision:
    """From a draft that can be handed in to the state. `approved`: its record was withdrawn for a while."""
    if state == "withdrawn":
        return reviews.withdraw(by=None, revision=revision)
    if state == "draft":
        return revision
    if state == "approved":
        revision = _successor(revision)
    reviews.submit(by=None, revision=revision)
    if state == "in-review":
        _take(_open(revision))
    if state in {"changes-asked", "declined"}:
        _decide(_open(revision), {"changes-asked": "changes", "declined": "decline"}[state])
    if state in {"approved", "published"}:
        _decide(_open(revision), "approve")
        if state == "approved":
            records.change_visibility(by=None, record=revision.record, name="withdraw", reason="outdated")
        _decide(_open(revision), "approve")
        if state == "approved":
            records.change_visibility(by=None, record=revision.record, name="put back")
    revision.refresh_from_db()
    return revision


def _successor(revision: Revision) -> Revision:
    """Of a public record: one that is not public cannot be withdrawn."""
    record = records.publish(by=None, revision=revision, as_imported=True)
    text = worlds.text_of_ready("In its place")
    return records.add_revision(by=None, record=record, text=text)


def _open(revision: Revision) -> Review:
    return revision.reviews.filter(state="open").order_by("side").first()


def _reader(review: Review) -> Person:
    found = may_read(review).filter(email__startswith="reader").first()
    number = Person.objects.count()
    return found or worlds.person(f"reader{number} Reader", is_reviewer=True)


def _take(review: Review) -> tuple[Person, Review]:
    person = _reader(review)
    if not may_read(review).filter(pk=person.pk).exists():
        worlds.grant_reviewer(person, review.institution)
    return person, reviews.take_up(by=person, review=review)


def _decide(review: Review, verdict: str) -> Review:
    person, review = _take(review)
    return reviews.decide(
        by=person,
        review=review,
        verdict=verdict,
        answers=worlds.all_yes(review.revision.record.kind),
        note="Why.",
    )
