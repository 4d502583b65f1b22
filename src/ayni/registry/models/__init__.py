from ayni.registry.models.audit import AuditEntry, AuditSeal
from ayni.registry.models.files import File, Upload
from ayni.registry.models.institutions import Institution, InstitutionIdentifier, InstitutionName
from ayni.registry.models.notices import Mail, Notice, SavedSearch
from ayni.registry.models.outbox import OutboxMessage
from ayni.registry.models.people import Membership, Person
from ayni.registry.models.redirects import FormerId
from ayni.registry.models.translations import Translation, TranslationDraft, TranslationJob
from ayni.registry.models.vocabularies import GroupMember, Term, TermLabel, Vocabulary

__all__ = [
    "AuditEntry",
    "AuditSeal",
    "File",
    "FormerId",
    "GroupMember",
    "Institution",
    "InstitutionIdentifier",
    "InstitutionName",
    "Mail",
    "Membership",
    "Notice",
    "OutboxMessage",
    "Person",
    "SavedSearch",
    "Term",
    "TermLabel",
    "Translation",
    "TranslationDraft",
    "TranslationJob",
    "Upload",
    "Vocabulary",
]
