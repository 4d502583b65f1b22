"""What a record takes along when it is handed on: its published text or a draft, and its partners."""

from django.db.models import Prefetch

from ayni.knowledge.models import Record, Revision, RevisionPartner
from ayni.knowledge.queries.records import Reading, read
from ayni.registry.models import Institution


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
