"""Whatever people are told has words, in a page and in a mail, and leads somewhere."""

import ast
import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

import ayni
from ayni.kernel import clock
from ayni.kernel.ids import new_uid
from ayni.registry import mail_words
from ayni.registry.models import Mail, Notice, Person
from ayni.web.desk import links
from ayni.web.templatetags.ayni import notice_words

PACKAGE = Path(ayni.__file__).resolve().parent
TEMPLATES = PACKAGE / "web" / "templates"
DIGESTS = PACKAGE / "registry" / "actions" / "digests.py"  # posts what is told, by its code
OLD_LETTERS = {"other"}  # words for notices whose own words are gone


TELL = {"", "code", "target", "key", "is_turn"}
POST = {"", "address", "template", "key", "language", "person", "reply_to"}


def calls(function: str, names: str, own: set[str]) -> dict[str, set[str]]:
    """What `names` is given -> further keywords, over every call of the function in the source."""
    found: dict[str, set[str]] = {}
    for path in sorted(set(PACKAGE.rglob("*.py")) - {DIGESTS}):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == function):
                continue
            keywords = {keyword.arg or "": keyword.value for keyword in node.keywords}
            for code in codes_in(keywords[names], path) if names in keywords else ():
                found.setdefault(code, set()).update(set(keywords) - own)
    return found


def codes_in(value: ast.expr, path: Path) -> list[str]:
    """A literal, one or the other of two, or a constant of the module (or of one that it imports)."""
    if isinstance(value, ast.Constant):
        return [value.value]
    if isinstance(value, ast.IfExp):
        return codes_in(value.body, path) + codes_in(value.orelse, path)
    module = importlib.import_module("ayni." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts))
    thing: Any = module
    for name in ast.unparse(value).split("."):
        thing = getattr(thing, name)
    assert isinstance(thing, str), f"{path}: say the code literally"
    return [thing]


def template_names(folder: str) -> set[str]:
    return {path.stem for path in (TEMPLATES / folder).glob("*.*")}


TOLD = calls("tell", "code", TELL)
POSTED = calls("post", "template", POST)


def test_every_code_has_words_for_page_and_mail_and_a_link():
    assert template_names("notices") - OLD_LETTERS == set(TOLD)
    assert template_names("mail/notices") == set(TOLD)
    assert set(links.LINKS) == set(TOLD)


def sample(name: str) -> Any:
    """Something that the words can be filled with."""
    if name in {"count", "number", "days", "months", "round"}:
        return 3
    if name.endswith(("_on", "_until")) or name in {"due", "day", "until"}:
        return "2027-03-01"
    if name in {"language", "from_language", "to_language"}:
        return "fr"
    if name == "titles":
        return [{"title": "Pumps & <wells>", "language": "fr", "uid": new_uid()}]
    return new_uid()


def notice_of(code: str) -> Notice:
    """With every param that the words name: those given by `**` are not seen in the source."""
    text = "".join(path.read_text() for path in TEMPLATES.glob(f"**/notices/{code}.*"))
    names = TOLD[code] | set(re.findall(r"[{=( ](\w+)", text)) | {"title", "revision", "review", "record"}
    person = Person(name="Ada & Söhne", email="ada@example.org", language="en")
    params = {name: sample(name) for name in names - {"notice", "person", "params", "link"}}
    return Notice(
        person=person, code=code, target=f"knowledge.record:{new_uid()}", params=params, at=clock.now()
    )


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("code", sorted(TOLD))
def test_a_page_says_it_in_one_line_with_its_link(code, language):
    notice = notice_of(code)
    with translation.override(language):
        html = notice_words(notice)
        path = links.path_of(notice)
    assert path.startswith((f"/{language}/", "/id/"))
    assert f'href="{path.replace("&", "&amp;")}"' in html
    assert "\n" not in html.strip()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("code", sorted(TOLD))
def test_a_mail_has_a_subject_and_one_thing_to_do(code, language):
    notice = notice_of(code)
    notice.person.language = language
    words = mail_words.words_of(Mail(person=notice.person, template=f"notices/{code}"), [notice])
    with translation.override(language):
        link = links.link_of(notice)
    text, _, footer = words.body.partition("\n--\n")
    assert words.subject
    assert re.findall(r"https?://\S+", text) == [link]
    assert words.unsubscribe in footer
    assert "&amp;" not in words.subject + words.body
    assert len(words.body.encode()) < 5000


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("template", sorted(POSTED))
def test_a_letter_to_an_address_has_a_subject_and_words(template, language):
    text = (TEMPLATES / f"mail/{template}.txt").read_text()
    names = POSTED[template] | set(re.findall(r"[{=( ](\w+)", text))
    params = {name: sample(name) for name in names - {"person", "params"}}
    words = mail_words.words_of(Mail(template=template, language=language, params=params), [])
    assert words.subject
    assert words.body.partition("\n--\n")[0].strip()
    assert "&amp;" not in words.subject + words.body


def test_a_notice_whose_code_is_not_in_use_any_more_is_still_told():
    notice = Notice(person=Person(name="Ada"), code="long-gone", target="knowledge.record:x")
    assert "no longer be said" in notice_words(notice)
    assert links.path_of(notice) == "/en/notices/"
