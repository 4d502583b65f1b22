import json
from collections import Counter
from collections.abc import Iterator

import pytest

from ayni.knowledge import documents
from ayni.knowledge.formats.handing_on import Content, Line, Lines, Part, Section, Table, Text, arrange
from ayni.knowledge.formats.handing_on_facts import LABELS, Material, facts_of
from ayni.knowledge.formats.handing_on_orders import ORDERS
from ayni.knowledge.states import PartnerRole

KINDS = [
    ("practice", "full"),
    ("practice", "snapshot"),
    ("lesson", ""),
    ("publication", ""),
    ("activity", ""),
]
BESIDE = (
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


def everything(kind: str, form: str) -> Material:
    """A record that says something, told apart by its own word, in every field there is."""

    def value(field: documents.Field, name: str):
        if field.type == "rows":
            return [
                {inner.name: value(inner, f"{name}-{n}-{inner.name}") for inner in field.rows} for n in (1, 2)
            ]
        if field.type == "lines":
            return [f"{name}-1", f"{name}-2"]
        if field.type == "choice":
            return field.choices[0]
        if field.type == "year":
            return 2024
        return f"https://example.org/{name}" if field.type == "url" else f"«{name}»"

    return Material(
        kind=kind, form=form, language="en", original="fr", title="«title»", summary="«summary»",
        body={field.name: value(field, field.name) for field in documents.fields_of(kind, form)},
        missing=frozenset({"summary"}),
        partners=tuple((Line(f"«{role}»"), role) for role in PartnerRole.values),
        beside={name: (Line(f"«{name}»"),) for name in BESIDE}, documents=(Line("«file»"),),
    )  # fmt: skip


def words(sections: tuple[Section, ...]) -> Iterator[str]:
    for section in sections:
        for content in section.contents:
            yield from said(content)
        yield from words(section.sections)


def said(content: Content) -> Iterator[str]:
    match content:
        case Text():
            yield content.markdown
        case Lines():
            yield from (line.text for line in content.lines)
        case Table():
            yield from (line.text for row in content.rows for line in row)
        case Part():
            yield content.title.text
            for inner in content.contents:
                yield from said(inner)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("kind", "form"), KINDS)
def test_every_order_says_everything_once(order, kind, form):
    material = everything(kind, form)
    texts = documents.translatable_texts(material.title, material.summary, dict(material.body), kind, form)
    once = Counter(words(arrange(facts_of(material), order)))
    wanted = {*texts.values(), *(f"«{name}»" for name in (*BESIDE, *PartnerRole.values)), "«file»"} - {
        "«title»"
    }
    assert {text: once[text] for text in wanted} == dict.fromkeys(wanted, 1)
    for url in (value for value in str(material.body).split("'") if value.startswith("https://")):
        shown = Counter(json.dumps(_urls(arrange(facts_of(material), order))).split('"'))
        assert shown[url] >= 1


def _urls(sections: tuple[Section, ...]) -> list[str]:
    found = []
    for section in sections:
        found += [line.url for one in section.contents if isinstance(one, Lines) for line in one.lines]
        found += _urls(section.sections)
    return found


def test_our_own_order_is_complete():
    """Nothing of ours stands under "Further information"."""
    for kind, form in KINDS:
        labels = [section.label for section in arrange(facts_of(everything(kind, form)), "ayni")]
        assert "Further information" not in labels


def test_orders_name_facts_that_there_are():
    known = {*LABELS, *(f"partners.{role}" for role in PartnerRole.values)}
    for order in ORDERS.values():
        named = [fact for slot in order.slots for fact in slot.facts]
        assert set(named) <= known
        assert len(named) == len(set(named))


def test_galaxy_begins_as_the_portal_does():
    sections = arrange(facts_of(everything("practice", "full")), "galaxy")
    assert [section.label for section in sections] == [
        "Tagline", "Challenge", "Towards a solution", "Countries and regions", "Nominated by",
        "Sustainable Development Goal targets", "Supported by", "Implementing entities", "Project status",
        "Project period", "Address of the practice", "Related resources", "Contact information",
        "Further information",
    ]  # fmt: skip


def test_what_the_record_does_not_say_is_not_stated():
    material = Material(
        kind="practice", form="snapshot", language="en", original="en", title="T", summary="",
        body={"problem": "P", "what_was_done": "D"},
    )  # fmt: skip
    sections = {section.label: section for section in arrange(facts_of(material), "desa")}
    assert sections["Objectives"] == Section("Objectives", is_stated=False)
    assert sections["Implementation"] == Section("Implementation", (Text("D", "en"),))
    assert "Objectives" not in {section.label for section in arrange(facts_of(material), "ayni")}


def test_what_is_not_translated_keeps_its_language():
    (first, *_others) = arrange(facts_of(everything("practice", "full")), "ayni")
    assert first.contents == (Lines((Line("«summary»", "fr"),)),)
