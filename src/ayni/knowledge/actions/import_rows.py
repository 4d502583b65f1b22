"""What becomes of one row: a new record, a changed one, or nothing at all."""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.db import DataError, IntegrityError, transaction

from ayni.kernel.errors import ActionError, Fault, Invalid
from ayni.knowledge import documents
from ayni.knowledge.actions import records
from ayni.knowledge.actions.import_institutions import AMBIGUOUS, Institutions
from ayni.knowledge.actions.import_reading import Mention, Prepared
from ayni.knowledge.models import ImportRow, Record, Revision
from ayni.knowledge.queries.imports import Current, baselines, fingerprint, records_of_origin
from ayni.knowledge.queries.near_titles import NearTitles
from ayni.knowledge.states import Kind, RowOutcome
from ayni.knowledge.texts import Partner, Standing, Text
from ayni.language.normalise import clean
from ayni.registry.actions.translations import save_translations
from ayni.registry.models import Institution, Person, Translation

STANDING_FIELDS = tuple(vars(Standing()))


@dataclass
class Importing:
    """What the rows of one import share. `dry`: look and tell, write nothing."""

    by: Person | None
    origin: str
    institutions: Institutions
    near: NearTitles
    publishes: bool = False
    is_demo: bool = False
    dry: bool = False
    current: dict[str, Current] = field(default_factory=dict)  # by id in the source; of the rows at hand
    baselines: dict[str, ImportRow] = field(default_factory=dict)  # by record uid
    would_register: dict[object, str] = field(default_factory=dict)  # id or name -> name; dry runs only

    def makes_public(self, kind: str) -> bool:
        return self.publishes or kind == Kind.ACTIVITY

    def take(self, number: int, prepared: Prepared) -> ImportRow:
        """Store one row and return its (unsaved) report. A row that fails changes nothing."""
        report = ImportRow(
            number=number, title=clean(prepared.text.title, documents.TITLE_LIMIT), outcome=RowOutcome.FAILED
        )
        try:
            try:
                self._attempt(prepared, report)
            except IntegrityError:
                # Somebody has stored the same thing since we looked: look again, once.
                self.institutions.forget()
                self.look_up([prepared.origin_id])
                report.institutions_created = []
                self._attempt(prepared, report)
        except Invalid as error:
            prepared.faults.extend(error.faults)
        except ActionError as error:
            prepared.faults.append(Fault("", error.code))
        except (DataError, IntegrityError):
            # The last net under the checks: one odd row must not stop the others.
            prepared.faults.append(Fault("", "could_not_be_stored"))
        if prepared.faults:
            self.institutions.forget()
            report.outcome, report.record_uid, report.before = RowOutcome.FAILED, "", {}
            report.institutions_created = []
        report.faults = [asdict(fault) for fault in prepared.faults]
        report.notes = [asdict(note) for note in prepared.notes]
        return report

    def _attempt(self, prepared: Prepared, report: ImportRow) -> None:
        # A dry run takes no lock: others go on writing meanwhile.
        with nullcontext() if self.dry else transaction.atomic():
            _take(self, prepared, report)

    def look_up(self, ids: Iterable[str]) -> None:
        """What is there now under these ids in the source."""
        found = records_of_origin(self.origin, ids)
        self.current |= found
        self.baselines |= baselines(current.record.uid for current in found.values())


def _take(importing: Importing, prepared: Prepared, report: ImportRow) -> None:
    mention = prepared.owner
    if prepared.faults or mention is None:
        raise Invalid([])
    current = importing.current.get(prepared.origin_id)
    # None only in dry runs: the owner would be registered.
    owner = _owner(importing, mention, report)
    if current:
        _check_same(current, prepared, owner)
    text = replace(prepared.text, partners=_partners(importing, prepared, report))
    standing = replace(prepared.standing, adapted_from=_adapted_from(importing, prepared))
    record = current.record if current else None
    if current:
        differing = _differences(importing, current, prepared, owner, text, standing)
        report.outcome = _outcome(importing, current, differing)
        if report.outcome == RowOutcome.UPDATED and owner and not importing.dry:
            _update(importing, current, prepared, owner, text, standing, differing, report)
    else:
        report.outcome = RowOutcome.CREATED
        if owner and not importing.dry:
            record = _create(importing, prepared, owner, text, standing, report)
    report.record_uid = record.uid if record else ""
    report.version_after = record.version if record else 0
    uid = report.record_uid or f"#{report.number}"
    report.near = importing.near.like(prepared.kind, text.title, uid)
    importing.near.add(prepared.kind, text.title, uid)


def _owner(importing: Importing, mention: Mention, report: ImportRow) -> Institution | None:
    found = importing.institutions.find(mention)
    if found:
        return found
    if importing.institutions.is_ambiguous(mention):
        raise Invalid([Fault("institution", AMBIGUOUS, {"value": mention.name[:80]})])
    if importing.dry:
        importing.would_register.setdefault(mention.ids or mention.name, mention.name)
        return None
    made = importing.institutions.register(mention)
    report.institutions_created = [*report.institutions_created, made.uid]
    return made


def _partners(importing: Importing, prepared: Prepared, report: ImportRow) -> tuple[Partner, ...]:
    partners = []
    for mention, role in prepared.partners:
        institution = importing.institutions.find(mention)
        if institution is None and (owner := importing.institutions.owner_behind(mention)):
            institution = importing.institutions.find(owner)
            if institution is None and not importing.dry and not importing.institutions.is_ambiguous(owner):
                institution = importing.institutions.register(owner)
                report.institutions_created = [*report.institutions_created, institution.uid]
        partners.append(Partner(clean(mention.name, 300), role, institution))
    return tuple(partners)


def _adapted_from(importing: Importing, prepared: Prepared) -> Record | None:
    wanted = prepared.adapted_from
    if not wanted:
        return None
    found = (
        Record.objects.filter(origin=importing.origin, origin_id=wanted).first()
        or Record.objects.filter(uid=wanted).first()
    )
    if found is None and not importing.dry:
        raise Invalid([Fault("adapted_from", "unknown_record", {"value": wanted[:80]})])
    return found


def _check_same(current: Current, prepared: Prepared, owner: Institution | None) -> None:
    """The id leads to this record: is it the same thing, or another file's id that happens to be alike?"""
    record = current.record
    if record.kind != prepared.kind:
        raise Invalid([Fault("kind", "kind_differs", {"value": record.kind})])
    same_title = documents.title_digest(prepared.text.title) == documents.title_digest(current.latest.title)
    if not same_title and not _is_owned_by(record, owner):
        raise Invalid([Fault("id", "id_of_another", {"value": prepared.origin_id[:80]})])


def _is_owned_by(record: Record, owner: Institution | None) -> bool:
    """Duplicates merged into the owner count: records are not repointed."""
    if owner is None:
        return False
    return record.owner_id == owner.pk or owner.merged_from.filter(pk=record.owner_id).exists()


def _differences(
    importing: Importing,
    current: Current,
    prepared: Prepared,
    owner: Institution | None,
    text: Text,
    standing: Standing,
) -> set[str]:
    """Which parts of the record the file would change: text, language, standing, translations, public."""
    record, latest = current.record, current.latest
    found = set()
    there = tuple(getattr(latest, name) for name in ("title", "summary", "body", "form", "started", "ended"))
    if there != (text.title, text.summary, text.body, text.form, text.started, text.ended):
        found.add("text")
    partners = tuple((p.name, p.role, p.institution.pk if p.institution else None) for p in text.partners)
    if current.terms != frozenset(text.terms) or current.partners != partners:
        found.add("text")
    if record.language != prepared.language:
        found.add("language")
    same_owner = _is_owned_by(record, owner)
    if not same_owner or any(getattr(record, name) != getattr(standing, name) for name in STANDING_FIELDS):
        found.add("standing")
    if any(
        current.texts(code) | texts != current.texts(code) for code, texts in prepared.translations.items()
    ):
        found.add("translations")
    if importing.makes_public(record.kind) and record.published_id != latest.pk:
        found.add("public")
    return found


def _outcome(importing: Importing, current: Current, differing: set[str]) -> RowOutcome:
    if not differing:
        return RowOutcome.UNCHANGED
    baseline = importing.baselines.get(current.record.uid)
    untouched = baseline is not None and baseline.before.get("after") == current.fingerprint
    return RowOutcome.UPDATED if untouched else RowOutcome.KEPT


def _create(
    importing: Importing,
    prepared: Prepared,
    owner: Institution,
    text: Text,
    standing: Standing,
    report: ImportRow,
) -> Record:
    record = records.create_record(
        by=importing.by, kind=prepared.kind, language=prepared.language, owner=owner, text=text, standing=standing,
        origin=importing.origin, origin_id=prepared.origin_id, is_demo=importing.is_demo,
    )  # fmt: skip
    revision = record.revisions.get()
    if importing.makes_public(record.kind):
        records.publish(by=importing.by, revision=revision, as_imported=True)
    _translate(importing, record, text, prepared)
    report.before = {"after": _fingerprint_now(record, revision, translated=bool(prepared.translations))}
    return record


def _update(
    importing: Importing, current: Current, prepared: Prepared, owner: Institution, text: Text, standing: Standing,
    differing: set[str], report: ImportRow,
) -> None:  # fmt: skip
    record, revision = current.record, current.latest
    before = _snapshot(current, prepared)
    if differing & {"standing", "language"}:
        records.change_standing(
            by=importing.by, record=record, standing=standing, owner=owner, language=prepared.language
        )
    if "text" in differing:
        revision = records.add_revision(by=importing.by, record=record, text=text)
        revision.record = record
    if importing.makes_public(record.kind) and record.published_id != revision.pk:
        records.publish(by=importing.by, revision=revision, as_imported=True)
    if "translations" in differing:
        _translate(importing, record, text, prepared)
    report.before = before | {"after": _fingerprint_now(record, revision, translated=True)}


def _translate(importing: Importing, record: Record, text: Text, prepared: Prepared) -> None:
    originals = documents.translatable_texts(text.title, text.summary, text.body, record.kind, text.form)
    for language, texts in prepared.translations.items():
        pairs = {path: (originals[path], words) for path, words in texts.items()}
        save_translations(by=importing.by, target=record.target, language=language, texts=pairs)


def _fingerprint_now(record: Record, revision: Revision, *, translated: bool) -> str:
    rows = Translation.objects.filter(target=record.target) if translated else []
    return fingerprint(record, revision, rows)


def _snapshot(current: Current, prepared: Prepared) -> dict[str, Any]:
    """All that undoing needs to put the record back."""
    record = current.record
    standing = {name: getattr(record, name) for name in STANDING_FIELDS if name != "adapted_from"}
    return {
        "fingerprint": current.fingerprint,
        "latest": current.latest.number,
        "published": record.published.number if record.published else None,
        "language": record.language,
        "owner": record.owner.uid,
        "adapted_from": record.adapted_from.uid if record.adapted_from else None,
        "standing": {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in standing.items()
        },
        "translations": [
            _translation_as_json(row) for row in current.translations if row.language in prepared.translations
        ],
        "languages": sorted(prepared.translations),
    }


def _translation_as_json(row: Translation) -> dict[str, str]:
    names = ("field", "language", "text", "status", "source_hash", "engine", "author_uid")
    return {name: getattr(row, name) for name in names} | {"updated_at": row.updated_at.isoformat()}
