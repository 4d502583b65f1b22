"""What a record takes along when it is handed on: besides its text, who reviewed it and its files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from ayni.knowledge.models import Record, Review, Revision, RevisionFile, RevisionPartner
from ayni.knowledge.queries.records import Reading, read
from ayni.knowledge.states import ReviewSide, ReviewState
from ayni.registry.models import Institution


@dataclass(frozen=True)
class Approval:
    """The readings a published revision passed. Readers are never named, institutions are."""

    criteria: str
    on: date
    institutions: tuple[Institution, ...]  # that read it as its owner
    by_site: bool


def reading_of(record: Record, revision: Revision, language: str) -> Reading:
    """The published text in `language` where it is there; a draft in the language it is written in."""
    if revision.pk == record.published_id:
        return read(record, language)
    return Reading(
        record.language, revision.title, revision.summary, revision.body, languages=(record.language,)
    )


def partners_of(revision: Revision) -> list[RevisionPartner]:
    """With institution, its country and where it was merged."""
    institutions = Institution.objects.select_related("country", "merged_into__country")
    return list(revision.partners.prefetch_related(Prefetch("institution", institutions)))


def approval_of(revision: Revision) -> Approval | None:
    """None for what was never read here: imports, activities, drafts."""
    if not revision.criteria or not revision.decided_at or not revision.published_at:
        return None
    done = list(
        Review.objects.filter(revision=revision, state=ReviewState.APPROVED)
        .select_related("institution__merged_into")
        .order_by("side", "step")
    )
    own = [r.institution for r in done if r.side == ReviewSide.OWNER and not r.in_stead and r.institution]
    return Approval(
        criteria=revision.criteria,
        on=revision.decided_at.date(),
        institutions=tuple({(one.merged_into or one).pk: one.merged_into or one for one in own}.values()),
        by_site=any(r.side == ReviewSide.SITE or r.in_stead for r in done),
    )


def files_of(revision: Revision) -> Iterable[RevisionFile]:
    return revision.files.select_related("file")
