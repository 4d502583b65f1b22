"""How often strangers may ask, and writers invite others or have pages elsewhere read: counted in the shared cache, by the same means as failed log-ins."""

from allauth.core.internal import ratelimit
from django.http import HttpRequest

_APP = "ayni"
# From one address; for one record, whoever asks; and for one asker, whose mailbox others could fill.
_RATES = {"ask": "5/h/ip,20/d/ip", "ask-record": "30/d/key", "ask-email": "8/d/key"}
# So that nobody uses the site to knock at others.
_PAGES = {"read-page": "30/h/user"}
# So that nobody tries out address after address, or fills others' desks.
_INVITATIONS = {"invite": "20/d/user"}


def may_ask(request: HttpRequest, record_uid: str, email: str) -> bool:
    """Counts this try, when all three allow it."""
    keys = {"ask": None, "ask-record": record_uid, "ask-email": email.lower()}
    for dry_run in (True, False):
        for name, key in keys.items():
            usage = ratelimit.consume(request, app=_APP, action=name, config=_RATES, key=key, dry_run=dry_run)
            if usage is None:
                return False
    return True


def may_read_page(request: HttpRequest) -> bool:
    """Counts this try, when there is one left. For somebody who has logged in."""
    return ratelimit.consume(request, app=_APP, action="read-page", config=_PAGES) is not None


def may_invite(request: HttpRequest) -> bool:
    """Counts this invitation to write along, when there is one left today."""
    return ratelimit.consume(request, app=_APP, action="invite", config=_INVITATIONS) is not None
