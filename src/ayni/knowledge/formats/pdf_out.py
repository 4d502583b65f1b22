"""A record as PDF/UA-1, set by typst in a process of its own: with a time limit, and a limit of memory where there is one.

The template is ours and the words go in as data, so nothing that people write is read as markup. Fonts for
Arabic and Chinese come from the machine; without one there is no PDF, rather than one full of boxes.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from ayni.kernel.errors import ActionError
from ayni.knowledge.formats.handing_on import Content, Document, Lines, Part, Picture, Section, Table, Text
from ayni.knowledge.formats.handing_on_facts import not_stated
from ayni.knowledge.formats.light_markdown import blocks_of
from ayni.language.codes import CONTENT_LANGUAGES, is_rtl

SECONDS = 15
# Comes inside the wheel: Latin, Cyrillic, Greek.
_OURS = "Libertinus Serif"
# Any of these will do; the first that is there is taken.
FONTS_FOR: dict[str, tuple[str, ...]] = {
    "ar": ("Noto Naskh Arabic", "Amiri", "Noto Sans Arabic", "Scheherazade New", "Geeza Pro", "Times New Roman", "Arial"),
    "zh": (
        "Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "Noto Sans CJK SC", "Source Han Sans SC",
        "Noto Sans SC", "Songti SC", "SimSun", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei",
    ),
}  # fmt: skip
PACKAGES = {"ar": "fonts-noto-core", "zh": "fonts-noto-cjk"}  # as Debian names them
_TEMPLATE = Path(__file__).with_name("hand_on.typ")
_PROCESS = Path(__file__).with_name("pdf_process.py")
_WIDE = 400  # pixels; smaller pictures keep their size


class NoPdf(ActionError):
    """Codes: `no_font` (language), `too_long`, `could_not_be_set`."""


def write(document: Document, made_at: datetime, *, seconds: float = SECONDS) -> bytes:
    """Raises NoPdf. Takes a fifth of a second, half of it for looking through the fonts of the machine."""
    fonts = fonts_for(languages_in(document), families())
    with tempfile.TemporaryDirectory(prefix="ayni-pdf-") as directory:
        root = Path(directory)
        shutil.copy(_TEMPLATE, root / "hand_on.typ")
        given = _Data(document, fonts, root).made()
        (root / "data.json").write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")
        return _set(root, made_at, seconds)


def _set(root: Path, made_at: datetime, seconds: float) -> bytes:
    # By its file, not as part of the package: it needs none of the others, and starts at once.
    command = [sys.executable, "-I", str(_PROCESS), str(root), str(int(made_at.timestamp()))]
    try:
        done = subprocess.run(  # noqa: S603 - our own program; no words of others are among its arguments
            command, capture_output=True, timeout=seconds, check=False, cwd=root
        )
    except subprocess.TimeoutExpired:
        raise NoPdf("too_long") from None
    made = root / "made.pdf"
    if done.returncode < 0 or b"memory allocation" in done.stderr:
        raise NoPdf("too_long")  # it was stopped at one of its limits
    if done.returncode or not made.is_file():
        reason = done.stderr.decode(errors="replace")[-2000:]
        raise NoPdf("could_not_be_set") from RuntimeError(reason)
    return made.read_bytes()


@lru_cache(maxsize=1)
def families() -> frozenset[str]:
    """The font families of this machine and those inside the typesetter."""
    import typst  # late: only for this

    return frozenset(typst.Fonts().families())


def font_for(language: str, there: Collection[str]) -> str | None:
    """The family among those there that sets this language; None where there is none."""
    if language not in FONTS_FOR:
        return _OURS
    return next((name for name in FONTS_FOR[language] if name in there), None)


def fonts_for(languages: Iterable[str], there: Collection[str]) -> list[str]:
    """For all of them, ours first: Latin words in Arabic text are set in it too. Raises NoPdf."""
    found = [_OURS]
    for language in languages:
        font = font_for(language, there)
        if font is None:
            raise NoPdf("no_font", language=language)
        found.append(font)
    # Where the machine has them, names in the other scripts look alike too.
    found += [font for language in FONTS_FOR if (font := font_for(language, there))]
    return list(dict.fromkeys(found))


def languages_in(document: Document) -> list[str]:
    """Of the words in it: those of the record and its labels."""
    found = {document.language: None, document.title.language: None}
    found |= dict.fromkeys(_languages_of(document.sections))
    return [language for language in found if language in CONTENT_LANGUAGES]


def _languages_of(sections: Sequence[Section]) -> Iterator[str]:
    for section in sections:
        for content in section.contents:
            yield from _languages_in(content)
        yield from _languages_of(section.sections)


def _languages_in(content: Content) -> Iterator[str]:
    match content:
        case Text():
            yield content.language
        case Lines():
            yield from (line.language for line in content.lines)
        case Table():
            yield from (line.language for row in content.rows for line in row)
        case Part():
            yield content.title.language
            for inner in content.contents:
                yield from _languages_in(inner)
        case Picture():
            if content.caption:
                yield content.caption.language


class _Data:
    """The document as the template reads it. Pictures are copied beside it: it may read nothing else."""

    def __init__(self, document: Document, fonts: list[str], root: Path) -> None:
        self._document, self._fonts, self._root = document, fonts, root
        self._pictures = 0

    def made(self) -> dict[str, Any]:
        document = self._document
        return {
            "title": asdict(document.title),
            "language": document.language,
            "rtl": [code for code in CONTENT_LANGUAGES if is_rtl(code)],
            "fonts": self._fonts,
            "kind": document.kind,
            "institution": asdict(document.institution),
            "link": document.link,
            "as-of": document.as_of,
            "marks": list(document.marks),
            "is-draft": document.is_draft,
            "words": {
                "not-stated": not_stated(),
                "draft": _("Draft, not published"),
                "draft-short": _("Draft"),
            },
            "sections": [self._section(one) for one in document.sections],
        }

    def _section(self, one: Section) -> dict[str, Any]:
        return {
            "label": one.label,
            "stated": one.is_stated,
            "contents": [made for inner in one.contents if (made := self._content(inner))],
            "sections": [self._section(inner) for inner in one.sections],
        }

    def _content(self, one: Content) -> dict[str, Any] | None:
        match one:
            case Text():
                blocks = [asdict(block) for block in blocks_of(one.markdown)]
                return {"type": "text", "language": one.language, "blocks": blocks}
            case Lines():
                lines = [asdict(line) for line in one.lines]
                return {
                    "type": "lines",
                    "label": one.label,
                    "run-in": one.run_in,
                    "lines": lines,
                    "short": one.is_short,
                }
            case Table():
                rows = [[asdict(line) for line in row] for row in one.rows]
                return {"type": "table", "head": list(one.head), "rows": rows}
            case Part():
                contents = [self._content(inner) for inner in one.contents]
                return {"type": "part", "title": asdict(one.title), "contents": contents}
            case Picture():
                return self._picture(one)

    def _picture(self, one: Picture) -> dict[str, Any] | None:
        path = Path(one.path)
        if not path.is_file():
            return None
        self._pictures += 1
        name = f"picture-{self._pictures}.{one.ending or path.suffix[1:]}"
        shutil.copy(path, self._root / name)
        return {
            "type": "picture",
            "name": name,
            "description": one.description or (one.caption.text if one.caption else ""),
            "caption": asdict(one.caption) if one.caption else None,
            "wide": one.width >= _WIDE,
        }
