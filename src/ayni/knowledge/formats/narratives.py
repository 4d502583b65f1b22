"""Texts that came without a (true) language: which language each is in, and which belong together."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from ayni.language.codes import CONTENT_LANGUAGES
from ayni.language.detection import detect, identifier

UNKNOWN = ""
# Languages in Latin letters that reporters write in, ours among them; what is none of ours is left out.
_LATIN = ("en", "fr", "es", "pt", "de", "sv", "fi", "nl", "da", "no", "it")
_FEWEST_LETTERS = 25
_SURE = 0.9
_ENOUGH = 600  # characters: more tell nothing new


@dataclass(frozen=True)
class Narrative:
    text: str
    language: str  # UNKNOWN for texts too short to tell


@cache
def _remembered(text: str) -> str:
    found = detect(text)
    if found is None:
        return UNKNOWN
    if found.language not in {"en", "fr", "es", "pt"}:
        return found.language if found.confidence >= _SURE else UNKNOWN
    if sum(character.isalpha() for character in text) < _FEWEST_LETTERS:
        return UNKNOWN
    # `detect` knows our languages only: Swedish would pass for one of them.
    language, share = identifier(_LATIN).classify(text)
    return str(language) if float(share) >= _SURE else UNKNOWN


def language_of(text: str) -> str:
    """The language the text is surely in (not only ours), else UNKNOWN. Titles in capitals are read as small."""
    sample = text[:_ENOUGH]
    return _remembered(sample.lower() if sample.isupper() else sample)


def forget() -> None:
    """Drop what was remembered of the texts of one file."""
    _remembered.cache_clear()


def narratives(texts: Iterable[str]) -> list[Narrative]:
    """Each text with its language; empty ones left out."""
    return [Narrative(text, language_of(text)) for text in texts if text]


def once(found: Iterable[Narrative], known: Iterable[Narrative] = ()) -> list[Narrative]:
    """Without repetitions, nor what is in `known` already."""
    seen = {narrative.text for narrative in known}
    return [n for n in dict.fromkeys(found) if n.text not in seen]


def in_slots(found: list[Narrative], slots: int) -> list[list[Narrative]]:
    """Share narratives out to `slots` texts, in order: a further text begins where a language comes again.

    One for one when the counts agree. Sources write the languages of one text one after the other.
    """
    if len(found) <= slots:
        return [[narrative] for narrative in found]
    groups: list[list[Narrative]] = [[]]
    for narrative in found:
        again = any(narrative.language == other.language for other in groups[-1])
        if groups[-1] and again and len(groups) < slots:
            groups.append([])
        groups[-1].append(narrative)
    return groups


def original_language(titles: list[Narrative], texts: list[Narrative], tag: str) -> str:
    """The language of the record: the tagged one where title and text agree with it, else the weightiest of ours.

    UNKNOWN when no text is surely in one of our languages.
    """
    text_languages = {narrative.language for narrative in texts}
    title_languages = [narrative.language for narrative in titles]
    # A title too short to tell may be in the tagged language; else the languages of the titles, in their order.
    tagged = [tag] if {tag, UNKNOWN} & set(title_languages) else []
    for language in (*tagged, *title_languages):
        if language in CONTENT_LANGUAGES and (not texts or text_languages & {language, UNKNOWN}):
            return language
    weights: dict[str, int] = {}
    for narrative in (*titles, *texts):
        if narrative.language in CONTENT_LANGUAGES:
            weights[narrative.language] = weights.get(narrative.language, 0) + len(narrative.text)
    return max(weights, key=lambda code: weights[code]) if weights else UNKNOWN


def pick(group: list[Narrative], language: str, *, at_all: bool = False) -> str:
    """The text(s) of a group in the language: surely so, else one whose language nobody can tell.

    Else one in another of our languages; `at_all`: else whatever there is.
    """
    sure = [narrative.text for narrative in group if narrative.language == language]
    if sure:
        return "\n\n".join(sure)
    ours = [n for n in group if n.language == UNKNOWN] + [n for n in group if n.language in CONTENT_LANGUAGES]
    ours += group if at_all else []
    return ours[0].text if ours else ""


def others(group: list[Narrative], language: str) -> dict[str, str]:
    """The group's texts in our other languages."""
    found: dict[str, str] = {}
    for narrative in group:
        if narrative.language in CONTENT_LANGUAGES and narrative.language != language:
            found.setdefault(narrative.language, narrative.text)
    return found
