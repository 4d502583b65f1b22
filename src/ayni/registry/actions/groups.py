"""Which countries are in which group, and when: LDC, LLDC, SIDS, fragile contexts."""

from datetime import date

from django.db.models import F, Q

from ayni.kernel.actions import action
from ayni.kernel.errors import ActionError, Fault, Invalid, NotAllowed
from ayni.registry import policies
from ayni.registry.actions import audit
from ayni.registry.models import GroupMember, Person, Term, Vocabulary


@action
def add_to_group(
    *,
    by: Person | None,
    group: Term,
    member: Term,
    source: str,
    since: date | None = None,
    until: date | None = None,
) -> GroupMember:
    """The term belongs to the group from a day to a day (open where None). A source must be named."""
    _must_be_allowed(by, group)
    faults = []
    if not source.strip():
        faults.append(Fault("source", "missing"))
    if since and until and until < since:
        faults.append(Fault("until", "ends_before_start"))
    if faults:
        raise Invalid(faults)
    earlier = GroupMember.objects.filter(group=group, member=member)
    # Two spans overlap unless one ends before the other begins; what is not dated has no such end.
    if since:
        earlier = earlier.filter(Q(until__isnull=True) | Q(until__gte=since))
    if until:
        earlier = earlier.filter(Q(since__isnull=True) | Q(since__lte=until))
    if earlier.exists():
        raise ActionError("already_a_member", group=group.code, member=member.code)
    membership = GroupMember.objects.create(
        group=group, member=member, since=since, until=until, source=source.strip()[:300]
    )
    _changed(by, group, member, "group.member_added")
    return membership


@action
def end_in_group(
    *, by: Person | None, group: Term, member: Term, until: date, source: str = ""
) -> GroupMember:
    """The membership that is open today ends; `until` is its last day. The row stays as history."""
    _must_be_allowed(by, group)
    membership = GroupMember.objects.filter(group=group, member=member, until__isnull=True).first()
    if membership is None:
        raise ActionError("not_a_member", group=group.code, member=member.code)
    if membership.since and until < membership.since:
        raise Invalid([Fault("until", "ends_before_start")])
    membership.until = until
    membership.source = source.strip()[:300] or membership.source
    membership.save()
    _changed(by, group, member, "group.member_ended")
    return membership


def _must_be_allowed(by: Person | None, group: Term) -> None:
    if by is not None and not policies.change_vocabulary.allows(by, group.vocabulary):
        raise NotAllowed("operators_only")


def _changed(by: Person | None, group: Term, member: Term, verb: str) -> None:
    """A new version of the vocabulary: copies in memory see by it that they are old."""
    Vocabulary.objects.filter(pk=group.vocabulary.pk).update(version=F("version") + 1)
    audit.record(
        by=by,
        verb=verb,
        target=f"registry.vocabulary:{group.vocabulary.code}",
        group=group.code,
        member=member.code,
    )
