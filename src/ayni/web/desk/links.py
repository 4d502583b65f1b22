"""Where a notice leads: the address of the one thing its reader can do about it.

To tell people something new: call `registry.actions.notices.tell(..., code="<code>")`, add the code here, and
write `templates/notices/<code>.html` (one sentence) and `templates/mail/notices/<code>.txt` (subject, empty
line, a few plain lines with `{{ link }}` once). A test finds what is missing.
"""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.urls import reverse

from ayni.registry.models import Notice

Address = Callable[[Notice], str]


def uid_of(notice: Notice) -> str:
    """Of what the notice is about."""
    return notice.target.partition(":")[2]


def page(name: str, *params: str) -> Address:
    """The address called `name`, for these of the notice's params; for its target's uid when none are named."""
    return lambda notice: reverse(
        name, args=[notice.params[param] for param in params] if params else [uid_of(notice)]
    )


def plain(name: str, anchor: str = "") -> Address:
    """The address called `name`, which takes no arguments."""
    return lambda _notice: reverse(name) + anchor


def results(notice: Notice) -> str:
    """Of a saved search, the newest first."""
    query = notice.params["query"]
    return f"{reverse('search')}?{query}{'' if 'sort=' in query else '&sort=newest'}"


def where_suggested(notice: Notice) -> str:
    """The page of their reading, which stays open to its reader; the text's own for who has none."""
    return (
        page("review-reading", "reading")(notice)
        if notice.params.get("reading")
        else page("review-of")(notice)
    )


RECORD = page("record-short")  # the published record's page, whatever its kind and title

# The rooms keep their lines together, in this order.
LINKS: Mapping[str, Address] = {
    # writing
    "adapted": RECORD,
    "author-invited": page("write-join"),
    "author-removed": plain("desk"),
    # reviewing
    "review-asked": page("review-reading"),
    "handed-in-again": page("review-reading"),
    "review-reminder": page("review-reading"),
    "review-overdue": page("review-reading"),
    "review-lapsed": page("review-reading"),
    "review-taken": page("review-of"),
    "changes-asked": page("review-of"),
    "declined": page("review-of"),
    "comment": page("review-of"),
    "suggestion-answered": where_suggested,
    "published": RECORD,
    # translating
    "translation-to-read": page("translate-read", "record", "language"),
    "translation-sent-back": page("translate-record", "record", "language"),
    "translation-stale": page("translate-record", "record", "language"),
    "translation-published": page("record-short", "record"),
    "translation-machine-done": page("translate-record", "record", "language"),
    "translation-machine-failed": page("translate-record", "record", "language"),
    # using: freshness, questions, claims
    "still-true": page("record-confirm"),
    "question-asked": page("question"),
    "claimed": RECORD,
    "claim-objected": page("record-manage"),
    # desk
    "search-news": results,
}


def path_of(notice: Notice) -> str:
    """In the current language; to the list of notices for one whose code is not in use any more."""
    address = LINKS.get(notice.code)
    return address(notice) if address else reverse("notices")


def link_of(notice: Notice) -> str:
    """As it stands in a mail: with the site's name."""
    return f"{settings.SITE_URL}{path_of(notice)}"
