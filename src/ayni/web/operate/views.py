from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ayni.kernel.errors import WrongState
from ayni.knowledge import import_words as words
from ayni.knowledge import policies
from ayni.knowledge.actions.import_lease import Busy
from ayni.knowledge.actions.imports import DryRun, check_file, start_batch
from ayni.knowledge.actions.undo_import import ask_to_undo
from ayni.knowledge.formats import FileFault
from ayni.knowledge.formats import template as sheet_template
from ayni.knowledge.models import ImportBatch
from ayni.knowledge.queries import imports as queries
from ayni.knowledge.states import BATCH_MOVES, BatchState
from ayni.registry.models import Person
from ayni.web.operate import presenting
from ayni.web.operate.forms import UploadForm

_PER_PAGE = 100
_GOING_ON = {BatchState.WAITING, BatchState.RUNNING, BatchState.UNDOING}
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
View = Callable[..., HttpResponse]


def operators_only(view: View) -> View:
    """To others these pages are not there."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not policies.run_import.allows(request.user, None):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _operator(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def _batch(request: HttpRequest, uid: str) -> ImportBatch:
    batch = queries.get_batch_for(_operator(request), uid)
    if batch is None:
        raise Http404
    return batch


@operators_only
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _list(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if getattr(request, "upload_too_large", False):
        form.errors.clear()
        limit = filesizeformat(settings.UPLOAD_LIMIT)
        form.add_error("file", _("The file is larger than %(limit)s. Split it.") % {"limit": limit})
        return _list(request, form, status=413)
    if not form.is_valid():
        return _list(request, form, status=422)
    try:
        if request.POST.get("do") == "check":
            return _list(request, form, report=_check(request, form))
        batch = _start(request, form)
    except FileFault as fault:
        form.add_error("file", words.file_fault(fault.code, fault.params))
        return _list(request, form, status=422)
    return redirect("operate-import", uid=batch.uid)


def _list(
    request: HttpRequest, form: UploadForm, *, report: DryRun | None = None, status: int = 200
) -> HttpResponse:
    page = Paginator(queries.batches_for(_operator(request)), 30).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "area": "imports",
        "form": form,
        "page": page,
        "page_query": "",
        "report": report,
    }
    if report:
        context |= {
            "counts": presenting.labelled(report.counts()),
            "faults": presenting.fault_lines(report.rows)[:_PER_PAGE],
            "notes": presenting.note_lines(report.rows)[:_PER_PAGE],
            "alike": [row for row in report.rows if row.near][:_PER_PAGE],
        }
    return render(request, "operate/imports.html", context, status=status)


def _check(request: HttpRequest, form: UploadForm) -> DryRun:
    path = Path(form.cleaned_data["file"].temporary_file_path())
    return check_file(by=_operator(request), path=path, publishes=form.cleaned_data["publish"])


def _start(request: HttpRequest, form: UploadForm) -> ImportBatch:
    file = form.cleaned_data["file"]
    return start_batch(
        by=_operator(request), path=Path(file.temporary_file_path()), publishes=form.cleaned_data["publish"],
        file_name=file.name, keep_file=True,
    )  # fmt: skip


@operators_only
@require_safe
def one_import(request: HttpRequest, uid: str) -> HttpResponse:
    batch = _batch(request, uid)
    rows = Paginator(queries.rows_with_something_to_say(batch), _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "area": "imports",
        "batch": batch,
        "going_on": batch.state in _GOING_ON,
        "file_sentence": presenting.file_sentence(batch),
        "counts": presenting.labelled(queries.counts(batch)),
        "drafts": queries.drafts_of(batch),
        "page": rows,
        "page_query": "",
        "faults": presenting.fault_lines(row for row in rows if row.number),
        "notes": presenting.note_lines(queries.rows_with_notes(batch)[:_PER_PAGE]),
        "near": queries.near_pairs(batch, limit=_PER_PAGE),
        "kept": queries.kept_by_undo(batch),
        "may_undo": "start undoing" in BATCH_MOVES.possible(batch.state)
        and batch.state != BatchState.UNDOING,
    }
    return render(request, "operate/import.html", context)


@operators_only
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, uid: str) -> HttpResponse:
    batch = _batch(request, uid)
    if request.method != "POST":
        context = {"area": "imports", "batch": batch, "counts": presenting.labelled(queries.counts(batch))}
        return render(request, "operate/undo.html", context)
    try:
        ask_to_undo(by=_operator(request), batch=batch)
    except Busy:
        messages.error(request, _("This import is still under way. Wait until it is done."))
    except WrongState:
        messages.error(request, _("This import cannot be undone any more."))
    return redirect("operate-import", uid=batch.uid)


@operators_only
@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponse:
    del request
    write = {"xlsx": sheet_template.write_xlsx, "csv": sheet_template.write_csv}.get(kind)
    if write is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="ayni-records.{kind}"'}
    return HttpResponse(write(words.column_help), content_type=_TYPES[kind], headers=headers)
