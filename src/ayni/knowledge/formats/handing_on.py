"""A record as an ordered document for elsewhere: neutral between Word and PDF, and free of the database.

`arrange` puts what the record says (its facts, see `handing_on_facts.py`) into the order another portal asks
for. What an order has no place for comes under "Further information": nothing is lost, nothing is said twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from ayni.knowledge.formats.handing_on_orders import ORDERS, Slot

_QUESTION_MARKS = ("?", "؟", "？")


@dataclass(frozen=True)
class Line:
    """Plain words in a language ("": a name or an address); `note` is said after them, in the document's language."""

    text: str
    language: str = ""
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Text:
    """Light Markdown."""

    markdown: str
    language: str


@dataclass(frozen=True)
class Lines:
    """`inline`: short ones that stand in one line. `label` runs in before them."""

    lines: tuple[Line, ...]
    inline: bool = False
    label: str = ""

    @property
    def is_short(self) -> bool:
        return self.inline or len(self.lines) == 1

    @property
    def run_in(self) -> str:
        """The label with its mark; a question has one already."""
        if not self.label or self.label.endswith(_QUESTION_MARKS):
            return self.label
        return _("%(label)s:") % {"label": self.label}


@dataclass(frozen=True)
class Table:
    """Results: the first row names the columns, the first cell of each row names the row."""

    label: str
    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True)
class Part:
    """A building block, a note for those who adapt it: a name, and what is said under it."""

    title: Line
    contents: tuple["Lines | Text", ...]


@dataclass(frozen=True)
class Picture:
    """`path` of an image file; `description` for those who do not see it. `ending` of its kind, where the path has none."""

    path: str
    description: str
    caption: Line | None = None
    width: int = 0  # pixels
    ending: str = ""


Content = Text | Lines | Table | Part | Picture


@dataclass(frozen=True)
class Fact:
    name: str
    label: str
    contents: tuple[Content, ...]

    @property
    def is_short(self) -> bool:
        return all(isinstance(one, Lines) and one.is_short for one in self.contents)


@dataclass(frozen=True)
class Section:
    """`label` empty: it stands without a heading. Not stated: the order asks for it, the record does not say."""

    label: str
    contents: tuple[Content, ...] = ()
    sections: tuple["Section", ...] = ()
    is_stated: bool = True


@dataclass(frozen=True)
class Document:
    """`language`: of the record's text as read, and of every label. `marks`: what a reader must know first.

    `link`: where everyone can read it; empty for a draft.
    """

    title: Line
    language: str
    kind: str
    institution: Line
    link: str
    as_of: str
    sections: tuple[Section, ...]
    marks: tuple[str, ...] = ()
    is_draft: bool = False


def arrange(facts: Iterable[Fact], order: str) -> tuple[Section, ...]:
    left = {fact.name: fact for fact in facts if fact.contents}
    found: list[Section] = []
    for slot in ORDERS[order].slots:
        taken = [left.pop(name) for name in slot.facts if name in left]
        if slot.label is None:
            found += [Section(fact.label, fact.contents) for fact in taken]
        elif taken:
            found.append(_section(slot, taken))
        elif slot.is_asked:
            found.append(Section(str(slot.label), is_stated=False))
    if left:
        found.append(_of_facts(_("Further information"), list(left.values())))
    return tuple(found)


def _section(slot: Slot, taken: list[Fact]) -> Section:
    """The fact a slot is made for needs no heading of its own below the slot's; what comes along does."""
    label = str(slot.label)
    if len(taken) == 1 and (taken[0].name == slot.facts[0] or taken[0].is_short):
        return Section(label, taken[0].contents)
    first = taken[0]
    if first.name == slot.facts[0] and not first.is_short:
        return _of_facts(label, taken[1:], first.contents)
    return _of_facts(label, taken)


def _of_facts(label: str, facts: list[Fact], before: tuple[Content, ...] = ()) -> Section:
    """Short facts first, a line each; then the long ones under headings."""
    short = [
        replace(content, label=fact.label)
        for fact in facts
        if fact.is_short
        for content in fact.contents
        if isinstance(content, Lines)
    ]
    long = [Section(fact.label, fact.contents) for fact in facts if not fact.is_short]
    if before:  # nothing may stand between a text and what goes on from it
        return Section(label, (*before, *short), tuple(long))
    return Section(label, tuple(short), tuple(long))
