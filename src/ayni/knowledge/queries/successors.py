"""Where records continue that are archived or withdrawn, and what continues in a record."""

from collections.abc import Iterable

from ayni.knowledge.models import Record
from ayni.knowledge.states import VISIBLE_STATES, RecordState

AS_DUPLICATE = "duplicate"  # withdrawn for this reason, a record's address is that of its successor


def continuations_of(records: Iterable[Record]) -> dict[int, Record]:
    """Id -> the first record after it that everyone may read; left out where there is none (any more).

    As many queries as the longest chain has steps, however many records: none for records that name no successor.
    """
    steps = {record.pk: record.successor_id for record in records if record.successor_id}
    found: dict[int, Record] = {}
    while steps:
        ahead = Record.objects.select_related("published").in_bulk(set(steps.values()))
        there = {pk: ahead[following] for pk, following in steps.items()}
        found |= {pk: one for pk, one in there.items() if one.state in VISIBLE_STATES and one.published}
        steps = {pk: one.successor_id for pk, one in there.items() if pk not in found and one.successor_id}
    return found


def continuation_of(record: Record) -> Record | None:
    return continuations_of([record]).get(record.pk)


def leads_to(record: Record, other: Record) -> bool:
    """Does it continue, at last, in the other?"""
    following = record.successor_id
    while following and following != other.pk:
        following = Record.objects.values_list("successor", flat=True).get(pk=following)
    return following == other.pk


def continued_by(record: Record) -> tuple[list[int], list[int]]:
    """Ids of the archived records that continue in it, and of those withdrawn as its duplicates.

    Also by way of others that were withdrawn meanwhile. One query, one more where something was withdrawn.
    """
    archived: list[int] = []
    duplicates: list[int] = []
    steps = [record.pk]
    seen = set(steps)
    while steps:
        rows = Record.objects.filter(successor__in=steps).exclude(pk__in=seen)
        found = list(rows.order_by("pk").values_list("pk", "state", "withdrawn_reason"))
        archived += [pk for pk, state, _ in found if state == RecordState.ARCHIVED]
        duplicates += [pk for pk, _, reason in found if reason == AS_DUPLICATE]
        steps = [pk for pk, state, _ in found if state == RecordState.WITHDRAWN]
        seen |= {pk for pk, _, _ in found}
    return archived, duplicates
