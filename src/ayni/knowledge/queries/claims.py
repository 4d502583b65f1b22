"""Links by which an institution takes over what others wrote on its behalf."""

from datetime import timedelta

from ayni.kernel import clock
from ayni.kernel.ids import secret_hash
from ayni.knowledge.models import ClaimLink, Record
from ayni.knowledge.queries.standing import stays
from ayni.knowledge.states import RecordState

WAIT = timedelta(days=7)  # between two links for the same record


def link_by_secret(secret: str) -> ClaimLink | None:
    return (
        ClaimLink.objects.select_related(
            "record__owner__merged_into", "record__stand_in__merged_into", "record__published"
        )
        .filter(secret_hash=secret_hash(secret))
        .first()
    )


def why_not(link: ClaimLink) -> str:
    """Why it cannot be used, as a code; empty where it can."""
    if link.used_at:
        return "used"
    if link.record.state == RecordState.WITHDRAWN:
        return "withdrawn"
    if link.record.stand_in_id is None:
        return "claimed"
    if link.expires_at <= clock.now():
        return "expired"
    return "" if _is_still_for(link) else "expired"


def _is_still_for(link: ClaimLink) -> bool:
    """It speaks for one office. Another owner, after a merge too, or another office asks for a link of its own."""
    return stays(link.record.owner).office_email.lower() == link.address.lower()


def last_link(record: Record) -> ClaimLink | None:
    return record.claim_links.order_by("-sent_at", "-pk").first()
