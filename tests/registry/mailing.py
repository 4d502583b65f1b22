"""News and letters for the tests of mail."""

from datetime import UTC, datetime

from ayni.kernel.actions import action
from ayni.registry import mail_tasks
from ayni.registry.actions.mails import post
from ayni.registry.actions.notices import settle, tell
from ayni.registry.actions.people import change_person
from ayni.registry.models import Person
from tests import smtp

TARGET = "knowledge.record:0123456789ab"
MONDAY_NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@action
def news(
    *, by: Person | None, people: list[Person], title: str = "Pumps & <wells>", is_turn: bool = False
) -> None:
    del by
    for person in people:
        tell(
            [person],
            code="question-asked",
            target=TARGET,
            key=f"{title} {person.pk}",
            title=title,
            is_turn=is_turn,
        )


@action
def letter(*, by: Person | None, address: str = "office@trust.example", **fields: object) -> None:
    del by
    values = {
        "template": "question-passed-on",
        "key": "letter",
        "language": "en",
        "title": "Pumps",
        "uid": "0" * 12,
    }
    post(address=address, **{**values, **fields})  # type: ignore[arg-type]


def rhythm(person: Person, name: str, time_zone: str = "UTC", language: str = "en") -> None:
    change_person(
        by=person, person=person, name=person.name, language=language, time_zone=time_zone, mail_rhythm=name
    )


def work() -> int:
    mail_tasks.write_mails()
    mail_tasks.write_digests()
    return mail_tasks.send_mails()


def texts(server: smtp.Post) -> list[str]:
    return [message.get_content() for message in server.arrived]


@action
def settling(*, by: Person | None) -> None:
    del by
    settle(target=TARGET)
