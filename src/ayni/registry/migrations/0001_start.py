import ayni.kernel.clock
import ayni.kernel.ids
import ayni.registry.models.people
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=ayni.kernel.clock.now)),
                ("actor_uid", models.CharField(blank=True, max_length=16)),
                ("verb", models.CharField(max_length=60)),
                ("target", models.CharField(db_index=True, max_length=60)),
                ("details", models.TextField(blank=True)),
                ("request_id", models.CharField(blank=True, max_length=40)),
            ],
            options={
                "verbose_name_plural": "audit entries",
            },
        ),
        migrations.CreateModel(
            name="FormerId",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("target", models.CharField(max_length=60, unique=True)),
                ("now", models.CharField(blank=True, max_length=60)),
                ("reason", models.CharField(max_length=60)),
                ("at", models.DateTimeField(default=ayni.kernel.clock.now)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("target", models.CharField(db_index=True, max_length=60)),
                ("at", models.DateTimeField(default=ayni.kernel.clock.now)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Vocabulary",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("uri", models.CharField(max_length=300, unique=True)),
                ("titles", models.JSONField(default=dict)),
                ("source", models.CharField(blank=True, max_length=500)),
                ("source_date", models.CharField(blank=True, max_length=40)),
                ("licence", models.CharField(blank=True, max_length=200)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "verbose_name_plural": "vocabularies",
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "uid",
                    models.CharField(
                        default=ayni.kernel.ids.new_uid, editable=False, max_length=16, unique=True
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(max_length=200)),
                ("language", models.CharField(default="en", max_length=10)),
                (
                    "time_zone",
                    models.CharField(
                        default="UTC", max_length=64, validators=[ayni.registry.models.people.check_time_zone]
                    ),
                ),
                ("is_moderator", models.BooleanField(default=False)),
                ("is_operator", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("is_demo", models.BooleanField(default=False)),
                ("joined_at", models.DateTimeField(default=ayni.kernel.clock.now)),
            ],
            options={
                "verbose_name_plural": "people",
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"), name="person_email_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("chain", models.CharField(max_length=64)),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seal",
                        to="registry.auditentry",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=120)),
                ("uri", models.CharField(max_length=300, unique=True)),
                ("position", models.PositiveIntegerField(default=0)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
                ("extra", models.JSONField(default=dict)),
                (
                    "broader",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="narrower",
                        to="registry.term",
                    ),
                ),
                (
                    "vocabulary",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="terms",
                        to="registry.vocabulary",
                    ),
                ),
            ],
            options={
                "ordering": ["vocabulary", "position", "code"],
            },
        ),
        migrations.CreateModel(
            name="Institution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "uid",
                    models.CharField(
                        default=ayni.kernel.ids.new_uid, editable=False, max_length=16, unique=True
                    ),
                ),
                ("name", models.CharField(max_length=300)),
                ("name_language", models.CharField(default="en", max_length=10)),
                ("name_key", models.CharField(db_index=True, max_length=300)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("government", "National government"),
                            ("local-government", "Local government"),
                            ("hospital", "Hospital or health service"),
                            ("university", "University"),
                            ("school", "School"),
                            ("research", "Research institute"),
                            ("ngo", "Non-governmental organization"),
                            ("un", "United Nations entity"),
                            ("intergovernmental", "Intergovernmental organization"),
                            ("financial", "Financial institution"),
                            ("company", "Company"),
                            ("cooperative", "Cooperative"),
                            ("network", "Network"),
                            ("foundation", "Foundation"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=24,
                    ),
                ),
                ("is_un", models.BooleanField(default=False)),
                ("city", models.CharField(blank=True, max_length=120)),
                ("about", models.TextField(blank=True)),
                ("about_language", models.CharField(blank=True, max_length=10)),
                ("office_email", models.EmailField(blank=True, max_length=254)),
                ("office_phone", models.CharField(blank=True, max_length=40)),
                ("website", models.URLField(blank=True, max_length=500)),
                ("source_title", models.CharField(blank=True, max_length=300)),
                ("source_url", models.URLField(blank=True, max_length=500)),
                ("is_demo", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=ayni.kernel.clock.now)),
                ("updated_at", models.DateTimeField(default=ayni.kernel.clock.now)),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_from",
                        to="registry.institution",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="registry.institution",
                    ),
                ),
                (
                    "country",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.term",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GroupMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
                ("source", models.CharField(blank=True, max_length=300)),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="group_members",
                        to="registry.term",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="group_memberships",
                        to="registry.term",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TermLabel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                (
                    "kind",
                    models.CharField(
                        choices=[("pref", "Preferred"), ("alt", "Alternative"), ("short", "Short")],
                        default="pref",
                        max_length=5,
                    ),
                ),
                ("text", models.CharField(max_length=1000)),
                (
                    "term",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="labels", to="registry.term"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Translation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("target", models.CharField(max_length=60)),
                ("field", models.CharField(max_length=120)),
                ("language", models.CharField(max_length=10)),
                ("text", models.TextField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("machine", "Machine translation"),
                            ("draft", "Draft translation"),
                            ("reviewed", "Reviewed translation"),
                        ],
                        max_length=10,
                    ),
                ),
                ("source_hash", models.CharField(max_length=32)),
                ("engine", models.CharField(blank=True, max_length=60)),
                ("author_uid", models.CharField(blank=True, max_length=16)),
                ("updated_at", models.DateTimeField(default=ayni.kernel.clock.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("target", "language", "field"), name="translation_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="InstitutionIdentifier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scheme", models.CharField(max_length=40)),
                ("value", models.CharField(max_length=200)),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identifiers",
                        to="registry.institution",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("scheme", "value"), name="institution_identifier_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="InstitutionName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("official", "Official name"),
                            ("short", "Short name"),
                            ("former", "Former name"),
                        ],
                        default="official",
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(max_length=300)),
                ("text_key", models.CharField(db_index=True, max_length=300)),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="names",
                        to="registry.institution",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("institution", "language", "kind", "text"), name="institution_name_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("admin", "Administrator"),
                            ("coordinator", "Coordinator"),
                            ("contributor", "Contributor"),
                            ("reviewer", "Reviewer"),
                            ("participant", "Participant"),
                            ("signatory", "Signatory"),
                            ("finance-approver", "Finance approver"),
                            ("safeguarding-officer", "Safeguarding officer"),
                        ],
                        max_length=24,
                    ),
                ),
                ("since", models.DateField(default=ayni.kernel.clock.today)),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="registry.institution",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("person", "institution", "role"),
                        name="membership_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"
                        ),
                        name="membership_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into__isnull", True),
                    models.Q(("merged_into", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="institution_not_merged_into_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmember",
            constraint=models.UniqueConstraint(fields=("group", "member", "since"), name="group_member_once"),
        ),
        migrations.AddConstraint(
            model_name="termlabel",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "pref")),
                fields=("term", "language"),
                name="term_one_preferred_label_per_language",
            ),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.UniqueConstraint(fields=("vocabulary", "code"), name="term_code_once"),
        ),
    ]
