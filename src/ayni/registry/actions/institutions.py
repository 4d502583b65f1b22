from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError

from ayni.kernel import clock, guarded
from ayni.kernel.actions import action
from ayni.kernel.errors import ActionError, Fault, Invalid, NotAllowed
from ayni.kernel.locking import in_turn, locked
from ayni.language.normalise import clean, title_key
from ayni.registry import policies
from ayni.registry.actions import audit, outbox
from ayni.registry.models import FormerId, Institution, InstitutionIdentifier, InstitutionName, Person, Term
from ayni.registry.queries.institutions import institutions_named
from ayni.registry.states import InstitutionType, NameKind

NAME_LIMIT = 300
PARTNERS_A_DAY = 10
ABOUT_LIMIT = 5000


def target_of(institution: Institution) -> str:
    return f"registry.institution:{institution.uid}"


def name_key(name: str) -> str:
    return title_key(name)[:NAME_LIMIT]


@action
def register_institution(
    *,
    by: Person | None,
    name: str,
    language: str = "en",
    type: str = InstitutionType.OTHER,  # noqa: A002 - the field's word
    country: Term | None = None,
    names: dict[str, str] | None = None,
    short_name: str = "",
    identifiers: dict[str, str] | None = None,
    parent: Institution | None = None,
    **fields: Any,
) -> Institution:
    """Store an institution with its names (`language -> name`) and identifiers (`scheme -> value`).

    `fields`: any of city, about, about_language, office_email, office_phone, website, source_title,
    source_url, is_un, is_demo. Raises Invalid. Who may: operators and moderators; None is the site.
    """
    _must_be_allowed(by)
    institution = _store(
        name, language, names or {}, short_name, identifiers or {},
        type=type, country=country, parent=parent, **fields,
    )  # fmt: skip
    audit.record(by=by, verb="institution.registered", target=target_of(institution))
    return institution


@action
def register_partner(*, by: Person, name: str, language: str, country: Term) -> Institution:
    """The institution of that name in that country: the one registered here, else a new one.

    Who may: those who write for some institution, for a partner that does not log in. Raises Invalid: the name is
    missing, several of that name are registered there (`institution_ambiguous`) and one must be chosen, or the
    person has named too many new ones within a day (`too_many_today`). A new one is not listed yet.
    """
    if not policies.WRITES_SOMEWHERE.allows(by, None):
        raise NotAllowed("writes_for_nobody")
    name = clean(" ".join(name.split()), NAME_LIMIT)
    if not name:
        raise Invalid([Fault("partner_name", "missing")])
    in_turn(f"partners of {by.pk}")  # or two at once would pass the limit
    in_turn(f"partner {name_key(name)}")  # two who name the same partner at once name one institution
    found = institutions_named(name_key(name), country.code)
    if len(found) > 1:
        raise Invalid([Fault("partner_name", "institution_ambiguous", {"value": name})])
    if found:
        return found.pop()
    today = Institution.objects.filter(named_by=by, created_at__gt=clock.now() - timedelta(days=1))
    if today.count() >= PARTNERS_A_DAY:
        raise Invalid([Fault("partner_name", "too_many_today", {"limit": PARTNERS_A_DAY})])
    institution = _store(name, language, {}, "", {}, country=country, is_listed=False, named_by=by)
    audit.record(by=by, verb="institution.registered", target=target_of(institution), as_partner=True)
    return institution


@action
def list_institution(*, by: Person | None, institution: Institution) -> Institution:
    """Somebody who keeps institutions says that a newly named one is what it says. Again changes nothing."""
    locked(institution)
    _must_be_allowed(by)
    list_named(by, [institution])
    return institution


def list_named(by: Person | None, institutions: Iterable[Institution]) -> None:
    """Inside an action that puts something public beside them: from now on they are listed."""
    guarded.check("Institution")
    for one in institutions:
        if not one.is_listed:
            one.is_listed = True
            changed(one)
            audit.record(by=by, verb="institution.listed", target=target_of(one))


def changed(institution: Institution) -> None:
    """Store it as a new version, and tell those above."""
    guarded.check("Institution")
    institution.version += 1
    institution.updated_at = clock.now()
    institution.save()
    outbox.announce(target_of(institution))


def _store(
    name: str, language: str, names: dict[str, str], short_name: str, identifiers: dict[str, str], **fields: Any
) -> Institution:  # fmt: skip
    name = clean(name, NAME_LIMIT)
    fields["about"] = clean(fields.get("about", ""), ABOUT_LIMIT)
    institution = Institution(name=name, name_language=language, name_key=name_key(name), **fields)
    try:
        institution.clean_fields()
    except ValidationError as error:
        raise Invalid([Fault(field, "bad_value") for field in error.message_dict]) from error
    institution.save()
    _store_names(institution, names | {language: name}, short_name)
    InstitutionIdentifier.objects.bulk_create(
        InstitutionIdentifier(institution=institution, scheme=scheme, value=value)
        for scheme, value in identifiers.items()
    )
    return institution


def _store_names(institution: Institution, names: dict[str, str], short_name: str) -> None:
    rows = [(code, NameKind.OFFICIAL, text) for code, text in names.items()]
    if short_name:
        rows.append(("", NameKind.SHORT, short_name))
    InstitutionName.objects.bulk_create(
        InstitutionName(
            institution=institution,
            language=code,
            kind=kind,
            text=clean(text, NAME_LIMIT),
            text_key=name_key(text),
        )
        for code, kind, text in rows
    )


@action
def merge_institutions(*, by: Person, duplicate: Institution, stays: Institution) -> None:
    """Make `duplicate` point to `stays`. Its link leads there from now on; no row elsewhere is changed."""
    # In one order, whoever merges what into what: else two merges wait for each other, or make a circle.
    for institution in sorted({duplicate, stays}, key=lambda one: one.pk):
        locked(institution)
    _must_be_allowed(by)
    if duplicate.pk == stays.pk or stays.merged_into_id or duplicate.merged_into_id:
        raise ActionError("cannot_merge")
    duplicate.merged_into = stays
    duplicate.version += 1
    duplicate.updated_at = clock.now()
    duplicate.save()
    list_named(by, [stays])
    Institution.objects.filter(merged_into=duplicate).update(merged_into=stays)
    FormerId.objects.create(target=target_of(duplicate), now=target_of(stays), reason="merged")
    audit.record(by=by, verb="institution.merged", target=target_of(duplicate), into=stays.uid)
    outbox.announce(target_of(duplicate), target_of(stays))


@action
def set_trusted(*, by: Person | None, institution: Institution, trusted: bool, reason: str) -> Institution:
    """Clear it to publish after its own reading alone, or take that back; `reason` is a code. Again changes nothing.

    Raises Invalid without a reason.
    """
    locked(institution)
    if by is not None and not policies.trust_institution.allows(by, institution):
        raise NotAllowed("moderators_only")
    if not reason:
        raise Invalid([Fault("reason", "missing")])
    if trusted == (institution.trusted_since is not None):
        return institution
    institution.trusted_since = clock.today() if trusted else None
    changed(institution)
    verb = "institution.trusted" if trusted else "institution.trust_ended"
    audit.record(by=by, verb=verb, target=target_of(institution), reason=reason)
    return institution


@action
def remove_unused_institution(*, by: Person | None, institution: Institution, reason: str) -> None:
    """Delete an institution nothing points to (the caller has checked) and leave a tombstone."""
    locked(institution)
    _must_be_allowed(by)
    target = target_of(institution)
    institution.delete()
    FormerId.objects.create(target=target, reason=reason)
    audit.record(by=by, verb="institution.removed", target=target, reason=reason)
    outbox.announce(target)


def _must_be_allowed(by: Person | None) -> None:
    """`by` None is the site itself (command line, worker)."""
    if by is not None and not policies.keep_institutions.allows(by, None):
        raise NotAllowed("operators_only")
