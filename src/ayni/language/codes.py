"""The one map between the languages of content and the languages of the site."""

from collections.abc import Mapping
from typing import Final

CONTENT_LANGUAGES: Final = ("en", "fr", "es", "pt", "ru", "ar", "zh")
SITE_LANGUAGES: Final = ("en", "fr", "ar", "es", "pt-br", "ru", "zh-hans")
LATIN_LANGUAGES: Final = ("en", "fr", "es", "pt")

NATIVE_NAMES: Final[Mapping[str, str]] = {
    "en": "English",
    "fr": "Français",
    "es": "Español",
    "pt": "Português",
    "ru": "Русский",
    "ar": "العربية",
    "zh": "中文",
    "pt-br": "Português (Brasil)",
    "zh-hans": "简体中文",
}

_RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ur", "ps", "ckb", "sd", "ug", "yi", "dv"})
_SITE_BY_CONTENT: Final[Mapping[str, str]] = {site.split("-")[0]: site for site in SITE_LANGUAGES}


def content_language(site_code: str) -> str:
    """The content language a reader of this site language writes and prefers; English when unknown."""
    primary = site_code.replace("_", "-").lower().split("-")[0]
    return primary if primary in CONTENT_LANGUAGES else "en"


def site_language(content_code: str) -> str:
    """The site language that serves this content language; English when unknown."""
    return _SITE_BY_CONTENT.get(content_code.replace("_", "-").lower().split("-")[0], "en")


def is_rtl(code: str) -> bool:
    return code.replace("_", "-").lower().split("-")[0] in _RIGHT_TO_LEFT


def native_name(code: str) -> str:
    """The language's name for itself; the code when we have none."""
    return NATIVE_NAMES.get(code.replace("_", "-").lower(), code)
