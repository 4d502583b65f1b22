"""Who may see and change what in the registry. Rules know attributes and field names, never models."""

from django.db.models import Q

from ayni.kernel import clock
from ayni.kernel.policies import EVERYTHING, Rule, person_rule
from ayni.registry.states import WRITING_ROLES, Role

IS_OPERATOR = person_rule("is an operator", lambda person: person.is_active and person.is_operator)
IS_MODERATOR = person_rule("is a moderator", lambda person: person.is_active and person.is_moderator)
IS_SITE_REVIEWER = person_rule(
    "reads for the site", lambda person: person.is_active and (person.is_reviewer or person.is_moderator)
)


def institutions_of(person: object, roles: frozenset[str]) -> set[int]:
    """Ids of the institutions in which the person holds one of the roles today. One query a request.

    Merged institutions are one: a role in any of them counts for all, those merged into it and the one that stays.
    """
    if person is None or not person.is_authenticated or not person.is_active:  # type: ignore[attr-defined]
        return set()
    held = getattr(person, "_held_roles", None)
    if held is None:
        today = clock.today()
        rows = person.memberships.values_list(  # type: ignore[attr-defined]
            "role", "since", "until", "institution_id", "institution__merged_into_id",
            "institution__merged_from__id", "institution__merged_into__merged_from__id",
        )  # fmt: skip
        held = {
            (institution, role)
            for role, since, until, *institutions in rows
            if since <= today and (until is None or until >= today)
            for institution in institutions
            if institution is not None
        }
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

keep_institutions = IS_MODERATOR | IS_OPERATOR
change_institution = IS_MODERATOR | IS_OPERATOR | role_rule("administers it", frozenset({Role.ADMIN}), "id")
OWN_PERSON = Rule(
    "is oneself",
    lambda person, obj: person is not None and person.is_authenticated and person.pk == obj.pk,
    lambda person: Q(pk=person.pk if person is not None and person.is_authenticated else None),
)
read_person = OWN_PERSON | IS_MODERATOR | IS_OPERATOR
change_person = OWN_PERSON | IS_OPERATOR
WRITES_SOMEWHERE = person_rule(
    "writes for some institution", lambda person: bool(institutions_of(person, WRITING_ROLES))
)
IS_LISTED = Rule("is listed", lambda _person, one: one.is_listed, lambda _person: Q(is_listed=True))
# What is not listed yet is known to those who may write on its behalf, and to its own people.
read_institution = (
    IS_LISTED | WRITES_SOMEWHERE | keep_institutions | role_rule("belongs to it", frozenset(Role), "id")
)
read_audit = IS_OPERATOR
change_vocabulary = IS_OPERATOR
trust_institution = IS_MODERATOR
OWN_ROW = Rule(
    "is one's own",
    lambda person, obj: person is not None and person.is_authenticated and person.pk == obj.person_id,
    lambda person: Q(person=person.pk if person is not None and person.is_authenticated else None),
)
read_notice = OWN_ROW
keep_saved_search = OWN_ROW
continue_upload = OWN_ROW
WRITERS = WRITING_ROLES
