"""A record as a document to hand on: read from the database, worded in the language of the reading."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ayni.kernel import clock
from ayni.knowledge import drafts
from ayni.knowledge.attached import files_of
from ayni.knowledge.formats.handing_on import Document, Line, Picture, arrange
from ayni.knowledge.formats.handing_on_facts import Material, facts_of
from ayni.knowledge.models import Record, Revision, RevisionFile
from ayni.knowledge.queries import handing_on as queries
from ayni.knowledge.queries import records
from ayni.knowledge.queries.records import Reading
from ayni.knowledge.queries.reviews import Reviewed, reviewed
from ayni.knowledge.queries.standing import stays
from ayni.knowledge.queries.successors import continuation_of
from ayni.knowledge.states import VISIBLE_STATES, Kind, RecordState
from ayni.language.codes import site_language
from ayni.registry.filing import images
from ayni.registry.filing.shelf import folder_of
from ayni.registry.models import File, Institution
from ayni.registry.queries.institutions import names_in
from ayni.registry.queries.vocabularies import concepts
from ayni.registry.states import FileKind
from ayni.web import addresses, words
from ayni.web.files.presenting import file_url
from ayni.web.knowledge import licences
from ayni.web.knowledge.page import language_name

_ACROSS = 960  # pixels


@dataclass(frozen=True)
class Taken:
    """What was asked for: a revision of a record, its reading in one language, in one order."""

    record: Record
    revision: Revision
    reading: Reading
    order: str

    @property
    def is_draft(self) -> bool:
        return self.revision.pk != self.record.published_id

    @property
    def site_language(self) -> str:
        return site_language(self.reading.language)


def take(record: Record, revision: Revision, language: str, order: str) -> Taken:
    return Taken(
        drafts.as_it_will_be(record, revision),
        revision,
        queries.reading_of(record, revision, language),
        order,
    )


def document_of(taken: Taken) -> Document:
    """Every label is in the language of the reading. A constant number of queries."""
    with translation.override(taken.site_language):
        return _Gathering(taken).document()


class _Gathering:
    def __init__(self, taken: Taken) -> None:
        self._taken, self._record, self._revision = taken, taken.record, taken.revision
        self._reading = taken.reading
        self._files = files_of(taken.revision)
        self._partners = queries.partners_of(taken.revision)
        self._reviewed = None if taken.is_draft else reviewed(taken.record)
        self._names = names_in(self._reading.language, self._institutions())

    def document(self) -> Document:
        record, reading = self._record, self._reading
        material = self._material()
        today = date_format(clock.today(), "DATE_FORMAT")
        return Document(
            title=Line(reading.title, material.language_of("title")),
            language=reading.language,
            kind=str(Kind(record.kind).label),
            institution=self._name(record.owner),
            link="" if self._taken.is_draft else addresses.short_url(record),
            as_of=_("As of %(day)s") % {"day": today},
            sections=arrange(facts_of(material), self._taken.order),
            marks=tuple(self._marks()),
            is_draft=self._taken.is_draft,
        )

    def _institutions(self) -> set[int]:
        there = [self._record.owner, self._record.stand_in, *(row.institution for row in self._partners)]
        there.append(self._reviewed.owner if self._reviewed else None)
        return {stays(one).pk for one in there if one}

    def _name(self, institution: Institution) -> Line:
        name, language = self._names[stays(institution).pk]
        return Line(name, language)

    def _material(self) -> Material:
        reading, revision = self._reading, self._revision
        terms = concepts()
        tags = records.terms_of([revision.pk], terms)[revision.pk]
        return Material(
            kind=self._record.kind,
            form=revision.form,
            language=reading.language,
            original=self._record.language,
            title=reading.title,
            summary=reading.summary,
            body=reading.body,
            missing=frozenset(reading.missing),
            tags=tuple(tags),
            partners=tuple(
                (self._name(row.institution) if row.institution else Line(row.name), row.role)
                for row in self._partners
            ),
            beside={name: lines for name, lines in self._beside() if lines},
            pictures=tuple(_picture(row) for row in self._files if row.file.kind == FileKind.IMAGE),
            documents=tuple(_document(row) for row in self._files if row.file.kind != FileKind.IMAGE),
        )

    def _beside(self) -> Iterator[tuple[str, tuple[Line, ...]]]:
        record, revision, language = self._record, self._revision, self._reading.language
        yield "owner", (self._name(record.owner),)
        if record.stand_in:
            yield "stand_in", (self._name(record.stand_in),)
        if when := words.period(revision.started, revision.ended):
            yield "period", (Line(when, language),)
        if self._reviewed:
            yield "reviewed", tuple(self._review(self._reviewed))
        if record.kind != Kind.ACTIVITY or record.last_confirmed_on:
            yield "confirmed", (Line(words.freshness(record), language),)
        if records.is_current(record, clock.today()):
            yield "contact", (self._contact(),)
        if record.source_title or record.source_url:
            yield "source", (self._source(),)
        if record.licence:
            name, address = licences.of(record.licence)
            yield "licence", (Line(name, "", address),)
        if not self._taken.is_draft:
            link = addresses.short_url(record)
            yield "link", (Line(link, "", link),)
        yield from self._other_records()

    def _other_records(self) -> Iterator[tuple[str, tuple[Line, ...]]]:
        original = self._record.adapted_from
        if original and original.published and original.state in VISIBLE_STATES:
            yield (
                "adapted_from",
                (Line(original.published.title, original.language, addresses.short_url(original)),),
            )

        if following := continuation_of(self._record):
            title = following.published.title
            yield "continued_in", (Line(title, following.language, addresses.short_url(following)),)

    def _contact(self) -> Line:
        until = self._record.contact_until
        note = _("until %(end)s") % {"end": date_format(until, "DATE_FORMAT")} if until else ""
        return Line(self._record.contact_email, "", f"mailto:{self._record.contact_email}", note)

    def _source(self) -> Line:
        record = self._record
        return Line(record.source_title or record.source_url, "", record.source_url, record.source_publisher)

    def _review(self, done: Reviewed) -> Iterator[Line]:
        """Who read it, when, against what. Readers are never named, institutions are."""
        language = self._reading.language
        if done.owner and done.owner_on:
            note = _("on %(day)s") % {"day": _day(done.owner_on)}
            name = Line(settings.SITE_NAME) if done.in_stead else self._name(done.owner)
            yield replace(name, note=note)
        if done.site_on:
            yield Line(settings.SITE_NAME, note=_("on %(day)s") % {"day": _day(done.site_on)})
        yield Line(_("Criteria: edition %(edition)s") % {"edition": done.criteria}, language)

    def _marks(self) -> Iterator[str]:
        """What somebody must know before reading on."""
        record, reading = self._record, self._reading
        if record.is_demo:
            yield (
                _("Demo:")
                + " "
                + _(
                    "invented to show how this site works. The institution, the people and the figures are fictional; the country is real."
                )
            )
        if record.state == RecordState.ARCHIVED:
            yield (
                _("Archived.")
                + " "
                + _("Nobody stands for this record today. It is kept because it may still be of use.")
            )
        if record.kind == Kind.ACTIVITY:
            yield _("An activity record says that something was planned or done, not that it worked.")
        if not reading.is_translation:
            return
        name = language_name(concepts(), record.language, reading.language)
        if reading.is_machine:
            yield _("Translated from %(name)s by a machine; nobody has checked it.") % {"name": name}
        else:
            yield _("Translated from %(name)s.") % {"name": name}
        if reading.stale:
            yield _("Parts of the original have changed since.")


def _picture(row: RevisionFile) -> Picture:
    """Of middling size: large enough for paper, small enough to be sent by mail."""
    file = row.file
    width = next((one for one in file.widths if one >= _ACROSS), file.widths[-1] if file.widths else 0)
    return Picture(
        path=str(folder_of(file.uid) / str(width)),
        description=row.description or row.caption or file.name,
        caption=Line(row.caption) if row.caption else None,
        width=width,
        ending=images.ENDING,
    )


def _document(row: RevisionFile) -> Line:
    return Line(row.caption or row.file.name, "", absolute_file_url(row.file))


def absolute_file_url(file: File) -> str:
    return settings.SITE_URL + file_url(file, max(file.widths, default=0))


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
