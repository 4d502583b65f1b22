"""Terms and their labels, kept in memory: every page names countries and goals in some language.

One small query a call tells whether the copy still holds (the sum of the vocabularies' versions).
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

from django.db.models import Count, Sum

from ayni.kernel import clock
from ayni.registry.models import GroupMember, Term, TermLabel, Vocabulary
from ayni.registry.states import LabelKind


@dataclass(frozen=True, slots=True)
class Concept:
    """A term with its labels, free of the database."""

    id: int
    vocabulary: str
    code: str
    uri: str
    broader: int | None
    extra: dict[str, Any]
    labels: dict[str, str]
    shorts: dict[str, str] = field(default_factory=dict)
    alternatives: dict[str, tuple[str, ...]] = field(default_factory=dict)
    until: Any = None

    def label(self, language: str) -> str:
        """The full label in the language, else in English, else the code."""
        return (
            self.labels.get(language) or self.labels.get("en") or next(iter(self.labels.values()), self.code)
        )

    def spoken(self, language: str) -> str:
        """The language that `label` and `short` answer in, when asked for `language`."""
        return language if language in self.labels else "en"

    def short(self, language: str) -> str:
        """What lists and chips show: the short label where there is one."""
        return (
            self.shorts.get(language)
            or (self.shorts.get("en") if language not in self.labels else None)
            or self.label(language)
        )


class Concepts:
    """All terms of all vocabularies at one moment."""

    def __init__(self, stamp: tuple[int, int]) -> None:
        self.stamp = stamp
        self.by_id: dict[int, Concept] = {}
        self.by_code: dict[tuple[str, str], Concept] = {}
        self.vocabularies: dict[str, list[Concept]] = defaultdict(list)
        labels: dict[int, dict[str, str]] = defaultdict(dict)
        shorts: dict[int, dict[str, str]] = defaultdict(dict)
        others: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for term_id, language, kind, text in TermLabel.objects.values_list(
            "term_id", "language", "kind", "text"
        ):
            if kind == LabelKind.PREFERRED:
                labels[term_id][language] = text
            elif kind == LabelKind.SHORT:
                shorts[term_id][language] = text
            else:
                others[term_id][language].append(text)
        for row in Term.objects.order_by("vocabulary", "position", "code").values_list(
            "id", "vocabulary__code", "code", "uri", "broader_id", "extra", "until"
        ):
            alternatives = {language: tuple(texts) for language, texts in others[row[0]].items()}
            concept = Concept(*row[:6], labels[row[0]], shorts[row[0]], alternatives, row[6])
            self.by_id[concept.id] = concept
            self.by_code[concept.vocabulary, concept.code] = concept
            self.vocabularies[concept.vocabulary].append(concept)
        self._memberships = list(GroupMember.objects.values_list("group_id", "member_id", "since", "until"))

    def get(self, vocabulary: str, code: str) -> Concept | None:
        return self.by_code.get((vocabulary, code))

    def __getitem__(self, key: tuple[str, str]) -> Concept:
        return self.by_code[key]

    def of(self, vocabulary: str) -> list[Concept]:
        return self.vocabularies.get(vocabulary, [])

    def ancestors(self, concept: Concept) -> list[Concept]:
        """From the next broader one up, e.g. a country's sub-region, region, world."""
        found: list[Concept] = []
        while concept.broader is not None and (concept := self.by_id[concept.broader]) not in found:
            found.append(concept)
        return found

    @cached_property
    def groups(self) -> dict[str, frozenset[str]]:
        """Country code -> the groups it is in today, e.g. {"NP": {"ldc", "lldc"}}."""
        today = clock.today()
        members: dict[str, set[str]] = defaultdict(set)
        for group, member, since, until in self._memberships:
            if (since is None or since <= today) and (until is None or until >= today):
                members[self.by_id[member].code].add(self.by_id[group].code)
        return {code: frozenset(groups) for code, groups in members.items()}


_copy: Concepts | None = None
_lock = Lock()


def concepts() -> Concepts:
    """The current terms: one query when the copy in memory still holds."""
    global _copy  # noqa: PLW0603 - one copy a process, on purpose
    sums = Vocabulary.objects.aggregate(count=Count("id"), total=Sum("version"))
    stamp = (sums["count"], sums["total"] or 0)
    copy = _copy
    if copy is not None and copy.stamp == stamp:
        return copy
    with _lock:
        if _copy is None or _copy.stamp != stamp:
            _copy = Concepts(stamp)
        return _copy


def forget_concepts() -> None:
    """For tests, whose transactions are rolled back under the copy's feet."""
    global _copy  # noqa: PLW0603
    _copy = None
