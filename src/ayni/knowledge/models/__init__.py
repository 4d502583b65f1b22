from ayni.knowledge.models.imports import ImportBatch, ImportRow
from ayni.knowledge.models.records import Record, Revision, RevisionPartner, RevisionTerm
from ayni.knowledge.models.reviews import ApprovalStep, Comment, Review
from ayni.knowledge.models.use import FreshnessCheck, Question
from ayni.knowledge.models.writing import AuthorInvitation, ClaimLink, RecordAuthor, RevisionFile, Variant

__all__ = [
    "ApprovalStep",
    "AuthorInvitation",
    "ClaimLink",
    "Comment",
    "FreshnessCheck",
    "ImportBatch",
    "ImportRow",
    "Question",
    "Record",
    "RecordAuthor",
    "Review",
    "Revision",
    "RevisionFile",
    "RevisionPartner",
    "RevisionTerm",
    "Variant",
]
