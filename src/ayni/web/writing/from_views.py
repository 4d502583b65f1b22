"""Drafts that begin from what exists: a filled-in file, another's practice, an activity record."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ayni.knowledge import import_words
from ayni.knowledge.actions import beginnings
from ayni.knowledge.formats import FileFault, template, word
from ayni.knowledge.formats.word_fields import KINDS, asked_for
from ayni.knowledge.models import Record
from ayni.knowledge.queries.records import get_record_for, read
from ayni.knowledge.states import Kind
from ayni.language.codes import CONTENT_LANGUAGES, content_language, native_name
from ayni.registry.models import Institution, Person
from ayni.registry.queries.institutions import get_institution, names_in
from ayni.registry.queries.vocabularies import concepts
from ayni.web import addresses
from ayni.web.writing import from_reading, from_showing, from_words
from ayni.web.writing.forms import institutions_to_write_for
from ayni.web.writing.word_words import required_of, words_in

View = Callable[..., HttpResponse]
_UNPROCESSABLE = 422
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NAMES = {"-".join(filter(None, which)): which for which in KINDS}


def for_writers(view: View) -> View:
    """Who writes for no institution is sent to the start page, which says whom to ask."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, Person) or not institutions_to_write_for(request.user):
            return redirect("write-start")
        return view(request, *args, **kwargs)

    return guarded


def writer(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def to_draft(request: HttpRequest, begun: beginnings.Begun, made: str) -> HttpResponse:
    """Go on in the draft; `made` is said where it is a new one."""
    text = made if begun.is_new else _("This draft was there already. It is as you left it.")
    messages.success(request, text)
    return redirect("write-draft", uid=begun.revision.record.uid)


def choices_for(request: HttpRequest, language: str = "") -> dict[str, Any]:
    """Institutions and languages to choose from, with what is chosen."""
    reader = content_language(get_language() or "en")
    institutions = institutions_to_write_for(writer(request))
    names = names_in(reader, [one.pk for one in institutions])
    return {
        "institutions": [(one.uid, names[one.pk][0]) for one in institutions],
        "institution": request.POST.get("institution", ""),
        "languages": [(code, native_name(code)) for code in CONTENT_LANGUAGES],
        "chosen_language": language or request.POST.get("language", "") or reader,
    }


def chosen_institution(request: HttpRequest, uid: str = "") -> Institution | None:
    """The one that is named, today; the first of the person's where none is. None: it is not theirs, or no longer."""
    institutions = institutions_to_write_for(writer(request))
    wanted = uid or request.POST.get("institution", "")
    if not wanted:
        return institutions[0]
    stays = get_institution(wanted)
    return stays if stays in institutions else None


def may_not() -> str:
    return _("You may not do this here.")


@for_writers
@require_safe
def word_template(request: HttpRequest, name: str) -> HttpResponse:
    """The template in the language of the page."""
    del request
    if name not in _NAMES:
        raise Http404
    kind, form = _NAMES[name]
    words = words_in(get_language() or "en", kind, form, concepts())
    content = word.write(kind, form, words, asked_for(kind, form), required_of(kind, form))
    headers = {"Content-Disposition": f'attachment; filename="ayni-{name}.docx"'}
    return HttpResponse(content, content_type=_WORD, headers=headers)


@for_writers
@require_safe
def sheet_template(request: HttpRequest) -> HttpResponse:
    del request
    headers = {"Content-Disposition": 'attachment; filename="ayni-records.xlsx"'}
    return HttpResponse(template.write_xlsx(import_words.column_help), content_type=_SHEET, headers=headers)


@for_writers
@require_http_methods(["GET", "HEAD", "POST"])
def from_file(request: HttpRequest) -> HttpResponse:
    """Upload a filled-in file; look at what was understood; say yes. Nothing is stored before the yes."""
    if request.method != "POST":
        return _upload_page(request)
    if "understood" in request.POST:
        return _make_drafts(request)
    file = request.FILES.get("file")
    if getattr(request, "upload_too_large", False) or (file and file.size > from_reading.limits().bytes):
        limit = filesizeformat(from_reading.limits().bytes)
        return _upload_page(request, _("The file is larger than %(limit)s.") % {"limit": limit}, 413)
    if file is None:
        return _upload_page(request, _("Choose a file first."), _UNPROCESSABLE)
    try:
        path = Path(file.temporary_file_path())
        found = from_reading.understand(path, institutions_to_write_for(writer(request)), file.name or "")
        text = from_reading.carried(writer(request), found) if found.drafts else ""
    except FileFault as fault:
        return _upload_page(request, from_words.file_fault(fault), _UNPROCESSABLE)
    language = found.detected or (found.drafts[0].language if found.drafts else "")
    context = from_showing.context_of(found) | choices_for(request, language) | {"understood": text}
    return render(request, "writing/from_file_preview.html", context | {"area": "write"})


def _upload_page(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    context = {
        "area": "write",
        "error": error,
        "templates": from_showing.templates(),
        "limit": filesizeformat(from_reading.limits().bytes),
    }
    return render(request, "writing/from_file.html", context, status=status)


def _make_drafts(request: HttpRequest) -> HttpResponse:
    try:
        drafts = from_reading.brought_back(writer(request), request.POST["understood"])
    except FileFault as fault:
        return _upload_page(request, from_words.file_fault(fault), _UNPROCESSABLE)
    owners = [(one, chosen_institution(request, one.institution)) for one in drafts]
    if any(owner is None and not one.institution for one, owner in owners):
        return _upload_page(request, may_not(), _UNPROCESSABLE)
    refused = [from_reading.refused(one) for one, owner in owners if owner is None]
    chosen = request.POST.get("language", "")
    begun = [
        beginnings.begin_from_values(
            by=writer(request), kind=one.kind, form=one.form,
            language=chosen if not one.number and chosen in CONTENT_LANGUAGES else one.language,
            owner=owner, values=one.values, left_over=one.left_over, key=one.key,
        )
        for one, owner in owners
        if owner is not None
    ]  # fmt: skip
    if len(begun) == 1 and not refused:
        return to_draft(request, begun[0], _("Your draft is made. Check it here."))
    new = sum(one.is_new for one in begun)
    context = {"area": "write", "begun": begun, "new": new, "there": len(begun) - new}
    made = ngettext("%(count)s draft is made.", "%(count)s drafts are made.", new) % {"count": new}
    context |= {"made": made, "faults": from_showing.faults_of(refused)}
    return render(request, "writing/from_file_done.html", context, status=_UNPROCESSABLE if refused else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def from_activity(request: HttpRequest, uid: str) -> HttpResponse:
    """Begin a practice from what an activity record says."""
    record = _readable(request, uid, Kind.ACTIVITY)
    if not institutions_to_write_for(writer(request)):
        return redirect("write-start")
    if request.method != "POST":
        return _ask_page(request, record, "writing/from_activity.html")
    owner = chosen_institution(request)
    if owner is None:
        return _ask_page(request, record, "writing/from_activity.html", may_not())
    begun = beginnings.begin_from_activity(by=writer(request), activity=record, owner=owner)
    return to_draft(
        request, begun, _("Your draft is made. What is copied is a start: change what is not so.")
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def adaptation(request: HttpRequest, uid: str) -> HttpResponse:
    """Begin the description of what was done elsewhere too."""
    record = _readable(request, uid, Kind.PRACTICE)
    if not institutions_to_write_for(writer(request)):
        return redirect("write-start")
    if request.method != "POST":
        return _ask_page(request, record, "writing/adaptation.html")
    language = request.POST.get("language", "")
    owner = chosen_institution(request)
    if owner is None:
        return _ask_page(request, record, "writing/adaptation.html", may_not())
    begun = beginnings.begin_adaptation(
        by=writer(request), original=record, owner=owner,
        language=language if language in CONTENT_LANGUAGES else content_language(get_language() or "en"),
    )  # fmt: skip
    return to_draft(request, begun, _("Your draft is made, with a link to the practice it adapts."))


def _readable(request: HttpRequest, uid: str, kind: str) -> Record:
    record = get_record_for(request.user, uid)
    if record is None or record.kind != kind:
        raise Http404
    return record


def _ask_page(request: HttpRequest, record: Record, page: str, error: str = "") -> HttpResponse:
    if error:
        messages.error(request, error)
    reading = read(record, content_language(get_language() or "en"))
    context = {"area": "write", "record": record, "reading": reading, "address": addresses.record_url(record)}
    return render(request, page, context | choices_for(request), status=_UNPROCESSABLE if error else 200)
