from django.db import models

from ayni.kernel import clock, guarded
from ayni.kernel.ids import new_uid
from ayni.registry.states import InstitutionType, NameKind


class Institution(guarded.Guarded):
    """Any organisation. Its office contact is public; people's details never come from here.

    Duplicates point to the one that stays by `merged_into`; rows elsewhere are not repointed, readers
    follow the pointer (`queries.resolve`).
    """

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    name = models.CharField(max_length=300)  # as shown where no better language is known
    name_language = models.CharField(max_length=10, default="en")
    name_key = models.CharField(max_length=300, db_index=True)  # folded, to find duplicates
    type = models.CharField(max_length=24, choices=InstitutionType.choices, default=InstitutionType.OTHER)
    is_un = models.BooleanField(default=False)
    country = models.ForeignKey("registry.Term", models.PROTECT, null=True, blank=True, related_name="+")
    city = models.CharField(max_length=120, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from")
    about = models.TextField(blank=True)
    about_language = models.CharField(max_length=10, blank=True)
    office_email = models.EmailField(blank=True)
    office_phone = models.CharField(max_length=40, blank=True)
    website = models.URLField(max_length=500, blank=True)
    source_title = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    trusted_since = models.DateField(null=True, blank=True)  # publishes after its own reading alone
    # Named by somebody who writes on its behalf, it is listed once something public stands by it.
    is_listed = models.BooleanField(default=True)
    named_by = models.ForeignKey("registry.Person", models.SET_NULL, null=True, blank=True, related_name="+")
    is_demo = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)  # grows with every change
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    PRIVACY = {**dict.fromkeys(
        [
            "id", "uid", "name", "name_language", "name_key", "type", "is_un", "country", "city", "parent",
            "merged_into", "about", "about_language", "office_email", "office_phone", "website",
            "source_title", "source_url", "trusted_since", "is_listed", "is_demo", "version", "created_at",
            "updated_at",
        ],
        "public",
    ), "named_by": "restricted"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("id")),
                name="institution_not_merged_into_itself",
            )
        ]

    def __str__(self) -> str:
        return self.name


class InstitutionName(guarded.Guarded):
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="names")
    language = models.CharField(max_length=10)
    kind = models.CharField(max_length=10, choices=NameKind.choices, default=NameKind.OFFICIAL)
    text = models.CharField(max_length=300)
    text_key = models.CharField(max_length=300, db_index=True)

    PRIVACY = dict.fromkeys(["id", "institution", "language", "kind", "text", "text_key"], "public")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "language", "kind", "text"], name="institution_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.text


class InstitutionIdentifier(guarded.Guarded):
    """An id that others know the institution by: `ror`, `iati`, `wikidata`, or an import's own."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=40)
    value = models.CharField(max_length=200)

    PRIVACY = dict.fromkeys(["id", "institution", "scheme", "value"], "public")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "value"], name="institution_identifier_once")
        ]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"
