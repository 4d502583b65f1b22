from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ayni.kernel.errors import ActionError, Invalid
from ayni.knowledge import policies
from ayni.knowledge.actions import machine as machines
from ayni.knowledge.actions import translations as actions
from ayni.knowledge.actions.translations import PassageEdit, SavedPassages
from ayni.knowledge.models import Record
from ayni.knowledge.queries import records, translations
from ayni.knowledge.queries.translations import Sheet
from ayni.language.codes import CONTENT_LANGUAGES, content_language
from ayni.registry.models import Person
from ayni.registry.translators import is_there
from ayni.web.translating import glossary, presenting
from ayni.web.words_back import gives_words_back

PER_PAGE = 20


@never_cache
@login_required
@require_safe
def wanted(request: HttpRequest) -> HttpResponse:
    """What waits to be translated, begun and read. `?to=`: into which language."""
    person = _person(request)
    own = content_language(person.language)
    chosen = request.GET.get("to", "")
    language = chosen if chosen in CONTENT_LANGUAGES else own
    may = policies.WRITES_SOMEWHERE.allows(person, None) or person.is_moderator
    page = (
        Paginator(translations.wanted(language), PER_PAGE).get_page(request.GET.get("page")) if may else None
    )
    context = {
        "area": "translate",
        "may": may,
        "to": language,
        "languages": CONTENT_LANGUAGES,
        "page": page,
        "page_query": f"to={language}&",
        "to_read": translations.to_read(person, policies.approve_translation.scope(person)),
        "mine": translations.mine(person),
    }
    return render(request, "translating/wanted.html", context)


@never_cache
@gives_words_back
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, uid: str, language: str) -> HttpResponse:
    person = _person(request)
    record = records.get_record_for(person, uid)
    if record is None and request.method == "POST" and records.withdrawn_record(uid):
        return _too_late(request, language)
    record = _translatable(person, record, language)
    if request.method != "POST":
        return _page(request, translations.sheet_of(record, language))
    edits = _edits(request.POST)
    try:
        saved = actions.save_translation(by=person, record=record, language=language, edits=edits)
        if saved.clashes or saved.faults:
            return _page(request, translations.sheet_of(record, language), edits, saved)
        return _after(request, person, record, language, len(saved.changed))
    except ActionError as error:
        return _page(request, translations.sheet_of(record, language), edits, SavedPassages(), error)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def machine(request: HttpRequest, uid: str, language: str) -> HttpResponse:
    """Ask a machine for a first version of what nobody has translated."""
    person = _person(request)
    record = _translatable(person, records.get_record_for(person, uid), language)
    if request.method != "POST":  # from a log-in in between
        return redirect("translate-record", uid=record.uid, language=language)
    try:
        machines.ask_machine(by=person, record=record, language=language)
        messages.success(request, _("A machine has been asked. You are told when its words are there."))
    except ActionError as error:
        messages.warning(request, presenting.sentence(error))
    return redirect("translate-record", uid=record.uid, language=language)


@never_cache
@gives_words_back
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, uid: str, language: str) -> HttpResponse:
    """For somebody who did not write it: say that it is right, or what should change."""
    person = _person(request)
    record = records.get_record_for(person, uid)
    if (
        record is None
        or not policies.approve_translation.allows(person, record)
        or not _other(record, language)
    ):
        raise Http404
    if request.method != "POST":
        return _reading_page(request, record, language)
    try:
        sentence = _decide(request, person, record, language)
    except Invalid:
        return _reading_page(
            request, record, language, note_fault=_("Say what should change, so that they know.")
        )
    except ActionError as error:
        return _reading_page(request, record, language, error=presenting.sentence(error))
    messages.success(request, sentence)
    here = translations.sheet_of(record, language).to_read_by(person)
    return redirect("translate-read", uid, language) if here else redirect("translate")


def _person(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def _other(record: Record, language: str) -> bool:
    return language in CONTENT_LANGUAGES and language != record.language


def _translatable(person: Person, record: Record | None, language: str) -> Record:
    if record is None or not policies.translate_record.allows(person, record) or not _other(record, language):
        raise Http404
    return record


def _edits(post: QueryDict) -> list[PassageEdit]:
    """The fields come in fours: `path-0`, `text-0`, `was-0`, `source-0`, and so on."""
    numbers = [key.removeprefix("path-") for key in post if key.startswith("path-")]
    return [
        PassageEdit(
            post[f"path-{n}"],
            post.get(f"text-{n}", ""),
            post.get(f"was-{n}", ""),
            post.get(f"source-{n}", ""),
        )
        for n in numbers
        if f"text-{n}" in post
    ]


def _after(request: HttpRequest, person: Person, record: Record, language: str, changed: int) -> HttpResponse:
    """Everything was saved: do what the pressed button says, and go where it leads."""
    part = request.POST.get("part", "")
    number = request.POST.get("keep")
    if number is not None:
        path, source = request.POST.get(f"path-{number}", ""), request.POST.get(f"source-{number}", "")
        actions.keep_translation(by=person, record=record, language=language, path=path, source=source)
        messages.success(request, _("Kept as it is, for the original as it is now."))
    elif request.POST.get("do") == "hand-in":
        actions.hand_in_translation(by=person, record=record, language=language)
        messages.success(request, _("Handed in. Somebody who did not write it is asked to read it."))
        return redirect("translate")
    elif changed:
        text = ngettext("%(count)s passage saved.", "%(count)s passages saved.", changed)
        messages.success(request, text % {"count": changed})
    else:
        messages.info(request, _("Nothing was changed."))
    if request.POST.get("do") == "next":
        part = request.POST.get("next", part)
    anchor = f"#p{number}" if number is not None and number.isdigit() else ""
    query = f"?part={int(part)}" if part.isascii() and part.isdigit() and len(part) < 4 else ""  # noqa: PLR2004
    return redirect(reverse("translate-record", args=[record.uid, language]) + query + anchor)


def _page(
    request: HttpRequest,
    sheet: Sheet,
    edits: list[PassageEdit] | None = None,
    saved: SavedPassages | None = None,
    error: ActionError | None = None,
) -> HttpResponse:
    part = presenting.part_of(sheet.passages, request.POST.get("part") or request.GET.get("part", ""))
    typed = {edit.path: edit.text for edit in edits or []}
    rows = presenting.rows_of(sheet.record, part.passages, typed, saved)
    person = _person(request)
    for row in rows:
        draft = row.passage.draft
        row.is_anothers = bool(draft and not translations.may_continue(person, sheet.record, draft))
    glossary.add(rows, sheet.record.language, sheet.language)
    known = {passage.path for passage in sheet.passages}
    context = _standing(person, sheet) | {
        "part": part,
        "rows": rows,
        "unsaved": [row for row in rows if row.fault or row.theirs],
        # A form that came too late may have passages that the record no longer has.
        "lost": [text for path, text in typed.items() if saved and path not in known and text],
        "error": presenting.sentence(error) if error else "",
    }
    return render(
        request, "translating/write.html", context, status=409 if context["unsaved"] or error else 200
    )


def _standing(person: Person, sheet: Sheet) -> dict[str, Any]:
    """How far the translation is, and what the person may do about it."""
    reads = policies.approve_translation.allows(person, sheet.record)
    return {
        "area": "translate",
        "sheet": sheet,
        "record": sheet.record,
        "to": sheet.language,
        "total": len(sheet.passages),
        "may_read": reads and sheet.to_read_by(person),
        "may_ask": is_there() and any(not passage.text for passage in sheet.passages),
        "others": [name for uid, name in sheet.authors.items() if uid != person.uid],
    }


def _too_late(request: HttpRequest, language: str) -> HttpResponse:
    """The record was withdrawn while somebody was translating: their words are shown, to be copied."""
    texts = [edit.text for edit in _edits(request.POST) if edit.text.strip()]
    return render(request, "translating/too_late.html", {"texts": texts, "to": language}, status=410)


def _reading_page(
    request: HttpRequest, record: Record, language: str, *, error: str = "", note_fault: str = ""
) -> HttpResponse:
    sheet = translations.sheet_of(record, language)
    mine = sheet.to_read_by(_person(request))
    part = presenting.part_of(mine, "")
    context = {
        "area": "translate",
        "sheet": sheet,
        "record": record,
        "to": language,
        "rows": presenting.to_read(record, part.passages),
        "left": len(mine) - len(part.passages),
        "own": len(sheet.handed_in) - len(mine),
        "people": presenting.people(sheet),
        "error": error,
        "note_fault": note_fault,
        "note": request.POST.get("note", ""),
    }
    return render(request, "translating/read.html", context, status=409 if error or note_fault else 200)


def _decide(request: HttpRequest, person: Person, record: Record, language: str) -> str:
    """What the reader said; the sentence that answers it."""
    if request.POST.get("do") == "back":
        note = request.POST.get("note", "")
        actions.send_back_translation(by=person, record=record, language=language, note=note)
        return _("Sent back with your words. The translators are told.")
    seen = dict(zip(request.POST.getlist("path"), request.POST.getlist("was"), strict=False))
    paths = actions.approve_translation(by=person, record=record, language=language, read=seen)
    text = ngettext(
        "%(count)s passage can now be read by everyone.",
        "%(count)s passages can now be read by everyone.",
        len(paths),
    )
    return text % {"count": len(paths)}
