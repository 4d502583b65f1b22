"""Actions are the only writers, and all of one shape."""

import ast
import importlib
import inspect
import re
import textwrap
from pathlib import Path

import pytest
from django.apps import apps

import ayni
from ayni.kernel import guarded
from ayni.kernel.errors import OutsideAction
from ayni.registry.models import Person
from tests import worlds

PACKAGE = Path(ayni.__file__).resolve().parent
GUARDED = [model for model in apps.get_models() if model.__module__.startswith("ayni.")]

# Public functions that write without being actions, and why.
HELPERS: dict[str, str] = {}
# Actions nobody in particular takes, and why.
WITHOUT_ACTOR = {
    "registry.actions.audit.seal": "the worker seals what others did",
    "registry.actions.outbox.acknowledge": "the worker notes that the index has caught up",
    "registry.actions.digests.write_mails": "the worker tells by mail what others did",
    **dict.fromkeys(
        [
            f"registry.actions.mails.{name}"
            for name in ("claim", "note_sent", "drop", "put_off", "put_off_all")
        ],
        "the worker notes what the mail server said",
    ),
    "registry.actions.mails.note_refused": "the mail server refused it, or sent it back",
}


def public_functions() -> dict[str, object]:
    found = {}
    for path in sorted(PACKAGE.glob("*/actions/*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        module = importlib.import_module(f"ayni.{name}")
        for key, value in vars(module).items():
            if inspect.isfunction(value) and value.__module__ == module.__name__ and not key.startswith("_"):
                found[f"{name}.{key}"] = value
    return found


FUNCTIONS = public_functions()
ACTIONS = {name: value for name, value in FUNCTIONS.items() if getattr(value, "is_action", False)}


ALWAYS_WRITES = {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
WRITES_ON_QUERYSETS = {"create", "update", "delete"}


def writes_of(function: object) -> list[str]:
    """Direct writes to the database in a function's own source."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    return [
        ast.unparse(call.func)
        for call in calls
        if call.func.attr in ALWAYS_WRITES
        or (
            call.func.attr in WRITES_ON_QUERYSETS
            and re.search(r"\.objects|\.filter\(", ast.unparse(call.func))
        )
    ]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_public_function_that_writes_is_an_action(name: str) -> None:
    """Or refuses by itself to run outside of one, or is listed above."""
    writes = writes_of(FUNCTIONS[name])
    refuses = "guarded.check(" in inspect.getsource(FUNCTIONS[name])
    assert not writes or name in ACTIONS or refuses or name in HELPERS


@pytest.mark.parametrize("name", ACTIONS)
def test_actions_are_keyword_only_and_name_who_acts(name: str) -> None:
    parameters = inspect.signature(ACTIONS[name]).parameters.values()
    kinds = {parameter.kind for parameter in parameters}
    assert kinds <= {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}
    assert ("by" in {parameter.name for parameter in parameters}) != (name in WITHOUT_ACTOR)


def test_no_exception_is_listed_in_vain() -> None:
    assert set(WITHOUT_ACTOR) <= set(ACTIONS)
    assert {name for name in HELPERS if name not in ACTIONS and writes_of(FUNCTIONS[name])} == set(HELPERS)


@pytest.mark.parametrize("model", GUARDED, ids=lambda model: model._meta.label)
def test_models_refuse_to_be_written_outside_actions(db: None, model) -> None:
    writes = {
        "save": lambda: model().save(),
        "delete": lambda: model(pk=1).delete(),
        "create": model.objects.create,
        "bulk_create": lambda: model.objects.bulk_create([model()]),
        "bulk_update": lambda: model.objects.bulk_update([model(pk=1)], [_some_field(model)]),
        "update": lambda: model.objects.filter(pk=1).update(**{_some_field(model): None}),
        "queryset delete": lambda: model.objects.filter(pk=1).delete(),
    }
    for write in writes.values():
        with pytest.raises(OutsideAction):
            write()


def _some_field(model) -> str:
    return next(field.name for field in model._meta.concrete_fields if not field.primary_key)


@pytest.mark.parametrize("model", GUARDED, ids=lambda model: model._meta.label)
def test_no_manager_can_empty_its_table_by_a_slip(model) -> None:
    assert not hasattr(model.objects, "delete")


def test_log_in_may_write_what_is_its_own_and_nothing_else(db: None) -> None:
    person = worlds.person("Alice Author")
    person.set_password("another long password")
    person.save(update_fields=["password"])
    person.name = "Changed"
    with pytest.raises(OutsideAction):
        person.save(update_fields=["name"])
    with pytest.raises(OutsideAction):
        person.save()
    assert Person.objects.get().name == "Alice Author"


def test_writing_is_opened_by_the_kernel_only() -> None:
    """`guarded.writing()` anywhere else would be a way around actions."""
    users = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if "guarded.writing" in path.read_text() and path != Path(guarded.__file__)
    ]
    assert users == ["kernel/actions.py"]
