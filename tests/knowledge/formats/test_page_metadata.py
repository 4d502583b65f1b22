"""What pages say about themselves: the known ways of saying it, and pages that mean harm."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayni.knowledge.formats import page_metadata
from ayni.knowledge.formats.page_metadata import Found

URL = "https://www.repository.example/item/7?x=1"

JOURNAL = """<html lang="fr"><head><title>Item 7 | Repository</title>
<meta name="citation_title" content="Mesurer l’eau">
<meta name="citation_author" content="Sow, Awa"><meta name="citation_author" content="Ndiaye, Omar">
<meta name="citation_publication_date" content="2023/04/01"><meta name="citation_doi" content="https://doi.org/10.1234/EAU.7">
<meta name="citation_publisher" content="Presses de Dakar"><meta name="citation_language" content="fr">
<meta name="DC.rights" content="CC BY 4.0"><meta name="DCTERMS.abstract" content="Comment trois villages mesurent.">
<link rel="canonical" href="/item/7"></head><body></body></html>"""

LD = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "Organization", "name": "Not the title"},
        {"@type": "WebPage", "name": "The page"},
        {
            "@type": ["Report"],
            "headline": "Rain in jars",
            "description": "<p>How jars are <b>built</b>.</p>",
            "author": [{"@type": "Person", "name": "Ana"}, "Luis", {"name": "Ana"}],
            "datePublished": "2021-05-06T10:00:00Z",
            "publisher": {"name": "Rain House"},
            "inLanguage": "es-MX",
            "license": "https://creativecommons.org/licenses/by-nc-sa/3.0/igo/",
            "identifier": {"@type": "PropertyValue", "value": "doi:10.5555/jars"},
        },
    ],
}


def read(html: str, url: str = URL) -> page_metadata.Metadata:
    return page_metadata.read(html.encode(), url, "utf-8")


def scripted(value) -> str:
    return f'<html><head><title>T</title><script type="application/ld+json">{json.dumps(value)}</script></head></html>'


def test_a_page_of_a_journal():
    found = read(JOURNAL)
    assert found.url == "https://www.repository.example/item/7"
    assert found.facts == {
        "title": Found("Mesurer l’eau", "citation"),
        "summary": Found("Comment trois villages mesurent.", "dublin-core"),
        "authors": Found(["Sow, Awa", "Ndiaye, Omar"], "citation"),
        "year": Found(2023, "citation"),
        "publisher": Found("Presses de Dakar", "citation"),
        "doi": Found("10.1234/EAU.7", "citation"),
        "language": Found("fr", "citation"),
        "licence": Found("CC-BY-4.0", "dublin-core"),
        "kind": Found("publication", "citation"),
    }


def test_json_ld_in_a_graph():
    assert read(scripted(LD)).facts == {
        "title": Found("Rain in jars", "json-ld"),
        "summary": Found("How jars are built.", "json-ld"),
        "authors": Found(["Ana", "Luis"], "json-ld"),
        "year": Found(2021, "json-ld"),
        "publisher": Found("Rain House", "json-ld"),
        "doi": Found("10.5555/jars", "json-ld"),
        "language": Found("es", "json-ld"),
        "licence": Found("CC-BY-NC-SA-3.0-IGO", "json-ld"),
        "kind": Found("publication", "json-ld"),
    }


def test_a_story_with_open_graph_only_has_no_kind_guessed():
    found = read(
        '<html lang="pt-BR"><head><meta property="og:title" content="Hortas na escola">'
        '<meta property="og:description" content="Como começou."><meta property="og:site_name" content="Escola"></head>'
    )
    assert found.facts == {
        "title": Found("Hortas na escola", "open-graph"),
        "summary": Found("Como começou.", "open-graph"),
        "publisher": Found("Escola", "open-graph"),
        "language": Found("pt", "page"),
    }


def test_a_page_without_any_of_it_has_its_title():
    assert read("<title>  Just \n a title </title><p>Words").facts == {"title": Found("Just a title", "page")}


@pytest.mark.parametrize(
    ("canonical", "url"),
    [
        ("https://repository.example/item/7", "https://repository.example/item/7"),
        ("https://elsewhere.example/", URL),
        ("javascript:alert(1)", URL),
        ("http://[", URL),
        ("", URL),
    ],
)
def test_the_canonical_address_counts_on_its_own_site_only(canonical, url):
    assert read(f'<link rel="canonical" href="{canonical}"><title>T</title>').url == url


def test_languages_that_are_not_offered_are_left_out():
    assert "language" not in read('<html lang="sw"><title>T</title>').facts


def test_long_texts_end_at_a_word():
    title = read(f"<title>{'word ' * 200}</title>").value("title")
    assert len(title) <= 300
    assert title.endswith("word…")


@pytest.mark.parametrize(
    "html",
    [
        "",
        "\x00\x00",
        "<",
        "<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><title>&x;</title>",
        "<title>" + "<b>" * 50_000,
        "<div>" * 100_000 + "<title>deep</title>",
        "<meta name=citation_title content='" + "&#x202e;" * 100 + "'>",
        scripted([[[[[[[[[["deep"]]]]]]]]]]),
        '<script type="application/ld+json">' + "[" * 200_000 + "</script>",
        '<script type="application/ld+json">{"@type": "Article", "headline": {"@value": {"a": 1}}, "author": 7}</script>',
        scripted({"@type": "Article", "headline": ["a", "b"], "datePublished": [2020], "license": {"x": []}}),
        scripted({"@type": {"a": 1}, "name": None}),
        scripted([{"@type": "Article"}] * 5000),
        "<meta name=citation_author content=x>" * 20_000,
    ],
)  # fmt: skip
def test_hostile_and_broken_pages_do_no_harm(html):
    began = time.monotonic()
    found = read(html)
    assert time.monotonic() - began < 3
    assert "root:" not in str(found)
    assert len(found.value("authors")) <= 30


def test_an_unknown_charset_is_not_believed():
    assert page_metadata.read("<title>é</title>".encode(), URL, "no-such-charset").value("title")


@given(st.binary(max_size=2000))
def test_no_bytes_break_it(content):
    assert page_metadata.read(b"<html><head>" + content, URL).url


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["@type", "@graph", "name", "headline", "author", "license", "identifier", "publisher", "inLanguage"]),
    inner | st.sampled_from(["Article", "Report"])), max_leaves=20))  # fmt: skip
def test_no_shape_of_json_ld_breaks_it(value):
    found = read(scripted(value))
    assert all(isinstance(fact.value, str | list | int) for fact in found.facts.values())
