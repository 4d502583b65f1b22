from django.core.exceptions import ValidationError

from ayni.kernel.actions import action
from ayni.kernel.errors import Fault, Invalid, NotAllowed
from ayni.kernel.locking import locked
from ayni.knowledge import policies
from ayni.registry.actions import audit
from ayni.registry.actions.institutions import changed, target_of
from ayni.registry.models import Institution, Person


@action
def set_office_email(*, by: Person | None, institution: Institution, email: str) -> Institution:
    """Where the office of an institution is reached; empty where that is not known. Claim links go there.

    Who may: those who keep institutions, but never who wrote on its behalf: they would send the link to themselves.
    The audit says that it was changed and not to what. Raises NotAllowed; Invalid.
    """
    locked(institution)
    if by is not None and not policies.set_office_email.allows(by, institution):
        raise NotAllowed("not_yours")
    before, institution.office_email = institution.office_email, email.strip()
    try:
        institution.clean_fields(
            exclude=[field.name for field in institution._meta.fields if field.name != "office_email"]
        )
    except ValidationError as error:
        raise Invalid([Fault("email", "bad_value")]) from error
    if institution.office_email != before:
        changed(institution)
        audit.record(by=by, verb="institution.office_email_set", target=target_of(institution))
    return institution
