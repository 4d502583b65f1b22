"""What becomes known when a practice is taken up elsewhere."""

from ayni.knowledge.models import Record
from ayni.knowledge.queries.standing import writers_of
from ayni.registry.actions import notices


def tell_of_adaptation(record: Record) -> None:
    """The people of the original learn that it was done elsewhere too. Called when it is first published."""
    original = record.adapted_from
    if original is None or original.owner_id == record.owner_id or record.published is None:
        return
    notices.tell(
        writers_of(original), code="adapted", target=record.target, key=f"adapted {record.uid}",
        title=record.published.title, by=record.owner.name,
        original=original.published.title if original.published else "",
    )  # fmt: skip
