"""The pages on which a draft is begun and written."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ayni.kernel.errors import Invalid, NotAllowed, WrongState
from ayni.kernel.locking import Gone
from ayni.knowledge import drafts
from ayni.knowledge.actions.drafts import begin, choose
from ayni.knowledge.models import Revision
from ayni.knowledge.queries.drafts import draft_for
from ayni.knowledge.states import EDITABLE
from ayni.language.codes import content_language
from ayni.registry.actions.institutions import register_partner
from ayni.registry.models import Institution, Person, Term
from ayni.web.words_back import give, keeps_words
from ayni.web.writing import presenting, saving
from ayni.web.writing.forms import KINDS, StartForm, institutions_to_write_for
from ayni.web.writing.pages import page_named, pages_of


def draft_of(request: HttpRequest, uid: str) -> Revision:
    """The draft that the person may write in. "Not there" and "not yours" look alike."""
    draft = draft_for(request.user, uid, to_change=True)
    if draft is None:
        raise Http404
    return draft


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words
def start(request: HttpRequest) -> HttpResponse:
    """Begin a draft. Who writes for no institution here is told whom to ask."""
    person = request.user
    if not isinstance(person, Person) or not institutions_to_write_for(person):
        return _ask_whom(request)
    if request.method != "POST":
        initial = {
            "language": content_language(get_language() or "en"),
            "kind": request.GET.get("kind", "practice"),
            "partner_name": request.GET.get("partner", ""),
        }
        return _start_page(request, StartForm(person, initial=initial))
    form = StartForm(person, request.POST)
    if not form.is_valid():
        return _start_page(request, form, 422)
    try:
        draft = _begin(person, form)
    except Invalid as refused:
        for fault in refused.faults:
            form.add_error(fault.path if fault.path in form.fields else None, presenting.fault_text(fault))
        return _start_page(request, form, 422)
    return redirect("write-page", uid=draft.record.uid, name=pages_of(draft.record.kind, draft.form)[1].name)


def _begin(person: Person, form: StartForm) -> Revision:
    given = form.cleaned_data
    mine = next(one for one in form.institutions if one.uid == given["institution"])
    partner = given.get("partner_institution")
    if given["partner_name"] and partner is None:
        country = Term.objects.get(vocabulary__code="countries", code=given["partner_country"])
        partner = register_partner(
            by=person, name=given["partner_name"], language=given["language"], country=country
        )
    return begin(
        by=person, kind=given["kind"], language=given["language"], title=given["title"],
        owner=partner or mine, stand_in=mine if partner else None,
    )  # fmt: skip


def _start_page(request: HttpRequest, form: StartForm, status: int = 200) -> HttpResponse:
    context = {"area": "write", "form": form, "kinds": KINDS}
    return render(request, "writing/start.html", context, status=status)


def _ask_whom(request: HttpRequest) -> HttpResponse:
    if not isinstance(request.user, Person) and (answer := give(request, "logged-out")):
        return answer
    homes: list[Institution] = []
    if isinstance(request.user, Person):
        homes = list(Institution.objects.filter(memberships__person=request.user).distinct().order_by("name"))
    return render(request, "writing/ask.html", {"area": "write", "homes": homes})


@never_cache
@require_safe
def draft(request: HttpRequest, uid: str) -> HttpResponse:
    """Go on where something is still missing; a draft that is complete, or handed in, is looked at."""
    found = draft_for(request.user, uid, to_change=True)
    if found is None:
        return nothing_or_log_in(request)
    missing = presenting.missing_lines(found, drafts.values_of(found)) if found.state in EDITABLE else []
    return redirect(missing[0]["href"] if missing else "write-preview", **({} if missing else {"uid": uid}))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, uid: str, name: str) -> HttpResponse:
    """One page of a draft: shown, or saved."""
    if request.method == "POST":
        return saving.answer(request, uid, name)
    found = draft_for(request.user, uid, to_change=True)
    if found is None:
        return nothing_or_log_in(request)
    which = page_named(name, found.record.kind, found.form)
    if which is None or found.state not in EDITABLE:
        return redirect("write-preview", uid=uid)
    return presenting.page(request, found, which, drafts.values_of(found))


def nothing_or_log_in(request: HttpRequest) -> HttpResponse:
    """To visitors all drafts look alike, there or not: log in first."""
    if request.user.is_authenticated:
        raise Http404
    return redirect_to_login(request.get_full_path())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_variant(request: HttpRequest, uid: str, variant: str) -> HttpResponse:
    """Which of two texts stays."""
    found = draft_of(request, uid)
    if request.method != "POST":
        return redirect("write-preview", uid=uid)
    one = found.variants.filter(uid=variant).select_related("revision__record").first()
    if one is None:
        return _chosen_already(request, uid)
    here = reverse("write-page", args=(uid, presenting.page_of(one.path, found.record.kind, found.form).name))
    keep, saw = request.POST.get("keep", ""), request.POST.get("saw", "")
    try:
        choose(by=_person(request), variant=one, keep=keep, saw=saw)
    except Gone:
        return _chosen_already(request, uid)
    except Invalid as refused:
        messages.error(request, " ".join(presenting.fault_text(fault) for fault in refused.faults))
    except (WrongState, NotAllowed) as error:
        if error.code == "words_changed":
            messages.error(
                request, _("Somebody else was faster: this has changed meanwhile. Look at it as it is now.")
            )
            return redirect(f"{here}#clashes")
        messages.error(request, _("This draft is not changed any more."))
        return redirect("write-preview", uid=uid)
    else:
        messages.success(request, _("Done: your choice is in the draft."))
    return redirect(here)


def _chosen_already(request: HttpRequest, uid: str) -> HttpResponse:
    """By a co-author or in another tab."""
    messages.info(request, _("This choice has been made already."))
    return redirect("write-preview", uid=uid)


def _person(request: HttpRequest) -> Any:
    return request.user
