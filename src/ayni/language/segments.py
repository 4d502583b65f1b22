"""Light Markdown cut into what a translator may change and what it must leave alone.

Kept as they are: list marks and quote marks at the start of a line, addresses, code, and the line breaks. Joined,
the pieces are the text again.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINE_START = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)]|>|#{1,6})[ \t]+)*")
# Code, the target of a link, web addresses, e-mail addresses.
_KEPT = re.compile(r"`[^`\n]+`|\]\([^)\s]+\)|https?://[^\s<>()\[\]]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SENTENCE_END = re.compile(r"(?<=[.!?;。！？؟])\s+|(?<=[。！？])")


@dataclass(frozen=True)
class Segment:
    text: str
    is_words: bool


def segments(text: str, longest: int) -> list[Segment]:
    """The pieces in order; those with words are at most `longest` characters, cut between sentences if need be."""
    return [piece for line in text.splitlines(keepends=True) for piece in _of_line(line, longest)]


def _of_line(line: str, longest: int) -> Iterator[Segment]:
    body = line.rstrip("\r\n")
    start = _LINE_START.match(body)
    at = start.end() if start else 0
    if at:
        yield Segment(body[:at], False)
    for kept in _KEPT.finditer(body, at):
        yield from _words(body[at : kept.start()], longest)
        yield Segment(kept[0], False)
        at = kept.end()
    yield from _words(body[at:], longest)
    if len(line) > len(body):
        yield Segment(line[len(body) :], False)


def _words(text: str, longest: int) -> Iterator[Segment]:
    """Spaces and signs around the words stay where they are: translators drop them."""
    if not any(char.isalpha() for char in text):
        if text:
            yield Segment(text, False)
        return
    before = len(text) - len(text.lstrip(" \t[]"))
    after = len(text.rstrip(" \t[]"))
    if before:
        yield Segment(text[:before], False)
    at = before
    while after - at > longest:
        ends = [end.end() for end in _SENTENCE_END.finditer(text, at, at + longest)]
        cut = ends[-1] if ends and ends[-1] > at else text.rfind(" ", at, at + longest) + 1 or at + longest
        cut = cut if cut > at else at + longest
        yield Segment(text[at:cut], True)
        at = cut
    yield Segment(text[at:after], True)
    if after < len(text):
        yield Segment(text[after:], False)
