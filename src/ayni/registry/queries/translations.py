"""One bulk loader for translations, so that no page asks object by object."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from ayni.registry.models import Translation
from ayni.registry.states import PUBLIC_TRANSLATIONS, TranslationStatus


@dataclass
class TranslatedTexts:
    """The translations of one object into one language."""

    language: str
    texts: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    engines: dict[str, str] = field(default_factory=dict)  # of the fields that a machine translated


def translations_of(
    targets: Iterable[str], *, language: str | None = None, fields: Iterable[str] | None = None
) -> dict[str, dict[str, TranslatedTexts]]:
    """target -> language -> texts; public statuses only. One query for any number of targets."""
    rows = Translation.objects.filter(target__in=list(targets), status__in=PUBLIC_TRANSLATIONS)
    if language is not None:
        rows = rows.filter(language=language)
    if fields is not None:
        rows = rows.filter(field__in=list(fields))
    found: dict[str, dict[str, TranslatedTexts]] = defaultdict(dict)
    for target, code, name, text, status, digest, engine in rows.values_list(
        "target", "language", "field", "text", "status", "source_hash", "engine"
    ):
        texts = found[target].setdefault(code, TranslatedTexts(code))
        texts.texts[name] = text
        texts.hashes[name] = digest
        if status == TranslationStatus.MACHINE:
            texts.engines[name] = engine
    return dict(found)
