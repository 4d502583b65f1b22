"""One page's words on their way into the draft: from a form, or from the script that saves while one writes."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from ayni.kernel.errors import NotAllowed, WrongState
from ayni.kernel.locking import Gone
from ayni.knowledge import drafts
from ayni.knowledge.actions.drafts import Saved, save_draft
from ayni.knowledge.drafts import Edit
from ayni.knowledge.queries.drafts import draft_for
from ayni.registry.models import Person
from ayni.web.fields import fault_text, field_label
from ayni.web.writing import back, presenting
from ayni.web.writing.pages import Page, after, page_named
from ayni.web.writing.posted import edits_of


class _Refused(Exception):
    """Nothing was saved; the argument says why, as `back.give` knows it."""


def answer(request: HttpRequest, uid: str, name: str) -> HttpResponse:
    """Save what was sent, or give it back with the reason: nobody's words vanish."""
    try:
        page, edits, saved = _saved(request, uid, name)
    except _Refused as refusal:
        return back.give(request, str(refusal), uid, name)
    if back.wants_json(request):
        return JsonResponse(_told(saved))
    if saved.faults:
        return _again(request, page, saved, edits)
    return redirect(_next_address(request, page, saved))


def _saved(request: HttpRequest, uid: str, name: str) -> tuple[Page, list[Edit], Saved]:
    person = request.user
    if not isinstance(person, Person):
        raise _Refused("logged-out")
    if request.POST.get("writer", "") != person.uid:
        raise _Refused("somebody-else")
    draft = draft_for(person, uid, to_change=True, bare=True)
    if draft is None:
        raise _Refused(back.why_not(person, uid))
    page = page_named(name, draft.record.kind, draft.form)
    if page is None:  # it has become a snapshot again meanwhile, or never had such a page
        raise _Refused("not-there")
    edits = edits_of(request.POST, page, draft.record.kind, draft.form)
    try:
        return page, edits, save_draft(by=person, revision=draft, edits=edits)
    except (WrongState, Gone) as error:
        raise _Refused("handed-in") from error
    except NotAllowed as error:
        raise _Refused("left") from error


def _told(saved: Saved) -> dict[str, Any]:
    """For the script: what stands for the words from now on, what clashed, what is wrong."""
    kind, form = saved.revision.record.kind, saved.revision.form
    return {
        "saved_at": date_format(localtime(saved.revision.saved_at), "H:i") if saved.revision.saved_at else "",
        "edit": saved.revision.edit,
        "was": saved.was,
        "clashes": [{"path": one.path, "label": field_label(one.path, kind, form)} for one in saved.clashes],
        "faults": {fault.path: fault_text(fault) for fault in saved.faults},
    }


def _again(request: HttpRequest, page: Page, saved: Saved, edits: list[Edit]) -> HttpResponse:
    """The page with what was typed where it could not be stored, beginning from what the writer had seen."""
    draft = saved.revision
    values = drafts.values_of(draft)
    wrong = {presenting.top(fault.path, page) for fault in saved.faults}
    typed = {edit.path: edit for edit in edits if edit.path in wrong}
    shown = values | {path: edit.value for path, edit in typed.items()}
    was = {path: edit.was for path, edit in typed.items()}
    return presenting.page(
        request, draft, page, values, shown=shown, was=was, faults=saved.faults, status=422
    )


def _has_a_choice_to_make(request: HttpRequest, page: Page, saved: Saved) -> bool:
    """The script saved what clashed, and said so; the choice itself has not been before the writer's eyes yet."""
    if request.POST.get("clashes") == "seen":
        return False
    return saved.revision.variants.filter(path__in=page.paths, by=request.user.pk).exists()


def _next_address(request: HttpRequest, page: Page, saved: Saved) -> str:
    record, form = saved.revision.record, saved.revision.form
    here = reverse("write-page", args=(record.uid, page.name))
    go = request.POST.get("go", "next")
    if saved.clashes or _has_a_choice_to_make(request, page, saved):
        return f"{here}#clashes"
    if go.startswith("more:"):
        return f"{here}?more=1#{go[5:60]}"
    if go == "files":
        return reverse("draft-files", args=(record.uid,))
    following = after(page, record.kind, form)
    if go == "preview" or following is None:
        return reverse("write-preview", args=(record.uid,))
    return reverse("write-page", args=(record.uid, following.name))
