"""How often strangers may ask: counted in the shared cache, by the same means as failed log-ins."""

from allauth.core.internal import ratelimit
from django.http import HttpRequest

_APP = "ayni"
# From one address; for one record, whoever asks; and for one asker, whose mailbox others could fill.
_RATES = {"ask": "5/h/ip,20/d/ip", "ask-record": "30/d/key", "ask-email": "8/d/key"}


def may_ask(request: HttpRequest, record_uid: str, email: str) -> bool:
    """Counts this try, when all three allow it."""
    keys = {"ask": None, "ask-record": record_uid, "ask-email": email.lower()}
    for dry_run in (True, False):
        for name, key in keys.items():
            usage = ratelimit.consume(request, app=_APP, action=name, config=_RATES, key=key, dry_run=dry_run)
            if usage is None:
                return False
    return True
