"""An institution's own approval, kept by its administrators; and trust, given by moderators."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ayni.kernel.errors import ActionError, Invalid
from ayni.kernel.policies import Rule
from ayni.knowledge import policies
from ayni.knowledge.actions import approval
from ayni.knowledge.models import ApprovalStep
from ayni.knowledge.queries.reviews import members_of, steps_of, steps_of_duplicates
from ayni.registry.actions.institutions import set_trusted
from ayni.registry.models import Institution, Person
from ayni.registry.policies import trust_institution
from ayni.registry.queries.institutions import get_institution, names_in
from ayni.registry.states import Role
from ayni.web import addresses
from ayni.web.reviewing import presenting, wording

PK_DIGITS = 12
# Who reads in a step by role; the other roles have nothing to do with texts.
_READING_ROLES = (Role.REVIEWER, Role.COORDINATOR, Role.ADMIN, Role.SIGNATORY, Role.SAFEGUARDING_OFFICER)
_REASONS: dict[bool, list[tuple[str, Any]]] = {
    True: [
        ("good-work", gettext_lazy("Its texts have needed few changes for some time")),
        ("own-review", gettext_lazy("It has a careful review of its own, which we know")),
    ],
    False: [
        ("quality", gettext_lazy("Texts were published that do not meet the criteria")),
        ("changed", gettext_lazy("The people who made its review good are no longer there")),
        ("asked", gettext_lazy("The institution has asked for it")),
    ],
}


def _institution(request: HttpRequest, uid: str, rule: Rule) -> Institution:
    found = get_institution(uid)
    if found is None or not rule.allows(request.user, found):
        raise Http404
    return found


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def approval_chain(request: HttpRequest, uid: str) -> HttpResponseBase:
    institution = _institution(request, uid, policies.set_approval_chain)
    if request.method != "POST":
        return _chain_page(request, institution)
    do = request.POST.get("do", "")
    try:
        if do == "add":
            _add(request, institution)
        else:
            _change(request, institution, do)
    except Invalid as refused:
        return _chain_page(request, institution, refused)
    except ActionError as error:
        messages.error(request, wording.refusal(error))
    return redirect("approval-chain", uid=institution.uid)


def _add(request: HttpRequest, institution: Institution) -> None:
    kind, _colon, chosen = request.POST.get("who", "").partition(":")
    person = Person.objects.filter(uid=chosen).first() if kind == "person" else None
    approval.add_step(
        by=request.user, institution=institution, name=request.POST.get("name", ""),
        role=chosen if kind == "role" else "", person=person,
    )  # fmt: skip


def _change(request: HttpRequest, institution: Institution, do: str) -> None:
    number = request.POST.get("step", "")
    step = ApprovalStep.objects.filter(
        institution=institution, pk=int(number) if number.isdecimal() and len(number) <= PK_DIGITS else 0
    ).first()
    if step is None or do not in {"up", "remove"}:
        raise Http404
    change = approval.move_step_up if do == "up" else approval.remove_step
    change(by=request.user, step=step)


def _chain_page(
    request: HttpRequest, institution: Institution, refused: Invalid | None = None
) -> HttpResponse:
    people = Person.objects.filter(pk__in=members_of(institution).values("person"), is_active=True)
    faults = refused.faults if refused else []
    context = _about(institution) | {
        "steps": steps_of(institution),
        "steps_of_duplicates": steps_of_duplicates(institution),
        "roles": [(f"role:{role.value}", role.label) for role in _READING_ROLES],
        "people": [(f"person:{one.uid}", one.name) for one in people.order_by("name", "pk")],
        "given": {name: request.POST.get(name, "") for name in ("name", "who")},
        "faults": [(one.path, wording.fault_sentence(one)) for one in faults],
        "wrong": {one.path: wording.fault_sentence(one) for one in faults},
        "is_full": institution.approval_steps.count() >= approval.STEPS_LIMIT,
    }
    return render(request, "reviewing/approval.html", context, status=422 if refused else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def trust(request: HttpRequest, uid: str) -> HttpResponseBase:
    """Asks once, with a reason; the reason is kept in the audit."""
    institution = _institution(request, uid, trust_institution)
    gives = institution.trusted_since is None
    reason = request.POST.get("reason", "")
    if request.method == "POST" and reason in dict(_REASONS[gives]):
        set_trusted(by=request.user, institution=institution, trusted=gives, reason=reason)
        messages.success(
            request,
            _("It is trusted: what it hands in from now on is published after its own reading.")
            if gives
            else _("It is no longer trusted: the site reads again what it hands in."),
        )
        return redirect(addresses.institution_url(institution))
    context = _about(institution) | {
        "gives": gives,
        "reasons": _REASONS[gives],
        "is_wrong": request.method == "POST",
    }
    return render(request, "reviewing/trust.html", context, status=422 if context["is_wrong"] else 200)


def _about(institution: Institution) -> dict[str, Any]:
    name, language = names_in(presenting.page_language(), [institution.pk])[institution.pk]
    return {"area": "institutions", "institution": institution, "name": name, "name_language": language}
