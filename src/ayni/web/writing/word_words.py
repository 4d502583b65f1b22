"""The words of the Word template in each language of the site, and what the reader recognises them by."""

from functools import lru_cache

from django.utils import translation
from django.utils.translation import gettext as _

from ayni.knowledge import documents, drafts
from ayni.knowledge.formats.word_fields import KINDS, Asked, Known, Said, Words, asked_for
from ayni.knowledge.states import EvidenceLevel, Form, Kind, Level, PartnerRole, PublicationType, ResultLevel
from ayni.language.codes import SITE_LANGUAGES, content_language
from ayni.registry.queries.term_names import TermNames
from ayni.registry.queries.vocabularies import Concepts
from ayni.web.writing.wording import words_of

_CHOICES = {
    "body.level": Level, "body.evidence_level": EvidenceLevel, "body.results.level": ResultLevel,
    "body.publication_type": PublicationType, "partners.role": PartnerRole,
}  # fmt: skip
_LISTED = {"tags.themes": "themes", "tags.exchange_types": "exchange-types"}


def required_of(kind: str, form: str) -> frozenset[str]:
    """What must be there before the draft can be handed in; everything else is optional."""
    return frozenset(fault.path for fault in drafts.missing({}, kind, form))


def words_in(language: str, kind: str, form: str, concepts: Concepts) -> Words:
    with translation.override(language):
        return Words(
            language=language, title=_title(kind, form), introduction=_introduction(),
            needed=_("Needed."), optional=_("Optional."), example=_("Example: %(example)s"),
            write_here=_("Write here."), choose=_("Choose one."),
            more_rows=_("For more rows, put the cursor into the last cell and press the Tab key."),
            fields={path: _said(path, kind, form) for one in asked_for(kind, form) for path in _paths(one)},
            choices={path: {str(code): str(name) for code, name in choices.choices} for path, choices in _CHOICES.items()},
            lists=_lists(language, concepts),
        )  # fmt: skip


def _title(kind: str, form: str) -> str:
    if kind == Kind.PRACTICE:
        return _("Good practice: full description") if form == Form.FULL else _("Good practice: snapshot")
    return _("Lesson learned") if kind == Kind.LESSON else _("Publication")


def _introduction() -> tuple[str, ...]:
    return (
        _("Fill in what you can, in any order, without a connection. Write your answers into the framed places; leave"
          " the headings as they are, so that every answer finds its place."),
        _("Lists and paragraphs are kept; images, colours and fonts are not. You can add images on the site."),
        _("Then upload the file on the site, under Write. You see what was understood before anything is stored, and"
          " nothing becomes public until you hand it in and it has been read."),
    )  # fmt: skip


def _paths(one: Asked) -> list[str]:
    return [one.path, *(column.path for column in one.columns)]


def _said(path: str, kind: str, form: str) -> Said:
    words = words_of(path, kind, form)
    hint = " ".join(str(part) for part in (words.hint, words.length) if part)
    if path == "tags.countries":
        hint += " " + _("Write their names, one a line or with semicolons between them.")
    return Said(str(words.label), hint, str(words.example))


def _lists(language: str, concepts: Concepts) -> dict[str, str]:
    content = content_language(language)
    found = {}
    for path, vocabulary in _LISTED.items():
        names = "; ".join(concept.label(content) for concept in concepts.of(vocabulary))
        found[path] = _("Choose from these: %(names)s.") % {"names": names}
    goals = [concept for concept in concepts.of("sdg") if concept.broader is None]
    names = "; ".join(f"{goal.code} {goal.short(content)}" for goal in goals)
    found["tags.sdg"] = _("Numbers are enough: %(names)s.") % {"names": names}
    return found


def known_templates(concepts: Concepts) -> dict[tuple[str, str], Known]:
    names = TermNames(concepts)

    def code_of(path: str, text: str) -> str | None:
        return names.code_of(documents.TAGS[path.partition(".")[2]], text)

    found = _known(concepts)
    for one in found.values():
        one.code_of = code_of
    return found


@lru_cache(maxsize=2)
def _known(concepts: Concepts) -> dict[tuple[str, str], Known]:
    """For the copy of the vocabularies that is in use: seven languages of four templates take a moment."""
    found = {}
    for kind, form in KINDS:
        known = Known(asked_for(kind, form))
        for language in SITE_LANGUAGES:
            known.learn(words_in(language, kind, form, concepts), required_of(kind, form))
        found[str(kind), str(form)] = known
    return found
