from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ayni.registry import mail_words
from ayni.registry.actions.notices import mark_read
from ayni.registry.actions.people import stop_mail
from ayni.registry.models import Person
from ayni.registry.queries.notices import notices_of

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
