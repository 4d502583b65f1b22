"""Text to index tokens, and queries to weighted alternatives: the same for every search engine.

Index tokens carry the language they were analysed in ("en:water"), so that a word's rarity is measured inside
its language. Numbers ("num:2030") and scripts we have no rules for ("und:") belong to no language.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, pairwise
from typing import Final, NamedTuple

from ayni.language.codes import LATIN_LANGUAGES
from ayni.language.scripts import APOSTROPHES, IGNORED_CHARACTERS, LATIN_LETTER, RUNS
from ayni.language.stemming import is_stop_word, stem
from ayni.language.stopwords import CHINESE_FUNCTION_CHARACTERS

LONGEST_TOKEN: Final = 64
MOST_TOKENS: Final = 100_000
MOST_QUERY_WORDS: Final = 64
# Room for the words that count; what follows in a pasted document is not read.
LONGEST_QUERY: Final = 20_000
OTHER_LANGUAGE_WEIGHT: Final = 0.7
_SHORT_STOP_WORD: Final = 3
_ACRONYM: Final = 2
# Texts repeat their words: what stands between two spaces is looked up, where it is not too long to come again.
_KEPT_PARTS: Final = 250_000
_LONGEST_KEPT_PART: Final = 40

_ELISION: Final = re.compile(
    f"(?:jusqu|lorsqu|puisqu|quoiqu|presqu|qu|[cdjlmnst])[{APOSTROPHES}](?=\\w\\w)", re.IGNORECASE
)
_CHINESE_FUNCTION: Final = re.compile(f"[{''.join(sorted(CHINESE_FUNCTION_CHARACTERS))}]+")
_PARTS: Final = re.compile(f"[^\\s{APOSTROPHES}](?:\\S*[^\\s{APOSTROPHES}])?")


class Token(NamedTuple):
    text: str  # the index form, with its prefix
    start: int  # offsets in the text as it was given
    end: int
    language: str


class QueryWord(NamedTuple):
    text: str  # as typed
    alternatives: tuple[tuple[str, float], ...]  # index token and weight, best first


class _Word(NamedTuple):
    text: str  # NFKC, casefolded
    start: int
    end: int
    script: str  # latin | cyrillic | arabic | han | number | unknown
    acronym: bool


def _script(run: str, word: str) -> str:
    if run not in ("other", "plain"):
        return run
    if LATIN_LETTER.search(word):
        return "latin"
    return "number" if word.isdecimal() else "unknown"


def _decimal(word: str) -> str:
    """Digits of every script as ASCII, so that 2030 is found however it is written."""
    return "".join(str(unicodedata.decimal(character)) for character in word)


def _is_shouting(text: str) -> bool:
    """All in capitals: then they do not tell an acronym."""
    return text[:2000].isupper()


def _words(text: str, *, shouting: bool) -> Iterator[_Word]:
    for match in RUNS.finditer(text):
        run = match.lastgroup or "plain"
        start, end = match.span()
        raw = match.group()
        if run == "han":
            yield _Word(raw, start, end, "han", acronym=False)
            continue
        if run == "other" and (elided := _ELISION.match(raw)):
            start += elided.end()
            raw = raw[elided.end() :]
        acronym = not shouting and len(raw) >= _ACRONYM and raw.isupper()
        if raw.isascii():
            # The common case, worth a short path: nothing to normalise.
            script = "number" if raw.isdigit() else "latin"
            yield _Word(raw[:LONGEST_TOKEN].lower(), start, end, script, acronym)
            continue
        plain = unicodedata.normalize("NFKC", IGNORED_CHARACTERS.sub("", raw))
        for part in _PARTS.findall(plain.casefold()):
            word = part[:LONGEST_TOKEN]
            script = _script(run, word)
            yield _Word(_decimal(word) if script == "number" else word, start, end, script, acronym)


def _han_characters(word: _Word) -> list[tuple[str, int]]:
    """Each character in its modern form with its place in the original text."""
    return [
        (unicodedata.normalize("NFKC", character), word.start + offset)
        for offset, character in enumerate(word.text)
        if not IGNORED_CHARACTERS.match(character)
    ]


def _bigrams(characters: list[tuple[str, int]]) -> Iterator[tuple[str, int, int]]:
    for (first, start), (second, last) in pairwise(characters):
        yield first + second, start, last + 1


def _language_of(script: str, language: str) -> str:
    """The language a word of this script is analysed in, inside a text of `language`."""
    if script == "latin":
        return language if language in LATIN_LANGUAGES else "en"
    return {"cyrillic": "ru", "arabic": "ar", "han": "zh", "number": "num"}.get(script, "und")


def _tokens(text: str, language: str) -> Iterator[Token]:
    for word in _words(text, shouting=_is_shouting(text)):
        spoken = _language_of(word.script, language)
        if word.script == "han":
            characters = _han_characters(word)
            # Single characters are indexed beside the pairs: a query of one character must find text.
            for character, start in characters:
                yield Token(f"zh:{character}", start, start + 1, "zh")
            for pair, start, end in _bigrams(characters):
                yield Token(f"zh:{pair}", start, end, "zh")
        elif word.acronym or not is_stop_word(spoken, word.text):
            yield Token(f"{spoken}:{stem(spoken, word.text)}", word.start, word.end, spoken)


def analyse(text: str, language: str, limit: int = MOST_TOKENS) -> list[Token]:
    """The index tokens of a text in one of the content languages, at most `limit`, in order of place.

    Function words are left out. Words of another script are analysed in that script's language; Latin words
    inside Arabic, Chinese or Russian text as English.
    """
    return list(islice(_tokens(text, language), limit))


def _han_texts(word: _Word) -> list[str]:
    characters: list[str] | str = word.text
    if not unicodedata.is_normalized("NFKC", word.text) or IGNORED_CHARACTERS.search(word.text):
        characters = [character for character, _ in _han_characters(word)]
    pairs = [f"zh:{first}{second}" for first, second in pairwise(characters)]
    return [f"zh:{character}" for character in characters] + pairs


def _texts(text: str, language: str, *, shouting: bool) -> Iterator[str]:
    """As `_tokens`, without the places."""
    for word in _words(text, shouting=shouting):
        spoken = _language_of(word.script, language)
        if word.script == "han":
            yield from _han_texts(word)
        elif word.acronym or not is_stop_word(spoken, word.text):
            yield f"{spoken}:{stem(spoken, word.text)}"


@lru_cache(maxsize=_KEPT_PARTS)
def _part_texts(part: str, language: str, shouting: bool) -> tuple[str, ...]:
    return tuple(_texts(part, language, shouting=shouting))


def index_tokens(text: str, language: str, limit: int = MOST_TOKENS) -> list[str]:
    """The texts of `analyse`, several times faster. No word reaches over a space, so parts are analysed apart."""
    shouting = _is_shouting(text)
    found: list[str] = []
    for part in text.split():
        if len(part) <= _LONGEST_KEPT_PART:
            found += _part_texts(part, language, shouting)
        else:
            found += islice(_texts(part, language, shouting=shouting), limit - len(found))
        if len(found) >= limit:
            break
    return found[:limit]


def _likely_languages(words: list[_Word], preferred: str) -> frozenset[str]:
    """The languages whose function words occur at least as often as those of the preferred language.

    Several may be likely ("la salud" could begin a French or a Spanish question).
    """
    spoken = [word for word in words if word.script == "latin" and not word.acronym]
    base = preferred if preferred in LATIN_LANGUAGES else "en"
    hits = {
        language: [w.text for w in spoken if is_stop_word(language, w.text)] for language in LATIN_LANGUAGES
    }
    most = max(len(found) for found in hits.values())
    if most <= len(hits[base]):
        return frozenset({base})
    # One longer function word is no evidence: "pour" is English too.
    return frozenset({base}) | {
        language
        for language, found in hits.items()
        if len(found) == most and (most > 1 or len(found[0]) <= _SHORT_STOP_WORD)
    }


def _alternatives(word: _Word, preferred: str, likely: frozenset[str]) -> tuple[tuple[str, float], ...]:
    if word.script != "latin":
        language = _language_of(word.script, preferred)
        return ((f"{language}:{stem(language, word.text)}", 1.0),)
    first = _language_of("latin", preferred)
    ordered = sorted(LATIN_LANGUAGES, key=lambda code: (code != first, code not in likely))
    return tuple(
        (f"{language}:{stem(language, word.text)}", 1.0 if language in likely else OTHER_LANGUAGE_WEIGHT)
        for language in ordered
    )


def _chinese_words(word: _Word) -> Iterator[QueryWord]:
    characters = _han_characters(word)
    if len(characters) == 1:
        yield QueryWord(characters[0][0], ((f"zh:{characters[0][0]}", 1.0),))
        return
    pairs = [pair for pair, _, _ in _bigrams(characters)]
    if len(pairs) > 1:
        pairs = _telling_parts("".join(character for character, _ in characters)) or pairs
    for part in pairs:
        yield QueryWord(part, ((f"zh:{part}", 1.0),))


def _telling_parts(run: str) -> list[str]:
    """Pairs within the stretches between function characters; a stretch of one character as it is."""
    parts: list[str] = []
    for stretch in _CHINESE_FUNCTION.split(run):
        parts += [first + second for first, second in pairwise(stretch)] or ([stretch] if stretch else [])
    return parts


def _query_words(words: list[_Word], preferred: str, likely: frozenset[str]) -> Iterator[QueryWord]:
    for word in words:
        if word.script == "han":
            yield from _chinese_words(word)
        else:
            yield QueryWord(word.text, _alternatives(word, preferred, likely))


def _is_function_word(word: _Word, likely: frozenset[str]) -> bool:
    if word.acronym or word.script == "han":
        return False
    languages = likely if word.script == "latin" else {_language_of(word.script, "en")}
    return any(is_stop_word(language, word.text) for language in languages)


def query_tokens(text: str, preferred_language: str, limit: int = MOST_QUERY_WORDS) -> list[QueryWord]:
    """The distinct meaningful words of a query, each with its index forms in every language of its script.

    Function words of the preferred or the evident language are dropped, unless there is nothing else.
    Text without any word (an emoji, punctuation) gives an empty list.
    """
    text = text[:LONGEST_QUERY]
    words = list(islice(_words(text, shouting=_is_shouting(text)), limit * 8))
    likely = _likely_languages(words, preferred_language)
    meaningful = [word for word in words if not _is_function_word(word, likely)]
    found: dict[str, QueryWord] = {}
    for word in _query_words(meaningful or words, preferred_language, likely):
        # Forms of one word in the preferred language ("water", "waters") are one word with all their forms.
        first = word.alternatives[0][0]
        if first in found:
            merged = tuple(dict((*word.alternatives, *found[first].alternatives)).items())
            found[first] = QueryWord(found[first].text, merged)
        elif len(found) < limit:
            found[first] = word
    return list(found.values())
