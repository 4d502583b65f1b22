from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.registry.actions import audit, outbox
from ayni.registry.models import Person, Translation
from ayni.registry.models.translations import source_hash
from ayni.registry.states import TranslationStatus


@action
def save_translations(
    *,
    by: Person | None,
    target: str,
    language: str,
    texts: dict[str, tuple[str, str]],
    status: str = TranslationStatus.REVIEWED,
    engine: str = "",
) -> None:
    """Store `texts` (field path -> (original, translation)) of one object in one language.

    Replaces earlier rows of the same fields; empty translations are left out. The caller decides who
    may: the right to translate belongs to the object's own policy.
    """
    now = clock.now()
    rows = [
        Translation(
            target=target, field=field, language=language, text=text, status=status, engine=engine,
            source_hash=source_hash(original), author_uid=by.uid if by else "", updated_at=now,
        )
        for field, (original, text) in texts.items()
        if text.strip()
    ]  # fmt: skip
    Translation.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["target", "language", "field"],
        update_fields=["text", "status", "engine", "source_hash", "author_uid", "updated_at"],
    )
    audit.record(
        by=by,
        verb="translation.saved",
        target=target,
        language=language,
        status=str(status),
        fields=len(rows),
    )
    outbox.announce(target)
