"""Saved searches, and how much of their news is unread."""

from collections import Counter

from django.db.models import QuerySet

from ayni.registry import policies
from ayni.registry.models import Notice, Person, SavedSearch


def get_search_for(person: Person | None, uid: str) -> SavedSearch | None:
    return SavedSearch.objects.filter(policies.keep_saved_search.scope(person), uid=uid).first()


def searches_of(person: Person) -> QuerySet[SavedSearch]:
    return person.saved_searches.order_by("name", "pk")


def with_alerts() -> QuerySet[SavedSearch]:
    """The one looked at longest ago first."""
    wanted = SavedSearch.objects.filter(alerts=True, person__is_active=True)
    return wanted.select_related("person").order_by("looked_at", "pk")


def unread_news(person: Person) -> dict[str, int]:
    """Uid of a saved search -> how many new records the unread notices about it count."""
    unread = Notice.objects.filter(person=person, code="search-news", read_at__isnull=True)
    news: Counter[str] = Counter()
    for target, params in unread.values_list("target", "params"):
        news[target.partition(":")[2]] += params.get("count", 0)
    return dict(news)
