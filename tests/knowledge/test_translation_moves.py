"""A record in another language: every state x every move x everybody, written down. All else is refused, or changes nothing."""

from collections.abc import Callable

import pytest

from ayni.kernel.errors import Invalid, NotAllowed, WrongState
from ayni.knowledge import policies
from ayni.knowledge.actions import records, translations
from ayni.knowledge.actions.translations import PassageEdit
from ayni.knowledge.drafts import fingerprint
from ayni.knowledge.models import Record
from ayni.knowledge.queries import translations as queries
from ayni.knowledge.queries.translations import Passage
from ayni.knowledge.states import RecordState
from ayni.registry.actions.people import grant_role
from ayni.registry.models import Person, Translation, TranslationDraft
from ayni.registry.states import Role
from tests import worlds
from tests.knowledge.roles import ALL_WRITERS, WRITERS, Company, again, company, done_by, may

TRANSLATORS = ALL_WRITERS | {"translator"}
APPROVERS = WRITERS | {"reviewer"}
TRANSLATOR = {"translator"}
# The reviewer of the institution reads translations; to write in one takes the role of a writer.
# What there is of the passage in the other language -> who may: write it; take what is drafted away; say that it is
# right as it is; hand in; approve; send back. "translator" wrote it, but where it says "colleague's".
# A draft is gone on with by whoever wrote it and by those who stand for the record.
BY_STATE: dict[str, dict[str, set[str]]] = {
    "nothing": {"write": TRANSLATORS},
    "a draft": {
        "write": WRITERS | TRANSLATOR,
        "empty": WRITERS | TRANSLATOR,
        "keep": WRITERS | TRANSLATOR,
        "hand in": TRANSLATORS,
    },
    "handed in": {
        "write": WRITERS | TRANSLATOR,
        "empty": WRITERS | TRANSLATOR,
        "keep": WRITERS | TRANSLATOR,
        "approve": APPROVERS,
        "send back": APPROVERS,
    },
    "a colleague’s, handed in": {
        "write": WRITERS,
        "empty": WRITERS,
        "keep": WRITERS,
        "approve": APPROVERS - {"colleague"},
        "send back": APPROVERS,
    },
    "public": {"write": TRANSLATORS, "keep": TRANSLATORS},
    "public, and the original has changed": {"write": TRANSLATORS, "keep": TRANSLATORS},
}
PATH, LANGUAGE = "body.problem", "ar"
STORED = (Translation, TranslationDraft)


@pytest.fixture
def there(db: None) -> Company:
    found = company()
    found.people["translator"] = worlds.person("translator")
    grant_role(by=None, person=found.people["translator"], institution=found.abroad, role=Role.CONTRIBUTOR)
    records.publish(by=None, revision=found.revision, as_imported=True)
    return found


def the_record(there: Company) -> Record:
    return Record.objects.get(pk=there.record.pk)


def passage(there: Company) -> Passage:
    sheet = queries.sheet_of(the_record(there), LANGUAGE)
    return next(one for one in sheet.passages if one.path == PATH)


def write(there: Company, text: str, now: Passage) -> Callable[[Person], object]:
    edits = [PassageEdit(PATH, text, now.was, now.source)]
    return lambda person: translations.save_translation(
        by=person, record=the_record(there), language=LANGUAGE, edits=edits
    )


def ways(there: Company, now: Passage) -> dict[str, Callable[[Person], object]]:
    def do(make: Callable[..., object], **more: object) -> Callable[[Person], object]:
        return lambda person: make(by=person, record=the_record(there), language=LANGUAGE, **more)

    return {
        "write": write(there, "كان الناس لا يدفعون، وكان الدفتر مغلقا.", now),
        "empty": write(there, "", now),
        "keep": do(translations.keep_translation, path=PATH, source=now.source),
        "hand in": do(translations.hand_in_translation),
        "approve": do(translations.approve_translation, read={PATH: fingerprint(now.text)}),
        "send back": do(translations.send_back_translation, note="Which wall?"),
    }


def bring_to(there: Company, state: str) -> None:
    if state == "nothing":
        return
    writer = there.people["colleague" if "colleague" in state else "translator"]
    write(there, "لم يدفع أحد.", passage(there))(again(writer))
    if state == "a draft":
        return
    translations.hand_in_translation(by=again(writer), record=the_record(there), language=LANGUAGE)
    if "public" in state:
        read = {PATH: fingerprint(passage(there).text)}
        director = again(there.people["director"])
        translations.approve_translation(by=director, record=the_record(there), language=LANGUAGE, read=read)
    if "changed" in state:
        text = worlds.text_of_ready("Accounts on the wall")
        text.body["problem"] = "Nobody paid, and nobody knew why."
        revision = records.add_revision(by=None, record=the_record(there), text=text)
        records.publish(by=None, revision=revision, as_imported=True)


@pytest.mark.parametrize("state", BY_STATE)
def test_who_may_do_what_when(there: Company, state: str) -> None:
    bring_to(there, state)
    people = there.everybody
    assert may(policies.translate_record, people, the_record(there)) == TRANSLATORS
    assert may(policies.approve_translation, people, the_record(there)) == APPROVERS
    for name, make in ways(there, passage(there)).items():
        assert done_by(people, make, *STORED) == BY_STATE[state].get(name, set()), name
    waiting = {
        name
        for name, person in people.items()
        if isinstance(person, Person)
        and queries.to_read(person, policies.approve_translation.scope(again(person)))
    }
    assert waiting == BY_STATE[state].get("approve", set())


@pytest.mark.parametrize("state", RecordState.values)
def test_only_what_may_be_read_is_translated(there: Company, state: str) -> None:
    """What is archived is still read, and so it may still be read in another language; by those who keep it."""
    bring_to(there, "handed in")
    now = passage(there)
    if state == "unpublished":
        records.take_back_publication(by=None, record=the_record(there), number=1, published=None)
    if state in {"archived", "withdrawn"}:
        name = {"archived": "archive", "withdrawn": "withdraw"}[state]
        records.change_visibility(by=None, record=the_record(there), name=name, reason="outdated")
    assert the_record(there).state == state
    expected = BY_STATE["handed in"] if state in {"public", "archived"} else {}
    for name, make in ways(there, now).items():
        refusals = (NotAllowed, WrongState, Invalid)
        assert done_by(there.everybody, make, *STORED, refusals=refusals) == expected.get(name, set()), name
