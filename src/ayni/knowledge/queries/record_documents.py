"""Records as the documents that imports read (docs/reference/record-json.md), a constant number of queries for any number."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects

from ayni.kernel import clock
from ayni.knowledge import documents, drafts
from ayni.knowledge.documents import Field
from ayni.knowledge.models import Record, Revision, RevisionFile, RevisionTerm
from ayni.knowledge.queries.records import is_current
from ayni.knowledge.queries.standing import stays
from ayni.knowledge.queries.successors import continuations_of
from ayni.knowledge.states import VISIBLE_STATES, RecordState
from ayni.registry.models import File, Institution
from ayni.registry.models.translations import source_hash
from ayni.registry.queries.translations import TranslatedTexts, translations_of
from ayni.registry.queries.vocabularies import Concept, Concepts
from ayni.registry.states import NameKind

FORMAT = "ayni-record-1"


@dataclass(frozen=True)
class Links:
    """How the site addresses things, for good. `site`: its name."""

    site: str
    record: Callable[[Record], str]
    institution: Callable[[Institution], str]
    file: Callable[[File], str]


def documents_of(
    given: Iterable[tuple[Record, Revision]], terms: Concepts, links: Links
) -> list[dict[str, Any]]:
    """The revision is the published one, or a draft, with what it keeps for the record; these need `owner` selected."""
    pairs = [(drafts.as_it_will_be(record, revision), revision) for record, revision in given]
    revisions = [revision for _record, revision in pairs]
    prefetch_related_objects(
        [record for record, _revision in pairs],
        "owner__merged_into", "stand_in__merged_into", "adapted_from__published",
    )  # fmt: skip
    prefetch_related_objects(revisions, "partners__institution__merged_into", "reviews", "files__file")
    owners = [stays(record.owner) for record, _revision in pairs]
    partners = [stays(row.institution) for one in revisions for row in one.partners.all() if row.institution]
    stand_ins = [stays(record.stand_in) for record, _revision in pairs if record.stand_in]
    prefetch_related_objects([*owners, *partners, *stand_ins], "names", "identifiers")
    tags = _tags(revisions, terms)
    translations = translations_of(record.target for record, _revision in pairs)
    writer = _Writer(terms, links, continuations_of(record for record, _revision in pairs))
    return [
        writer.document(
            record, revision, tags[revision.pk],
            translations.get(record.target, {}) if revision.pk == record.published_id else {},
        )
        for record, revision in pairs
    ]  # fmt: skip


def _tags(revisions: list[Revision], terms: Concepts) -> dict[int, list[Concept]]:
    found: dict[int, list[Concept]] = defaultdict(list)
    rows = RevisionTerm.objects.filter(revision__in=[one.pk for one in revisions])
    for revision, term in rows.order_by("term__vocabulary", "term__position", "term_id").values_list(
        "revision_id", "term_id"
    ):
        found[revision].append(terms.by_id[term])
    return found


class _Writer:
    def __init__(self, terms: Concepts, links: Links, continuations: dict[int, Record]) -> None:
        self._terms, self._links, self._continuations = terms, links, continuations

    def document(
        self,
        record: Record,
        revision: Revision,
        tags: list[Concept],
        translations: dict[str, TranslatedTexts],
    ) -> dict[str, Any]:
        codes = {
            name: [tag.code for tag in tags if tag.vocabulary == vocabulary]
            for name, vocabulary in documents.TAGS.items()
        }
        return {
            "id": record.uid,
            "kind": record.kind,
            **({"form": revision.form} if revision.form else {}),
            "language": record.language,
            "institution": self._institution(stays(record.owner)),
            "title": revision.title,
            "summary": revision.summary,
            **codes,
            "started": revision.started or None,
            "ended": revision.ended or None,
            "body": revision.body,
            "partners": [self._partner(row) for row in revision.partners.all()],
            "source": {
                "title": record.source_title,
                "url": record.source_url,
                "publisher": record.source_publisher,
            },
            "licence": record.licence,
            "contact": {
                "email": record.contact_email if self._may_name_contact(record) else "",
                "until": record.contact_until.isoformat() if record.contact_until else None,
            },
            "last_confirmed": record.last_confirmed_on.isoformat() if record.last_confirmed_on else None,
            "translations": {
                code: _translated(texts, record, revision) for code, texts in sorted(translations.items())
            },
            "about": self._about(record, revision, tags, translations),
        }

    @staticmethod
    def _may_name_contact(record: Record) -> bool:
        """To readers only while its people have agreed to be asked; a first draft is its writers' own."""
        return record.state == RecordState.UNPUBLISHED or is_current(record, clock.today())

    def _institution(self, institution: Institution) -> dict[str, Any]:
        names = {row.language: row.text for row in institution.names.all() if row.kind == NameKind.OFFICIAL}
        country = self._terms.by_id.get(institution.country_id or 0)
        return {
            "name": institution.name,
            "language": institution.name_language,
            "names": dict(sorted(names.items())),
            "country": country.code if country else "",
            "type": institution.type,
            "is_un": institution.is_un,
            "ids": {row.scheme: row.value for row in institution.identifiers.all()},
        }

    def _partner(self, row: Any) -> dict[str, Any]:
        if row.institution is None:
            return {"institution": row.name, "role": row.role}
        return {"institution": self._institution(stays(row.institution)), "role": row.role}

    def _about(
        self,
        record: Record,
        revision: Revision,
        tags: list[Concept],
        translations: dict[str, TranslatedTexts],
    ) -> dict[str, Any]:
        is_published = revision.pk == record.published_id
        original = record.adapted_from
        return {
            "format": FORMAT,
            "site": self._links.site,
            "link": self._links.record(record),
            "institution_link": self._links.institution(stays(record.owner)),
            "is_demo": record.is_demo,
            "state": record.state if is_published else revision.state,
            "version": record.version,
            "first_published": record.published_at.isoformat() if record.published_at else None,
            "published": revision.published_at.isoformat() if revision.published_at else None,
            "written_on_behalf_by": (self._institution(stays(record.stand_in)) if record.stand_in else None),
            "asked_on": record.asked_on.isoformat() if record.asked_on else None,
            "review": _review(revision),
            "tags": [
                {"vocabulary": tag.vocabulary, "code": tag.code, "uri": tag.uri, "labels": tag.labels}
                for tag in tags
            ],
            "translations": {
                code: _standing(texts, record, revision) for code, texts in sorted(translations.items())
            },
            "adapted_from": self._named(original if original and original.state in VISIBLE_STATES else None),
            "continued_in": self._named(self._continuations.get(record.pk)),
            "files": [self._file(row) for row in revision.files.all()],
        }

    def _named(self, record: Record | None) -> dict[str, str] | None:
        if record is None or record.published is None:
            return None
        return {"link": self._links.record(record), "title": record.published.title}

    def _file(self, row: RevisionFile) -> dict[str, Any]:
        return {
            "name": row.file.name,
            "link": self._links.file(row.file),
            "media_type": row.file.media_type,
            "size": row.file.size,
            "caption": row.caption,
            "description": row.description,
        }


def _translated(texts: TranslatedTexts, record: Record, revision: Revision) -> dict[str, Any]:
    """In the shape of the original. A row without a translation is there as `{}`: rows keep their places."""
    originals = documents.translatable_texts(
        revision.title, revision.summary, revision.body, record.kind, revision.form
    )
    given = {path: text for path, text in texts.texts.items() if path in originals}
    found = {name: given[name] for name in ("title", "summary") if name in given}
    body = {
        field.name: value
        for field in documents.fields_of(record.kind, revision.form)
        if (value := _translated_field(field, revision.body, given))
    }
    return {**found, **({"body": body} if body else {})}


def _translated_field(field: Field, body: dict[str, Any], given: dict[str, str]) -> Any:
    path = f"body.{field.name}"
    if field.type != "rows":
        return given.get(path)
    rows = [
        {inner.name: given[at] for inner in field.rows if (at := f"{path}.{number}.{inner.name}") in given}
        for number in range(len(body.get(field.name, [])))
    ]
    return rows if any(rows) else None


def _standing(texts: TranslatedTexts, record: Record, revision: Revision) -> dict[str, Any]:
    """How far a translation can be relied on."""
    originals = documents.translatable_texts(
        revision.title, revision.summary, revision.body, record.kind, revision.form
    )
    return {
        "by_machine": bool(texts.engines),
        "missing": [path for path in originals if path not in texts.texts],
        "stale": [
            path
            for path, text in originals.items()
            if path in texts.hashes and texts.hashes[path] != source_hash(text)
        ],
    }


def _review(revision: Revision) -> dict[str, Any] | None:
    if not (revision.criteria and revision.decided_at and revision.published_at):
        return None
    sides = [one.side for one in revision.reviews.all() if one.state == "approved"]
    return {
        "criteria": revision.criteria,
        "on": revision.decided_at.date().isoformat(),
        "readings": sorted(set(sides)),
    }
