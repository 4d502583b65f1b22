"""The files of a draft, by plain forms: everything the script does can be done here without it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
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
from ayni.web.files.presenting import attached_files
from ayni.web.words_back import give, gives_words_back

_PUT_BACK = "ayni.files.put-back"


@never_cache
@gives_words_back
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, uid: str) -> HttpResponse:
    """The files of a record's draft, in one form. `do`: see `_DOES`, with the file after a colon.

    Whichever button is pressed, the words about all files are saved first: nobody loses what they typed.
    """
    draft = draft_for(request.user, uid, to_change=True)
    if draft is None:
        raise Http404
    if request.method != "POST":
        return _page(request, draft)
    if getattr(request, "upload_too_large", False):
        return _page(request, draft, fault=_too_large(), at_file=True, typed=_typed(request), status=413)
    what, _colon, which = request.POST.get("do", "").partition(":")
    do = _DOES.get(what)
    if do is None:
        raise Http404
    try:
        written = actions.describe_all(by=request.user, revision=draft, words=_typed(request))
        return redirect(do(request, draft, which) or _at(draft, written))
    except ActionError as error:
        return _refused(request, draft, error, at_file=what == "add" or bool(request.FILES))


def _typed(request: HttpRequest) -> dict[str, actions.Words]:
    """By file, what was sent about it."""
    sent = request.POST
    names = [name.removeprefix("was-") for name in sent if name.startswith("was-")]
    return {
        uid: actions.Words(sent.get(f"caption-{uid}", ""), sent.get(f"description-{uid}", ""), sent[f"was-{uid}"])
        for uid in names
    }  # fmt: skip


def _refused(request: HttpRequest, draft: Revision, error: ActionError, *, at_file: bool) -> HttpResponse:
    """With the reason, and with the words that were typed, wherever they can still stand."""
    why = words.of(error)
    if error.code == "not_editable" and (answer := give(request, "handed-in", why)):
        return answer
    busy = isinstance(error, Busy)
    status = 503 if busy else 409 if isinstance(error, WrongState) else 422
    typed = _typed(request)
    at_file = at_file and error.code not in {"changed_meanwhile", "gone"}
    response = _page(request, draft, fault=why, at_file=at_file, typed=typed, status=status)
    if busy:
        response["Retry-After"] = "10"
    return response


def _page(
    request: HttpRequest, draft: Revision, *, status: int = 200, typed: dict[str, actions.Words] | None = None,
    **context: Any,
) -> HttpResponse:  # fmt: skip
    rows = attached_files(draft, typed)
    there = {row.uid for row in rows}
    context["rows"] = rows
    context["clashing"] = next((row for row in rows if row.theirs), None)
    context["homeless"] = [one for uid, one in (typed or {}).items() if uid not in there and one.written]
    return render(request, "files/of_draft.html", {"draft": draft, "area": "write", **context}, status=status)


def _at(draft: Revision, rows: list[RevisionFile]) -> str:
    place = f"file-{rows[0].file.uid}" if rows else "files"
    return f"{reverse('draft-files', args=(draft.record.uid,))}#{place}"


def _too_large() -> str:
    return words.of_code("too_large", {"limit": settings.FILE_LIMIT})


def _row(draft: Revision, uid: str) -> RevisionFile:
    row = draft.files.select_related("file").filter(file__uid=uid).first()
    if row is None:
        raise WrongState("gone")
    row.revision = draft
    return row


def _add(request: HttpRequest, draft: Revision, which: str = "") -> str:
    del which
    sent = request.FILES.get("file")
    if sent is None:
        raise WrongState("no_file")
    row = actions.receive(
        by=request.user, revision=draft, path=Path(sent.temporary_file_path()), name=sent.name or ""
    )
    messages.success(request, _("“%(name)s” is added.") % {"name": row.file.name})
    return _at(draft, [row])


def _save_words(request: HttpRequest, draft: Revision, which: str) -> str:
    del which
    added = _add(request, draft) if request.FILES else ""
    messages.success(request, _("The words are saved."))
    return added


def _go_on(request: HttpRequest, draft: Revision, which: str) -> str:
    """To the next page; a file that was chosen and not added yet is added, and shown first."""
    del which
    return _add(request, draft) if request.FILES else reverse("write-draft", args=(draft.record.uid,))


def _shift(request: HttpRequest, draft: Revision, which: str) -> str:
    row = _row(draft, which)
    actions.shift(by=request.user, row=row, up=request.POST["do"].startswith("up:"))
    return _at(draft, [row])


def _remove(request: HttpRequest, draft: Revision, which: str) -> str:
    row = _row(draft, which)
    kept = [draft.pk, row.file.uid, row.caption, row.description, row.position]
    actions.detach(by=request.user, row=row)
    # What is needed to undo it travels with the page; signed, so that nobody makes one up for another's file.
    request.session["taken_off"] = {
        "record": draft.record.uid,
        "name": row.file.name,
        "token": signing.dumps(kept, salt=_PUT_BACK),
    }
    return f"{reverse('draft-files', args=(draft.record.uid,))}#taken-off"


def _put_back(request: HttpRequest, draft: Revision, which: str) -> str:
    del which
    try:
        pk, uid, caption, description, position = signing.loads(
            request.POST.get("token", ""), salt=_PUT_BACK, max_age=86_400
        )
    except signing.BadSignature as error:
        raise WrongState("gone") from error
    file = get_file(uid)
    if file is None or pk != draft.pk:
        raise WrongState("gone")
    row = actions.attach(
        by=request.user,
        revision=draft,
        file=file,
        caption=caption,
        description=description,
        position=position,
    )
    request.session.pop("taken_off", None)
    messages.success(request, _("“%(name)s” is back.") % {"name": file.name})
    return _at(draft, [row])


def _give_up(request: HttpRequest, draft: Revision, which: str) -> str:
    upload = upload_for(request.user, which)
    if upload is None or upload.target != draft.record.target:
        raise WrongState("gone")
    actions.give_up(by=request.user, upload=upload)
    return _at(draft, [])


_DOES = {
    "add": _add,
    "describe": _save_words,
    "continue": _go_on,
    "up": _shift,
    "down": _shift,
    "remove": _remove,
    "put-back": _put_back,
    "give-up": _give_up,
}
