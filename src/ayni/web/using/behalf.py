"""Who wrote a record on whose behalf: said on its public page and on its drafts, until it is claimed."""

from dataclasses import dataclass

from ayni.knowledge.models import Record
from ayni.knowledge.queries.standing import stays
from ayni.registry.queries.institutions import names_in


@dataclass(frozen=True)
class OnBehalf:
    """For `using/on_behalf.html`. Names with the languages they are in."""

    writer: str
    writer_language: str
    owner: str
    owner_language: str


def on_behalf(record: Record, language: str) -> OnBehalf | None:
    """One query where it applies, else none. The record needs `owner__merged_into` and `stand_in__merged_into`."""
    if record.stand_in is None:
        return None
    writer, owner = stays(record.stand_in), stays(record.owner)
    names = names_in(language, [writer.pk, owner.pk])
    return OnBehalf(*names[writer.pk], *names[owner.pk])
