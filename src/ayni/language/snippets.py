"""The part of a text that shows why it was found, with the found words marked."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from ayni.language.analysis import QueryWord, analyse

DEFAULT_LENGTH: Final = 220
# Enough of a record to find its best passage; keeps a page of results cheap.
_MOST_TOKENS: Final = 3000
_LEAD: Final = 60  # how far before the first found word a passage may begin
_WORD_SLACK: Final = 24  # how far a cut may move to fall between words
_ELLIPSIS: Final = "…"
_SPACES: Final = re.compile(r"\s+")
_SENTENCE_END: Final = re.compile(r"[.!?؟。！？\n]\s*")


class Piece(NamedTuple):
    text: str
    marked: bool


class _Match(NamedTuple):
    start: int
    end: int
    word: int  # which query word


def _matches(text: str, languages: Iterable[str], words: Sequence[QueryWord]) -> list[_Match]:
    """Places of the query's words in the text, in order, overlapping ones kept apart."""
    wanted: dict[str, int] = {}
    for number, word in enumerate(words):
        for token, _ in word.alternatives:
            wanted.setdefault(token, number)
    if not wanted:
        return []
    found = {
        _Match(token.start, token.end, wanted[token.text])
        for language in languages
        for token in analyse(text, language, _MOST_TOKENS)
        if token.text in wanted
    }
    return sorted(found)


def _best_start(matches: Sequence[_Match], length: int) -> int:
    """Index of the match at which the window begins that shows most different words, then most matches."""
    best, best_score, after = 0, (0, 0), 0
    for first, match in enumerate(matches):
        while after < len(matches) and matches[after].end <= match.start + length:
            after += 1
        inside = matches[first : max(after, first + 1)]
        score = (len({m.word for m in inside}), len(inside))
        if score > best_score:
            best, best_score = first, score
    return best


def _beginning(text: str, at: int, room: int) -> int:
    """Where to begin so that `at` is shown with some lead: a sentence start if near, else between words."""
    earliest = max(0, at - room)
    if earliest == 0:
        return 0
    sentence = [m.end() for m in _SENTENCE_END.finditer(text, earliest, at)]
    if sentence:
        return sentence[0]
    space = text.find(" ", earliest, at)
    return space + 1 if space >= 0 else earliest


def _ending(text: str, start: int, length: int, least: int) -> int:
    latest = start + length
    if latest >= len(text):
        return len(text)
    space = text.rfind(" ", max(least, latest - _WORD_SLACK), latest + 1)
    return space if space > start else latest


def _pieces(text: str, start: int, end: int, matches: Iterable[_Match]) -> list[Piece]:
    pieces: list[Piece] = []

    def add(piece: str, *, marked: bool) -> None:
        plain = _SPACES.sub(" ", piece)
        if not plain:
            return
        if pieces and pieces[-1].marked == marked:
            pieces[-1] = Piece(pieces[-1].text + plain, marked)
        else:
            pieces.append(Piece(plain, marked))

    at = start
    for match in matches:
        left, right = max(match.start, at), min(match.end, end)
        if left >= right:
            continue
        add(text[at:left], marked=False)
        add(text[left:right], marked=True)
        at = right
    add(text[at:end], marked=False)
    return pieces


def _as_list(languages: str | Iterable[str]) -> list[str]:
    return [languages] if isinstance(languages, str) else list(dict.fromkeys(languages))


def snippet(
    text: str,
    languages: str | Iterable[str],
    words: Sequence[QueryWord],
    length: int = DEFAULT_LENGTH,
) -> list[Piece]:
    """The most telling passage of about `length` characters; the beginning when no word is found."""
    text = text.strip()
    matches = _matches(text, _as_list(languages), words)
    start = 0
    if matches and len(text) > length:
        first = matches[_best_start(matches, length - min(_LEAD, length // 3))]
        start = _beginning(text, first.start, min(_LEAD, length // 3))
    end = _ending(text, start, length, least=start)
    pieces = _pieces(text, start, end, matches)
    if start > 0:
        pieces.insert(0, Piece(_ELLIPSIS + " ", marked=False))
    if end < len(text):
        pieces.append(Piece(" " + _ELLIPSIS, marked=False))
    return pieces


def title_pieces(title: str, languages: str | Iterable[str], words: Sequence[QueryWord]) -> list[Piece]:
    """The whole title with the query's words marked."""
    return _pieces(title, 0, len(title), _matches(title, _as_list(languages), words))
