"""SKOS thesauri (Turtle, N-Triples, RDF/XML) as vocabulary documents: the shape of `data/README.md`. Writes nothing.

Concepts keep their URIs. Labels are kept in the languages of content; a concept without any such label
is left out and counted.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax import SAXException

from ayni.kernel.errors import ActionError
from ayni.language.codes import CONTENT_LANGUAGES
from ayni.language.normalise import clean

SIZE_LIMIT = 50 * 1024 * 1024  # bytes; the parser needs about twenty times as much memory
CONCEPT_LIMIT = 100_000
LABEL_LIMIT, URI_LIMIT, CODE_LIMIT = 1000, 300, 120
FORMATS = {
    ".ttl": "turtle",
    ".nt": "nt",
    ".rdf": "xml",
    ".xml": "xml",
}  # not JSON-LD: its contexts are fetched
VOCABULARY_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True)
class Reading:
    """A vocabulary document, and what of the file is not in it."""

    document: dict[str, Any]
    without_label: int  # concepts with no label in a language we know
    unknown_broader: int  # links to concepts that are not in the file


def read(path: Path, *, code: str, title: str = "") -> Reading:
    """Parse a file. Raises ActionError with one of the codes `no_file`, `unknown_format`, `too_large`,

    `unreadable` (param `reason`), `no_concepts`, `too_many_concepts`, `bad_code`.
    """
    if not VOCABULARY_CODE.fullmatch(code):
        raise ActionError("bad_code", value=code[:60])
    graph = _parse(path)
    from rdflib.namespace import RDF, SKOS  # as heavy as the parser

    subjects = sorted({str(subject) for subject in graph.subjects(RDF.type, SKOS.Concept)})
    if not subjects:
        raise ActionError("no_concepts")
    if len(subjects) > CONCEPT_LIMIT:
        raise ActionError("too_many_concepts", limit=CONCEPT_LIMIT, count=len(subjects))
    labels = {uri: _labels(graph, uri) for uri in subjects}
    kept = [uri for uri in subjects if labels[uri]["pref"] and len(uri) <= URI_LIMIT]
    if not kept:
        raise ActionError("no_concepts")
    codes = _codes(graph, kept)
    rows, unknown = [], 0
    for uri in sorted(kept, key=lambda one: _in_order(codes[one])):
        broader, lost = _broader(graph, uri, codes)
        unknown += lost
        row = {"code": codes[uri], "uri": uri, "broader": broader, "labels": labels[uri]["pref"]}
        if labels[uri]["alt"]:
            row["alt"] = labels[uri]["alt"]
        rows.append(row)
    _break_circles(rows)
    document = _document(graph, code, title, rows)
    return Reading(document, without_label=len(subjects) - len(kept), unknown_broader=unknown)


def _parse(path: Path) -> Any:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ActionError("no_file", path=str(path)) from error
    if size > SIZE_LIMIT:
        raise ActionError("too_large", limit=SIZE_LIMIT // 1024 // 1024, size=size // 1024 // 1024)
    file_format = FORMATS.get(path.suffix.lower())
    if file_format is None:
        raise ActionError("unknown_format", formats=", ".join(FORMATS))
    from rdflib import Graph  # half a second to load, needed here only

    try:
        content = path.read_bytes().decode("utf-8-sig")
        if file_format == "xml" and re.search(r"<!(DOCTYPE|ENTITY)", content, re.IGNORECASE):
            raise ActionError("unreadable", reason="DOCTYPE")  # entities could blow up, or fetch other files
        return Graph().parse(data=content, format=file_format)
    except (SyntaxError, ValueError, SAXException, RecursionError, AssertionError, LookupError) as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise ActionError("unreadable", reason=reason) from error


def _labels(graph: Any, uri: str) -> dict[str, dict[str, Any]]:
    """`pref`: language -> text; `alt`: language -> texts. Several preferred labels: the first by alphabet."""
    from rdflib import URIRef
    from rdflib.namespace import SKOS

    found: dict[str, dict[str, set[str]]] = {"pref": defaultdict(set), "alt": defaultdict(set)}
    for kind, predicate in (("pref", SKOS.prefLabel), ("alt", SKOS.altLabel)):
        for literal in graph.objects(URIRef(uri), predicate):
            language = (getattr(literal, "language", None) or "en").lower().split("-")[0]
            text = clean(str(literal), LABEL_LIMIT)
            if language in CONTENT_LANGUAGES and text:
                found[kind][language].add(text)
    return {
        "pref": {language: min(texts) for language, texts in sorted(found["pref"].items())},
        "alt": {language: sorted(texts) for language, texts in sorted(found["alt"].items())},
    }


def _codes(graph: Any, uris: list[str]) -> dict[str, str]:
    """URI -> code: the notation where each concept has one of its own, else the end of the URI, else the URI."""
    from rdflib import URIRef
    from rdflib.namespace import SKOS

    notations = {uri: sorted(map(str, graph.objects(URIRef(uri), SKOS.notation))) for uri in uris}
    ways = (
        {uri: found[0] if found else "" for uri, found in notations.items()},
        {uri: re.split(r"[/#:]", uri.rstrip("/#"))[-1] for uri in uris},
    )
    for codes in ways:
        good = all(0 < len(code) <= CODE_LIMIT and code == code.strip() for code in codes.values())
        if good and len(set(codes.values())) == len(uris):
            return codes
    return {uri: uri[-CODE_LIMIT:] for uri in uris}


def _broader(graph: Any, uri: str, codes: dict[str, str]) -> tuple[str | None, int]:
    """The broader concept's code (the first of several), and how many lead out of the file."""
    from rdflib import URIRef
    from rdflib.namespace import SKOS

    there = {str(one) for one in graph.objects(URIRef(uri), SKOS.broader)}
    there |= {str(one) for one in graph.subjects(SKOS.narrower, URIRef(uri))}
    known = sorted(codes[one] for one in there if one in codes and one != uri)
    return (known[0] if known else None), sum(one not in codes for one in there)


def _break_circles(rows: list[dict[str, Any]]) -> None:
    """A concept that is broader than itself by a detour loses its link: a tree has no circles."""
    broader = {row["code"]: row["broader"] for row in rows}
    for row in rows:
        seen, at = {row["code"]}, row["broader"]
        while at is not None and at not in seen:
            seen.add(at)
            at = broader[at]
        if at == row["code"]:
            row["broader"] = broader[row["code"]] = None


def _in_order(code: str) -> tuple[tuple[int, int, str], ...]:
    """2 before 10, 1.2 before 1.10."""
    return tuple(
        (0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", code) if part
    )


def _document(graph: Any, code: str, title: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    from rdflib.namespace import DC, DCTERMS, RDF, RDFS, SKOS

    scheme = min(map(str, graph.subjects(RDF.type, SKOS.ConceptScheme)), default="")
    titles = {"en": title} if title else {}
    for subject in graph.subjects(RDF.type, SKOS.ConceptScheme):
        if str(subject) == scheme and not title:
            titles = dict(_titles(graph, subject, (DCTERMS.title, DC.title, SKOS.prefLabel, RDFS.label)))
    return {
        "code": code,
        "uri": scheme if 0 < len(scheme) <= URI_LIMIT else f"urn:ayni:vocabulary:{code}",
        "title": titles or {"en": code},
        "source": "",
        "terms": rows,
    }


def _titles(graph: Any, scheme: Any, predicates: tuple[Any, ...]) -> Iterator[tuple[str, str]]:
    for predicate in reversed(predicates):
        for literal in graph.objects(scheme, predicate):
            language = (getattr(literal, "language", None) or "en").lower().split("-")[0]
            if language in CONTENT_LANGUAGES:
                yield language, clean(str(literal), LABEL_LIMIT)
