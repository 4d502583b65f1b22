"""Telling people: a notice on the site, which becomes a mail in the rhythm its reader has chosen."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from ayni.kernel import clock, guarded
from ayni.kernel.actions import action
from ayni.registry.models import Notice, Person


def tell(
    people: Iterable[Person], *, code: str, target: str, key: str = "", is_turn: bool = False, **params: Any
) -> None:
    """Write a notice for each, inside the running action. Telling the same person the same `key` again is silent.

    `params`: what the words need (titles, days, numbers), as JSON. `is_turn`: they have something to do; such a
    notice stays at the top of their desk until it is settled.
    """
    guarded.check("Notice")
    key = key or f"{code} {target} {clock.now():%Y%m%d%H%M%S%f}"
    Notice.objects.bulk_create(
        [
            Notice(person=person, code=code, target=target, key=key[:120], is_turn=is_turn, params=params)
            for person in dict.fromkeys(people)
            if person.is_active
        ],
        ignore_conflicts=True,
    )


def settle(*, target: str, codes: Iterable[str] = (), people: Iterable[Person] | None = None) -> None:
    """What these notices asked for is done, or needs no doing any more. Call inside the action that did it."""
    guarded.check("Notice")
    found = Notice.objects.filter(target=target, read_at__isnull=True)
    if codes:
        found = found.filter(code__in=list(codes))
    if people is not None:
        found = found.filter(person__in=list(people))
    now = clock.now()
    found.filter(mailed_at__isnull=True).update(mailed_at=now)
    found.update(read_at=now)


def mailed_apart(*, target: str, codes: Iterable[str], people: Iterable[Person]) -> None:
    """These people get a mail of its own about it: the notice is not mailed as well. Call after `tell`."""
    guarded.check("Notice")
    found = Notice.objects.filter(target=target, code__in=list(codes), person__in=list(people))
    found.filter(mailed_at__isnull=True).update(mailed_at=clock.now())


@action
def mark_read(*, by: Person, uids: Iterable[str] | None = None) -> int:
    """The person has seen these of their notices (all, when none are named). A turn stays until it is settled."""
    mine = Notice.objects.filter(Q(person=by), read_at__isnull=True, is_turn=False)
    if uids is not None:
        mine = mine.filter(uid__in=list(uids))
    return mine.update(read_at=clock.now())
