"""House rules that a linter does not know."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "ayni"
TEMPLATES = sorted((SOURCE / "web" / "templates").rglob("*.*"))
PYTHON = sorted(SOURCE.rglob("*.py"))
STYLES = sorted((SOURCE / "web" / "static").rglob("*.css"))
TEXTS = [
    path
    for folder in ("src", "tests", "tools", "docs", "bench", ".ci")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".py", ".html", ".css", ".js", ".md", ".sh", ".txt", ".toml", ".mjs"}
    and "node_modules" not in path.parts
    and path != Path(__file__)
]
LEFTOVER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
PHYSICAL = re.compile(
    r"(?<![\w-])(margin|padding|border)-(left|right|top|bottom)(-\w+)?\s*:"
    r"|(?<![\w-])(left|right|top|bottom)\s*:"
    r"|(text-align|float|clear)\s*:\s*(left|right)"
)
INLINE = re.compile(r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<style|javascript:", re.IGNORECASE)
SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>", re.IGNORECASE)
GETTEXT = {
    "_",
    "gettext",
    "gettext_lazy",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "npgettext",
}
POSITIONAL = re.compile(r"%[sdrif]|\{\}")


def named(paths: list[Path]):
    return pytest.mark.parametrize("path", paths, ids=[str(path.relative_to(ROOT)) for path in paths])


@named(TEXTS)
def test_nothing_is_left_to_be_done_later(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if LEFTOVER.search(line) and "TODO is left" not in line] == []


@named(TEMPLATES)
def test_templates_keep_to_the_strict_policy(path: Path) -> None:
    """No inline style, no inline handler, no inline script: the browser would refuse them.

    A `<script>` with a `src`, or one that holds data (`application/ld+json`), is not code in the page.
    """
    text = path.read_text(encoding="utf-8")
    assert INLINE.findall(text) == []
    for found in SCRIPT.finditer(text):
        assert "src=" in found["attributes"] or "json" in found["attributes"], found.group()


@named(TEMPLATES)
def test_blocktranslate_is_trimmed_or_on_one_line(path: Path) -> None:
    """Else the layout of the template becomes part of what translators must repeat."""
    blocks = re.findall(
        r"{%\s*(blocktranslate\b.*?)%}(.*?){%\s*endblocktranslate", path.read_text(), re.DOTALL
    )
    assert [tag for tag, content in blocks if "trimmed" not in tag and "\n" in content] == []
    assert "blocktrans " not in path.read_text()


@named(STYLES)
def test_styles_name_no_physical_side(path: Path) -> None:
    """Arabic pages are mirrored by the browser, if the style says `inline-start` and not `left`."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line.strip() for line in lines if PHYSICAL.search(line)] == []


def _gettext_calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GETTEXT:
            yield node


@named([path for path in PYTHON if "gettext" in path.read_text(encoding="utf-8")])
def test_translated_strings_are_whole_and_have_named_placeholders(path: Path) -> None:
    for call in _gettext_calls(path):
        literals = [arg for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        assert not [arg for arg in call.args if isinstance(arg, ast.JoinedStr)], (
            f"line {call.lineno}: f-string"
        )
        for literal in literals:
            assert not POSITIONAL.search(literal.value), f"line {call.lineno}: {literal.value!r}"


@named([path for path in PYTHON if "migrations" in path.parts and path.stem != "__init__"])
def test_migrations_are_named_by_hand(path: Path) -> None:
    assert "_auto_" not in path.stem
    assert "alter_" not in path.stem
