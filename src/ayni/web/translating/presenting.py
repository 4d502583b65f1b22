"""Passages as their pages show them: in parts that are light enough for a slow line, each with its label and state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from ayni.kernel.errors import ActionError, Fault
from ayni.knowledge import drafts, translating
from ayni.knowledge.actions.translations import SavedPassages
from ayni.knowledge.models import Record
from ayni.knowledge.queries.translations import Passage, Sheet
from ayni.registry.states import TranslationStatus
from ayni.web.fields import fault_text, field_label

# What one page shows at most: so many characters of originals (a longer passage has a page of its own), so many fields.
PART_CHARACTERS = 9_000
PART_FIELDS = 14
_ROWS = (2, 18)  # of a box for paragraphs, at least and at most
_CHARACTERS_A_ROW = 52


@dataclass
class Row:
    """One passage on the page. `text` and `was` are what the form sends back when nothing is changed."""

    number: int
    passage: Passage
    label: str
    is_line: bool
    text: str
    was: str
    fault: str = ""
    theirs: str = ""  # what somebody else has written meanwhile
    is_anothers: bool = False  # whose draft the person may read, and not change
    terms: list[tuple[str, str]] = field(default_factory=list)

    @property
    def state(self) -> str:
        """Which words stand beside it; the template has them."""
        if self.passage.is_handed_in:
            return "handed-in"
        return str(self.passage.status or "missing")

    @property
    def height(self) -> int:
        length = max(len(self.text), len(self.passage.original))
        spare = 1 if self.is_line else 2
        return max(_ROWS[0], min(_ROWS[1], length // _CHARACTERS_A_ROW + self.text.count("\n") + spare))

    @property
    def may_keep(self) -> bool:
        """There are words that can be said to be right as they are."""
        if self.is_anothers:
            return False
        by_machine = self.passage.status == TranslationStatus.MACHINE
        return bool(self.passage.text and (self.passage.is_stale or by_machine))


@dataclass
class Part:
    """Some of the passages, and where they stand among the parts."""

    number: int
    count: int
    passages: list[Passage]

    @property
    def next(self) -> int:
        """The part after this one; 0 after the last."""
        return self.number + 1 if self.number < self.count else 0

    @property
    def before(self) -> int:
        return self.number - 1


def part_of(passages: list[Passage], number: str) -> Part:
    """The part asked for; the first when there is no such."""
    parts: list[list[Passage]] = [[]]
    size = 0
    for passage in passages:
        size += len(passage.original) + len(passage.text) // 2
        if parts[-1] and (size > PART_CHARACTERS or len(parts[-1]) >= PART_FIELDS):
            parts.append([])
            size = len(passage.original)
        parts[-1].append(passage)
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 1  # noqa: PLR2004
    at = wanted if 1 <= wanted <= len(parts) else 1
    return Part(at, len(parts), parts[at - 1])


def rows_of(
    record: Record, passages: Iterable[Passage], typed: Mapping[str, str], saved: SavedPassages | None
) -> list[Row]:
    """`typed`: what stood in the form that could not be stored altogether, by path."""
    form = record.published.form if record.published else ""
    faults = {fault.path: fault_text(fault) for fault in saved.faults} if saved else {}
    clashes = saved.clashes if saved else {}
    rows = []
    for number, passage in enumerate(passages):
        path = passage.path
        unsaved = path in faults or path in clashes
        rows.append(
            Row(
                number=number,
                passage=passage,
                label=field_label(path, record.kind, form),
                is_line=translating.is_line(path, record.kind, form),
                text=typed.get(path, passage.text) if unsaved else passage.text,
                was=passage.was,
                fault=faults.get(path, ""),
                theirs=clashes.get(path, ""),
            )
        )
    return rows


def to_read(record: Record, passages: Iterable[Passage]) -> list[dict[str, Any]]:
    form = record.published.form if record.published else ""
    return [
        {
            "passage": passage,
            "label": field_label(passage.path, record.kind, form),
            "was": drafts.fingerprint(passage.text),
        }
        for passage in passages
    ]


def people(sheet: Sheet) -> list[str]:
    """Names of who wrote the drafts, without those who are no longer here."""
    return sorted(name for name in sheet.authors.values() if name)


def sentence(error: ActionError) -> str:
    """What went wrong, and what to do."""
    words = {
        "original_not_public": _("This record can no longer be read here, so nothing of it is published."),
        "changed_again": _("The original has changed again. Look at the passage once more."),
        "nothing_to_hand_in": _("There is no draft to hand in yet. Translate a passage first."),
        "nothing_to_approve": _("Nothing here waits for you any more. Somebody has changed or published it."),
        "nothing_to_translate": _("There is nothing left that a machine could translate."),
        "no_translator": _("This site has no machine to ask."),
        "anothers_draft": str(fault_text(Fault("", "anothers_draft"))),
        "not_yours": _("You may not do this."),
    }
    return words.get(error.code, _("This cannot be done now. Look at the page again."))
