"""What the desk shows, each part read once."""

from collections.abc import Iterable
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import get_language

from ayni.kernel import clock
from ayni.knowledge.models import Record, Revision
from ayni.knowledge.policies import authored_by, change_record
from ayni.knowledge.queries.desk import handed_in_of, left_drafts, news_of_mine, published_of
from ayni.knowledge.queries.drafts import drafts_of
from ayni.knowledge.queries.review_lists import open_for
from ayni.knowledge.states import EDITABLE
from ayni.language.codes import content_language
from ayni.registry.models import Notice, Person
from ayni.registry.policies import IS_MODERATOR, IS_SITE_REVIEWER, WRITES_SOMEWHERE, institutions_of
from ayni.registry.queries.institutions import names_in
from ayni.registry.queries.notices import notices_of, turns_of
from ayni.registry.queries.searches import searches_of, unread_news
from ayni.registry.states import Role

_TURNS, _DRAFTS, _NOTICES, _PUBLISHED = 50, 50, 5, 5


def desk(person: Person) -> dict[str, Any]:
    turns = [_turn(notice) for notice in turns_of(person)[:_TURNS]]
    drafts = list(drafts_of(person).filter(state__in=EDITABLE)[:_DRAFTS])
    handed_in = list(handed_in_of(person)[:_DRAFTS])
    left = list(left_drafts(person)[:_DRAFTS])
    published = list(published_of(person)[: _PUBLISHED + 1])
    unread = unread_news(person)
    searches = [{"search": search, "new": unread.get(search.uid, 0)} for search in searches_of(person)]
    news = news_of_mine(person)
    latest = list(notices_of(person).filter(is_turn=False)[:_NOTICES])
    return {
        "turns": turns,
        "drafts": drafts,
        "handed_in": handed_in,
        "left": left,
        "published": with_care(person, published[:_PUBLISHED]),
        "more_published": len(published) > _PUBLISHED,
        "searches": searches,
        "news": news,
        "latest": latest,
        "owners": _owners([*drafts, *handed_in, *left]),
        "may_write": WRITES_SOMEWHERE.allows(person, None),
        "may_review": _may_review(person),
        "is_empty": not (turns or drafts or handed_in or left or published or searches or news or latest),
    }


def with_care(person: Person, records: Iterable[Record]) -> list[tuple[Record, bool]]:
    """Each with whether the person may look after it: an author who left the institution may not."""
    return [(record, change_record.allows(person, record)) for record in records]


def _turn(notice: Notice) -> dict[str, Any]:
    """With its age in days, and the day until which it should be done, where there is one."""
    due = notice.params.get("due") or ""
    day = parse_date(due) if isinstance(due, str) else None
    return {
        "notice": notice,
        "days": (clock.now() - notice.at).days,
        "due": day,
        "is_late": day is not None and day < clock.today(),
    }


def _owners(revisions: list[Revision]) -> dict[int, tuple[str, str]]:
    """Institution id -> (its name in the reader's language, the name's language)."""
    language = content_language(get_language() or "en")
    return names_in(language, {revision.record.owner_id for revision in revisions})


def _may_review(person: Person) -> bool:
    """Whoever may read by a role, and whoever has or had something to read for other reasons."""
    return (
        IS_SITE_REVIEWER.allows(person, None)
        or IS_MODERATOR.allows(person, None)
        or bool(institutions_of(person, frozenset({Role.REVIEWER, Role.ADMIN})))
        or person.reviews.exists()
        or open_for(person).exists()
    )


def stored(person: Person) -> dict[str, int]:
    """How much is kept of a person, for them to know."""
    return {
        "records": len(authored_by(person)),
        "notices": person.notices.count(),
        "searches": person.saved_searches.count(),
        "mails": person.mails.count(),
    }
