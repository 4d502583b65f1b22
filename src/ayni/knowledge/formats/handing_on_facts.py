"""What a record says, as facts with a label each: the stuff that orders arrange. No database.

Labels are in the active language, which the caller sets to the language of the reading.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ayni.knowledge import documents
from ayni.knowledge.documents import Field
from ayni.knowledge.formats.handing_on import Content, Fact, Line, Lines, Part, Picture, Table, Text
from ayni.knowledge.states import (
    ActivityStatus,
    EvidenceLevel,
    Level,
    PartnerRole,
    PublicationType,
    ResultLevel,
)
from ayni.registry.queries.vocabularies import Concept

LABELS: Mapping[str, Any] = {
    "summary": lazy("In one sentence"),
    "setting": lazy("The place"),
    "level": lazy("Level"),
    "problem": lazy("The problem"),
    "who_is_affected": lazy("Whom it concerns"),
    "what_was_done": lazy("What was done"),
    "building_blocks": lazy("Building blocks you can reuse"),
    "what_changed": lazy("What changed"),
    "results": lazy("Results"),
    "evidence_level": lazy("Evidence"),
    "evidence": lazy("How we know"),
    "what_did_not_work": lazy("What did not work"),
    "adaptation_notes": lazy("If you want to do it elsewhere"),
    "resources": lazy("What it took"),
    "in_kind": lazy("Given in kind"),
    "sustainability": lazy("What keeps it going"),
    "links": lazy("Read more"),
    "situation": lazy("The situation"),
    "what_was_tried": lazy("What was tried"),
    "what_happened": lazy("What happened"),
    "why": lazy("Why"),
    "advice": lazy("What we would do now"),
    "publication_type": lazy("Type"),
    "authors": lazy("By"),
    "year": lazy("Year"),
    "publisher": lazy("Publisher"),
    "abstract": lazy("In short"),
    "key_points": lazy("Main points"),
    "doi": "DOI",
    "url": lazy("Open the publication"),
    "description": lazy("What it is"),
    "objectives": lazy("What it is for"),
    "activity_status": lazy("Status"),
    "identifiers": lazy("Known elsewhere as"),
    # Inside rows.
    "enabling": lazy("What it needs"),
    "lesson": lazy("What we learned"),
    "cost": lazy("Cost"),
    "time": lazy("Time"),
    # Beside the text.
    "period": lazy("When"),
    "countries": lazy("Countries"),
    "regions": lazy("Regions"),
    "sdg": lazy("Goals"),
    "themes": lazy("Themes"),
    "sectors": lazy("Sectors"),
    "exchange_types": lazy("Who was exchanged"),
    "owner": lazy("Institution"),
    "stand_in": lazy("Written on its behalf by"),
    "contact": lazy("Whom to ask"),
    "confirmed": lazy("Up to date?"),
    "reviewed": lazy("Review"),
    "source": lazy("Source"),
    "licence": lazy("Licence"),
    "link": lazy("Where it can be read"),
    "adapted_from": lazy("Adapted from"),
    "continued_in": lazy("Continued in"),
    "pictures": lazy("Pictures"),
    "documents": lazy("Documents"),
}
_CHOICES: Mapping[str, Any] = {
    "level": Level,
    "results.level": ResultLevel,
    "evidence_level": EvidenceLevel,
    "publication_type": PublicationType,
    "activity_status": ActivityStatus,
}
_COLUMNS = {
    "level": lazy("For"),
    "what": lazy("What"),
    "before": lazy("Before"),
    "after": lazy("After"),
    "known_by": lazy("How it is known"),
}
# What stands beside the text is a line or several, in this order, where the material has it.
_BESIDE = (
    "owner",
    "stand_in",
    "period",
    "reviewed",
    "confirmed",
    "contact",
    "source",
    "licence",
    "link",
    "adapted_from",
    "continued_in",
)


@dataclass(frozen=True)
class Material:
    """A record's text as read in `language`. `missing`: paths that are still in the original's language.

    `beside`: what `_BESIDE` names, in words. Everything is in the language of the reading already.
    """

    kind: str
    form: str
    language: str
    original: str
    title: str
    summary: str
    body: Mapping[str, Any]
    missing: frozenset[str] = frozenset()
    tags: tuple[Concept, ...] = ()
    partners: tuple[tuple[Line, str], ...] = ()  # with their part in it
    beside: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    documents: tuple[Line, ...] = ()

    def language_of(self, path: str) -> str:
        return self.original if path in self.missing else self.language


def facts_of(material: Material) -> list[Fact]:
    found = []
    if material.summary:
        found.append(_fact("summary", Lines((Line(material.summary, material.language_of("summary")),))))
    found += [
        _fact(one.name, *_contents(material, one, value))
        for one in documents.fields_of(material.kind, material.form)
        if (value := material.body.get(one.name))
    ]
    found += _tagged(material)
    found += _partners(material)
    found += [_fact(name, Lines(material.beside[name])) for name in _BESIDE if material.beside.get(name)]
    if material.pictures:
        found.append(_fact("pictures", *material.pictures))
    if material.documents:
        found.append(_fact("documents", Lines(material.documents)))
    return found


def _fact(name: str, *contents: Content) -> Fact:
    return Fact(name, str(LABELS[name]), contents)


def _contents(material: Material, one: Field, value: Any) -> Iterator[Content]:
    path = f"body.{one.name}"
    if one.type == "rows":
        yield from _ROWS[one.name](material, one, value)
    elif one.type == "lines":
        yield Lines(tuple(Line(str(entry)) for entry in value))  # names and numbers
    else:
        yield _value(material, one, value, path)


def _value(material: Material, one: Field, value: Any, path: str) -> Text | Lines:
    if one.type == "text":
        return Text(value, material.language_of(path))
    return Lines((_line(material, one, value, path),))


def _line(material: Material, one: Field, value: Any, path: str) -> Line:
    if one.type == "choice":
        choices = _CHOICES.get(".".join(path.split(".")[1::2]), _CHOICES.get(one.name))
        labels = dict(choices.choices) if choices else {}
        return Line(str(labels.get(value, value)), material.language)
    if one.type == "url":
        return Line(value, url=value)
    if one.name == "doi":
        return Line(value, url=f"https://doi.org/{value}")
    return Line(str(value), material.language_of(path))


def _results(material: Material, one: Field, rows: list[dict[str, Any]]) -> Iterator[Content]:
    cells = tuple(
        tuple(
            _line(material, inner, row[inner.name], f"body.{one.name}.{number}.{inner.name}")
            if row.get(inner.name)
            else Line("")
            for inner in one.rows
        )
        for number, row in enumerate(rows)
    )
    yield Table(str(LABELS[one.name]), tuple(str(_COLUMNS[inner.name]) for inner in one.rows), cells)


def _parts(material: Material, one: Field, rows: list[dict[str, Any]]) -> Iterator[Content]:
    """Named by the first field of the row; its main text needs no label."""
    name, *others = one.rows
    for number, row in enumerate(rows):
        path = f"body.{one.name}.{number}"
        inside: list[Lines | Text] = []
        for inner in others:
            if not row.get(inner.name):
                continue
            content = _value(material, inner, row[inner.name], f"{path}.{inner.name}")
            label = str(LABELS[inner.name]) if inner.name in LABELS else ""
            if isinstance(content, Lines):
                inside.append(Lines(content.lines, label=label))
            else:
                inside += [Lines((), label=label), content] if label else [content]
        yield Part(_line(material, name, row.get(name.name, ""), f"{path}.{name.name}"), tuple(inside))


def _links(material: Material, one: Field, rows: list[dict[str, Any]]) -> Iterator[Content]:
    yield Lines(
        tuple(
            Line(row["title"], material.language_of(f"body.{one.name}.{number}.title"), row["url"])
            for number, row in enumerate(rows)
        )
    )


_ROWS: Mapping[str, Callable[..., Iterator[Content]]] = {
    "results": _results,
    "building_blocks": _parts,
    "adaptation_notes": _parts,
    "links": _links,
}


def _tagged(material: Material) -> Iterator[Fact]:
    """Countries and themes in one line; goals and targets, which are sentences, one a line with their number."""
    for name, vocabulary in documents.TAGS.items():
        tags = [tag for tag in material.tags if tag.vocabulary == vocabulary]
        if not tags:
            continue
        numbered = name == "sdg"
        lines = tuple(
            Line(
                f"{tag.code} {tag.label(material.language)}" if numbered else tag.label(material.language),
                tag.spoken(material.language),
            )
            for tag in tags
        )
        yield _fact(name, Lines(lines, inline=not numbered))


def _partners(material: Material) -> Iterator[Fact]:
    for role in PartnerRole.values:
        lines = tuple(line for line, theirs in material.partners if theirs == role)
        if lines:
            yield Fact(f"partners.{role}", str(PartnerRole(role).label), (Lines(lines),))


def not_stated() -> str:
    return _("Not stated")
