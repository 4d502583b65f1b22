"""The life of a record and of its revisions, as tables of moves.

Three things are kept apart: what a *revision* has been through (review), whether the *record* is there
for everyone (visibility), and how fresh it is (`last_confirmed_on`).
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ayni.kernel.transitions import MoveTable


class Kind(TextChoices):
    PRACTICE = "practice", _("Good practice")
    LESSON = "lesson", _("Lesson learned")
    PUBLICATION = "publication", _("Publication")
    ACTIVITY = "activity", _("Activity record")


class Form(TextChoices):
    SNAPSHOT = "snapshot", _("Snapshot")
    FULL = "full", _("Full description")


class RevisionState(TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in-review", _("In review")
    CHANGES_ASKED = "changes-asked", _("Changes asked")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class RecordState(TextChoices):
    UNPUBLISHED = "unpublished", _("Not yet published")
    PUBLIC = "public", pgettext_lazy("state of a record", "Public")
    ARCHIVED = "archived", _("Archived")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# A revision that its authors may change; one that is on its way to being published.
EDITABLE = frozenset({RevisionState.DRAFT, RevisionState.CHANGES_ASKED})
UNFINISHED = frozenset(
    {
        RevisionState.DRAFT,
        RevisionState.SUBMITTED,
        RevisionState.IN_REVIEW,
        RevisionState.CHANGES_ASKED,
        RevisionState.APPROVED,
    }
)
WITH_READERS = frozenset({RevisionState.SUBMITTED, RevisionState.IN_REVIEW})
VISIBLE_STATES = frozenset({RecordState.PUBLIC, RecordState.ARCHIVED})
# Of a record that was offered once and is no longer; it may say in which other it continues.
ENDED_STATES = frozenset({RecordState.ARCHIVED, RecordState.WITHDRAWN})

REVISION_MOVES = MoveTable(
    field="state",
    states=RevisionState.values,
    moves=[
        ("submit", "draft|changes-asked", "submitted", "The authors hand it in for review."),
        ("take up", "submitted", "in-review", "A reviewer starts reading."),
        ("ask for changes", "in-review", "changes-asked", "A reviewer asks the authors for changes."),
        ("approve", "in-review", "approved", "The required readings are done."),
        ("publish", "approved", "published", "It becomes what everyone sees."),
        (
            "publish as imported",
            "draft",
            "published",
            "An operator's import publishes it as others published it.",
        ),
        ("decline", "submitted|in-review", "declined", "It is not taken, with a reason."),
        (
            "withdraw",
            "draft|submitted|in-review|changes-asked|approved",
            "withdrawn",
            "The authors take it back.",
        ),
        ("reopen", "withdrawn|declined", "draft", "The authors go on working on it."),
        ("supersede", "published", "superseded", "A later revision is published in its place."),
        ("take back", "published", "draft", "An import that made it public is undone: it is a draft again."),
        (
            "restore",
            "superseded",
            "published",
            "The later revision is undone; this one is what everyone sees again.",
        ),
    ],
)

# Moves that change what readers see; they are part of an action of their own, never made alone.
PUBLISHING_MOVES = frozenset({"publish", "publish as imported", "supersede", "restore", "take back"})

RECORD_MOVES = MoveTable(
    field="state",
    states=RecordState.values,
    moves=[
        ("publish", "unpublished|public|archived", "public", "A revision of it is published."),
        (
            "archive",
            "public",
            "archived",
            "Kept and readable, no longer offered: nobody stands for it today.",
        ),
        ("unarchive", "archived", "public", "Somebody stands for it again."),
        (
            "withdraw",
            "public|archived",
            "withdrawn",
            "Taken away; its address says that it was here, and why it is not.",
        ),
        (
            "take back",
            "public",
            "unpublished",
            "An import that made it public is undone: nobody saw it before.",
        ),
        ("put back", "withdrawn", "public", "A withdrawal is reversed."),
    ],
)


class PartnerRole(TextChoices):
    PROVIDER = "provider", _("Provides know-how")
    RECIPIENT = "recipient", _("Receives know-how")
    BOTH = "both", _("Gives and receives know-how")
    FACILITATOR = "facilitator", _("Facilitates")
    FUNDER = "funder", _("Funds")
    IMPLEMENTER = "implementer", _("Carries out")


class Level(TextChoices):
    NATIONAL = "national", _("National")
    SUBNATIONAL = "subnational", _("Region or province")
    LOCAL = "local", _("Local")
    INSTITUTION = "institution", _("One institution")


class EvidenceLevel(TextChoices):
    OWN_RECORDS = "own-records", _("Own records")
    OWN_EVALUATION = "own-evaluation", _("Own evaluation")
    EXTERNAL_EVALUATION = "external-evaluation", _("External evaluation")
    RESEARCH = "research", _("Research")


class ResultLevel(TextChoices):
    PEOPLE = "people", _("People")
    INSTITUTIONS = "institutions", _("Institutions")
    COMMUNITIES = "communities", _("Communities")


class PublicationType(TextChoices):
    RESEARCH = "research", _("Research")
    REPORT = "report", _("Report")
    GUIDELINE = "guideline", _("Guideline")
    COURSE = "course", _("Course")


class ActivityStatus(TextChoices):
    PIPELINE = "pipeline", _("Being prepared")
    IMPLEMENTATION = "implementation", _("Under way")
    FINALISATION = "finalisation", _("Being finished")
    CLOSED = "closed", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")
    SUSPENDED = "suspended", _("Suspended")


class BatchState(TextChoices):
    WAITING = "waiting", _("Waiting to start")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Done")
    FAILED = "failed", _("Could not be read")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


BATCH_MOVES = MoveTable(
    field="state",
    states=BatchState.values,
    moves=[
        ("start", "waiting|running", "running", "The rows are read; also after a stop halfway."),
        ("finish", "running", "done", "Every row has been dealt with."),
        ("fail", "waiting|running", "failed", "The file as a whole cannot be read."),
        (
            "start undoing",
            "waiting|running|done|undoing",
            "undoing",
            "What it brought is taken out again; one that waits is cancelled.",
        ),
        ("finish undoing", "undoing", "undone", "All is as before, but for what was edited since."),
    ],
)


class RowOutcome(TextChoices):
    CREATED = "created", pgettext_lazy("import row", "New")
    UPDATED = "updated", pgettext_lazy("import row", "Changed")
    UNCHANGED = "unchanged", pgettext_lazy("import row", "Unchanged")
    KEPT = "kept", pgettext_lazy("import row", "Left alone: edited here since")
    FAILED = "failed", pgettext_lazy("import row", "Not taken")


class ReviewSide(TextChoices):
    OWNER = "owner", _("The institution’s own reading")
    SITE = "site", _("The site’s reading")


class ReviewState(TextChoices):
    WAITING = "waiting", _("Waits for an earlier step")
    OPEN = "open", pgettext_lazy("state of a review", "Open")
    READING = "reading", _("Being read")
    APPROVED = "approved", _("Approved")
    CHANGES_ASKED = "changes-asked", _("Changes asked")
    DECLINED = "declined", _("Declined")
    LAPSED = "lapsed", _("No longer needed")


# Readings that are somebody's turn; those that are or come back to be.
UNDER_WAY = frozenset({ReviewState.OPEN, ReviewState.READING})
IN_HAND = UNDER_WAY | {ReviewState.CHANGES_ASKED}

REVIEW_MOVES = MoveTable(
    field="state",
    states=ReviewState.values,
    moves=[
        ("open", "waiting", "open", "The step before it is done: it is somebody's turn."),
        ("take up", "open", "reading", "A reader takes it on."),
        ("hand back", "reading", "open", "The reader cannot do it after all, or is away too long."),
        ("approve", "reading", "approved", "The reader finds that it meets the criteria."),
        ("ask for changes", "reading", "changes-asked", "The reader asks the authors for changes."),
        ("decline", "reading", "declined", "The reader finds that it is not to be taken, with a reason."),
        ("read again", "changes-asked", "reading", "The authors have handed it in again: the same reader reads on."),
        ("lapse", "waiting|open|reading|changes-asked", "lapsed", "Withdrawn or declined meanwhile."),
        ("start over", "lapsed|declined|approved|changes-asked", "waiting", "Handed in anew after it was withdrawn or declined."),
    ],
)  # fmt: skip


class Answer(TextChoices):
    """To one criterion of review."""

    YES = "yes", pgettext_lazy("meets a criterion", "Yes")
    PARTLY = "partly", pgettext_lazy("meets a criterion", "Partly")
    NO = "no", pgettext_lazy("meets a criterion", "No")


class CommentState(TextChoices):
    OPEN = "open", pgettext_lazy("state of a comment", "Open")
    ACCEPTED = "accepted", _("Taken over")
    SET_ASIDE = "set-aside", _("Not taken over")
    SETTLED = "settled", _("Settled")


COMMENT_MOVES = MoveTable(
    field="state",
    states=CommentState.values,
    moves=[
        ("accept", "open", "accepted", "An author puts the suggested words in place."),
        ("set aside", "open", "set-aside", "An author keeps the words there are."),
        ("settle", "open", "settled", "What was said has been dealt with."),
        ("reopen", "accepted|set-aside|settled", "open", "It is not dealt with after all."),
    ],
)


class FreshnessAnswer(TextChoices):
    HOLDS = "holds", _("It still holds")
    CHANGED = "changed", _("It goes on, but differently")
    ENDED = "ended", _("It is no longer done")


class QuestionState(TextChoices):
    ASKED = "asked", _("Asked")
    ANSWERED = "answered", _("Answered")
    AGREED = "agreed", _("Led to working together")
    CLOSED = "closed", _("Closed without an answer")


QUESTION_MOVES = MoveTable(
    field="state",
    states=QuestionState.values,
    moves=[
        ("answer", "asked|closed", "answered", "One of the two says that it was answered."),
        ("agree", "asked|answered", "agreed", "One of the two says that something was agreed."),
        ("close", "asked", "closed", "Nobody answered, and nobody expects it any more."),
    ],
)
