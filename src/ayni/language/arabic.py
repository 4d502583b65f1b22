"""Light stemming of Arabic.

Snowball's Arabic stemmer takes some words apart differently with and without the article (it gives two stems
for "cooperation" and "the cooperation") and leaves "and the" in place, so a search would miss plain inflections.
The rules here follow the idea of light stemming (Larkey, Ballesteros and Connell's light10): take off conjunction
and article, then the regular endings. Each step repeats until nothing changes, so a word gives one stem whatever
stands before it. Broken plurals follow no ending: those common in this field are listed.
"""

import re
from collections.abc import Mapping
from typing import Final

from ayni.language.scripts import ARABIC_MARKS

_MARKS: Final = re.compile(f"[{ARABIC_MARKS}]")
_LETTERS: Final = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ک": "ك", "ی": "ي"}
)
# Longest first: an article with a preposition hides the bare article.
_ARTICLES: Final = ("وبال", "وكال", "بال", "كال", "فال", "ولل", "لل", "ال")
# Ending -> letters that must remain. Endings that are often part of a root ask for more.
_ENDINGS: Final[tuple[tuple[str, int], ...]] = (
    ("هما", 3), ("ها", 3), ("هم", 3), ("هن", 3), ("نا", 3), ("ات", 3), ("ان", 4), ("ون", 4), ("ين", 4),
    ("يه", 2), ("ه", 2), ("ي", 2),
)  # fmt: skip
_PRONOUNS: Final = frozenset({"هما", "ها", "هم", "هن", "نا"})
_MINIMUM: Final = 3

_BROKEN_PLURALS: Final[Mapping[str, str]] = {
    "مدارس": "مدرسه", "مشاريع": "مشروع", "برامج": "برنامج", "مراكز": "مركز", "مناطق": "منطقه", "دول": "دوله",
    "اطفال": "طفل", "خبراء": "خبير", "شركاء": "شريك", "مدن": "مدينه", "قري": "قريه", "طلاب": "طالب",
    "طلبه": "طالب", "اهداف": "هدف", "نتايج": "نتيجه", "تجارب": "تجربه", "دروس": "درس", "موارد": "مورد",
    "مشاكل": "مشكله", "حلول": "حل", "امراض": "مرض", "اسواق": "سوق", "ابحاث": "بحث", "بحوث": "بحث",
    "بلدان": "بلد", "معايير": "معيار", "قوانين": "قانون", "اسر": "اسره", "مصادر": "مصدر", "وسايل": "وسيله",
    "محاصيل": "محصول", "مباني": "مبني", "طرق": "طريق", "ادوات": "اداه", "مزارع": "مزرعه", "انظمه": "نظام",
    "نظم": "نظام", "خطط": "خطه", "فرص": "فرصه", "اعمال": "عمل", "عمال": "عامل", "اطباء": "طبيب",
    "ممارسات": "ممارسه", "مبادي": "مبدا", "احتياجات": "احتياج", "اراضي": "ارض", "انهار": "نهر", "ابار": "بير",
    "كتب": "كتاب", "مواد": "ماده", "مهن": "مهنه", "اساليب": "اسلوب", "شبكات": "شبكه", "مجتمعات": "مجتمع",
}  # fmt: skip


def normalise(word: str) -> str:
    """Without vowel signs and stretching; alef, ya and ta marbuta in one spelling each."""
    return _MARKS.sub("", word).translate(_LETTERS)


def _without_prefixes(word: str) -> str:
    while True:
        if word.startswith("و") and len(word) > _MINIMUM:
            shorter = word[1:]
        else:
            article = next(
                (a for a in _ARTICLES if word.startswith(a) and len(word) - len(a) >= _MINIMUM), ""
            )
            if not article:
                return word
            shorter = word[len(article) :]
        word = shorter


def _without_endings(word: str) -> str:
    least_left = 0
    while True:
        left = len(word)
        ending = next(
            (e for e, n in _ENDINGS if word.endswith(e) and left - len(e) >= max(n, least_left)), ""
        )
        if not ending:
            return word
        # What is left after one ending is taken for an ending again only if a whole root remains.
        least_left = _MINIMUM
        word = word[: len(word) - len(ending)]
        # Before a pronoun the ta marbuta is written as an open ta.
        if ending in _PRONOUNS and word.endswith("ت") and len(word) > _MINIMUM:
            word = word[:-1]


def stem(word: str) -> str:
    """The stem of a word that `normalise` has been through."""
    bare = _without_prefixes(word)
    return _without_endings(_BROKEN_PLURALS.get(bare, bare))
