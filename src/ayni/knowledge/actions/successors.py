"""In which record another continues: what may be named, checked while both are held."""

from ayni.kernel import guarded
from ayni.kernel.errors import Fault, Invalid
from ayni.kernel.locking import locked
from ayni.knowledge import policies
from ayni.knowledge.models import Record
from ayni.knowledge.queries.successors import leads_to
from ayni.knowledge.states import RecordState
from ayni.registry.models import Person


def locked_with_successor(by: Person | None, record: Record, successor: Record | None) -> None:
    """Hold both. Raises Invalid when the successor may not be named: it must be another record, and public.

    Always in one order: two that name each other would wait for each other.
    """
    guarded.check("Record")
    both = [record, successor] if successor and successor.pk != record.pk else [record]
    for one in sorted(both, key=lambda one: one.pk):
        locked(one)
    if successor and (code := _fault_of(by, record, successor)):
        raise Invalid([Fault("successor", code)])


def _fault_of(by: Person | None, record: Record, successor: Record) -> str:
    if successor.pk == record.pk:
        return "itself"
    if by is not None and not policies.read_record.allows(by, successor):
        return "not_there"
    if leads_to(successor, record):
        return "circle"
    return "" if successor.state == RecordState.PUBLIC else "not_public"
