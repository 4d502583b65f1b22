"""Who may see and change what in the registry. Rules know attributes and field names, never models."""

from django.db.models import Q

from ayni.kernel import clock
from ayni.kernel.policies import EVERYTHING, Rule, person_rule
from ayni.registry.states import WRITING_ROLES, Role

IS_OPERATOR = person_rule("is an operator", lambda person: person.is_active and person.is_operator)
IS_MODERATOR = person_rule("is a moderator", lambda person: person.is_active and person.is_moderator)


def institutions_of(person: object, roles: frozenset[str]) -> set[int]:
    """Ids of the institutions in which the person holds one of the roles today. One query a request."""
    if person is None or not person.is_authenticated or not person.is_active:  # type: ignore[attr-defined]
        return set()
    held = getattr(person, "_held_roles", None)
    if held is None:
        today = clock.today()
        held = [
            (row.institution_id, row.role)
            for row in person.memberships.all()  # type: ignore[attr-defined]
            if row.since <= today and (row.until is None or row.until >= today)
        ]
        person._held_roles = held  # type: ignore[attr-defined]
    return {institution for institution, role in held if role in roles}


def role_rule(name: str, roles: frozenset[str], field: str) -> Rule:
    """Holds for objects whose `field` (an institution's id) is one where the person has such a role."""
    lookup = "pk" if field == "id" else field
    return Rule(
        name,
        lambda person, obj: getattr(obj, field) in institutions_of(person, roles),
        lambda person: Q(**{f"{lookup}__in": institutions_of(person, roles)}),
    )


ANYONE = Rule("is public", lambda _person, _obj: True, lambda _person: EVERYTHING)

read_institution = ANYONE
keep_institutions = IS_MODERATOR | IS_OPERATOR
change_institution = IS_MODERATOR | IS_OPERATOR | role_rule("administers it", frozenset({Role.ADMIN}), "id")
OWN_PERSON = Rule(
    "is oneself",
    lambda person, obj: person is not None and person.is_authenticated and person.pk == obj.pk,
    lambda person: Q(pk=person.pk if person is not None and person.is_authenticated else None),
)
read_person = OWN_PERSON | IS_MODERATOR | IS_OPERATOR
change_person = OWN_PERSON | IS_OPERATOR
read_audit = IS_OPERATOR
change_vocabulary = IS_OPERATOR
WRITERS = WRITING_ROLES
