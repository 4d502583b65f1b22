"""What a person has been told: the turns that wait for them first, then the rest."""

from django.db.models import QuerySet

from ayni.registry.models import Notice, Person


def notices_of(person: Person) -> QuerySet[Notice]:
    """All of theirs, newest first."""
    return person.notices.order_by("-at", "-pk")


def turns_of(person: Person) -> QuerySet[Notice]:
    """What waits for them, the oldest first: it has waited longest."""
    return person.notices.filter(is_turn=True, read_at__isnull=True).order_by("at", "pk")
