"""Reads of what is being written: "not there" and "not yours" look alike."""

from django.db.models import Exists, OuterRef, QuerySet

from ayni.knowledge import policies
from ayni.knowledge.models import AuthorInvitation, Comment, Record, Revision
from ayni.knowledge.states import UNFINISHED, CommentState
from ayni.registry.models import Person


def draft_for(
    person: Person | None, uid: str, *, to_change: bool = False, bare: bool = False
) -> Revision | None:
    """The record's unfinished revision, if the person may read it (`to_change`: change it); else None.

    Comes with record, owner and stand-in; `bare`, with the record alone, for what is done every few seconds.
    There is at most one a record that people work on at a time.
    """
    with_it = (
        ["record"]
        if bare
        else [
            "record__owner__country", "record__owner__merged_into__country", "record__stand_in__merged_into",
            "record__adapted_from",
            "saved_by",
        ]
    )  # fmt: skip
    found = (
        Revision.objects.filter(record__uid=uid, state__in=UNFINISHED)
        .select_related(*with_it)
        .order_by("-number")
        .first()
    )
    rule = policies.change_record if to_change else policies.read_draft
    return found if found and rule.allows(person, found.record) else None


def left_over(revision: Revision) -> QuerySet[Comment]:
    """Words of the file the draft began from that still have no place. For those who may change the draft."""
    return revision.comments.filter(is_left_over=True, state=CommentState.OPEN).order_by("pk")


def named_record(uid: str) -> Record | None:
    """The record as it is, whoever asks: the caller asks whether the person may change it."""
    return (
        Record.objects.filter(uid=uid)
        .select_related("published", "owner__merged_into", "stand_in__merged_into")
        .first()
    )


def drafts_of(person: Person) -> QuerySet[Revision]:
    """What the person may write on: unfinished revisions of records they are an author of, newest first."""
    mine = Record.objects.filter(policies.change_record.scope(person), pk__in=policies.writes_along(person))
    return (
        Revision.objects.filter(state__in=UNFINISHED, record__in=mine)
        .select_related("record__owner", "record__stand_in", "saved_by")
        .order_by("-saved_at", "-pk")
    )


def invitation_for(person: Person | None, uid: str) -> AuthorInvitation | None:
    """To write along in the record's draft, while there is one; None when the person was not invited."""
    if person is None or not person.is_authenticated:
        return None
    open_drafts = Revision.objects.filter(record=OuterRef("record"), state__in=UNFINISHED)
    return (
        AuthorInvitation.objects.filter(Exists(open_drafts), record__uid=uid, person=person)
        .select_related("record__owner", "institution", "invited_by")
        .first()
    )
