from collections.abc import Iterable, Sequence

from ayni.kernel import clock, guarded
from ayni.kernel.actions import action
from ayni.registry.actions import audit, outbox
from ayni.registry.models import Person, Translation, TranslationDraft, TranslationJob
from ayni.registry.models.translations import source_hash
from ayni.registry.states import PUBLIC_TRANSLATIONS, TranslationStatus

_KEYS = ("target", "language", "field")


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
    """Store `texts` (field path -> (original, translation)) of one object in one language, for all to read.

    Replaces earlier rows of the same fields; empty translations are left out. The caller decides who
    may: the right to translate belongs to the object's own policy. Drafts have a table of their own.
    """
    if status not in PUBLIC_TRANSLATIONS:
        raise ValueError(f"not for readers: {status}")
    now = clock.now()
    rows = [
        Translation(
            target=target, field=field, language=language, text=text, status=status, engine=engine,
            source_hash=source_hash(original), author_uid=by.uid if by else "", updated_at=now,
        )
        for field, (original, text) in texts.items()
        if text.strip()
    ]  # fmt: skip
    put(by=by, rows=rows)


def put(*, by: Person | None, rows: Sequence[Translation]) -> None:
    """Store rows of one object in one language, inside the running action, instead of those of the same fields."""
    guarded.check("Translation")
    if not rows:
        return
    Translation.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=list(_KEYS),
        update_fields=["text", "status", "engine", "source_hash", "author_uid", "updated_at", "is_stale"],
    )
    first = rows[0]
    audit.record(
        by=by, verb="translation.saved", target=first.target, language=first.language,
        status=str(first.status), fields=len(rows),
    )  # fmt: skip
    outbox.announce(first.target)


def put_drafts(rows: Iterable[TranslationDraft]) -> None:
    """Store drafts inside the running action, instead of those of the same fields."""
    guarded.check("TranslationDraft")
    TranslationDraft.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=list(_KEYS),
        update_fields=["text", "source_hash", "author_uids", "saved_at", "handed_in_at"],
    )


def forget_translations(target: str) -> None:
    """Take away everything in other languages, inside the running action: the object itself goes."""
    guarded.check("Translation")
    for model in (Translation, TranslationDraft, TranslationJob):
        model.objects.filter(target=target).delete()
