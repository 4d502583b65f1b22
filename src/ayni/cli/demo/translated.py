"""Translations on their way: an original that has moved on, and words that wait for somebody to read them. Invented."""

from datetime import timedelta

from ayni.cli.demo import reviewed
from ayni.kernel import clock
from ayni.knowledge.actions import drafts, reviews
from ayni.knowledge.actions.translations import PassageEdit, hand_in_translation, save_translation
from ayni.knowledge.drafts import Edit, fingerprint
from ayni.knowledge.models import Record, Revision
from ayni.knowledge.queries.translations import sheet_of
from ayni.knowledge.states import ReviewState
from ayni.registry.models import Person, TranslationDraft

_PATH = "body.what_changed"
_MORE = "\n\nSince then two neighbouring hospitals have begun with riders of their own, 21 by now, and pay by the same slips."
_FRENCH = {
    "title": "Quand les élèves prennent soin de l’eau de leur école",
    "summary": (
        "Les élèves veillent sur la citerne, les robinets et les lave-mains de leur école. Une petite caisse paie les"
        " réparations, et un adulte en répond."
    ),
}


def build(*, changed: Record, writer: Person, translated: Record, translator: Person) -> None:
    """Once: `changed` gets a newer version, with translations that have not followed; of `translated`, some French."""
    if changed.published and changed.published.number == 1:
        _newer(changed, writer)
    if not TranslationDraft.objects.exists():
        _french(translated, translator)


def _newer(record: Record, writer: Person) -> None:
    with clock.at(clock.now() - timedelta(days=4)):
        draft = drafts.begin_again(by=writer, record=record)
        now = draft.body["what_changed"]
        drafts.save_draft(by=writer, revision=draft, edits=[Edit(_PATH, now + _MORE, fingerprint(now))])
        reviews.submit(by=writer, revision=draft)
    with clock.at(clock.now() - timedelta(days=2)):
        _approve(draft)


def _approve(draft: Revision) -> None:
    while reading := draft.reviews.filter(state=ReviewState.OPEN).order_by("side").first():
        reviewed.approve(reading)


def _french(record: Record, translator: Person) -> None:
    sheet = {passage.path: passage for passage in sheet_of(record, "fr").passages}
    edits = [PassageEdit(path, text, sheet[path].was, sheet[path].source) for path, text in _FRENCH.items()]
    with clock.at(clock.now() - timedelta(days=1)):
        save_translation(by=translator, record=record, language="fr", edits=edits)
        hand_in_translation(by=translator, record=record, language="fr")
