"""A record's passages in another language as those see them who work on them; and what waits to be translated."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from ayni.kernel import clock
from ayni.kernel.errors import WrongState
from ayni.knowledge import documents, drafts, policies, translating
from ayni.knowledge.models import Record, Revision
from ayni.knowledge.states import Kind, RecordState
from ayni.registry.models import Person, Translation, TranslationDraft, TranslationJob
from ayni.registry.models.translations import source_hash
from ayni.registry.states import WRITING_ROLES, JobState, Role, TranslationStatus

# Activity records come by the ten thousand from where they are published; nobody is asked to translate those.
WANTED_KINDS = (Kind.PRACTICE, Kind.LESSON, Kind.PUBLICATION)
REVISIONS_LOOKED_AT = 20
_PREFIX = "knowledge.record:"


@dataclass
class Passage:
    """One field of the original, what readers see of it in the other language, and what is being written."""

    path: str
    original: str
    public: Translation | None = None
    draft: TranslationDraft | None = None
    earlier: str = ""  # the original it was translated from, where that is another by now and is still known

    @property
    def source(self) -> str:
        return source_hash(self.original)

    @property
    def text(self) -> str:
        """What a translator goes on from."""
        row = self.draft or self.public
        return row.text if row else ""

    @property
    def was(self) -> str:
        return drafts.fingerprint(self.text)

    @property
    def status(self) -> str:
        """A `TranslationStatus`; empty where nothing is there."""
        if self.draft:
            return TranslationStatus.DRAFT
        return self.public.status if self.public else ""

    @property
    def is_stale(self) -> bool:
        row = self.draft or self.public
        return bool(row and row.source_hash != self.source)

    @property
    def is_done(self) -> bool:
        """A person has written it, of the original as it is now."""
        return bool(self.status not in {"", TranslationStatus.MACHINE} and not self.is_stale)

    @property
    def is_handed_in(self) -> bool:
        return bool(self.draft and self.draft.handed_in_at)


@dataclass
class Sheet:
    """A record and one further language."""

    record: Record
    language: str
    passages: list[Passage]
    job: TranslationJob | None = None
    authors: dict[str, str] = field(default_factory=dict)  # uid -> name of who wrote the drafts

    @property
    def done(self) -> int:
        return sum(passage.is_done for passage in self.passages)

    @property
    def notes(self) -> list[str]:
        """What those who read it have asked to be changed, each once."""
        return list(dict.fromkeys(one.draft.note for one in self.passages if one.draft and one.draft.note))

    @property
    def handed_in(self) -> list[Passage]:
        return [passage for passage in self.passages if passage.is_handed_in]

    def to_read_by(self, person: Person) -> list[Passage]:
        """Those that the person may say yes to: handed in, and written by others."""
        return [passage for passage in self.handed_in if person.uid not in passage.draft.author_uids]  # type: ignore[union-attr]


def may_continue(person: Person, record: Record, draft: TranslationDraft) -> bool:
    """Those who write it, and those who may approve it."""
    return person.uid in draft.author_uids or policies.approve_translation.allows(person, record)


def published_of(record: Record) -> Revision:
    """Raises WrongState `original_not_public`."""
    if record.published is None:
        raise WrongState("original_not_public", state=record.state)
    return record.published


def originals_of(record: Record) -> dict[str, str]:
    """Path -> text of what is published."""
    revision = published_of(record)
    return documents.translatable_texts(
        revision.title, revision.summary, revision.body, record.kind, revision.form
    )


def sheet_of(record: Record, language: str) -> Sheet:
    """Four queries, one more where something is stale."""
    public, drafted = rows_of(record, language)
    passages = [
        Passage(path, text, public.get(path), drafted.get(path))
        for path, text in originals_of(record).items()
    ]
    if any(passage.is_stale for passage in passages):
        _find_earlier(record, passages)
    job = TranslationJob.objects.filter(target=record.target, language=language).order_by("-pk").first()
    uids = {uid for row in drafted.values() for uid in row.author_uids}
    authors = dict(Person.objects.filter(uid__in=uids).values_list("uid", "name"))
    return Sheet(record, language, passages, job, authors)


def rows_of(record: Record, language: str) -> tuple[dict[str, Translation], dict[str, TranslationDraft]]:
    """By path: what readers see, and what is being written. Two queries."""
    public = Translation.objects.filter(target=record.target, language=language)
    drafted = TranslationDraft.objects.filter(target=record.target, language=language)
    return {row.field: row for row in public}, {row.field: row for row in drafted}


def _find_earlier(record: Record, passages: list[Passage]) -> None:
    """The texts that stale translations were made from, found by their hash in what was published before."""
    before: dict[tuple[str, str], str] = {}
    published = Revision.objects.filter(record=record, published_at__isnull=False).order_by("-number")
    for revision in published[:REVISIONS_LOOKED_AT]:
        texts = documents.translatable_texts(
            revision.title, revision.summary, revision.body, record.kind, revision.form
        )
        for path, text in texts.items():
            before.setdefault((translating.pattern(path), source_hash(text)), text)
    for passage in passages:
        row = passage.draft or passage.public
        if row and passage.is_stale:
            passage.earlier = before.get((translating.pattern(passage.path), row.source_hash), "")


def for_a_machine(record: Record, language: str) -> dict[str, str]:
    """Path -> original of what a machine may translate: nothing there, or its own work of an older original."""
    public, _ = rows_of(record, language)
    return {
        path: text
        for path, text in originals_of(record).items()
        if path not in public
        or (
            public[path].status == TranslationStatus.MACHINE and public[path].source_hash != source_hash(text)
        )
    }


def wanted(language: str) -> QuerySet[Record]:
    """Public records that cannot be read in `language`, or whose translation has fallen behind.

    Those that have fallen behind first, then those that others have taken up most, then the newest.
    """
    target = Concat(Value(_PREFIX), OuterRef("uid"))
    rows = Translation.objects.filter(target=target, language=language)
    return (
        Record.objects.filter(state=RecordState.PUBLIC, kind__in=WANTED_KINDS, published__isnull=False)
        .exclude(language=language)
        .annotate(is_behind=Exists(rows.filter(is_stale=True)))
        .filter(Q(is_behind=True) | ~Exists(rows.filter(field="title")))
        .annotate(times_adapted=Count("adaptations", filter=Q(adaptations__state=RecordState.PUBLIC)))
        .select_related("published")
        .order_by("-is_behind", "-times_adapted", "-published_at", "-pk")
    )


def to_read(person: Person, scope: Q) -> list[tuple[Record, str]]:
    """Records (of those in `scope`) with their language, whose drafts wait for somebody like the person. Two queries."""
    waiting: dict[str, dict[str, bool]] = {}
    rows = TranslationDraft.objects.filter(handed_in_at__isnull=False, target__startswith=_PREFIX)
    for target, language, authors in rows.order_by("handed_in_at").values_list(
        "target", "language", "author_uids"
    ):
        if person.uid not in authors:
            waiting.setdefault(target.removeprefix(_PREFIX), {})[language] = True
    records = Record.objects.filter(
        scope, uid__in=list(waiting), state__in=[RecordState.PUBLIC, RecordState.ARCHIVED]
    )
    found = {record.uid: record for record in records.select_related("published")}
    return [
        (found[uid], language) for uid, languages in waiting.items() if uid in found for language in languages
    ]


def mine(person: Person) -> list[tuple[Record, str, int]]:
    """Records with the language and number of passages the person has drafts in. Two queries."""
    counts: dict[tuple[str, str], int] = {}
    rows = TranslationDraft.objects.filter(author_uids__icontains=person.uid, target__startswith=_PREFIX)
    for target, language in rows.order_by("-saved_at").values_list("target", "language")[:1000]:
        key = (target.removeprefix(_PREFIX), language)
        counts[key] = counts.get(key, 0) + 1
    records = Record.objects.filter(
        uid__in={uid for uid, _ in counts}, state__in=[RecordState.PUBLIC, RecordState.ARCHIVED]
    )
    found = {record.uid: record for record in records.select_related("published")}
    return [(found[uid], language, number) for (uid, language), number in counts.items() if uid in found]


def who_may_approve(record: Record, but: Iterable[str]) -> list[Person]:
    """People of the owner, without the translators; the moderators where there is nobody."""
    but = list(but)
    moderators = Person.objects.filter(is_active=True, is_moderator=True)
    return people_of_the_owner(record, but) or list(moderators.exclude(uid__in=but))


def people_of_the_owner(record: Record, but: Iterable[str]) -> list[Person]:
    """Those who write or review for it today, or for who stands in for it."""
    today = clock.today()
    ids = {record.owner_id, record.owner.merged_into_id or record.owner_id, record.stand_in_id} - {None}
    theirs = Q(memberships__institution__in=ids) | Q(memberships__institution__merged_into__in=ids)
    holds = Q(memberships__until__isnull=True) | Q(memberships__until__gte=today)
    people = Person.objects.filter(is_active=True).exclude(uid__in=list(but))
    return list(
        people.filter(
            holds, theirs, memberships__since__lte=today,
            memberships__role__in=[*WRITING_ROLES, Role.REVIEWER],
        ).distinct()
    )  # fmt: skip


def jobs_due() -> list[TranslationJob]:
    due = TranslationJob.objects.filter(state=JobState.WAITING, next_try_at__lte=clock.now())
    return list(due.order_by("next_try_at", "pk")[:20])


def record_of(target: str) -> Record | None:
    """The public record of a job's target, with what it says; None when it is not there for readers."""
    return (
        Record.objects.select_related("published", "owner")
        .filter(uid=target.removeprefix(_PREFIX), state__in=[RecordState.PUBLIC, RecordState.ARCHIVED])
        .first()
    )
