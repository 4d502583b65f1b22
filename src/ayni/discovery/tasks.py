"""Later work of the worker: people hear what is new for their saved searches. Safe to run twice."""

import logging
from datetime import datetime, timedelta

from django.http import QueryDict

from ayni.discovery import indexing
from ayni.discovery.addresses import asked
from ayni.discovery.queries.search import Found, Request, Result, search
from ayni.kernel import clock
from ayni.language.analysis import query_tokens
from ayni.language.codes import content_language
from ayni.registry.actions.searches import tell_of_new
from ayni.registry.models import OutboxMessage, SavedSearch
from ayni.registry.queries.searches import with_alerts

logger = logging.getLogger("ayni.searches")
EVERY = timedelta(minutes=50)
# A change may be committed later than its own clock says, and needs a moment to reach the index.
UNSETTLED = timedelta(minutes=5)
_AT_ONE_GO = 500  # searches
_PAGE, _MOST_PAGES = 50, 4
_TITLES = 3
_WORDS_NAMED = 6  # no result names more of them


def look_at_saved_searches() -> int:
    """How many people were told. One that fails does not keep the others waiting."""
    until = _settled_until()
    if indexing.is_lost():
        return 0
    told = 0
    for saved in with_alerts().filter(looked_at__lt=until - EVERY)[:_AT_ONE_GO]:
        try:
            told += _look(saved, until)
        except Exception:
            logger.exception("saved search %s could not be looked at", saved.uid)
    return told


def _settled_until() -> datetime:
    """What was published by then is in the index: nothing older waits to get there."""
    oldest = OutboxMessage.objects.order_by("at").values_list("at", flat=True).first()
    return min(clock.now(), oldest or clock.now()) - UNSETTLED


def _look(saved: SavedSearch, until: datetime) -> bool:
    since = saved.looked_at
    new = _new_for(saved, since, until)
    titles = [
        {"title": result.card.title, "language": result.card.language, "uid": result.card.uid}
        for result in new[:_TITLES]
    ]
    told = tell_of_new(by=None, search=saved, looked_at=since, until=until, count=len(new), titles=titles)
    return told and bool(new)


def _new_for(saved: SavedSearch, since: datetime, until: datetime) -> list[Result]:
    """What fits and became public in between, newest first; as the person may see it. At most four pages."""
    wanted = asked(QueryDict(saved.query))
    if not wanted:  # made of nothing that is understood today: everything would be the wrong answer
        return []
    new: list[Result] = []
    for page in range(1, _MOST_PAGES + 1):
        found = search(
            Request(
                text=wanted.text, language=content_language(saved.language), filters=wanted.filters, page=page,
                page_size=_PAGE, sort="newest", facets=(),
            ),
            saved.person,
        )  # fmt: skip
        new += [result for result in found.results if _is_new(result, since, until) and _fits(result, found)]
        if page >= found.pages or any(_published_at(result) <= since for result in found.results):
            break
    return new


def _published_at(result: Result) -> datetime:
    """Records of one title are one result: what is new among them is news."""
    return result.newest_at or result.card.record.published_at


def _is_new(result: Result, since: datetime, until: datetime) -> bool:
    return since < _published_at(result) <= until


def _fits(result: Result, found: Found) -> bool:
    """Where little has all of the words a search also offers what has some; that is not worth a mail."""
    if not found.relaxed:
        return True
    words = {word.text for word in query_tokens(found.request.text, found.request.language)}
    return len(result.why.words) >= min(len(words), _WORDS_NAMED)
