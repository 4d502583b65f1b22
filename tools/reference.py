"""Write the reference pages from the code they describe: docs/reference/{settings,commands,states,roles,privacy}.md.

    python tools/reference.py

A test fails when a page and the code have parted.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
NOTE = "<!-- Written by tools/reference.py. Change the code, then run it again. -->"
COMMANDS = ROOT / "src" / "ayni" / "cli" / "management" / "commands"


def table(*rows: tuple[str, ...]) -> Iterator[str]:
    heading, *rest = rows
    yield "| " + " | ".join(heading) + " |"
    yield "|" + "---|" * len(heading)
    for row in rest:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def settings() -> Iterator[str]:
    from ayni.config import OPTIONS

    yield "# Settings"
    yield NOTE
    yield ""
    yield (
        "Each is an environment variable, read once when a process starts. "
        "`ayni doctor` says what is missing or unsafe."
    )
    yield ""
    rows = [(f"`{o.name}`", o.kind, f"`{o.default}`" if o.default else "(empty)", o.purpose) for o in OPTIONS]
    yield from table(("name", "type", "default", "what for"), *rows)


def commands() -> Iterator[str]:
    yield "# Commands"
    yield NOTE
    yield ""
    yield "`ayni COMMAND --help` says the same. Options of Django's own, such as `--traceback`, are left out."
    for name in command_names():
        module = importlib.import_module(f"ayni.cli.management.commands.{name}")
        command = module.Command()
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        yield ""
        yield f"## ayni {name}"
        yield ""
        yield command.help
        yield from _parameters(f"ayni {name}", parser)


def command_names() -> list[str]:
    return sorted(path.stem for path in COMMANDS.glob("*.py") if path.stem != "__init__")


def _parameters(called: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    rows = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, inner in action.choices.items():
                yield ""
                yield f"### {called} {name}"
                yield ""
                yield helps.get(name, "")
                yield from _parameters(f"{called} {name}", inner)
        elif action.dest != "help":
            rows.append((_named(action), _explained(action)))
    if rows:
        yield ""
        yield from table(("parameter", "meaning"), *rows)


# Parameters that mean the same in every command, so that each need not say it.
SAME_EVERYWHERE = {
    "batch": "The batch's id, as `ayni import list` shows it.",
    "collection": "A folder with `corpus.jsonl`, `queries.jsonl` and `qrels/test.tsv`.",
    "do": "What to do.",
    "email": "Their e-mail address.",
    "file": "The file.",
    "format": "The kind of file; `auto` looks at it.",
    "group": "A group's code.",
    "json": "The answer as JSON, for machines.",
    "limit": "Results on a page.",
    "name": "Their name.",
    "page": "Which page of results.",
    "sort": "The order of results.",
    "what": "What to do.",
    "words": "What to look for.",
}


def _named(action: argparse.Action) -> str:
    return "`" + (", ".join(action.option_strings) or action.dest.upper()) + "`"


def _explained(action: argparse.Action) -> str:
    told = [action.help or SAME_EVERYWHERE.get(action.dest, "")]
    if action.choices:
        told.append("One of: " + ", ".join(f"`{choice}`" for choice in action.choices) + ".")
    if action.default not in (None, False, "", [], argparse.SUPPRESS):
        told.append(f"Default: `{action.default}`.")
    return " ".join(filter(None, told))


def states() -> Iterator[str]:
    from ayni.kernel.transitions import MoveTable
    from ayni.knowledge import states as knowledge
    from ayni.registry import states as registry

    yield "# States and moves"
    yield NOTE
    yield ""
    yield "A state changes by one of these moves and in no other way. Each state x move is tested."
    titles = {
        "REVISION_MOVES": "A revision",
        "RECORD_MOVES": "A record",
        "BATCH_MOVES": "An import batch",
        "REVIEW_MOVES": "A review",
        "COMMENT_MOVES": "A comment",
        "QUESTION_MOVES": "A question",
        "UPLOAD_MOVES": "An upload",
        "MAIL_MOVES": "A mail",
        "JOB_MOVES": "A translation asked of a machine",
    }
    for name, moves in (*vars(knowledge).items(), *vars(registry).items()):
        if isinstance(moves, MoveTable):
            yield ""
            yield f"## {titles[name]}"
            yield ""
            yield "States: " + ", ".join(f"`{state}`" for state in moves.states) + "."
            yield ""
            rows = [
                (f"`{row.name}`", ", ".join(f"`{s}`" for s in moves.states if s in row.sources), f"`{row.target}`", row.means)
                for row in moves
            ]  # fmt: skip
            yield from table(("move", "from", "to", "meaning"), *rows)


ROLES = {
    "admin": "Runs the institution's page: gives and ends roles in it. Writes for it.",
    "coordinator": "Coordinates its exchanges and partnerships. Writes for it.",
    "contributor": "Writes for it.",
    "reviewer": "Reads what it has not published yet, and makes the institution's own reading. Does not write.",
    "participant": "Takes part in what it does. Reads what everyone reads.",
    "signatory": "Signs for it. No rights of its own yet.",
    "finance-approver": "Approves its spending. No rights of its own yet.",
    "safeguarding-officer": "Whom people turn to when somebody is at risk. No rights of its own yet.",
}


def roles() -> Iterator[str]:
    from ayni.registry.states import Role

    yield "# Roles"
    yield NOTE
    yield ""
    yield (
        "A role is held by a person in one institution, from a day to a day, as many as needed. "
        "To *write for* an institution is to create, change, archive and confirm its records; "
        "what they write is published by the last reading that says yes, or by a moderator."
    )
    yield ""
    yield from table(
        ("role", "on pages", "what it allows"),
        *((f"`{r.value}`", str(r.label), ROLES[r.value]) for r in Role),
    )
    yield ""
    yield "Three standings belong to the site, not to an institution:"
    yield ""
    yield from table(
        ("standing", "what it allows"),
        (
            "site reviewer",
            "Reads for the site what is handed in for review. Sees nothing else that is not public.",
        ),
        ("moderator", "Sees and corrects everything, reviews and publishes, merges institutions."),
        ("operator", "Runs the site: imports and undoes them, vocabularies, people, the audit."),
    )


def privacy() -> Iterator[str]:
    from django.apps import apps

    yield "# What is stored, and who may see it"
    yield NOTE
    yield ""
    yield "Every field has one of four categories; a test fails on a field without one."
    yield ""
    yield from table(
        ("category", "meaning"),
        ("`public`", "Shown to everyone, once its record is public."),
        ("`members`", "Shown to people with a standing in the matter, never to the public."),
        ("`restricted`", "For those who run the site."),
        ("`erase`", "About a person; emptied when they ask to be forgotten."),
    )
    for model in sorted(apps.get_models(), key=lambda one: one._meta.label):
        if model.__module__.startswith("ayni."):
            yield ""
            yield f"## {model._meta.label}"
            yield ""
            by_category: dict[str, list[str]] = {}
            for field, category in model.PRIVACY.items():
                by_category.setdefault(category, []).append(f"`{field}`")
            for category in ("public", "members", "restricted", "erase"):
                if category in by_category:
                    yield f"- {category}: {', '.join(by_category[category])}"


PAGES = {"settings": settings, "commands": commands, "states": states, "roles": roles, "privacy": privacy}


def page(name: str) -> str:
    return "\n".join(PAGES[name]()) + "\n"


def path_of(name: str) -> Path:
    return ROOT / "docs" / "reference" / f"{name}.md"


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    sys.path.insert(0, str(ROOT))
    django.setup()
    for name in PAGES:
        path_of(name).parent.mkdir(parents=True, exist_ok=True)
        path_of(name).write_text(page(name), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
