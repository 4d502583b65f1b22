"""Making texts comparable and safe to keep."""

import re
import unicodedata
from typing import Final

from ayni.language.scripts import HAN, IGNORED_CHARACTERS
from ayni.language.stemming import without_diacritics

# Everything that is neither kept line structure nor text: controls, bidi overrides and isolates, lone surrogates.
# Left-to-right and right-to-left marks stay: writers of mixed text need them, and they cannot disguise a name.
_UNSAFE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u206a-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_LINE_ENDS: Final = re.compile("\r\n?|[\u2028\u2029]")
_SPACE_BESIDE_HAN: Final = re.compile(f" (?=[{HAN}])|(?<=[{HAN}]) ")
_SPACES: Final = re.compile(r"\s+")


def clean(text: str, limit: int | None = None) -> str:
    """What people typed, without what no one types: NUL, controls, bidi overrides; trimmed, and cut at `limit`."""
    safe = _UNSAFE.sub("", _LINE_ENDS.sub("\n", text)).strip()
    return safe if limit is None else safe[:limit].rstrip()


def fold(text: str) -> str:
    """For lookups that forgive case, accents, width and spacing."""
    plain = unicodedata.normalize("NFKC", IGNORED_CHARACTERS.sub("", text)).casefold()
    return _SPACES.sub(" ", without_diacritics(unicodedata.normalize("NFC", plain))).strip()


def title_key(text: str) -> str:
    """Equal for titles that differ only in case, width, punctuation or spacing. Accents count: they change words."""
    plain = unicodedata.normalize("NFKC", IGNORED_CHARACTERS.sub("", text)).casefold()
    plain = unicodedata.normalize("NFC", plain)
    # Vowel signs are not word characters to Python; only what separates words is folded.
    kept = "".join(
        c if c.isalnum() or unicodedata.combining(c) or unicodedata.category(c) == "Mc" else " "
        for c in plain
    )
    key = _SPACE_BESIDE_HAN.sub("", _SPACES.sub(" ", kept).strip())
    # A title of signs alone ("???") is still a title.
    return key or _SPACES.sub(" ", plain).strip()


def _shingles(text: str, size: int) -> frozenset[str]:
    key = title_key(text)
    return frozenset(key[i : i + size] for i in range(max(1, len(key) - size + 1))) if key else frozenset()


def shingle_similarity(first: str, second: str, size: int = 3) -> float:
    """Share of common character runs (Jaccard), 0..1; works without spaces too. Two empty texts are not alike."""
    one, other = _shingles(first, size), _shingles(second, size)
    union = len(one | other)
    return len(one & other) / union if union else 0.0
