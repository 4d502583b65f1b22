"""Saved searches: saved on the search page, kept on the desk."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from ayni.kernel.errors import Invalid
from ayni.registry.actions.searches import change_search, delete_search, save_search
from ayni.registry.models import SavedSearch
from ayni.registry.queries.searches import get_search_for
from ayni.web.desk.forms import SavedSearchForm
from ayni.web.discovery.forms import SearchAddress


@never_cache
@login_required
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    address = SearchAddress.read(QueryDict(request.POST.get("query", "")[:4000]))
    query = address.query(view="list", sort="relevance", mine="")
    name = request.POST.get("name", "").strip() or address.text or _("Saved search")
    try:
        save_search(by=request.user, name=name, query=query, language=get_language() or "en")
    except Invalid as error:
        messages.error(request, _why_not(error))
        return redirect(f"{reverse('search')}?{query}")
    messages.success(
        request, _("Saved. You will be told here when something new fits, and by mail as you chose.")
    )
    return redirect(f"{reverse('desk')}#searches")


def _why_not(error: Invalid) -> str:
    codes = {fault.code for fault in error.faults}
    if "too_many" in codes:
        return _("You have saved as many searches as there is room for. Delete one first.")
    if "too_long" in codes:
        return _("This search is too long to be saved. Take some words or filters away.")
    return _("Look for something first: a search for everything cannot be saved.")


def _mine(request: HttpRequest, uid: str) -> SavedSearch:
    search = get_search_for(request.user, uid)
    if search is None:
        raise Http404
    return search


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, uid: str) -> HttpResponse:
    search = _mine(request, uid)
    form = SavedSearchForm(request.POST or None, initial={"name": search.name, "alerts": search.alerts})
    if request.method == "POST" and form.is_valid():
        change_search(by=request.user, search=search, **form.cleaned_data)
        messages.success(request, _("Stored."))
        return redirect(f"{reverse('desk')}#searches")
    status = 422 if form.errors else 200
    return render(
        request, "desk/search.html", {"area": "desk", "form": form, "search": search}, status=status
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, uid: str) -> HttpResponse:
    search = _mine(request, uid)
    if request.method != "POST":
        return render(request, "desk/search_delete.html", {"area": "desk", "search": search})
    delete_search(by=request.user, search=search)
    messages.success(request, _("Deleted. You will not be told about it any more."))
    return redirect(f"{reverse('desk')}#searches")
