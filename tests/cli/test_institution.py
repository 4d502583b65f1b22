import re

import pytest
from django.core.management import CommandError, call_command

from ayni.registry.models import Institution

ADD = ("institution", "add", "Hospital of the Example District", "--country", "ke", "--type", "hospital")


def test_an_institution_is_added_once_and_told_by_its_id(db: None, capsys) -> None:
    call_command(*ADD, "--email", "office@hospital.example")
    uid = capsys.readouterr().out.strip()
    made = Institution.objects.get(uid=uid)
    assert (made.name, made.type, made.country.code, made.office_email) == (
        "Hospital of the Example District", "hospital", "KE", "office@hospital.example",
    )  # fmt: skip
    with pytest.raises(CommandError, match=uid):
        call_command(*ADD)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(("--country", "XX"), "no country code"), (("--country", "KE", "--email", "nowhere"), "office_email")],
)
def test_what_cannot_be_stored_is_said(db: None, arguments: tuple[str, ...], told: str) -> None:
    with pytest.raises(CommandError, match=re.escape(told)):
        call_command("institution", "add", "Hospital", *arguments)
    assert not Institution.objects.exists()
