"""Who stands for a record today: whom the site asks about it, and where mail reaches their office."""

from collections.abc import Iterable

from django.db.models import Q

from ayni.kernel import clock
from ayni.knowledge.models import Record
from ayni.registry.models import Institution, Membership, Person
from ayni.registry.states import WRITING_ROLES, Role

LEADING_ROLES = frozenset({Role.ADMIN, Role.COORDINATOR})


def stays(institution: Institution) -> Institution:
    """The institution itself, or the one it was merged into."""
    return institution.merged_into or institution


def family_of(institutions: Iterable[Institution]) -> set[int]:
    """Ids of the institutions, of those they were merged into, and of all that were merged into these."""
    kept = {stays(institution).pk for institution in institutions}
    return kept | set(Institution.objects.filter(merged_into__in=kept).values_list("pk", flat=True))


def people_with(institutions: Iterable[Institution], roles: Iterable[str]) -> list[Person]:
    """Those who hold one of the roles today in one of them, in the order they joined."""
    today = clock.today()
    held = Membership.objects.filter(
        Q(until__isnull=True) | Q(until__gte=today),
        institution__in=family_of(institutions), role__in=list(roles), since__lte=today,
    ).values("person")  # fmt: skip
    return list(Person.objects.filter(pk__in=held, is_active=True).order_by("pk"))


def writers_of(record: Record) -> list[Person]:
    """Its authors who still write for it; else those who lead its institution or the stand-in; else who writes there."""
    owner, stand_in = record.owner, record.stand_in
    institutions = [owner, *([stand_in] if stand_in else [])]
    authors = set(record.authors.filter(left_at__isnull=True).values_list("person_id", flat=True))
    there = [person for person in people_with(institutions, WRITING_ROLES) if person.pk in authors]
    return (
        there
        or people_with([owner], LEADING_ROLES)
        or (people_with([stand_in], LEADING_ROLES) if stand_in else [])
        or people_with(institutions, WRITING_ROLES)
    )


def office_of(record: Record, *, nobody_logs_in: bool) -> str:
    """The address of the office that answers for it; its institution's where its people do not log in."""
    return record.contact_email or (stays(record.owner).office_email if nobody_logs_in else "")


def title_of(record: Record) -> str:
    """What it is called: as published, or as its newest draft says."""
    revision = record.published or record.revisions.order_by("-number").first()
    return revision.title if revision else ""
