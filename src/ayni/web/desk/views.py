from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ayni.kernel.errors import Invalid, NotAllowed
from ayni.knowledge.actions.drafts import add_author
from ayni.knowledge.queries.desk import led_institutions, left_drafts, published_of
from ayni.registry import mail_words
from ayni.registry.actions.mails import try_address_again
from ayni.registry.actions.notices import mark_read
from ayni.registry.actions.people import change_person, stop_mail
from ayni.registry.models import Person
from ayni.registry.queries.notices import notices_of
from ayni.web.desk import presenting
from ayni.web.desk.forms import SettingsForm
from ayni.web.fields import fault_text

_PER_PAGE = 30


@never_cache
@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    page = Paginator(notices_of(request.user), _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "area": "desk",
        "page": page,
        "page_query": "",
        "has_unread": any(not (notice.read_at or notice.is_turn) for notice in page),
    }
    return render(request, "desk/notices.html", context)


@never_cache
@login_required
@require_POST
def all_read(request: HttpRequest) -> HttpResponse:
    if mark_read(by=request.user):
        messages.success(request, _("Marked as read. What is your turn stays until it is done."))
    return redirect("notices")


@never_cache
@csrf_exempt  # RFC 8058: mail programs post here, without our cookies. All it can do is stop mail.
@require_http_methods(["GET", "HEAD", "POST"])
def no_mail(request: HttpRequest, token: str) -> HttpResponse:
    """The link at the foot of each mail. Opening it changes nothing: scanners of mail open all links."""
    uid = mail_words.unsubscriber(token)
    person = Person.objects.filter(uid=uid).first() if uid else None
    if person is None:
        raise Http404
    if request.method == "POST":
        stop_mail(by=person)
    return render(request, "desk/no_mail.html", {"done": request.method == "POST"})


@never_cache
@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/desk.html", {"area": "desk", **presenting.desk(request.user)})


@never_cache
@login_required
@require_safe
def published(request: HttpRequest) -> HttpResponse:
    page = Paginator(published_of(request.user), _PER_PAGE).get_page(request.GET.get("page"))
    rows = presenting.with_care(request.user, page.object_list)
    context = {"area": "desk", "page": page, "page_query": "", "published": rows}
    return render(request, "desk/published.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: HttpRequest, uid: str) -> HttpResponse:
    """A draft whose authors have all left: somebody who leads its institution becomes an author."""
    revision = left_drafts(request.user).filter(record__uid=uid).first()
    if revision is None:
        raise Http404
    record = revision.record
    if request.method != "POST":
        return render(request, "desk/take_over.html", {"area": "desk", "draft": revision})
    led = led_institutions(request.user)
    institution = record.owner if record.owner_id in led else record.stand_in
    try:
        add_author(by=request.user, record=record, person=request.user, institution=institution)
    except NotAllowed:
        messages.error(
            request, _("You have a reading of this text. Hand it back before you become an author.")
        )
    else:
        messages.success(request, _("It is among your drafts now."))
    return redirect(f"{reverse('desk')}#drafts")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    form = SettingsForm.of(request.user)
    if request.method == "POST":
        form = SettingsForm(request.POST)
        form.keep(request.user)
        if form.is_valid() and _stored(request, form):
            with translation.override(form.cleaned_data["language"]):
                messages.success(request, _("Stored."))
                return redirect("me")
    context = {
        "area": "desk",
        "form": form,
        "sends_mail": settings.SENDS_MAIL,
        "stored": presenting.stored(request.user),
    }
    return render(request, "desk/me.html", context, status=422 if form.errors else 200)


def _stored(request: HttpRequest, form: SettingsForm) -> bool:
    try:
        change_person(by=request.user, person=request.user, **form.cleaned_data)
    except Invalid as refused:  # a name, say, of which nothing is left that can be seen
        for fault in refused.faults:
            form.add_error(fault.path, fault_text(fault))
        return False
    return True


@never_cache
@login_required
@require_POST
def try_address(request: HttpRequest) -> HttpResponse:
    try_address_again(by=request.user)
    messages.success(request, _("Mail will be sent to your address again."))
    return redirect("me")
