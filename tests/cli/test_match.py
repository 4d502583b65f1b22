"""`ayni match`: the same as `python -m ayni.matching`, without a site."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from ayni.cli import program
from ayni.matching.command import main

MADE_UP = ["generate", "--candidates", "6", "--institutions", "2"]


def test_it_does_what_the_module_does(capsys) -> None:
    assert main(MADE_UP) == 0
    told = capsys.readouterr().out
    assert program.run(["match", *MADE_UP]) == 0
    assert capsys.readouterr().out == told


def test_exit_codes_are_passed_on(tmp_path: Path, capsys) -> None:
    missing = str(tmp_path / "missing.json")
    assert program.run(["match", "solve", missing]) == 2
    with pytest.raises(SystemExit) as ended:
        call_command("match", "solve", missing)
    assert ended.value.code == 2
    assert capsys.readouterr().err == f"{missing}: cannot be read: no such file or directory\n" * 2


def test_as_a_command_of_django_it_does_the_same(capsys) -> None:
    call_command("match", "generate", candidates=6, institutions=2)
    assert len(json.loads(capsys.readouterr().out)["candidates"]) == 6


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["help", "match"], "why-not"),
        (["match", "--help"], "why-not"),
        (["help", "match", "solve"], "--previous"),
    ],
)
def test_help(arguments: list[str], told: str, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        program.run(arguments)
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert shown.startswith("usage: ayni match ")
    assert told in shown
    assert "--settings" not in shown


def test_no_settings_are_read_and_no_home_is_made(tmp_path: Path) -> None:
    """Settings as these would stop a site."""
    environment = os.environ | {"AYNI_HOME": "var", "AYNI_MODE": "production", "AYNI_DEBUG": "1"}
    ended = subprocess.run(
        [sys.executable, "-m", "ayni", "match", *MADE_UP, "-o", "round.json"],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == ["round.json"]


def shown_in(page: str) -> list[tuple[str, list[str]]]:
    """Each command of the page, with the lines of output that stand below it."""
    found: list[tuple[str, list[str]]] = []
    for line in page.splitlines():
        if line.startswith("    $ ayni "):
            found.append((line.removeprefix("    $ ayni "), []))
        elif found and (line.startswith("    ") or not line):
            found[-1][1].append(line.removeprefix("    "))
        elif line and found:
            found.append(("", []))
    return [(command, "\n".join(lines).rstrip().split("\n")) for command, lines in found if command]


def test_the_how_to_shows_what_is_printed(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    examples = shown_in((Path(__file__).parents[2] / "docs" / "howto" / "run-a-round.md").read_text())
    assert len(examples) == 9
    for command, shown in examples:
        program.run(command.split())
        told = "".join(capsys.readouterr())
        parts = "\n".join("[...]" if line.strip() == "[...]" else line for line in shown).split("[...]")
        places = [told.find(part.strip()) for part in parts]
        assert (command, places) == (command, sorted(places))
        assert (command, -1 in places) == (command, False)
        assert told.startswith(parts[0])
        assert told.rstrip().endswith(parts[-1].strip())
