"""IATI activities as JSON lines, one activity a line, with the flat names of the IATI Datastore.

Rows are taken as others published them: what cannot be used is left out with a note, not refused.
"""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ayni.kernel.errors import Fault
from ayni.knowledge.documents import SUMMARY_LIMIT, TEXT_LIMIT, TITLE_LIMIT
from ayni.knowledge.formats import iati_codes as codes
from ayni.knowledge.formats import iati_partners, lines
from ayni.knowledge.formats.base import Limits, Note, Row, tidy
from ayni.knowledge.formats.narratives import (
    Narrative,
    forget,
    in_slots,
    narratives,
    once,
    original_language,
    others,
    pick,
)
from ayni.language.codes import CONTENT_LANGUAGES

_SENTENCE_LIMIT = min(300, SUMMARY_LIMIT)
_DAC_PURPOSE, _DAC_GROUP, _GOAL, _TARGET = "1", "2", "7", "8"  # sector vocabularies
_TAG_GOAL, _TAG_TARGET = "2", "3"  # tag vocabularies
_OBJECTIVES = "2"  # description type


def read(path: Path, limits: Limits) -> Iterator[Row]:
    """Reads the file twice: names of organisations that one activity leaves out are often given by another."""
    names = iati_partners.known_names(given for _, given, fault in lines.objects(path, limits) if not fault)
    try:
        for number, given, fault in lines.objects(path, limits):
            yield Row(number, None, [fault]) if fault else activity(number, _plain(tidy(given)), names)
    finally:
        forget()


def _plain(value: Any) -> Any:
    """Reporters escape texts for HTML once too often."""
    if isinstance(value, str):
        return html.unescape(value) if "&" in value else value
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return {name: _plain(inner) for name, inner in value.items()} if isinstance(value, dict) else value


def texts(given: dict[str, Any], name: str) -> list[str]:
    """The field as a list of strings, whatever it came as."""
    value = given.get(name)
    values = value if isinstance(value, list) else [value]
    return [
        "" if entry is None or isinstance(entry, dict | list) else str(entry).strip()
        for entry in values
        if entry is not None
    ]


def first(given: dict[str, Any], name: str) -> str:
    return next(iter(texts(given, name)), "")


def activity(number: int, given: dict[str, Any], names: dict[str, str]) -> Row:
    """One activity as a record document. `names`: organisation reference -> name, from the whole file."""
    row = Row(number, None)
    identifier, titles = first(given, "iati_identifier"), narratives(texts(given, "title_narrative"))
    if not identifier:
        row.faults.append(Fault("iati_identifier", "missing"))
    if not titles:
        row.faults.append(Fault("title_narrative", "missing"))
    if row.faults:
        return row
    titles = once(titles)
    descriptions, objectives = _descriptions(given)
    language = _language(given, titles, [*descriptions, *objectives], row)
    foreign = any(note.code == "language_not_offered" for note in row.notes)
    reporter = iati_partners.reporter(given)
    body: dict[str, Any] = {
        "description": pick(descriptions, language, at_all=foreign)[:TEXT_LIMIT],
        "objectives": pick(objectives, language, at_all=foreign)[:TEXT_LIMIT],
        "activity_status": codes.STATUSES.get(first(given, "activity_status_code"), ""),
        "identifiers": [identifier],
    }
    title = _title(pick(titles, language, at_all=True), body, row)
    document = {
        "id": identifier,
        "kind": "activity",
        "language": language,
        "institution": reporter,
        "title": title,
        "summary": first_sentence(body["description"]),
        "regions": _regions(given, row),
        **_tags(given, row),
        "started": _date(given, ("2", "1")),
        "ended": _date(given, ("4", "3")),
        "body": {name: value for name, value in body.items() if value},
        "partners": iati_partners.partners(given, names, row),
        "source": {"title": f"IATI activity {identifier}"[:500], "publisher": reporter["name"], "url": ""},
        "translations": _translations(titles, descriptions, objectives, language, title),
    }
    row.document = document
    return row


def _descriptions(given: dict[str, Any]) -> tuple[list[Narrative], list[Narrative]]:
    """(general description, objectives): narratives of each, in every language given."""
    types = texts(given, "description_type") or ["1"]
    found = narratives(texts(given, "description_narrative"))
    general: list[Narrative] = []
    objectives: list[Narrative] = []
    for kind, group in zip(types, in_slots(found, len(types)), strict=False):
        (objectives if kind == _OBJECTIVES else general).extend(group)
    # A record that has only objectives has no other description to show.
    general = once(general or objectives)
    return general, once(objectives, known=general)


def _language(given: dict[str, Any], titles: list[Narrative], found: list[Narrative], row: Row) -> str:
    given_tag = first(given, "xml_lang")
    tag = given_tag.replace("_", "-").lower().split("-")[0]
    language = original_language(titles, found, tag)
    if not language:
        # Nothing surely in one of our languages: kept as the source says, or as English, and said so.
        written = next((narrative.language for narrative in (*found, *titles) if narrative.language), tag)
        row.notes.append(Note("language", "language_not_offered", {"language": written}))
        return tag if tag in CONTENT_LANGUAGES else "en"
    if not tag:
        row.notes.append(Note("language", "language_detected", {"found": language}))
    elif tag != language:
        row.notes.append(Note("language", "language_corrected", {"given": given_tag[:20], "found": language}))
    left_out = {narrative.language for narrative in (*titles, *found)} - {"", *CONTENT_LANGUAGES}
    row.notes.extend(Note("language", "narrative_left_out", {"language": code}) for code in sorted(left_out))
    return language


def _title(title: str, body: dict[str, Any], row: Row) -> str:
    if len(title) <= TITLE_LIMIT:
        return title
    row.notes.append(Note("title", "shortened", {"limit": TITLE_LIMIT}))
    body["description"] = f"{title}\n\n{body['description']}".strip()[:TEXT_LIMIT]
    return shortened(title, TITLE_LIMIT)


def shortened(text: str, limit: int) -> str:
    """Cut between words, with an ellipsis, to at most `limit` characters."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:.-") + "…"


def first_sentence(text: str) -> str:
    """What a list shows below the title."""
    line = " ".join(text.split("\n\n", 1)[0].split())
    end = re.search(r"[.!?؟]\s|[。！？]", line)
    sentence = line[: end.end()].strip() if end and end.end() >= 40 else line  # noqa: PLR2004 - "e.g. " is no sentence
    return shortened(sentence, _SENTENCE_LIMIT)


def _translations(
    titles: list[Narrative],
    descriptions: list[Narrative],
    objectives: list[Narrative],
    language: str,
    title: str,
) -> dict[str, Any]:
    """Texts in our other languages; a language counts when it has the title."""
    found: dict[str, Any] = {}
    general, aims = others(descriptions, language), others(objectives, language)
    for code, text in others(titles, language).items():
        if text == title:
            continue
        body = {"description": general.get(code, ""), "objectives": aims.get(code, "")}
        found[code] = {
            "title": shortened(text, TITLE_LIMIT),
            "summary": first_sentence(general.get(code, "")),
            "body": {name: value[:TEXT_LIMIT] for name, value in body.items() if value},
        }
    return found


def _regions(given: dict[str, Any], row: Row) -> list[str]:
    found = []
    for code in dict.fromkeys(texts(given, "recipient_region_code")):
        region = codes.REGIONS.get(code) or codes.M49.get(code)
        if region:
            found.append(region)
        elif code and code != "998":
            row.notes.append(Note("regions", "region_left_out", {"value": code[:40]}))
    return list(dict.fromkeys(found))


def _tags(given: dict[str, Any], row: Row) -> dict[str, list[str]]:
    sectors, goals = [], []
    names = texts(given, "sector_code")
    # Reporters that leave the vocabulary out mean the DAC's, the standard's default.
    vocabularies = (
        texts(given, "sector_vocabulary") if given.get("sector_vocabulary") else [_DAC_PURPOSE] * len(names)
    )
    if len(names) != len(vocabularies):
        row.notes.append(
            Note("sectors", "sectors_unclear", {"codes": len(names), "vocabularies": len(vocabularies)})
        )
    for code, vocabulary in zip(names, vocabularies, strict=False):
        if vocabulary in {_DAC_PURPOSE, _DAC_GROUP} and re.fullmatch(r"\d{5}|\d{3}", code):
            sectors.append(code)
        elif vocabulary in {_GOAL, _TARGET}:
            goals.append(code)
    for code, vocabulary in zip(texts(given, "tag_code"), texts(given, "tag_vocabulary"), strict=False):
        if vocabulary in {_TAG_GOAL, _TAG_TARGET}:
            goals.append(code)
    countries = [code.upper() for code in texts(given, "recipient_country_code") if code]
    themes = [theme for sector in sectors if (theme := codes.theme_of(sector))]
    lists = {"countries": countries, "sectors": sectors, "sdg": goals, "themes": themes}
    return {name: list(dict.fromkeys(values)) for name, values in lists.items()}


def _date(given: dict[str, Any], wanted: tuple[str, str]) -> str:
    """The actual day, else the planned one."""
    days = dict(zip(texts(given, "activity_date_type"), texts(given, "activity_date_iso_date"), strict=False))
    return next((days[kind][:10] for kind in wanted if days.get(kind)), "")
