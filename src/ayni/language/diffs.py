"""What changed between two texts, in pieces a person can read: words, and single characters of Chinese.

Where both texts have a word that occurs once in each, they are lined up there, and what lies between is compared
in the same way (patience diff): nearly linear, and it does not tear sentences apart to save a word.
"""

import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

KEPT, REMOVED, ADDED = "kept", "removed", "added"
# Two stretches with no landmark between them are compared word by word up to this many pairs; larger ones are
# shown as replaced.
_PAIRS = 40_000
_HAN_KEPT = 2  # so few characters of Chinese between two changes are chance, not something that stayed


@dataclass(frozen=True)
class Piece:
    kind: str  # kept, removed, added
    text: str


def changes(old: str, new: str) -> list[Piece]:
    """In reading order, what was removed before what stands there instead.

    Joined, what was kept and added is the new text; what was kept and removed is the old one.
    """
    return _readable(_joined(_compared(_tokens(old), _tokens(new))))


@lru_cache(maxsize=4096)
def _class(char: str) -> str:
    """w: part of a word (with its vowel signs), s: space, and for a character by itself the character."""
    category = unicodedata.category(char)
    if _is_han(char):
        return char
    if category[0] in "LMN" or char in "_\u200c\u200d":
        return "w"
    return "s" if char.isspace() else char


@lru_cache(maxsize=4096)
def _is_han(char: str) -> bool:
    return "\u2e80" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or char >= "\U00020000"


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    before = ""
    for char in text:
        here = _class(char)
        if here == before and here in {"w", "s"}:
            found[-1] += char
        else:
            found.append(char)
        before = here
    return found


def _compared(old: list[str], new: list[str]) -> Iterator[Piece]:
    """Stretches still to compare are on a stack, so that no text is too long for Python's own."""
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        a, b, c, d = waiting.pop()
        start = a
        while a < b and c < d and old[a] == new[c]:
            a, c = a + 1, c + 1
        yield from (Piece(KEPT, token) for token in old[start:a])
        end = b
        while a < b and c < d and old[b - 1] == new[d - 1]:
            b, d = b - 1, d - 1
        if b < end:  # comes after all that lies between: it is its own first stretch then
            waiting.append((b, end, d, d + end - b))
        if a == b or c == d:
            yield from _replaced(old[a:b], new[c:d])
        elif landmarks := _landmarks(old, new, a, b, c, d):
            waiting += reversed(_between(landmarks, a, b, c, d))
        elif (b - a) * (d - c) <= _PAIRS:
            yield from _pair_by_pair(old[a:b], new[c:d])
        else:
            yield from _replaced(old[a:b], new[c:d])


def _between(
    landmarks: list[tuple[int, int]], a: int, b: int, c: int, d: int
) -> list[tuple[int, int, int, int]]:
    """The stretches before, from and after the landmarks, each beginning with its landmark."""
    starts = [(a, c), *landmarks]
    ends = [*landmarks, (b, d)]
    return [(x, y, z, w) for (x, z), (y, w) in zip(starts, ends, strict=True) if (x, z) != (y, w)]


def _landmarks(old: list[str], new: list[str], a: int, b: int, c: int, d: int) -> list[tuple[int, int]]:
    """Places of the tokens that occur once in each, as many of them as keep their order."""
    once = {token for token, n in Counter(old[a:b]).items() if n == 1}
    once &= {token for token, n in Counter(new[c:d]).items() if n == 1}
    there = {new[place]: place for place in range(c, d) if new[place] in once}
    pairs = [(place, there[old[place]]) for place in range(a, b) if old[place] in once]
    # The longest rising sequence: of equal length, the one that ends lowest can go on best.
    tops: list[int] = []
    chains: list[int] = []  # index of the pair at the top of each pile
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        before.append(chains[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(place)
            chains.append(index)
        else:
            tops[pile], chains[pile] = place, index
    found = []
    index = chains[-1] if chains else -1
    while index >= 0:
        found.append(pairs[index])
        index = before[index]
    return found[::-1]


def _pair_by_pair(old: list[str], new: list[str]) -> Iterator[Piece]:
    """The longest common subsequence, by its table."""
    table = [[0] * (len(new) + 1)]
    for word in reversed(old):
        row = [0] * (len(new) + 1)
        below = table[-1]
        for place in range(len(new) - 1, -1, -1):
            row[place] = below[place + 1] + 1 if word == new[place] else max(below[place], row[place + 1])
        table.append(row)
    table.reverse()
    i = j = 0
    while i < len(old) and j < len(new):
        if old[i] == new[j]:
            yield Piece(KEPT, old[i])
            i, j = i + 1, j + 1
        elif table[i + 1][j] >= table[i][j + 1]:
            yield Piece(REMOVED, old[i])
            i += 1
        else:
            yield Piece(ADDED, new[j])
            j += 1
    yield from _replaced(old[i:], new[j:])


def _replaced(old: list[str], new: list[str]) -> Iterator[Piece]:
    if old:
        yield Piece(REMOVED, "".join(old))
    if new:
        yield Piece(ADDED, "".join(new))


def _joined(pieces: Iterator[Piece]) -> list[tuple[str, str, str]]:
    """Runs of (kept, removed, added): what stayed, then what was changed after it."""
    runs: list[list[list[str]]] = []
    for piece in pieces:
        if not runs or (piece.kind == KEPT and (runs[-1][1] or runs[-1][2])):
            runs.append([[], [], []])
        runs[-1][(KEPT, REMOVED, ADDED).index(piece.kind)].append(piece.text)
    return [("".join(kept), "".join(removed), "".join(added)) for kept, removed, added in runs]


def _readable(runs: list[tuple[str, str, str]]) -> list[Piece]:
    """Changes with next to nothing between them are one change."""
    merged: list[tuple[str, str, str]] = []
    for kept, removed, added in runs:
        if merged and (removed or added) and _is_slight(kept):
            before = merged[-1]
            merged[-1] = (before[0], before[1] + kept + removed, before[2] + kept + added)
        else:
            merged.append((kept, removed, added))
    return [
        Piece(kind, text)
        for run in merged
        for kind, text in zip((KEPT, REMOVED, ADDED), run, strict=True)
        if text
    ]


def _is_slight(text: str) -> bool:
    words = [char for char in text if _class(char) not in {"s", char} or _is_han(char)]
    return not words or (len(words) <= _HAN_KEPT and all(map(_is_han, words)))
