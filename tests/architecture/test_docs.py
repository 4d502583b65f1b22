"""Documentation that cannot lie: pages are compared with the code they speak of."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from ayni.config import OPTIONS
from ayni.registry.states import Role
from tools import reference

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
INVARIANTS = (ROOT / "docs" / "invariants.md").read_text()


@pytest.mark.parametrize("name", reference.PAGES)
def test_reference_pages_are_those_of_the_code(name: str) -> None:
    assert reference.path_of(name).read_text() == reference.page(name), "run: python tools/reference.py"


def test_each_setting_command_and_role_is_there() -> None:
    """The pages are written from the code; this looks from the other side."""
    texts = {name: reference.path_of(name).read_text() for name in reference.PAGES}
    assert [option.name for option in OPTIONS if f"| `{option.name}` |" not in texts["settings"]] == []
    assert [
        name for name in reference.command_names() if f"\n## ayni {name}\n" not in texts["commands"]
    ] == []
    assert [role for role in Role.values if f"| `{role}` |" not in texts["roles"]] == []
    assert set(reference.ROLES) == set(Role.values)


def test_each_parameter_of_each_command_is_explained() -> None:
    rows = [line for line in reference.page("commands").splitlines() if line.startswith("| `")]
    assert [row for row in rows if not row.split("|")[2].strip()] == []


def test_each_stored_thing_has_its_heading() -> None:
    concepts = (ROOT / "docs" / "concepts.md").read_text()
    models = {model.__name__ for model in apps.get_models() if model.__module__.startswith("ayni.")}
    assert {name for name in models if f"\n### {name}\n" not in concepts} == set()
    assert set(re.findall(r"^### (\w+)$", concepts, re.MULTILINE)) == models


@pytest.mark.parametrize("named", re.findall(r"`(tests/[^`]+::[^`]+)`", INVARIANTS))
def test_each_test_that_proves_a_promise_exists(named: str) -> None:
    path, _, function = named.partition("::")
    assert re.search(rf"^(async )?def {function}\(", (ROOT / path).read_text(), re.MULTILINE)


def test_each_promise_has_a_test() -> None:
    promises = [line for line in INVARIANTS.splitlines() if line.startswith("- ")]
    assert promises
    assert [line for line in promises if "`tests/" not in line] == []


@pytest.mark.parametrize("page", PAGES, ids=[str(path.relative_to(ROOT)) for path in PAGES])
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
    inside = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in inside if not link.endswith(".png") and not (page.parent / link).exists()] == []


def test_each_run_time_package_has_its_reason() -> None:
    told = (ROOT / "docs" / "architecture.md").read_text().lower()
    wanted = [
        line.split("#")[0].strip()
        for name in ("run.in", "postgres.in")
        for line in (ROOT / "requirements" / name).read_text().splitlines()
        if line.split("#")[0].strip() and not line.startswith("-")
    ]
    names = [re.split(r"[~=<>\[]", line)[0].lower() for line in wanted]
    assert [name for name in names if name not in told] == []
