"""Who may read and change records. Rules know attributes and field names, never models."""

from django.db.models import Q

from ayni.kernel.policies import Rule
from ayni.knowledge.states import VISIBLE_STATES, RecordState
from ayni.registry.policies import IS_MODERATOR, IS_OPERATOR, WRITERS, role_rule
from ayni.registry.states import Role

IS_PUBLIC = Rule(
    "is public",
    lambda _person, record: record.state in VISIBLE_STATES,
    lambda _person: Q(state__in=VISIBLE_STATES),
)
WRITES_FOR_THE_OWNER = role_rule("writes for the owner", WRITERS, "owner_id")
REVIEWS_FOR_THE_OWNER = role_rule("reviews for the owner", frozenset({Role.REVIEWER}), "owner_id")
IS_AUTHOR = Rule(
    "is the author",
    lambda person, record: (
        person is not None
        and person.is_authenticated
        and person.is_active
        and record.created_by_id == person.pk
    ),
    lambda person: Q(
        created_by=person.pk if person is not None and person.is_authenticated and person.is_active else None,
        created_by__isnull=False,
    ),
)

IS_UNPUBLISHED = Rule(
    "is not published",
    lambda _person, record: record.state == RecordState.UNPUBLISHED,
    lambda _person: Q(state=RecordState.UNPUBLISHED),
)

read_record = IS_PUBLIC | WRITES_FOR_THE_OWNER | REVIEWS_FOR_THE_OWNER | IS_AUTHOR | IS_MODERATOR
# What is published is the institution's: who wrote it and has left changes it no longer.
change_record = WRITES_FOR_THE_OWNER | (IS_AUTHOR & IS_UNPUBLISHED) | IS_MODERATOR
publish_record = IS_MODERATOR
confirm_record = WRITES_FOR_THE_OWNER | IS_MODERATOR
run_import = IS_OPERATOR
