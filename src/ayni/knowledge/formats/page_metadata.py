"""What a page of another site says about itself, and where it says so. Bytes in, facts out; nothing is fetched.

Read are, in order of trust: `citation_*` (what journals and repositories write for Google Scholar), JSON-LD of
schema.org, Dublin Core, Open Graph, and the page itself. The first that has a usable value gives it.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from ayni.knowledge import documents
from ayni.knowledge.formats.base import tidy
from ayni.knowledge.states import Kind
from ayni.language.codes import CONTENT_LANGUAGES

CITATION, JSON_LD, DUBLIN_CORE, OPEN_GRAPH, PAGE = "citation", "json-ld", "dublin-core", "open-graph", "page"
_MOST_AUTHORS = 30
_MOST_OBJECTS = 200  # of JSON-LD: more is no description of one page
_JSON_LIMIT = 500_000  # characters
_DEPTH = 6
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]{1,200}")
_YEAR = re.compile(r"(?<!\d)(19\d\d|20\d\d|21\d\d)(?!\d)")
_CREATIVE_COMMONS = re.compile(
    r"creativecommons\.org/(?:licenses/(by(?:-nc)?(?:-nd|-sa)?)|publicdomain/(zero))/(\d\.\d)(/igo)?",
    re.IGNORECASE,
)
_SHORT_LICENCE = re.compile(r"CC[ -](BY(?:-NC)?(?:-ND|-SA)?|0)[ -](\d\.\d)", re.IGNORECASE)
_PUBLICATIONS = {
    "ScholarlyArticle", "MedicalScholarlyArticle", "Report", "TechArticle", "Book", "Thesis", "Course", "Chapter",
    "Guide", "LearningResource", "PublicationIssue", "DigitalDocument", "PresentationDigitalDocument",
}  # fmt: skip
_ABOUT_THE_PAGE = _PUBLICATIONS | {
    "Article", "NewsArticle", "BlogPosting", "CreativeWork", "HowTo", "WebPage", "ItemPage", "AboutPage", "Project",
    "ResearchProject", "Event", "VideoObject", "Dataset",
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A value and where the page says it."""

    value: Any
    source: str


@dataclass
class Metadata:
    """`facts` by name: title, summary, authors (list), year, publisher, doi, language, licence, kind."""

    url: str
    facts: dict[str, Found] = field(default_factory=dict)

    def value(self, name: str) -> Any:
        found = self.facts.get(name)
        return found.value if found else ""


@dataclass
class _Page:
    metas: dict[str, list[str]]
    objects: list[dict[str, Any]]
    title: str
    language: str
    canonical: str
    licences: list[str]


def read(content: bytes, url: str, charset: str = "") -> Metadata:
    """Never raises: a page that is broken, hostile or empty simply says little."""
    page = _parsed(content, charset)
    if page is None:
        return Metadata(url)
    found = Metadata(_address(page.canonical, url))
    for name, candidates in (
        ("title", _titles(page)), ("summary", _summaries(page)), ("authors", _authors(page)), ("year", _years(page)),
        ("publisher", _publishers(page)), ("doi", _dois(page)), ("language", _languages(page)),
        ("licence", _licences(page)), ("kind", _kinds(page)),
    ):  # fmt: skip
        if first := next((Found(value, source) for value, source in candidates if value), None):
            found.facts[name] = first
    return found


def _parsed(content: bytes, charset: str) -> _Page | None:
    from lxml import etree, html  # late: heavy, and few processes read pages

    try:
        parser = html.HTMLParser(encoding=charset or None, no_network=True, huge_tree=False, recover=True)
    except (LookupError, ValueError):  # a charset that does not exist
        parser = html.HTMLParser(no_network=True, huge_tree=False, recover=True)
    try:
        root = html.document_fromstring(content, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    metas: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").strip().lower()
        if name and meta.get("content"):
            metas.setdefault(name.replace("dcterms.", "dc."), []).append(meta.get("content"))
    links = [(link.get("rel", "").lower().split(), link.get("href", "")) for link in root.iter("link", "a")]
    title = root.find(".//title")
    return _Page(
        metas=metas,
        objects=list(_objects(script.text or "" for script in root.iter("script") if _is_json_ld(script))),
        title=_line(title.text_content() if title is not None else "", documents.TITLE_LIMIT),
        language=root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "",
        canonical=next((href for rel, href in links if "canonical" in rel), ""),
        licences=[href for rel, href in links if "license" in rel],
    )


def _is_json_ld(script: Any) -> bool:
    return "ld+json" in (script.get("type") or "").lower()


def _objects(scripts: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Every object that describes something, flattened, those about the page itself first."""
    found: list[dict[str, Any]] = []
    for text in scripts:
        if len(text) > _JSON_LIMIT:
            continue
        try:
            waiting = [(json.loads(text), 0)]
        except (ValueError, RecursionError):
            continue
        while waiting and len(found) < _MOST_OBJECTS:
            value, depth = waiting.pop(0)
            if isinstance(value, list):
                waiting += [(inner, depth + 1) for inner in value[:_MOST_OBJECTS] if depth < _DEPTH]
            elif isinstance(value, dict):
                found.append(value)
                more = [value.get("@graph"), value.get("mainEntity"), value.get("mainEntityOfPage")]
                waiting += [
                    (inner, depth + 1) for inner in more if isinstance(inner, list | dict) and depth < _DEPTH
                ]
    yield from sorted(
        (one for one in found if _types(one) & _ABOUT_THE_PAGE),
        key=lambda one: bool(_types(one) & {"WebPage", "ItemPage", "AboutPage"}),
    )


def _types(one: dict[str, Any]) -> set[str]:
    given = one.get("@type")
    return {str(name).rpartition("/")[2] for name in (given if isinstance(given, list) else [given])}


def _line(value: Any, limit: int) -> str:
    """One line of plain words; a name, where an object or a list of languages has one."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name") or value.get("value") or ""
    if isinstance(value, dict | list) or value is None:
        return ""
    text = " ".join(str(tidy(str(value))).split())
    if len(text) <= limit:
        return text
    return text[: limit - 1].rpartition(" ")[0].rstrip(" ,;:") + "…"


def _from_metas(page: _Page, source: str, *names: str) -> Iterator[tuple[str, str]]:
    for name in names:
        for text in page.metas.get(name, []):
            yield text, source


def _from_objects(page: _Page, *names: str) -> Iterator[tuple[Any, str]]:
    for one in page.objects:
        for name in names:
            if one.get(name):
                yield one[name], JSON_LD


def _lines(candidates: Iterable[tuple[Any, str]], limit: int) -> Iterator[tuple[str, str]]:
    for value, source in candidates:
        yield _line(value, limit), source


def _titles(page: _Page) -> Iterator[tuple[str, str]]:
    limit = documents.TITLE_LIMIT
    yield from _lines(_from_metas(page, CITATION, "citation_title"), limit)
    yield from _lines(_from_objects(page, "headline", "name", "title"), limit)
    yield from _lines(_from_metas(page, DUBLIN_CORE, "dc.title"), limit)
    yield from _lines(_from_metas(page, OPEN_GRAPH, "og:title", "twitter:title"), limit)
    yield page.title, PAGE


def _summaries(page: _Page) -> Iterator[tuple[str, str]]:
    limit = documents.SUMMARY_LIMIT
    yield from _lines(_from_metas(page, CITATION, "citation_abstract"), limit)
    yield from _lines(_from_objects(page, "abstract", "description"), limit)
    yield from _lines(_from_metas(page, DUBLIN_CORE, "dc.abstract", "dc.description"), limit)
    yield from _lines(_from_metas(page, OPEN_GRAPH, "og:description", "twitter:description"), limit)
    yield from _lines(_from_metas(page, PAGE, "description"), limit)


def _authors(page: _Page) -> Iterator[tuple[list[str], str]]:
    yield _names(page.metas.get("citation_author", [])), CITATION
    for value, source in _from_objects(page, "author", "creator"):
        yield _names(value if isinstance(value, list) else [value]), source
    yield _names(page.metas.get("dc.creator", [])), DUBLIN_CORE
    yield _names(page.metas.get("author", [])), PAGE


def _names(values: list[Any]) -> list[str]:
    names = (_line(value, 200) for value in values[:_MOST_AUTHORS])
    return list(dict.fromkeys(name for name in names if name and not documents.is_web_address(name)))


def _years(page: _Page) -> Iterator[tuple[int, str]]:
    dates = [
        *_from_metas(page, CITATION, "citation_publication_date", "citation_date", "citation_year"),
        *_from_objects(page, "datePublished", "dateCreated"),
        *_from_metas(page, DUBLIN_CORE, "dc.date", "dc.issued", "dc.date.issued"),
        *_from_metas(page, OPEN_GRAPH, "article:published_time", "og:published_time"),
    ]
    for value, source in dates:
        if match := _YEAR.search(_line(value, 60)):
            yield int(match[0]), source


def _publishers(page: _Page) -> Iterator[tuple[str, str]]:
    names = ("citation_publisher", "citation_technical_report_institution", "citation_journal_title")
    yield from _lines(_from_metas(page, CITATION, *names), 300)
    yield from _lines(_from_objects(page, "publisher", "provider", "sourceOrganization"), 300)
    yield from _lines(_from_metas(page, DUBLIN_CORE, "dc.publisher"), 300)
    yield from _lines(_from_metas(page, OPEN_GRAPH, "og:site_name"), 300)


def _dois(page: _Page) -> Iterator[tuple[str, str]]:
    given = [
        *_from_metas(page, CITATION, "citation_doi"),
        *_from_objects(page, "doi", "identifier", "sameAs", "@id", "url"),
        *_from_metas(page, DUBLIN_CORE, "dc.identifier", "dc.identifier.doi"),
    ]
    for value, source in given:
        for one in value if isinstance(value, list) else [value]:
            if match := _DOI.search(unquote(_line(one, 300))):
                yield match[0].rstrip(".,;)"), source


def _languages(page: _Page) -> Iterator[tuple[str, str]]:
    given = [
        *_from_metas(page, CITATION, "citation_language"),
        *_from_objects(page, "inLanguage"),
        *_from_metas(page, DUBLIN_CORE, "dc.language"),
        (page.language, PAGE),
        *_from_metas(page, OPEN_GRAPH, "og:locale"),
    ]
    for value, source in given:
        code = re.split(r"[-_]", _line(value, 40).lower())[0]
        yield (code if code in CONTENT_LANGUAGES else ""), source


def _licences(page: _Page) -> Iterator[tuple[str, str]]:
    given = [
        *_from_objects(page, "license"),
        *((href, PAGE) for href in page.licences),
        *_from_metas(page, DUBLIN_CORE, "dc.rights", "dc.license", "dc.rights.license"),
    ]
    for value, source in given:
        one = value.get("url") or value.get("@id") or value.get("name") if isinstance(value, dict) else value
        yield _spdx(_line(one, 300)), source


def _spdx(text: str) -> str:
    if match := _CREATIVE_COMMONS.search(text):
        return (
            f"CC0-{match[3]}"
            if match[2]
            else f"CC-{match[1].upper()}-{match[3]}{(match[4] or '').upper().replace('/', '-')}"
        )
    if match := _SHORT_LICENCE.search(text):
        return f"CC0-{match[2]}" if match[1] == "0" else f"CC-{match[1].upper()}-{match[2]}"
    return ""


def _kinds(page: _Page) -> Iterator[tuple[str, str]]:
    """A guess, for the writer to correct: what is cited is a publication; for the rest only they know."""
    if any(name.startswith("citation_") for name in page.metas):
        yield Kind.PUBLICATION, CITATION
    if any(_types(one) & _PUBLICATIONS for one in page.objects):
        yield Kind.PUBLICATION, JSON_LD
    if any(text.strip().lower() in {"book", "books.book"} for text in page.metas.get("og:type", [])):
        yield Kind.PUBLICATION, OPEN_GRAPH


def _address(canonical: str, url: str) -> str:
    """The page's own name for its address, where it stays on the same site."""
    try:
        joined = urljoin(url, canonical.strip()) if canonical.strip() else url
        same = _host(joined) == _host(url)
    except ValueError:
        return url
    return joined if same and documents.is_web_address(joined) else url


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
