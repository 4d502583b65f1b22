"""Who may know whom: imports by import-linter, foreign keys by looking, because it does not see those."""

import tomllib
from pathlib import Path

from django.apps import apps
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[2]
LEVELS = {"kernel": 0, "registry": 1, "knowledge": 3, "discovery": 6, "web": 7, "cli": 7}


def our_models():
    return [model for model in apps.get_models() if model.__module__.startswith("ayni.")]


def test_import_contracts_hold(capsys) -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0, (
        capsys.readouterr().out
    )


def test_every_package_has_its_place_in_the_layers() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    placed = {name.strip() for layer in contracts[0]["layers"] for name in layer.split("|")}
    packages = {f"ayni.{path.parent.name}" for path in (ROOT / "src" / "ayni").glob("*/__init__.py")}
    assert packages == placed


def test_foreign_keys_run_down_only() -> None:
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in our_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created
        if LEVELS[field.related_model._meta.app_label] > LEVELS[model._meta.app_label]
    ]
    assert upward == []


def test_only_the_apps_that_own_tables_have_models() -> None:
    assert {model._meta.app_label for model in our_models()} == {"registry", "knowledge"}
