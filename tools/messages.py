"""The site's catalogues of translated strings, with Babel alone (no gettext programs needed).

python tools/messages.py extract    bring src/ayni/locale/*/LC_MESSAGES/django.po up to date
python tools/messages.py compile    make the .mo files that Django reads
python tools/messages.py check      fail when a complete language lacks a string, or a placeholder differs
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings as django_settings
from django.utils.translation.template import templatize
from django.utils.translation.trans_real import to_locale

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "ayni"
LOCALE = PACKAGE / "locale"
COMPLETE = ("fr", "ar")  # beside English, the language of the source
OTHERS = ("es", "pt-br", "ru", "zh-hans")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "lazy": None,  # gettext_lazy under a short name, in tables of many strings
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%(?!\()[a-z%]")
# Header lines that change without the texts changing, or that nobody fills in.
NOISE = tuple(
    f'"{name}:'.encode()
    for name in (
        "Report-Msgid-Bugs-To",
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Last-Translator",
        "Language-Team",
        "Generated-By",
    )
)


def po_path(language: str) -> Path:
    return LOCALE / to_locale(language) / "LC_MESSAGES" / "django.po"


def source_catalog() -> Catalog:
    """Every string of the code and the templates."""
    catalog = Catalog(project="Ayni", charset="utf-8")
    for path in _sources():
        for line, text, comments, context in _strings(path):
            place = (str(path.relative_to(ROOT)), line)
            catalog.add(text, locations=[place], auto_comments=comments, context=context)
    return catalog


def _sources() -> Iterator[Path]:
    yield from sorted(PACKAGE.rglob("*.py"))
    templates = PACKAGE / "web" / "templates"
    yield from sorted(path for path in templates.rglob("*") if path.suffix in {".html", ".txt", ".xml"})


def _strings(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        if not django_settings.configured:
            django_settings.configure()
        # Django turns a template into calls of gettext among filler; indentation would mean something to Python.
        source = "\n".join(line.lstrip() for line in templatize(source, origin=str(path)).split("\n"))
    yield from extract(
        "python", io.BytesIO(source.encode()), KEYWORDS, ["Translators:"], {}, strip_comment_tags=False
    )


def read(language: str) -> Catalog:
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=to_locale(language), project="Ayni", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=to_locale(language))


def extract_all() -> None:
    source = source_catalog()
    for language in (*COMPLETE, *OTHERS):
        catalog = read(language)
        catalog.fuzzy = False
        catalog.update(source, no_fuzzy_matching=True, update_creation_date=False)
        catalog.header_comment = f"# Ayni in {catalog.locale.english_name}. Apache-2.0."
        text = io.BytesIO()
        write_po(text, catalog, width=110, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = [line for line in text.getvalue().splitlines() if not line.startswith(NOISE)]
        path.write_bytes(b"\n".join(kept) + b"\n")
        print(f"{language}: {len(_lacking(source, catalog))} of {len(source)} strings to translate")


def compile_all() -> None:
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale=path.parent.parent.name)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)


def faults(language: str, source: Catalog | None = None) -> list[str]:
    """What keeps a language from being complete; empty when it is."""
    source = source or source_catalog()
    catalog = read(language)
    found = [f"{language}: not translated: {_shown(message)}" for message in _lacking(source, catalog)]
    return found + placeholder_faults(language)


def placeholder_faults(language: str) -> list[str]:
    """Translations that name other placeholders than the original: they would break the page."""
    found = []
    for message in read(language):
        if not message.id:
            continue
        allowed = [_placeholders(text) for text in _texts(message.id)]
        for text in _texts(message.string):
            # A plural form may leave the number out ("one day"), never bring in something unknown.
            unknown = _placeholders(text) - set().union(*allowed)
            absent = set.intersection(*allowed) - _placeholders(text) if text else set()
            if unknown or (absent and not message.pluralizable):
                found.append(f"{language}: placeholders differ: {_shown(message)} -> {text!r}")
    return found


def _lacking(source: Catalog, catalog: Catalog) -> list[Message]:
    lacking = []
    for message in source:
        if not message.id:
            continue
        there = catalog.get(_texts(message.id)[0], message.context)
        forms = catalog.num_plurals if message.pluralizable else 1
        texts = _texts(there.string) if there else ()
        if there is None or there.fuzzy or not all(texts) or len(texts) < forms:
            lacking.append(message)
    return lacking


def _texts(value: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ("",))


def _placeholders(text: str) -> set[str]:
    return {found.group(0) for found in PLACEHOLDER.finditer(text)}


def _shown(message: Message) -> str:
    place = message.locations[0][0] if message.locations else "?"
    return f"{_texts(message.id)[0]!r} ({place})"


def check() -> int:
    source = source_catalog()
    found = [fault for language in COMPLETE for fault in faults(language, source)]
    found += [fault for language in OTHERS for fault in placeholder_faults(language)]
    for fault in found[:40]:
        print(fault)
    if len(found) > 40:  # noqa: PLR2004
        print(f"... and {len(found) - 40} more")
    for language in OTHERS:
        lacking = len(_lacking(source, read(language)))
        print(f"{language}: {len(source) - lacking} of {len(source)} strings translated")
    print("Translations: " + (f"{len(found)} faults" if found else "complete in English, French and Arabic"))
    return 1 if found else 0


def main() -> int:
    command = sys.argv[1] if len(sys.argv) == 2 else ""  # noqa: PLR2004
    if command == "extract":
        extract_all()
    elif command == "compile":
        compile_all()
    elif command == "check":
        return check()
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
