"""Every stored field is categorised, so that erasing and exporting a person's data can be complete."""

import pytest
from django.apps import apps

CATEGORIES = {"public", "members", "restricted", "erase"}
OURS = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("ayni.")]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_field_has_a_category(model) -> None:
    fields = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    assert set(model.PRIVACY) == fields
    assert set(model.PRIVACY.values()) <= CATEGORIES


def test_what_names_a_person_is_never_public() -> None:
    telling = {"password", "last_login", "actor_uid", "author_uid", "created_by", "person", "request_id"}
    shown = [
        f"{model._meta.label}.{name}"
        for model in OURS
        for name, category in model.PRIVACY.items()
        if name in telling and category == "public"
    ]
    assert shown == []


def test_a_person_has_something_to_erase() -> None:
    person = apps.get_model("registry", "Person")
    erased = {name for name, category in person.PRIVACY.items() if category == "erase"}
    assert {"email", "name", "password"} <= erased
