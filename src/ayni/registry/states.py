"""The closed lists of the registry. They change only with the code that understands them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ayni.kernel.transitions import MoveTable


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


class JobState(TextChoices):
    WAITING = "waiting", pgettext_lazy("translation by a machine", "waiting")
    DONE = "done", pgettext_lazy("translation by a machine", "done")
    FAILED = "failed", pgettext_lazy("translation by a machine", "failed")


JOB_MOVES = MoveTable(
    field="state",
    states=JobState.values,
    moves=[
        ("finish", "waiting", "done", "What the machine wrote is stored, where no person has written since."),
        (
            "give up",
            "waiting",
            "failed",
            "The last try came to nothing, or the original is no longer public.",
        ),
    ],
)


PUBLIC_TRANSLATIONS = frozenset({TranslationStatus.MACHINE, TranslationStatus.REVIEWED})


class MailRhythm(TextChoices):
    AT_ONCE = "at-once", _("One mail for each, at once")
    DAILY = "daily", _("One mail a day")
    WEEKLY = "weekly", _("One mail a week")
    NEVER = "never", _("No mail")


class FileKind(TextChoices):
    IMAGE = "image", _("Image")
    DOCUMENT = "document", _("Document")


class UploadState(TextChoices):
    RECEIVING = "receiving", _("Being sent")
    DONE = "done", pgettext_lazy("state of an upload", "Arrived")
    REFUSED = "refused", _("Cannot be used")


UPLOAD_MOVES = MoveTable(
    field="state",
    states=UploadState.values,
    moves=[
        ("finish", "receiving", "done", "All of it is here, checked and stored."),
        ("refuse", "receiving", "refused", "It is not what it should be; nothing of it is kept."),
    ],
)


class MailState(TextChoices):
    WAITING = "waiting", _("Waiting to be sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Could not be sent")
    DROPPED = "dropped", _("No longer needed")


MAIL_MOVES = MoveTable(
    field="state",
    states=MailState.values,
    moves=[
        ("send", "waiting", "sent", "The mail server took it."),
        ("fail", "waiting|sent", "failed", "The address takes no mail, or the server refused it for good."),
        ("try again", "failed", "waiting", "What kept the server from taking it has been mended."),
        ("drop", "waiting", "dropped", "What it was about has been dealt with, or mail is no longer wanted."),
    ],
)
