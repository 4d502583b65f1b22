"""Who may read, write, review and answer for records. Rules know attributes and field names, never models."""

from typing import Any

from django.db.models import F, Min, Q

from ayni.kernel.policies import NOTHING, Rule
from ayni.knowledge.states import (
    IN_HAND,
    UNDER_WAY,
    UNFINISHED,
    VISIBLE_STATES,
    WITH_READERS,
    RecordState,
    ReviewSide,
    RevisionState,
)
from ayni.registry.policies import (
    IS_MODERATOR,
    IS_OPERATOR,
    IS_SITE_REVIEWER,
    WRITERS,
    WRITES_SOMEWHERE,
    institutions_of,
    keep_institutions,
    role_rule,
)
from ayni.registry.states import WRITING_ROLES, Role

REVIEWERS = frozenset({Role.REVIEWER})
ADMINS = frozenset({Role.ADMIN})
ANY_ROLE = frozenset(Role)
LEADERS = frozenset({Role.ADMIN, Role.COORDINATOR})


def _active(person: Any) -> bool:
    return bool(person is not None and person.is_authenticated and person.is_active)


def _authorships(person: Any) -> list[tuple[int, int, bool]]:
    """(record, institution written for, whether they still write it) of all the person has or had a part in.

    One query a request.
    """
    if not _active(person):
        return []
    known = getattr(person, "_authorships", None)
    if known is None:
        known = person._authorships = [
            (record, institution, left_at is None)
            for record, institution, left_at in person.authorships.values_list(
                "record_id", "institution_id", "left_at"
            )
        ]
    return known


def authored_by(person: Any) -> set[int]:
    """Ids of the records the person is or was an author of: never theirs to review."""
    return {record for record, _, _ in _authorships(person)}


def writes_along(person: Any) -> set[int]:
    """Ids of the records whose author the person is today."""
    return {record for record, _, still in _authorships(person) if still}


def _written_now(person: Any) -> set[int]:
    """Those of them that they may still write in: they still write for the institution they did it for."""
    institutions = institutions_of(person, WRITING_ROLES)
    return {
        record for record, institution, still in _authorships(person) if still and institution in institutions
    }


def _first_of(person: Any) -> set[int]:
    """Ids of the records that they still write in, and of whose authors today they are the first."""
    if not _active(person):
        return set()
    still = person.authorships.filter(left_at__isnull=True)
    first = still.annotate(
        first=Min("record__authors__since", filter=Q(record__authors__left_at__isnull=True))
    ).filter(since=F("first"))
    return set(first.values_list("record_id", flat=True)) & _written_now(person)


def _readings_of(person: Any) -> set[int]:
    """Ids of the records of which the person has a reading in hand that they may still make. One query a request.

    What was decided, has lapsed or is over opens no later draft.
    """
    if not _active(person):
        return set()
    known = getattr(person, "_readings", None)
    if known is None:
        rows = person.reviews.filter(state__in=IN_HAND, revision__state__in=UNFINISHED)
        known = person._readings = {
            record
            for record, side, in_stead, institution in rows.values_list(
                "revision__record_id", "side", "in_stead", "institution_id"
            )
            if _still_reads(person, side, in_stead, institution)
        }
    return known


def _still_reads(person: Any, side: str, in_stead: bool, institution: int | None) -> bool:
    """They still read for the site, or still belong to the institution that they read for."""
    if side == ReviewSide.SITE or in_stead:
        return bool(IS_SITE_REVIEWER.allows(person, None))
    return institution in institutions_of(person, ANY_ROLE)


def under(path: str, condition: Q) -> Q:
    """The same condition on what the field path leads to: `state="x"` becomes `path__state="x"`."""
    children: list[Any] = condition.children
    children = [
        under(path, child) if isinstance(child, Q) else (f"{path}__{child[0]}", child[1])
        for child in children
    ]
    return Q(*children, _connector=condition.connector, _negated=condition.negated)


def _written_for(person: Any) -> set[int]:
    """Ids of the institutions on whose behalf the person wrote what is not claimed yet."""
    if not _active(person):
        return set()
    rows = person.authorships.filter(record__stand_in__isnull=False)
    pairs = rows.values_list("record__owner_id", "record__owner__merged_into_id")
    return {pk for pair in pairs for pk in pair if pk is not None}


def _did_not_write_for(person: Any, institution: Any) -> bool:
    mine = institutions_of(person, ANY_ROLE)
    owners = [institution, *institution.merged_from.all()]
    return institution.pk not in _written_for(person) and not any(
        one.records.filter(stand_in__in=mine).exists() for one in owners
    )


def _not_written_for(person: Any) -> Q:
    mine = institutions_of(person, ANY_ROLE)
    theirs = Q(records__stand_in__in=mine) | Q(merged_from__records__stand_in__in=mine)
    return ~Q(pk__in=_written_for(person)) & ~theirs


IS_PUBLIC = Rule(
    "is public",
    lambda _person, record: record.state in VISIBLE_STATES,
    lambda _person: Q(state__in=VISIBLE_STATES),
)
WRITES_FOR_THE_OWNER = role_rule("writes for the owner", WRITERS, "owner_id")
WRITES_FOR_THE_STAND_IN = role_rule("writes on the owner's behalf", WRITERS, "stand_in_id")
REVIEWS_FOR_THE_OWNER = role_rule("reviews for the owner", REVIEWERS, "owner_id")
REVIEWS_FOR_THE_STAND_IN = role_rule("reviews for the stand-in", REVIEWERS, "stand_in_id")
IS_AUTHOR = Rule(
    "is an author, for an institution they still write for",
    lambda person, record: record.pk in _written_now(person),
    lambda person: Q(pk__in=_written_now(person)),
)
READS_IT = Rule(
    "has a reading of it in hand",
    lambda person, record: record.pk in _readings_of(person),
    lambda person: Q(pk__in=_readings_of(person)),
)
IS_UNPUBLISHED = Rule(
    "is not published",
    lambda _person, record: record.state == RecordState.UNPUBLISHED,
    lambda _person: Q(state=RecordState.UNPUBLISHED),
)
WRITES_IT = WRITES_FOR_THE_OWNER | WRITES_FOR_THE_STAND_IN

# What is not public yet: drafts, what is said beside them, their readings.
read_draft = (
    WRITES_IT
    | REVIEWS_FOR_THE_OWNER
    | REVIEWS_FOR_THE_STAND_IN
    | (IS_AUTHOR & IS_UNPUBLISHED)
    | READS_IT
    | IS_MODERATOR
)
read_record = IS_PUBLIC | read_draft
IS_SHOWN = Rule(
    "belongs to what everyone reads",
    lambda _person, row: (
        row.revision.record.state in VISIBLE_STATES and row.revision.record.published_id == row.revision_id
    ),
    lambda _person: Q(
        revision__record__state__in=VISIBLE_STATES, revision__record__published_id=F("revision_id")
    ),
)
# Of a file: what is no longer shown, or not yet, is for those who may read drafts.
read_attached_file = IS_SHOWN | Rule(
    "belongs to a draft that may be read",
    lambda person, row: read_draft.allows(person, row.revision.record),
    lambda person: under("revision__record", read_draft.scope(person)),
)
# A claim link goes to the office: whoever wrote in an institution's name does not say which office that is.
DID_NOT_WRITE_FOR_IT = Rule(
    "did not write on its behalf, nor belongs to who did", _did_not_write_for, _not_written_for
)
# What is published is the institution's: co-authors from elsewhere change it no longer.
change_record = WRITES_IT | (IS_AUTHOR & IS_UNPUBLISHED) | IS_MODERATOR
# A suggestion is answered by who writes the text already: taking words over makes nobody an author.
answer_suggestion = change_record & IS_AUTHOR
# Who takes a co-author out of it: its first author, those who lead its institution or the one that stands in.
LEADS_IT = role_rule("leads the owner", LEADERS, "owner_id") | role_rule(
    "leads the stand-in", LEADERS, "stand_in_id"
)
IS_FIRST_AUTHOR = Rule(
    "is its first author, and still writes it",
    lambda person, record: record.pk in _first_of(person),
    lambda person: Q(pk__in=_first_of(person)),
)
remove_author = LEADS_IT | IS_FIRST_AUTHOR | IS_MODERATOR
begin_record = WRITES_SOMEWHERE
publish_record = IS_MODERATOR
confirm_record = WRITES_IT | IS_MODERATOR
send_claim_link = WRITES_IT | IS_MODERATOR
translate_record = IS_PUBLIC & (WRITES_SOMEWHERE | IS_MODERATOR)
approve_translation = WRITES_IT | REVIEWS_FOR_THE_OWNER | IS_MODERATOR
read_questions = WRITES_IT | IS_MODERATOR
set_office_email = keep_institutions & DID_NOT_WRITE_FOR_IT
set_approval_chain = role_rule("administers it", ADMINS, "id") | IS_MODERATOR
read_measures = role_rule("belongs to it", frozenset(Role), "id") | IS_MODERATOR | IS_OPERATOR
run_import = IS_OPERATOR

TO_BE_READ = WITH_READERS | {RevisionState.CHANGES_ASKED}
NOT_AN_AUTHOR = Rule(
    "is not an author",
    lambda person, review: _active(person) and review.revision.record_id not in authored_by(person),
    lambda person: ~Q(revision__record__in=authored_by(person)) if _active(person) else NOTHING,
)


def _for_the_institution(person: Any, review: Any) -> bool:
    return (
        review.side == ReviewSide.OWNER
        and not review.in_stead
        and review.reader_id is None
        and bool(review.role)
        and review.institution_id in institutions_of(person, _roles_of(review.role))
    )


def _roles_of(role: str) -> frozenset[str]:
    """An administrator stands in for any role of the institution's chain."""
    return frozenset({role, Role.ADMIN})


def _role_scope(person: Any) -> Q:
    found = NOTHING
    if not _active(person):
        return found
    for role in Role:
        found |= Q(
            side=ReviewSide.OWNER, in_stead=False, reader__isnull=True, role=role,
            institution__in=institutions_of(person, _roles_of(role)),
        )  # fmt: skip
    return found


HOLDS_THE_ROLE = Rule("holds the role that reads for the institution", _for_the_institution, _role_scope)


def _reader_scope(person: Any) -> Q:
    if not _active(person):
        return NOTHING
    own = Q(side=ReviewSide.OWNER, in_stead=False, institution__in=institutions_of(person, ANY_ROLE))
    if IS_SITE_REVIEWER.allows(person, None):
        own |= Q(side=ReviewSide.SITE) | Q(in_stead=True)
    return Q(reader=person.pk) & own


IS_THE_READER = Rule(
    "is the reader, and still reads for the same side",
    lambda person, review: (
        _active(person)
        and review.reader_id == person.pk
        and _still_reads(person, review.side, review.in_stead, review.institution_id)
    ),
    _reader_scope,
)
IS_FOR_THE_SITE = Rule(
    "is for the site, and nobody has it",
    lambda _person, review: (review.side == ReviewSide.SITE or review.in_stead) and review.reader_id is None,
    lambda _person: (Q(side=ReviewSide.SITE) | Q(in_stead=True)) & Q(reader__isnull=True),
)
# Who may take a reading on, or make it; never an author or co-author.
make_review = NOT_AN_AUTHOR & (IS_THE_READER | HOLDS_THE_ROLE | (IS_FOR_THE_SITE & IS_SITE_REVIEWER))
IS_UNDER_WAY = Rule(
    "is being read",
    lambda _person, review: review.state in UNDER_WAY and review.revision.state in TO_BE_READ,
    lambda _person: Q(state__in=UNDER_WAY, revision__state__in=TO_BE_READ),
)
# The text of a reading: while it is with readers, or its authors change it for them.
open_reading = make_review & IS_UNDER_WAY
