"""Questions to the people behind records: who may read them, and what waits."""

from datetime import datetime

from django.db.models import Q, QuerySet

from ayni.kernel.ids import secret_hash
from ayni.knowledge import policies
from ayni.knowledge.models import Question, Record
from ayni.knowledge.states import QuestionState
from ayni.registry.models import Person


def questions_for(person: Person | None) -> QuerySet[Question]:
    """Those about records the person writes for, newest first."""
    mine = Record.objects.filter(policies.read_questions.scope(person))
    return (
        Question.objects.filter(record__in=mine)
        .select_related("record__published", "record__owner__merged_into")
        .order_by("-asked_at", "-pk")
    )


def get_question_for(person: Person | None, uid: str) -> Question | None:
    return questions_for(person).filter(uid=uid).first()


def question_by_secret(secret: str) -> tuple[Question, bool] | None:
    """(question, whether the link is the asker's); None when the link leads to nothing."""
    digest = secret_hash(secret)
    found = (
        Question.objects.select_related("record__published", "record__owner__merged_into")
        .filter(Q(secret_hash=digest) | Q(asker_secret_hash=digest))
        .first()
    )
    return (found, found.asker_secret_hash == digest) if found else None


def to_follow_up(asked_until: datetime) -> QuerySet[Question]:
    """Asked that long ago, not agreed and not closed, and the asker still known and not asked what came of it."""
    waiting = {QuestionState.ASKED, QuestionState.ANSWERED}
    return (
        Question.objects.filter(state__in=waiting, followed_up_at__isnull=True, asked_at__lte=asked_until)
        .exclude(email="")
        .select_related("record__published")
        .order_by("asked_at", "pk")
    )
