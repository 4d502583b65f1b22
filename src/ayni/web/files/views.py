"""The files of a draft, by plain forms: everything the script does can be done here without it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ayni.kernel.errors import ActionError, WrongState
from ayni.kernel.turns import Busy
from ayni.knowledge.actions import files as actions
from ayni.knowledge.models import Revision, RevisionFile
from ayni.knowledge.queries.drafts import draft_for
from ayni.registry.queries.files import get_file, upload_for
from ayni.web.files import words
from ayni.web.words_back import give, gives_words_back

_PUT_BACK = "ayni.files.put-back"


@never_cache
@gives_words_back
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, uid: str) -> HttpResponse:
    """The files of a record's draft. `do`: see `_DOES`."""
    draft = draft_for(request.user, uid, to_change=True)
    if draft is None:
        raise Http404
    if request.method != "POST":
        return _page(request, draft)
    do = _DOES.get(request.POST.get("do", ""))
    if getattr(request, "upload_too_large", False):
        return _page(request, draft, fault=_too_large(), status=413)
    if do is None:
        raise Http404
    try:
        at = do(request, draft)
    except ActionError as error:
        return _refused(request, draft, error)
    return redirect(f"{_back(request, uid)}#{at}")


def _refused(request: HttpRequest, draft: Revision, error: ActionError) -> HttpResponse:
    """With the reason, and with the words that were typed, wherever they can still stand."""
    why = words.of(error)
    if isinstance(error, Busy):
        response = _page(request, draft, fault=why, status=503)
        response["Retry-After"] = "10"
        return response
    if not isinstance(error, WrongState):
        return _page(request, draft, fault=why, status=422)
    if error.code == "changed_meanwhile":
        return _page(request, draft, fault=why, typed=request.POST, status=409)
    reason = "handed-in" if error.code == "not_editable" else error.code
    return give(request, reason, why) or _page(request, draft, fault=why, status=409)


def _page(request: HttpRequest, draft: Revision, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, "files/of_draft.html", {"draft": draft, "area": "write", **context}, status=status)


def _back(request: HttpRequest, uid: str) -> str:
    """The page the form stood on, when it is one of ours."""
    back = request.POST.get("back", "")
    here = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return back.partition("#")[0] if here else reverse("draft-files", args=(uid,))


def _too_large() -> str:
    return words.of_code("too_large", {"limit": settings.FILE_LIMIT})


def _row(request: HttpRequest, draft: Revision) -> RevisionFile:
    row = draft.files.select_related("file").filter(file__uid=request.POST.get("file", "")).first()
    if row is None:
        raise WrongState("gone")
    row.revision = draft
    return row


def _add(request: HttpRequest, draft: Revision) -> str:
    sent = request.FILES.get("file")
    if sent is None:
        raise WrongState("no_file")
    row = actions.receive(
        by=request.user, revision=draft, path=Path(sent.temporary_file_path()), name=sent.name or ""
    )
    messages.success(request, _("“%(name)s” is added.") % {"name": row.file.name})
    return f"file-{row.file.uid}"


def _save_words(request: HttpRequest, draft: Revision) -> str:
    at = _describe(request, draft)
    messages.success(request, _("The words are saved."))
    return at


def _describe(request: HttpRequest, draft: Revision) -> str:
    row = _row(request, draft)
    actions.describe(
        by=request.user, row=row, caption=request.POST.get("caption", ""),
        description=request.POST.get("description", ""), was=request.POST.get("was", ""),
    )  # fmt: skip
    return f"file-{row.file.uid}"


def _shift(request: HttpRequest, draft: Revision) -> str:
    _describe(request, draft)  # what was typed and not saved yet stands in the same form
    row = _row(request, draft)
    actions.shift(by=request.user, row=row, up=request.POST["do"] == "up")
    return f"file-{row.file.uid}"


def _remove(request: HttpRequest, draft: Revision) -> str:
    row = _row(request, draft)
    kept = [draft.pk, row.file.uid, row.caption, row.description, row.position]
    actions.detach(by=request.user, row=row)
    # What is needed to undo it travels with the page; signed, so that nobody makes one up for another's file.
    request.session["taken_off"] = {
        "record": draft.record.uid,
        "name": row.file.name,
        "token": signing.dumps(kept, salt=_PUT_BACK),
    }
    return "files"


def _put_back(request: HttpRequest, draft: Revision) -> str:
    try:
        pk, uid, caption, description, position = signing.loads(
            request.POST.get("token", ""), salt=_PUT_BACK, max_age=86_400
        )
    except signing.BadSignature as error:
        raise WrongState("gone") from error
    file = get_file(uid)
    if file is None or pk != draft.pk:
        raise WrongState("gone")
    actions.attach(
        by=request.user,
        revision=draft,
        file=file,
        caption=caption,
        description=description,
        position=position,
    )
    request.session.pop("taken_off", None)
    messages.success(request, _("“%(name)s” is back.") % {"name": file.name})
    return f"file-{uid}"


def _give_up(request: HttpRequest, draft: Revision) -> str:
    upload = upload_for(request.user, request.POST.get("upload", ""))
    if upload is None or upload.target != draft.record.target:
        raise WrongState("gone")
    actions.give_up(by=request.user, upload=upload)
    return "files"


_DOES = {
    "add": _add,
    "describe": _save_words,
    "up": _shift,
    "down": _shift,
    "remove": _remove,
    "put-back": _put_back,
    "give-up": _give_up,
}
