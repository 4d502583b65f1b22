"""Fills in the Word template as a person would: each answer into the place that is made for it."""

import copy
import io
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

from ayni.knowledge.formats.word_fields import TAG
from ayni.registry.queries.vocabularies import concepts
from ayni.web.writing.word_words import words_in


def fill(content: bytes, answers: dict[str, Any], language: str) -> bytes:
    """`answers` by path, as a draft holds them. Codes and choices are written as their names in the language."""
    document = Document(io.BytesIO(content))
    controls: dict[str, list[Any]] = {}
    for control in document.element.body.iter(qn("w:sdt")):
        controls.setdefault(_tag(control).removeprefix(TAG), []).append(control)
    choices = words_in(language, "practice", "full", concepts()).choices
    for path, value in answers.items():
        if value and isinstance(value, list) and isinstance(value[0], dict):
            for number, row in enumerate(value):
                for name, text in row.items():
                    column = f"{path}.{name}"
                    _answer(controls[column][number], choices.get(column, {}).get(text, text), inline=True)
        else:
            _answer(controls[path][0], _shown(path, value, choices, language))
    return _saved(document)


def _shown(path: str, value: Any, choices: dict, language: str) -> str:
    if path.startswith("tags.") and isinstance(value, list):
        vocabulary = path.removeprefix("tags.")
        found = [concepts()[vocabulary, code] for code in value]
        return "\n\n".join(
            c.code if vocabulary == "sdg" else c.label(language.split("-", maxsplit=1)[0]) for c in found
        )
    if isinstance(value, list):
        return "\n\n".join(value)
    return choices.get(path, {}).get(value, value)


def _tag(control: Any) -> str:
    return control.find(qn("w:sdtPr")).find(qn("w:tag")).get(qn("w:val"))


def _answer(control: Any, text: str, *, inline: bool = False) -> None:
    properties, inside = control.find(qn("w:sdtPr")), control.find(qn("w:sdtContent"))
    shown = properties.find(qn("w:showingPlcHdr"))
    properties.remove(shown)
    if inline:
        _set_run(inside, text)
        return
    model = inside.find(qn("w:p"))
    inside.remove(model)
    for block in text.split("\n\n"):
        for line in block.split("\n"):
            paragraph = etree.fromstring(etree.tostring(model))
            marker, _, rest = line.partition(" ")
            if marker in {"-", "1."}:
                _style(paragraph, "ListBullet" if marker == "-" else "ListNumber")
                line = rest  # noqa: PLW2901
            _set_run(paragraph, line)
            inside.append(paragraph)


def _style(paragraph: Any, name: str) -> None:
    paragraph.find(qn("w:pPr")).find(qn("w:pStyle")).set(qn("w:val"), name)


def _set_run(place: Any, text: str) -> None:
    for run in place.findall(qn("w:r")):
        place.remove(run)
    run, words = OxmlElement("w:r"), OxmlElement("w:t")
    words.text = text
    if text != text.strip():
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(words)
    place.append(run)


def without_controls(content: bytes, kept: str = "") -> bytes:
    """As programs that know no content controls save it: their content stays, they and all properties go.

    `kept`: the tag of an element whose controls stay.
    """
    document = Document(io.BytesIO(content))
    for control in list(document.element.body.iter(qn("w:sdt"))):
        place = control.getparent()
        if place.tag == kept:
            continue
        for child in list(control.find(qn("w:sdtContent"))):
            control.addprevious(child)
        place.remove(control)
    document.core_properties.keywords = ""
    return _saved(document)


def as_libreoffice_saves(content: bytes) -> bytes:
    """As LibreOffice 7.4 saves it in Arabic: controls within paragraphs, without tags, a second time with all words."""
    document = Document(io.BytesIO(content))
    for control in list(document.element.body.iter(qn("w:sdt"))):
        for paragraph in control.findall(f"{qn('w:sdtContent')}/{qn('w:p')}")[:1]:
            runs = [run for run in paragraph if run.tag != qn("w:pPr")]
            text = "".join(paragraph.itertext(qn("w:t")))
            paragraph.extend(_small_control(control, part) for part in (text, text[-1:] + text))
            for run in runs:
                paragraph.remove(run)
    return without_controls(_saved(document), kept=qn("w:p"))


def _small_control(control: Any, text: str) -> Any:
    small, properties, content, run = (
        OxmlElement(f"w:{name}") for name in ("sdt", "sdtPr", "sdtContent", "r")
    )
    alias = control.find(f"{qn('w:sdtPr')}/{qn('w:alias')}")
    if alias is not None:
        properties.append(copy.copy(alias))
    run.text = text
    content.append(run)
    small.extend([properties, content])
    return small


def retag(content: bytes, path: str, new: str) -> bytes:
    document = Document(io.BytesIO(content))
    for control in document.element.body.iter(qn("w:sdt")):
        if _tag(control) == f"{TAG}{path}":
            control.find(qn("w:sdtPr")).find(qn("w:tag")).set(qn("w:val"), f"{TAG}{new}")
    return _saved(document)


def _saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
