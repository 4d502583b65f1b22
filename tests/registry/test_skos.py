import os
from pathlib import Path

import pytest

from ayni.kernel.errors import ActionError
from ayni.registry import skos

PREFIX = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix t: <urn:t:> .\n"
GOOD = (
    PREFIX
    + """
t:scheme a skos:ConceptScheme ; skos:prefLabel "Trees"@en, "Arbres"@fr .
t:tree a skos:Concept ; skos:prefLabel "Tree"@en, "Arbre"@fr, "Baum"@de ; skos:altLabel "Woody plant"@en .
t:oak a skos:Concept ; skos:prefLabel "Oak"@en ; skos:broader t:tree, t:elsewhere .
t:elm a skos:Concept ; skos:prefLabel "Ulme"@de .
t:mango a skos:Concept ; skos:prefLabel "Mango" .
t:tree skos:narrower t:mango .
"""
)
DATA = Path(os.environ.get("AYNI_TEST_DATA", "../shared/data")) / "vocabularies"


def read(path: Path, text: str | bytes, name: str = "trees.ttl", code: str = "trees") -> skos.Reading:
    file = path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return skos.read(file, code=code)


def test_concepts_labels_and_links_are_kept(tmp_path: Path) -> None:
    reading = read(tmp_path, GOOD)
    rows = {row["code"]: row for row in reading.document["terms"]}
    assert set(rows) == {"tree", "oak", "mango"}
    assert rows["tree"]["labels"] == {"en": "Tree", "fr": "Arbre"}
    assert rows["tree"]["alt"] == {"en": ["Woody plant"]}
    assert rows["oak"]["uri"] == "urn:t:oak"
    assert (rows["oak"]["broader"], rows["mango"]["broader"]) == ("tree", "tree")
    assert (reading.without_label, reading.unknown_broader) == (1, 1)
    assert reading.document["uri"] == "urn:t:scheme"
    assert reading.document["title"] == {"en": "Trees", "fr": "Arbres"}


def test_notations_are_codes_where_each_has_its_own(tmp_path: Path) -> None:
    rows = [f't:c{n} a skos:Concept ; skos:prefLabel "C{n}"@en ; skos:notation "{n}" .' for n in (10, 2, 1)]
    assert [row["code"] for row in read(tmp_path, PREFIX + "\n".join(rows)).document["terms"]] == [
        "1",
        "2",
        "10",
    ]
    same = [f't:c{n} a skos:Concept ; skos:prefLabel "C{n}"@en ; skos:notation "x" .' for n in (1, 2)]
    assert [row["code"] for row in read(tmp_path, PREFIX + "\n".join(same)).document["terms"]] == ["c1", "c2"]


def test_circles_are_broken(tmp_path: Path) -> None:
    links = {"a": "b", "b": "c", "c": "a", "d": "a"}
    text = "\n".join(
        f't:{one} a skos:Concept ; skos:prefLabel "{one}" ; skos:broader t:{up} .'
        for one, up in links.items()
    )
    broader = {row["code"]: row["broader"] for row in read(tmp_path, PREFIX + text).document["terms"]}
    assert broader == {"a": None, "b": "c", "c": "a", "d": "a"}


def test_labels_are_cleaned_and_cut(tmp_path: Path) -> None:
    long = "x" * 5000
    text = PREFIX + f't:a a skos:Concept ; skos:prefLabel "\\u202Eevil <script>{long}"@en .'
    label = read(tmp_path, text).document["terms"][0]["labels"]["en"]
    assert len(label) == 1000
    assert "\u202e" not in label


BOMB = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("half.ttl", GOOD[: len(GOOD) // 2], "unreadable"),
        ("picture.ttl", b"\x89PNG\r\n\x1a\n\x00\x00", "unreadable"),
        ("table.ttl", "a;b;c\n1;2;3\n", "unreadable"),
        ("empty.ttl", "", "no_concepts"),
        ("latin.ttl", GOOD.replace("Arbre", "Arbré").encode("latin-1"), "unreadable"),
        ("bomb.rdf", BOMB, "unreadable"),
        ("deep.ttl", PREFIX + "t:a t:b " + "[ t:b " * 5000 + "1" + "]" * 5000 + " .", "unreadable"),
        ("sheet.xlsx", b"PK", "unknown_format"),
        ("context.jsonld", '{"@context": "https://example.org/context"}', "unknown_format"),
    ],
)
def test_bad_files_are_refused_with_a_reason(
    tmp_path: Path, name: str, content: str | bytes, code: str
) -> None:
    with pytest.raises(ActionError) as refused:
        read(tmp_path, content, name)
    assert refused.value.code == code


def test_too_large_a_file_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "large.ttl"
    with path.open("wb") as file:
        file.truncate(skos.SIZE_LIMIT + 1)
    with pytest.raises(ActionError) as refused:
        skos.read(path, code="large")
    assert refused.value.code == "too_large"


@pytest.mark.parametrize("code", ["", "Ünter", "a b", "x" * 50, "../x"])
def test_codes_are_plain(tmp_path: Path, code: str) -> None:
    with pytest.raises(ActionError) as refused:
        read(tmp_path, GOOD, code=code)
    assert refused.value.code == "bad_code"


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="no public test data (AYNI_TEST_DATA)")
def test_the_published_goals_thesaurus_is_read_whole() -> None:
    reading = skos.read(DATA / "sdg-kos-goals-targets-indicators.ttl", code="goals")
    terms = {row["uri"]: row for row in reading.document["terms"]}
    assert len(terms) == 418
    by_code = {row["code"]: row["uri"] for row in terms.values()}
    assert by_code[terms["http://metadata.un.org/sdg/6.1"]["broader"]] == "http://metadata.un.org/sdg/6"
    assert set(terms["http://metadata.un.org/sdg/6"]["labels"]) == {"en", "fr", "es"}
