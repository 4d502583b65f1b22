"""What was understood of a file, ready for its page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ayni.kernel.errors import Fault
from ayni.knowledge import drafts
from ayni.knowledge.documents import TAGS
from ayni.knowledge.formats.word_fields import KINDS, asked_for
from ayni.knowledge.states import Form, Kind
from ayni.language.codes import content_language
from ayni.registry.queries.vocabularies import concepts
from ayni.web.fields import fault_text, field_label
from ayni.web.writing import from_words
from ayni.web.writing.from_reading import ToBe, Understood

_SHOWN = 600  # characters of a long text; the draft has all of it


def templates() -> list[tuple[str, str]]:
    """(what it is for, where it is)."""
    names = {
        (Kind.PRACTICE, Form.SNAPSHOT): _("Good practice: snapshot"),
        (Kind.PRACTICE, Form.FULL): _("Good practice: full description"),
        (Kind.LESSON, ""): _("Lesson learned"),
        (Kind.PUBLICATION, ""): _("Publication"),
    }
    return [
        (names[which], reverse("write-template", args=["-".join(filter(None, which))])) for which in KINDS
    ]


def context_of(found: Understood) -> dict[str, Any]:
    is_word = len(found.drafts) == 1 and not found.drafts[0].number
    context: dict[str, Any] = {"found": found, "is_word": is_word}
    if is_word:
        draft = found.drafts[0]
        context |= {
            "draft": draft,
            "fields": _fields(draft),
            "left_over": "\n\n".join(draft.left_over),
            "notes": [from_words.note_text(note, draft.kind, draft.form) for note in found.notes if note.code != "missing_field"],
            "missing": [field_label(note.path, draft.kind, draft.form) for note in found.notes if note.code == "missing_field"],
        }  # fmt: skip
    else:
        context |= {
            "rows": [
                (draft.number, draft.values.get("title", ""), Kind(draft.kind).label)
                for draft in found.drafts
            ],
            "faults": faults_of(found.faults),
        }
    return context


def faults_of(refused: list[tuple[int, str, list[Fault]]]) -> list[tuple[int, str, list[tuple[str, str]]]]:
    """Rows that cannot be taken: number, title, and column and sentence of each fault."""
    return [
        (number, title, [(fault.path, from_words.cell_fault(fault)) for fault in faults])
        for number, title, faults in refused
    ]


def _fields(draft: ToBe) -> list[dict[str, Any]]:
    """Each field with its words, as far as a page shows them, and what is wrong with it."""
    shown = []
    for path in [one.path for one in asked_for(draft.kind, draft.form) if one.path in draft.values]:
        value = draft.values[path]
        _kept, faults = drafts.checked_value(path, value, draft.kind, draft.form)
        lines = _lines(path, value)
        text = "\n".join(lines)
        shown.append({
            "label": field_label(path, draft.kind, draft.form), "text": text[:_SHOWN], "is_cut": len(text) > _SHOWN,
            "faults": [fault_text(fault) for fault in faults],
        })  # fmt: skip
    return shown


def _lines(path: str, value: Any) -> list[str]:
    if path.startswith("tags."):
        language = content_language(get_language() or "en")
        terms = [concepts().get(TAGS[path.partition(".")[2]], code) for code in value]
        return [", ".join(term.short(language) for term in terms if term)]
    if isinstance(value, list):
        return [" – ".join(map(str, row.values())) if isinstance(row, dict) else str(row) for row in value]
    return [str(value)]
