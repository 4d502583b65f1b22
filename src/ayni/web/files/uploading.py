"""Files in pieces, for the page's script: begun, gone on with, given up. Answers are small JSON objects.

`state`: receiving, done or refused; `offset`: how many bytes are here; `html`: the row to show once it is done;
`code` and `say`: why not, for the program and for people.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from ayni.kernel.errors import ActionError, NotAllowed, WrongState
from ayni.kernel.turns import Busy
from ayni.knowledge.actions import files as actions
from ayni.knowledge.models import RevisionFile
from ayni.knowledge.queries.drafts import draft_for
from ayni.registry.actions import uploads
from ayni.registry.filing.refusals import Refused
from ayni.registry.models import Person, Upload
from ayni.registry.queries.files import upload_for
from ayni.registry.states import UploadState
from ayni.web.files import words
from ayni.web.files.presenting import attached_file
from ayni.web.middleware import storage_fault

_PREFIX = "knowledge.record:"
_LONGEST_QUESTION = 4096
View = Callable[..., HttpResponse]


def in_json(view: View) -> View:
    """Refusals as JSON with a status: 409 to go on elsewhere, 422 for good, 503 later, 401 log in first."""

    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, Person):
            return JsonResponse({"code": "log_in"}, status=401)
        try:
            return view(request, *args, **kwargs)
        except uploads.WrongOffset as error:
            return JsonResponse({"code": error.code, "offset": error.params["offset"]}, status=409)
        except Busy as error:  # all of it is here: it is asked for again without being sent again
            said = {"code": error.code, "say": words.of(error)}
            return JsonResponse(said, status=503, headers={"Retry-After": "10"})
        except ActionError as error:
            return _refusal(error)
        except OSError as error:
            if storage_fault(error) is None:
                raise
            said = {"code": "full", "say": words.of_code("full")}
            return JsonResponse(said, status=503, headers={"Retry-After": "60"})

    return answer


def _refusal(error: ActionError) -> JsonResponse:
    status = 409 if isinstance(error, WrongState) else 403 if isinstance(error, NotAllowed) else 422
    code = words.code_of(error)
    return JsonResponse({"code": code, "say": words.of_code(code, error.params)}, status=status)


@require_POST
@in_json
def begin(request: HttpRequest) -> HttpResponse:
    """{"target", "name", "size", "fingerprint"} -> where to go on. The same file for the same draft: the same upload."""
    asked = _asked(request)
    target = str(asked.get("target", ""))
    revision = draft_for(request.user, target.removeprefix(_PREFIX), to_change=True)
    if revision is None or not target.startswith(_PREFIX):
        raise Http404
    size = asked.get("size")
    upload = actions.begin_upload(
        by=request.user, revision=revision, name=str(asked.get("name", "")),
        size=size if isinstance(size, int) and not isinstance(size, bool) else -1,
        fingerprint=str(asked.get("fingerprint", "")),
    )  # fmt: skip
    return _told(request, upload)


@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
@in_json
def upload(request: HttpRequest, uid: str) -> HttpResponse:
    """How far it is; a further piece (`Upload-Offset`; an empty one only finishes); or no more of it."""
    found = upload_for(request.user, uid)
    if found is None:
        raise Http404
    if request.method == "DELETE":
        actions.give_up(by=request.user, upload=found)
        return JsonResponse({"state": "given-up"})
    if request.method == "PATCH":
        _take_piece(request, found)
    return _told(request, found)


def _take_piece(request: HttpRequest, found: Upload) -> None:
    offset = request.headers.get("Upload-Offset", "")
    if not offset.isdecimal() or len(offset) > 12:  # noqa: PLR2004 - digits of any size there is
        raise Refused("wrong_offset")
    if int(request.headers.get("Content-Length") or 0) > uploads.PIECE_LIMIT:
        raise Refused("piece_too_large", limit=uploads.PIECE_LIMIT)
    if found.state == UploadState.RECEIVING and request.body:
        uploads.add_piece(by=request.user, upload=found, offset=int(offset), piece=request.body)
    if found.state == UploadState.DONE or found.received == found.size:
        actions.finish_upload(by=request.user, upload=found)
        found.refresh_from_db()


def _told(request: HttpRequest, found: Upload) -> JsonResponse:
    facts: dict[str, Any] = {"id": found.uid, "state": found.state, "offset": found.received}
    if found.state == UploadState.REFUSED:
        facts |= {"code": found.fault, "say": words.of_code(found.fault)}
    if found.state == UploadState.DONE and found.file:
        facts["file"] = found.file.uid
        revision = draft_for(request.user, found.target.removeprefix(_PREFIX))
        row = RevisionFile.objects.filter(revision=revision, file=found.file).select_related("file").first()
        if row and revision:
            shown = {"one": attached_file(row), "fresh": True}
            facts["html"] = render_to_string("files/attached_row.html", shown, request=request)
    return JsonResponse(facts, headers={"Upload-Offset": str(found.received)})


def _asked(request: HttpRequest) -> dict[str, Any]:
    if int(request.headers.get("Content-Length") or 0) > _LONGEST_QUESTION:
        raise Refused("wrong_type")
    try:
        asked = json.loads(request.body)
    except ValueError as error:
        raise Refused("wrong_type") from error
    if not isinstance(asked, dict):
        raise Refused("wrong_type")
    return asked
