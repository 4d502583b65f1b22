from ayni.knowledge.models.imports import ImportBatch, ImportRow
from ayni.knowledge.models.records import Record, Revision, RevisionPartner, RevisionTerm

__all__ = ["ImportBatch", "ImportRow", "Record", "Revision", "RevisionPartner", "RevisionTerm"]
