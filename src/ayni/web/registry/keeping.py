"""What those who keep the institutions do with one: list it, and say where its office is reached."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ayni.kernel.errors import Invalid
from ayni.knowledge import policies
from ayni.knowledge.actions.offices import set_office_email
from ayni.language.codes import content_language
from ayni.registry.actions.institutions import list_institution
from ayni.registry.models import Institution, Person
from ayni.registry.policies import keep_institutions
from ayni.registry.queries.institutions import get_institution, names_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest, uid: str) -> HttpResponse:
    institution = get_institution(uid)
    person = request.user
    if (
        institution is None
        or not isinstance(person, Person)
        or not keep_institutions.allows(person, institution)
    ):
        raise Http404
    may_set = policies.set_office_email.allows(person, institution)
    email = institution.office_email
    is_wrong = False
    if request.method == "POST" and request.POST.get("do") == "list":
        list_institution(by=person, institution=institution)
        messages.success(request, _("It is listed from now on."))
    elif request.method == "POST" and may_set:
        email = request.POST.get("email", "")[:254]
        is_wrong = not _set_email(request, person, institution, email)
    if request.method == "POST" and not is_wrong:
        return redirect("institution-keep", uid=institution.uid)
    name, language = names_in(content_language(get_language() or "en"), [institution.pk])[institution.pk]
    context = {
        "area": "institutions", "institution": institution, "name": name, "name_language": language,
        "email": email, "may_set": may_set, "is_wrong": is_wrong,
    }  # fmt: skip
    return render(request, "registry/keep.html", context, status=422 if is_wrong else 200)


def _set_email(request: HttpRequest, person: Person, institution: Institution, email: str) -> bool:
    try:
        set_office_email(by=person, institution=institution, email=email)
    except Invalid:
        return False
    messages.success(request, _("Saved."))
    return True
