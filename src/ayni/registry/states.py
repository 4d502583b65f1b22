"""The closed lists of the registry. They change only with the code that understands them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class InstitutionType(TextChoices):
    GOVERNMENT = "government", _("National government")
    LOCAL_GOVERNMENT = "local-government", _("Local government")
    HOSPITAL = "hospital", _("Hospital or health service")
    UNIVERSITY = "university", _("University")
    SCHOOL = "school", _("School")
    RESEARCH = "research", _("Research institute")
    NGO = "ngo", _("Non-governmental organization")
    UN = "un", _("United Nations entity")
    INTERGOVERNMENTAL = "intergovernmental", _("Intergovernmental organization")
    FINANCIAL = "financial", _("Financial institution")
    COMPANY = "company", _("Company")
    COOPERATIVE = "cooperative", _("Cooperative")
    NETWORK = "network", _("Network")
    FOUNDATION = "foundation", _("Foundation")
    OTHER = "other", _("Other")


class NameKind(TextChoices):
    OFFICIAL = "official", _("Official name")
    SHORT = "short", _("Short name")
    FORMER = "former", _("Former name")


class Role(TextChoices):
    ADMIN = "admin", _("Administrator")
    COORDINATOR = "coordinator", _("Coordinator")
    CONTRIBUTOR = "contributor", _("Contributor")
    REVIEWER = "reviewer", _("Reviewer")
    PARTICIPANT = "participant", _("Participant")
    SIGNATORY = "signatory", _("Signatory")
    FINANCE_APPROVER = "finance-approver", _("Finance approver")
    SAFEGUARDING_OFFICER = "safeguarding-officer", _("Safeguarding officer")


WRITING_ROLES = frozenset({Role.ADMIN, Role.COORDINATOR, Role.CONTRIBUTOR})


class LabelKind(TextChoices):
    PREFERRED = "pref", _("Preferred")
    ALTERNATIVE = "alt", _("Alternative")
    SHORT = "short", _("Short")


class TranslationStatus(TextChoices):
    """Originals are not rows: a text without a row is the original."""

    MACHINE = "machine", _("Machine translation")
    DRAFT = "draft", _("Draft translation")
    REVIEWED = "reviewed", _("Reviewed translation")


PUBLIC_TRANSLATIONS = frozenset({TranslationStatus.MACHINE, TranslationStatus.REVIEWED})
