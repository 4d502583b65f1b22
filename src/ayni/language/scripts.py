"""Character classes: which script a run of text is in, and what in it carries no meaning."""

import re
from typing import Final

HAN: Final = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
CYRILLIC: Final = "\u0400-\u0482\u048a-\u052f\u1c80-\u1c88"
# Arabic letters and presentation forms; the digits in between belong to every language.
ARABIC: Final = "\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d5\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc"
ARABIC_MARKS: Final = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640"
COMBINING: Final = "\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\ufe20-\ufe2f"
# Scripts whose vowel signs are not "word characters" to Python's re.
INDIC: Final = "\u0900-\u0963\u0966-\u0dff\u0e00-\u0eff\u0f40-\u0fbc\u1000-\u109f\u1780-\u17d3"
# Soft hyphen, zero-width characters, bidi marks, embeddings, overrides and isolates, byte order mark.
IGNORED: Final = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
APOSTROPHES: Final = "'\u2019\u02bc\uff07"

_OTHER = f"(?:(?![{HAN}{CYRILLIC}{ARABIC}])[^\\W_]|[{INDIC}])"

# The first line is a short path for plain ASCII words; the last takes the same words and all others.
RUNS: Final = re.compile(
    f"(?P<plain>[A-Za-z0-9]++(?![^\\x00-\\x7f]|'))"
    f"|(?P<han>[{HAN}][{HAN}{IGNORED}]*)"
    f"|(?P<arabic>[{ARABIC}][{ARABIC}{ARABIC_MARKS}{IGNORED}]*)"
    f"|(?P<cyrillic>[{CYRILLIC}][{CYRILLIC}{COMBINING}{IGNORED}]*)"
    f"|(?P<other>{_OTHER}(?:{_OTHER}|[{COMBINING}{IGNORED}]|[{APOSTROPHES}](?={_OTHER}))*)"
)

IGNORED_CHARACTERS: Final = re.compile(f"[{IGNORED}]")
STRESS: Final = re.compile(f"[{COMBINING}]")
LATIN_LETTER: Final = re.compile("[a-z\u00df-\u024f\u1e00-\u1eff]")
