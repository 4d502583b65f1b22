"""Words of one translator never vanish under another's."""

import pytest

from ayni.kernel.errors import Fault, WrongState
from ayni.knowledge.actions import translations
from ayni.registry.actions.people import grant_role
from ayni.registry.models import TranslationDraft
from ayni.registry.models.translations import source_hash
from ayni.registry.states import Role
from tests import worlds
from tests.knowledge.test_translations import write


@pytest.fixture
def translator(world):
    person = worlds.person("Tarek Translator", language="ar")
    grant_role(by=None, person=person, institution=world.network, role=Role.CONTRIBUTOR)
    return person


def test_the_draft_of_another_is_continued_by_its_writers_and_by_those_who_may_approve_it(world, translator):
    stranger = worlds.person("Sami Stranger")
    grant_role(by=None, person=stranger, institution=world.network, role=Role.CONTRIBUTOR)
    write(translator, world.lesson, {"title": "عنوان"})
    for words in ("", "كلمات أخرى"):
        saved = write(stranger, world.lesson, {"title": words, "summary": f"ملخص {words}"})
        assert (saved.changed, saved.faults) == (["summary"], [Fault("title", "anothers_draft")])
    source = source_hash(world.lesson.published.title)
    with pytest.raises(WrongState, match="anothers_draft"):  # a way to become one of its writers
        translations.keep_translation(
            by=stranger, record=world.lesson, language="ar", path="title", source=source
        )
    kept = TranslationDraft.objects.get(field="title")
    assert (kept.text, kept.author_uids) == ("عنوان", [translator.uid])
    assert write(translator, world.lesson, {"title": "عنوان آخر"}).changed == ["title"]
    assert write(world.author, world.lesson, {"title": "عنوان ثالث"}).changed == ["title"]
    assert write(world.author, world.lesson, {"title": ""}).changed == ["title"]
    assert write(stranger, world.lesson, {"summary": ""}).changed == ["summary"]
    assert not TranslationDraft.objects.exists()
