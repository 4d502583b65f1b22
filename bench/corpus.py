"""Texts in seven languages that behave like real ones: Zipf's law over real-looking words. Seeded, so equal
in every run."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from ayni.language.stopwords import CHINESE_FUNCTION_CHARACTERS, STOP_WORDS
from ayni.registry.actions.vocabularies import BUILT_IN, DATA

SEED = 20_260_101
SHARES = {"en": 40, "fr": 15, "es": 15, "ar": 8, "zh": 8, "ru": 8, "pt": 6}
WORDS_PER_LANGUAGE = 40_000
_DRAWS = 400_000  # places in the table that words are drawn from: common words fill many of them
_EXPONENT, _OFFSET = 1.07, 2.7  # Zipf-Mandelbrot, as measured on running text
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass
class Language:
    """Draws words as often as their rank says. As in real texts, the commonest are function words."""

    code: str
    random: Random
    table: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        functions = sorted(STOP_WORDS[self.code] or CHINESE_FUNCTION_CHARACTERS)
        self.random.shuffle(functions)
        words = [*functions, *_words(self.code, self.random)]
        weights = [1 / (rank + _OFFSET) ** _EXPONENT for rank in range(len(words))]
        whole = sum(weights)
        for word, weight in zip(words, weights, strict=True):
            self.table += [word] * max(1, round(_DRAWS * weight / whole))

    def draw(self, count: int) -> list[str]:
        return self.random.choices(self.table, k=count)

    def sentence(self, words: list[str]) -> str:
        text = "".join(words) if self.code == "zh" else " ".join(words)
        return text[:1].upper() + text[1:]

    def title(self) -> str:
        return self.sentence(self.draw(self.random.randint(5, 10)))

    def text(self, count: int) -> str:
        words = self.draw(count)
        stop = "。" if self.code == "zh" else ". "
        return stop.join(self.sentence(words[start : start + 12]) for start in range(0, count, 12)) + "."


def languages() -> dict[str, Language]:
    return {code: Language(code, Random(f"{SEED} {code}")) for code in SHARES}


def _labels(code: str) -> Iterator[str]:
    for name in BUILT_IN:
        document: dict[str, Any] = json.loads(Path(DATA / f"{name}.json").read_text())
        for term in document["terms"]:
            for texts in (term.get("labels") or {}, term.get("short") or {}, term.get("alt") or {}):
                found = texts.get(code) or ()
                yield from [found] if isinstance(found, str) else found


def _words(code: str, random: Random) -> list[str]:
    """The words of our own vocabularies first, then words put together from their beginnings and ends."""
    size = 2 if code == "zh" else 4
    real: dict[str, None] = {}
    for text in _labels(code):
        for run in _LETTERS.findall(text.lower()):
            pieces = [run[i : i + 2] for i in range(0, len(run), 2)] if code == "zh" else [run]
            real.update(dict.fromkeys(piece for piece in pieces if len(piece) >= size))
    words = list(real)
    random.shuffle(words)
    cut = 1 if code == "zh" else 3
    starts, ends = sorted({word[:cut] for word in words}), sorted({word[-cut:] for word in words})
    middles = [""] if code == "zh" else ["", "", *sorted({word[1:3] for word in words})]
    known = set(words)
    while len(words) < WORDS_PER_LANGUAGE:
        made = random.choice(starts) + random.choice(middles) + random.choice(ends)
        if made not in known:
            known.add(made)
            words.append(made)
    return words


def language_of_each(count: int, random: Random) -> list[str]:
    """Exactly the shares, in random order."""
    codes = [code for code, share in SHARES.items() for _ in range(count * share // 100)]
    codes += ["en"] * (count - len(codes))
    random.shuffle(codes)
    return codes
