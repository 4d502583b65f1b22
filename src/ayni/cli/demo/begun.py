"""A draft that somebody has begun and not finished, to go on with."""

from ayni.knowledge.actions.drafts import begin, save_draft
from ayni.knowledge.drafts import Edit
from ayni.knowledge.models import Record
from ayni.registry.models import Institution, Person

_TITLE = "Une infirmière de garde au téléphone : moins de transferts la nuit"
_TEXTS = {
    "body.problem": (
        "La nuit, nos neuf postes de santé n’avaient personne à qui demander conseil. En 2022, 160 malades ont été"
        " transférés sur une piste de trois heures ; pour plus d’un tiers, ce n’était pas nécessaire."
    ),
    "body.what_was_done": "- Une infirmière expérimentée est de garde au téléphone chaque nuit.",
}


def begin_draft(person: Person, institution: Institution) -> None:
    if Record.objects.filter(created_by=person).exists():
        return
    draft = begin(by=person, kind="practice", language="fr", owner=institution, title=_TITLE)
    save_draft(by=person, revision=draft, edits=[Edit(path, text, "") for path, text in _TEXTS.items()])
