"""From a normalised word to its index form, language by language."""

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Final

import Stemmer

from ayni.language import arabic
from ayni.language.scripts import APOSTROPHES, STRESS
from ayni.language.stopwords import STOP_WORDS

_SNOWBALL: Final = {"en": "english", "fr": "french", "es": "spanish", "pt": "portuguese", "ru": "russian"}
# Stemmer objects must not be shared between threads.
_local = threading.local()
_APOSTROPHE: Final = re.compile(f"[{APOSTROPHES}]")
# Endings often typed without their accents; the stemmers know only the accented form.
_RESTORED: Final = {
    "pt": (("coes", "ções"), ("soes", "sões"), ("cao", "ção"), ("sao", "são")),
    "es": (("cion", "ción"), ("sion", "sión")),
}
_SHORTEST_RESTORED: Final = 5
_CACHED_WORDS: Final = 60_000

STOP_FORMS: Final = {
    language: (
        frozenset(arabic.normalise(word) for word in words)
        if language == "ar"
        else frozenset(word.replace("ё", "е") for word in words)
    )
    for language, words in STOP_WORDS.items()
}


def without_diacritics(text: str) -> str:
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", STRESS.sub("", unicodedata.normalize("NFD", text)))


def _snowball(language: str, word: str) -> str:
    stemmers = _local.__dict__.setdefault("stemmers", {})
    if language not in stemmers:
        stemmers[language] = Stemmer.Stemmer(_SNOWBALL[language])
    stem: str = stemmers[language].stemWord(word)
    return stem


def _restored(language: str, word: str) -> str:
    if len(word) >= _SHORTEST_RESTORED:
        for bare, accented in _RESTORED.get(language, ()):
            if word.endswith(bare):
                return word[: -len(bare)] + accented
    return word


@lru_cache(maxsize=_CACHED_WORDS)
def stem(language: str, word: str) -> str:
    """`word` is NFKC, casefolded and without ignorable characters. Never empty for a word that is not."""
    if language == "ar":
        return arabic.stem(arabic.normalise(word)) or word
    if language == "ru":
        return _snowball("ru", STRESS.sub("", word.replace("ё", "е"))) or word
    if language in _SNOWBALL:
        plain = _APOSTROPHE.sub("'", word)
        stemmed = _snowball(language, _restored(language, plain)).replace("'", "")
        # Accents go only now: the stemmers need them.
        return without_diacritics(stemmed) or word
    return word


@lru_cache(maxsize=_CACHED_WORDS)
def is_stop_word(language: str, word: str) -> bool:
    stops = STOP_FORMS.get(language)
    if not stops:
        return False
    if language == "ar":
        plain = arabic.normalise(word)
        # The conjunction is written together with the word after it.
        return plain in stops or (plain.startswith("و") and plain[1:] in stops)
    if language == "ru":
        word = word.replace("ё", "е")
    return _APOSTROPHE.sub("'", word) in stops
