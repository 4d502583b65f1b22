import getpass

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from ayni.registry.models import Person
from ayni.registry.policies import institutions_of
from ayni.registry.states import WRITING_ROLES
from tests import worlds

ADD = ("person", "add", "op@example.org", "--name", "Omar", "--operator")


@pytest.fixture
def typed(monkeypatch):
    def answer(*texts: str) -> None:
        left = list(texts)
        monkeypatch.setattr(getpass, "getpass", lambda _prompt: left.pop(0))

    return answer


def test_the_first_operator_can_be_added_and_log_in(db: None, typed) -> None:
    typed("quite-long-words", "quite-long-words")
    call_command(*ADD)
    person = authenticate(email="op@example.org", password="quite-long-words")
    assert (person.is_operator, person.is_moderator) == (True, False)
    typed("other-long-words", "other-long-words")
    call_command("person", "password", "OP@example.org")
    assert authenticate(email="op@example.org", password="other-long-words") == person


@pytest.mark.parametrize(
    ("texts", "told"), [(("a-long-word", "another"), "not the same"), (("short", "short"), "too short")]
)
def test_a_bad_password_adds_nobody(db: None, typed, texts: tuple[str, str], told: str) -> None:
    typed(*texts)
    with pytest.raises(CommandError, match=told):
        call_command(*ADD)
    assert not Person.objects.exists()


def test_nobody_is_added_twice_or_found_where_nobody_is(db: None, typed) -> None:
    with pytest.raises(CommandError, match="Nobody"):
        call_command("person", "password", "x@example.org")
    for _ in range(2):
        typed("quite-long-words", "quite-long-words")
        if Person.objects.exists():
            with pytest.raises(CommandError, match="taken"):
                call_command(*ADD)
        else:
            call_command(*ADD)


def test_somebody_is_given_a_role_and_it_ends(db: None) -> None:
    trust, person = worlds.institution("Rural Water Trust"), worlds.person("Alice Author")
    call_command("person", "role", "ALICE@example.org", trust.uid, "contributor")
    assert institutions_of(Person.objects.get(), WRITING_ROLES) == {trust.pk}
    call_command("person", "role", person.email, trust.uid, "contributor", "--end")
    assert institutions_of(Person.objects.get(), WRITING_ROLES) == set()
    with pytest.raises(CommandError, match="do not have"):
        call_command("person", "role", person.email, trust.uid, "contributor", "--end")
    with pytest.raises(CommandError, match="No institution"):
        call_command("person", "role", person.email, "zzzzzzzzzzzz", "admin")
