"""Vocabularies as data (SKOS in tables): countries, goals, sectors, themes, and any further thesaurus."""

from django.db import models

from ayni.kernel import guarded
from ayni.registry.states import LabelKind


class Vocabulary(guarded.Guarded):
    code = models.SlugField(max_length=40, unique=True)
    uri = models.CharField(max_length=300, unique=True)
    titles = models.JSONField(default=dict)  # language -> title
    source = models.CharField(max_length=500, blank=True)
    source_date = models.CharField(max_length=40, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)  # of the file last loaded
    version = models.PositiveIntegerField(default=1)  # grows with every change: caches compare it

    PRIVACY = dict.fromkeys(
        ["id", "code", "uri", "titles", "source", "source_date", "licence", "digest", "version"], "public"
    )

    class Meta:
        verbose_name_plural = "vocabularies"

    def __str__(self) -> str:
        return self.code


class Term(guarded.Guarded):
    """A concept. `code` is unique inside its vocabulary, `uri` everywhere, both for good."""

    vocabulary = models.ForeignKey(Vocabulary, models.PROTECT, related_name="terms")
    code = models.CharField(max_length=120)
    uri = models.CharField(max_length=300, unique=True)
    broader = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="narrower")
    position = models.PositiveIntegerField(default=0)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)  # the last day it is offered; old tags stay
    extra = models.JSONField(default=dict)  # e.g. {"colour": "#26bde2", "iso3": "KEN"}

    PRIVACY = dict.fromkeys(
        ["id", "vocabulary", "code", "uri", "broader", "position", "since", "until", "extra"], "public"
    )

    class Meta:
        ordering = ["vocabulary", "position", "code"]
        constraints = [models.UniqueConstraint(fields=["vocabulary", "code"], name="term_code_once")]

    def __str__(self) -> str:
        return self.code


class TermLabel(guarded.Guarded):
    term = models.ForeignKey(Term, models.CASCADE, related_name="labels")
    language = models.CharField(max_length=10)  # a content language
    kind = models.CharField(max_length=5, choices=LabelKind.choices, default=LabelKind.PREFERRED)
    text = models.CharField(max_length=1000)

    PRIVACY = dict.fromkeys(["id", "term", "language", "kind", "text"], "public")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["term", "language"],
                condition=models.Q(kind="pref"),
                name="term_one_preferred_label_per_language",
            )
        ]

    def __str__(self) -> str:
        return self.text


class GroupMember(guarded.Guarded):
    """A term's membership in a group, with dates: which countries were least developed, and when."""

    group = models.ForeignKey(Term, models.CASCADE, related_name="group_members")
    member = models.ForeignKey(Term, models.CASCADE, related_name="group_memberships")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)

    PRIVACY = dict.fromkeys(["id", "group", "member", "since", "until", "source"], "public")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "member", "since"], name="group_member_once")]

    def __str__(self) -> str:
        return f"{self.group_id} has {self.member_id}"
