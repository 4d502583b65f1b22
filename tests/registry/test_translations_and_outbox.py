import pytest

from ayni.kernel.actions import action
from ayni.kernel.errors import OutsideAction
from ayni.registry.actions import outbox
from ayni.registry.actions.translations import save_translations
from ayni.registry.models import OutboxMessage, Translation
from ayni.registry.queries.translations import translations_of
from ayni.registry.signals import outbox_filled

TARGET = "knowledge.record:abc"


def save(**fields) -> None:
    save_translations(by=None, target=TARGET, language="fr", **fields)


def test_saving_again_replaces_and_empty_texts_are_left_out(db: None) -> None:
    save(texts={"title": ("Water", "Eau"), "summary": ("Short", "  ")})
    save(texts={"title": ("Water", "L’eau")})
    assert list(Translation.objects.values_list("field", "text")) == [("title", "L’eau")]


def test_drafts_are_not_shown_and_machine_work_is_marked(db: None) -> None:
    with pytest.raises(ValueError, match="draft"):
        save(texts={"title": ("Water", "Eau")}, status="draft")
    assert translations_of([TARGET]) == {}
    save(texts={"title": ("Water", "Eau")}, status="machine", engine="example")
    assert translations_of([TARGET])[TARGET]["fr"].engines == {"title": "example"}


def test_any_number_of_objects_is_one_query(db: None, django_assert_num_queries) -> None:
    for number in range(5):
        save_translations(by=None, target=f"x:{number}", language="fr", texts={"title": ("Water", "Eau")})
    with django_assert_num_queries(1):
        assert (
            len(translations_of([f"x:{number}" for number in range(5)], language="fr", fields=["title"])) == 5
        )


def test_news_is_written_with_the_change_or_not_at_all(db: None, django_capture_on_commit_callbacks) -> None:
    woken = []
    outbox_filled.connect(lambda **_: woken.append(1), weak=False, dispatch_uid="test")

    @action
    def change(*, fail: bool) -> None:
        outbox.announce(TARGET)
        if fail:
            raise RuntimeError("halfway")

    try:
        with django_capture_on_commit_callbacks(execute=True):
            change(fail=False)
        with pytest.raises(RuntimeError), django_capture_on_commit_callbacks(execute=True):
            change(fail=True)
    finally:
        outbox_filled.disconnect(dispatch_uid="test")
    assert OutboxMessage.objects.filter(target=TARGET).count() == 1
    assert woken == [1]


def test_news_needs_an_action_and_is_gone_once_acknowledged(db: None) -> None:
    with pytest.raises(OutsideAction):
        outbox.announce(TARGET)
    save(texts={"title": ("Water", "Eau")})
    outbox.acknowledge(message_ids=OutboxMessage.objects.values_list("pk", flat=True))
    assert not OutboxMessage.objects.exists()
