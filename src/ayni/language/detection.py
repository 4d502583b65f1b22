"""Which of our languages a text is in."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from ayni.language.codes import CONTENT_LANGUAGES, LATIN_LANGUAGES
from ayni.language.scripts import IGNORED_CHARACTERS, RUNS

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_FEWEST_LETTERS: Final = 3
# Two Chinese characters are a word already.
_HAN_LETTER_WORTH: Final = 2
_LONGEST_TEXT: Final = 4000
_SCRIPT_LANGUAGES: Final = {"han": "zh", "arabic": "ar", "cyrillic": "ru"}


class Detection(NamedTuple):
    language: str
    confidence: float  # 0..1, among the allowed languages


@cache
def identifier(languages: tuple[str, ...]) -> "LanguageIdentifier":
    """Tells these languages, in Latin letters, apart. One for each set of languages is kept."""
    # Late: loading the model takes half a second, and most requests never need it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    made = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    made.set_languages(list(languages))
    return made


def _letters_by_script(text: str) -> Counter[str]:
    letters: Counter[str] = Counter()
    for match in RUNS.finditer(text):
        count = sum(character.isalpha() for character in IGNORED_CHARACTERS.sub("", match.group()))
        script = match.lastgroup if match.lastgroup in _SCRIPT_LANGUAGES else "other"
        letters[script] += count * (_HAN_LETTER_WORTH if script == "han" else 1)
    return letters


def _latin(text: str, allowed: Sequence[str]) -> Detection | None:
    candidates = [language for language in LATIN_LANGUAGES if language in allowed]
    if not candidates:
        return None
    if len(candidates) == 1:
        return Detection(candidates[0], 1.0)
    ranked = [
        (code, float(share)) for code, share in identifier(LATIN_LANGUAGES).rank(text) if code in candidates
    ]
    total = sum(share for _, share in ranked)
    if total <= 0:
        return None
    code, share = max(ranked, key=lambda pair: pair[1])
    return Detection(code, share / total)


def detect(text: str, allowed: Iterable[str] = CONTENT_LANGUAGES) -> Detection | None:
    """The likeliest of the allowed languages; None for fewer than three letters or no allowed script."""
    permitted = tuple(allowed)
    text = text[:_LONGEST_TEXT]
    letters = _letters_by_script(text)
    total = letters.total()
    if total < _FEWEST_LETTERS:
        return None
    for script, count in letters.most_common():
        if not count:
            break
        if script == "other":
            found = _latin(text, permitted)
            if found:
                return Detection(found.language, found.confidence * count / total)
        elif _SCRIPT_LANGUAGES[script] in permitted:
            return Detection(_SCRIPT_LANGUAGES[script], count / total)
    return None
