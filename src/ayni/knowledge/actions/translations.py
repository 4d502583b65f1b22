"""A record in another language: written as a draft, read by somebody else, and only then shown to all.

What is being written has a row of its own beside what readers see (`TranslationDraft`), so that a half-finished
draft takes nothing away from anybody. A machine writes only where no person has.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.kernel.errors import Fault, Invalid, NotAllowed, WrongState
from ayni.kernel.locking import locked
from ayni.kernel.policies import Rule
from ayni.knowledge import drafts, policies, translating
from ayni.knowledge.actions.following import target_of
from ayni.knowledge.models import Record
from ayni.knowledge.queries import translations as queries
from ayni.knowledge.states import VISIBLE_STATES
from ayni.knowledge.texts import one_line
from ayni.language.codes import CONTENT_LANGUAGES
from ayni.language.normalise import clean
from ayni.registry.actions import audit, notices, outbox
from ayni.registry.actions.translations import put, put_drafts
from ayni.registry.models import Person, Translation, TranslationDraft
from ayni.registry.models.translations import source_hash
from ayni.registry.states import TranslationStatus

HASH = re.compile(r"[0-9a-f]{32}")
NOTE_LIMIT = 1000


@dataclass(frozen=True)
class PassageEdit:
    """`was`: fingerprint of the translation the translator began from; `source`: hash of the original they saw."""

    path: str
    text: str
    was: str
    source: str


@dataclass
class SavedPassages:
    """Edits with a fault, and those that somebody else has overtaken, are not stored: the page keeps them."""

    changed: list[str] = field(default_factory=list)
    clashes: dict[str, str] = field(default_factory=dict)  # path -> what somebody else has written meanwhile
    faults: list[Fault] = field(default_factory=list)


@action
def save_translation(
    *, by: Person, record: Record, language: str, edits: Sequence[PassageEdit]
) -> SavedPassages:
    """Keep what the translator wrote, as drafts. An empty text takes a draft away.

    A draft is continued by those who write it and by those who may approve it: nobody else puts words in its place.
    A passage that another has written since the translator last saw it stays as it is. One whose original has
    changed meanwhile is kept with the original that the translator saw, and counts as stale.
    Raises NotAllowed; WrongState `original_not_public`; Invalid.
    """
    _open(by, record, language, policies.translate_record)
    originals = queries.originals_of(record)
    public, drafted = queries.rows_of(record, language)
    saved = SavedPassages()
    rows: list[TranslationDraft] = []
    for edit in edits:
        path, text, fault = _checked(edit, record, originals)
        if fault:
            saved.faults.append(fault)
            continue
        there = drafted.get(path) or public.get(path)
        now = there.text if there else ""
        if text == now or drafts.fingerprint(text) == edit.was or not (text or path in drafted):
            continue
        before = drafted.get(path)
        if before and not queries.may_continue(by, record, before):
            saved.faults.append(Fault(edit.path, "anothers_draft"))
            continue
        if drafts.clash(now, drafts.Edit(path, text, edit.was)):
            saved.clashes[edit.path] = now
            continue
        saved.changed.append(edit.path)
        if text:
            rows.append(_draft(by, record, language, path, text, edit.source, before))
        else:
            TranslationDraft.objects.filter(target=record.target, language=language, field=path).delete()
    put_drafts(rows)
    if saved.changed:
        audit.record(
            by=by, verb="translation.drafted", target=record.target, language=language,
            fields=len(saved.changed),
        )  # fmt: skip
    return saved


@action
def keep_translation(*, by: Person, record: Record, language: str, path: str, source: str) -> None:
    """What stands there is right as it is: of an original that has changed, or made by a machine.

    Who may approve says so of reviewed words for all readers, unless they wrote them. Else it makes a draft of the
    same words, which somebody reads.
    Raises WrongState: `changed_again` when the original is another than the one that was looked at;
    `anothers_draft` when somebody else writes there (see `save_translation`).
    """
    _open(by, record, language, policies.translate_record)
    originals = queries.originals_of(record)
    if path not in originals or source_hash(originals[path]) != source:
        raise WrongState("changed_again")
    public, drafted = queries.rows_of(record, language)
    if draft := drafted.get(path):
        if not queries.may_continue(by, record, draft):
            raise WrongState("anothers_draft")
        put_drafts([_draft(by, record, language, path, draft.text, source, draft)])
    elif (
        (row := public.get(path))
        and row.status == TranslationStatus.REVIEWED
        and row.author_uid != by.uid
        and policies.approve_translation.allows(by, record)
    ):
        row.source_hash, row.is_stale, row.updated_at = source, False, clock.now()
        row.save()
        outbox.announce(record.target)
    elif row:
        put_drafts([_draft(by, record, language, path, row.text, source, None)])
    else:
        return  # somebody has emptied it meanwhile: nothing is there to be kept, and nothing is said to have been
    audit.record(by=by, verb="translation.kept", target=record.target, language=language, path=path)


@action
def hand_in_translation(*, by: Person, record: Record, language: str) -> int:
    """Ask for a reading of everything in draft; how many passages that are. Those who may approve are told."""
    _open(by, record, language, policies.translate_record)
    rows = list(TranslationDraft.objects.filter(target=record.target, language=language))
    if not rows:
        raise WrongState("nothing_to_hand_in")
    now = clock.now()
    waiting = [row for row in rows if row.handed_in_at is None]
    for row in waiting:
        row.handed_in_at, row.note = now, ""
    TranslationDraft.objects.bulk_update(waiting, ["handed_in_at", "note"])
    if not waiting:
        return len(rows)
    authors = {uid for row in rows for uid in row.author_uids} | {by.uid}
    notices.tell(
        queries.who_may_approve(record, authors), code="translation-to-read", target=target_of(record, language),
        is_turn=True, record=record.uid, language=language, title=queries.published_of(record).title, number=len(rows),
    )  # fmt: skip
    audit.record(by=by, verb="translation.handed_in", target=record.target, language=language)
    return len(rows)


@action
def approve_translation(*, by: Person, record: Record, language: str, read: dict[str, str]) -> list[str]:
    """Somebody who is not the translator says that it is right: it becomes what everyone reads.

    `read`: path -> fingerprint of what was read. What has been changed since, and what the person wrote
    themself, stays a draft. Returns the paths that are published. Raises WrongState `nothing_to_approve`.
    """
    _open(by, record, language, policies.approve_translation)
    drafted = queries.rows_of(record, language)[1]
    rows = [
        row
        for path, row in drafted.items()
        if row.handed_in_at
        and by.uid not in row.author_uids
        and read.get(path) == drafts.fingerprint(row.text)
    ]
    if not rows:
        raise WrongState("nothing_to_approve")
    originals = queries.originals_of(record)
    now = clock.now()
    put(
        by=by,
        rows=[
            Translation(
                target=record.target, language=language, field=row.field, text=row.text,
                status=TranslationStatus.REVIEWED, source_hash=row.source_hash, updated_at=now,
                author_uid=row.author_uids[-1] if row.author_uids else "",
                is_stale=row.field in originals and source_hash(originals[row.field]) != row.source_hash,
            )
            for row in rows
        ],
    )  # fmt: skip
    TranslationDraft.objects.filter(pk__in=[row.pk for row in rows]).delete()
    _settle(record, language)
    _tell_published(by, record, language, rows)
    return [row.field for row in rows]


@action
def send_back_translation(*, by: Person, record: Record, language: str, note: str) -> None:
    """Ask the translators for changes, and say which: beside the draft, and never in the news. Raises Invalid without a note; WrongState."""
    _open(by, record, language, policies.approve_translation)
    note = clean(note, NOTE_LIMIT)
    if not note:
        raise Invalid([Fault("note", "missing")])
    rows = list(
        TranslationDraft.objects.filter(target=record.target, language=language, handed_in_at__isnull=False)
    )
    if not rows:
        raise WrongState("nothing_to_approve")
    for row in rows:
        row.handed_in_at, row.note = None, note
    TranslationDraft.objects.bulk_update(rows, ["handed_in_at", "note"])
    notices.settle(target=target_of(record, language), codes=["translation-to-read"])
    authors = Person.objects.filter(uid__in={uid for row in rows for uid in row.author_uids})
    notices.tell(
        authors, code="translation-sent-back", target=target_of(record, language), is_turn=True,
        record=record.uid, language=language, title=queries.published_of(record).title,
    )  # fmt: skip
    audit.record(by=by, verb="translation.sent_back", target=record.target, language=language)


def _open(by: Person, record: Record, language: str, rule: Rule) -> None:
    """The first step of each: the record as it is now, in a language it is not in, and somebody who may."""
    locked(record)
    if record.state not in VISIBLE_STATES or record.published is None:
        raise WrongState("original_not_public", state=record.state)
    if not rule.allows(by, record):
        raise NotAllowed("not_yours")
    if language not in CONTENT_LANGUAGES or language == record.language:
        raise Invalid([Fault("language", "unknown_choice", {"value": language[:20]})])


def _checked(edit: PassageEdit, record: Record, originals: dict[str, str]) -> tuple[str, str, Fault | None]:
    """Where the text belongs, the text as it can be stored, and what is wrong with it."""
    form = queries.published_of(record).form
    known = translating.pattern(edit.path) in translating.known_patterns(record.kind, form)
    if not known or len(edit.path) > 120 or not HASH.fullmatch(edit.source):  # noqa: PLR2004 - the column
        return "", "", Fault(edit.path[:120], "unknown_field")
    path = translating.place_of(edit.path, edit.source, originals)
    limit = translating.limit_of(path, record.kind, form)
    shorten = one_line if translating.is_line(path, record.kind, form) else clean
    text = shorten(edit.text[: 2 * limit], limit + 1)
    too_long = len(text) > limit or len(edit.text) > 2 * limit
    return path, text, Fault(edit.path, "too_long", {"limit": limit}) if too_long else None


def _draft(
    by: Person, record: Record, language: str, path: str, text: str, source: str, before: TranslationDraft | None
) -> TranslationDraft:  # fmt: skip
    authors = [uid for uid in before.author_uids if uid != by.uid] if before else []
    return TranslationDraft(
        target=record.target, language=language, field=path, text=text, source_hash=source,
        author_uids=[*authors, by.uid], saved_at=clock.now(),
    )  # fmt: skip


def _settle(record: Record, language: str) -> None:
    left = TranslationDraft.objects.filter(
        target=record.target, language=language, handed_in_at__isnull=False
    )
    codes = ["translation-sent-back", "translation-stale"]
    if not left.exists():
        codes.append("translation-to-read")
    notices.settle(target=target_of(record, language), codes=codes)


def _tell_published(by: Person, record: Record, language: str, rows: list[TranslationDraft]) -> None:
    authors = {uid for row in rows for uid in row.author_uids}
    people = {person.pk: person for person in Person.objects.filter(uid__in=authors)}
    people |= {person.pk: person for person in queries.people_of_the_owner(record, {by.uid})}
    people.pop(by.pk, None)
    notices.tell(
        people.values(), code="translation-published", target=target_of(record, language),
        record=record.uid, language=language, title=queries.published_of(record).title, number=len(rows),
    )  # fmt: skip
