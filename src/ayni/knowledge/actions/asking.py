"""What records know of the question "is this still true?": closed by an answer, or dropped when it has no use.

Called inside actions of others; `freshness.py` has the actions that ask and answer.
"""

from ayni.kernel import clock, guarded
from ayni.kernel.ids import new_secret, secret_hash
from ayni.knowledge.models import FreshnessCheck, Record
from ayni.knowledge.states import FreshnessAnswer
from ayni.registry.actions.notices import settle
from ayni.registry.models import Person

CODE = "still-true"


def answered(by: Person | None, record: Record, answer: str) -> None:
    """Note the answer, also one that nobody asked for; the record is fresh again unless it has ended. Unsaved."""
    guarded.check("FreshnessCheck")
    check = record.freshness_checks.filter(answered_at__isnull=True).first()
    if check is None:
        check = FreshnessCheck(
            record=record, secret_hash=secret_hash(new_secret()), asked_at=clock.now()
        )  # nobody has the secret
    check.answer, check.answered_at, check.answered_by = answer, clock.now(), by
    check.save()
    if answer != FreshnessAnswer.ENDED:
        record.last_confirmed_on = clock.today()
    _forget(record)


def no_longer_asked(record: Record) -> None:
    """It is not public any more: whether it still holds is not asked. Unsaved."""
    guarded.check("FreshnessCheck")
    record.freshness_checks.filter(answered_at__isnull=True).delete()
    _forget(record)


def _forget(record: Record) -> None:
    record.asked_on, record.is_unanswered = None, False
    settle(target=record.target, codes=[CODE])
