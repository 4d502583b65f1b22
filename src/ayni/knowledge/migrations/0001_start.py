

import ayni.kernel.clock
import ayni.kernel.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('registry', '0002_audit_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=ayni.kernel.ids.new_uid, editable=False, max_length=16, unique=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting to start'), ('running', 'Under way'), ('done', 'Done'), ('failed', 'Could not be read'), ('undoing', 'Being undone'), ('undone', 'Undone')], default='waiting', max_length=10)),
                ('file_name', models.CharField(max_length=200)),
                ('stored_path', models.CharField(blank=True, max_length=500)),
                ('format', models.CharField(max_length=10)),
                ('digest', models.CharField(max_length=64)),
                ('is_demo', models.BooleanField(default=False)),
                ('publishes', models.BooleanField(default=False)),
                ('rows_total', models.PositiveIntegerField(default=0)),
                ('rows_done', models.PositiveIntegerField(default=0)),
                ('fault', models.CharField(blank=True, max_length=60)),
                ('created_at', models.DateTimeField(default=ayni.kernel.clock.now)),
                ('heartbeat_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'import batches',
            },
        ),
        migrations.CreateModel(
            name='Record',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=ayni.kernel.ids.new_uid, editable=False, max_length=16, unique=True)),
                ('kind', models.CharField(choices=[('practice', 'Good practice'), ('lesson', 'Lesson learned'), ('publication', 'Publication'), ('activity', 'Activity record')], max_length=12)),
                ('state', models.CharField(choices=[('unpublished', 'Not yet published'), ('public', 'Public'), ('archived', 'Archived'), ('withdrawn', 'Withdrawn')], default='unpublished', max_length=12)),
                ('language', models.CharField(max_length=10)),
                ('title_key', models.CharField(db_index=True, max_length=64)),
                ('source_title', models.CharField(blank=True, max_length=500)),
                ('source_url', models.URLField(blank=True, max_length=500)),
                ('source_publisher', models.CharField(blank=True, max_length=300)),
                ('licence', models.CharField(blank=True, max_length=40)),
                ('contact_email', models.EmailField(blank=True, max_length=254)),
                ('contact_until', models.DateField(blank=True, null=True)),
                ('last_confirmed_on', models.DateField(blank=True, null=True)),
                ('withdrawn_reason', models.CharField(blank=True, max_length=60)),
                ('origin', models.CharField(blank=True, max_length=40)),
                ('origin_id', models.CharField(blank=True, max_length=200)),
                ('is_demo', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(default=ayni.kernel.clock.now)),
                ('updated_at', models.DateTimeField(default=ayni.kernel.clock.now)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('adapted_from', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='adaptations', to='knowledge.record')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='registry.institution')),
            ],
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('in-review', 'In review'), ('changes-asked', 'Changes asked'), ('approved', 'Approved'), ('published', 'Published'), ('superseded', 'Superseded'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='draft', max_length=16)),
                ('form', models.CharField(blank=True, choices=[('snapshot', 'Snapshot'), ('full', 'Full description')], max_length=10)),
                ('title', models.CharField(max_length=300)),
                ('summary', models.CharField(blank=True, max_length=600)),
                ('body', models.JSONField(default=dict)),
                ('started', models.CharField(blank=True, max_length=10)),
                ('ended', models.CharField(blank=True, max_length=10)),
                ('created_at', models.DateTimeField(default=ayni.kernel.clock.now)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='knowledge.record')),
            ],
        ),
        migrations.AddField(
            model_name='record',
            name='published',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='knowledge.revision'),
        ),
        migrations.CreateModel(
            name='RevisionPartner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=300)),
                ('role', models.CharField(choices=[('provider', 'Provides know-how'), ('recipient', 'Receives know-how'), ('both', 'Gives and receives know-how'), ('facilitator', 'Facilitates'), ('funder', 'Funds'), ('implementer', 'Carries out')], max_length=12)),
                ('position', models.PositiveIntegerField(default=0)),
                ('institution', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.institution')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='partners', to='knowledge.revision')),
            ],
            options={
                'ordering': ['revision', 'position'],
            },
        ),
        migrations.CreateModel(
            name='RevisionTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='knowledge.revision')),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.term')),
            ],
        ),
        migrations.AddField(
            model_name='revision',
            name='terms',
            field=models.ManyToManyField(related_name='+', through='knowledge.RevisionTerm', to='registry.term'),
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('outcome', models.CharField(choices=[('created', 'New'), ('updated', 'Changed'), ('unchanged', 'Unchanged'), ('kept', 'Left alone: edited here since'), ('failed', 'Not taken')], max_length=10)),
                ('record_uid', models.CharField(blank=True, db_index=True, max_length=16)),
                ('title', models.CharField(blank=True, max_length=300)),
                ('faults', models.JSONField(default=list)),
                ('notes', models.JSONField(default=list)),
                ('near', models.JSONField(default=list)),
                ('version_after', models.PositiveIntegerField(default=0)),
                ('before', models.JSONField(default=dict)),
                ('institutions_created', models.JSONField(default=list)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='knowledge.importbatch')),
            ],
            options={
                'ordering': ['batch', 'number'],
                'constraints': [models.UniqueConstraint(fields=('batch', 'number'), name='import_row_once')],
            },
        ),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(fields=['state', 'kind'], name='record_state_kind'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(condition=models.Q(('state', 'public')), fields=['-published_at'], name='record_newest'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(condition=models.Q(('adapted_from__isnull', False)), fields=['adapted_from'], name='record_adapted_from'),
        ),
        migrations.AddConstraint(
            model_name='record',
            constraint=models.UniqueConstraint(condition=models.Q(('origin', ''), _negated=True), fields=('origin', 'origin_id'), name='record_origin_once'),
        ),
        migrations.AddConstraint(
            model_name='record',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('state', 'unpublished')), models.Q(models.Q(('state', 'unpublished'), _negated=True), ('published_at__isnull', False)), _connector='OR'), name='record_published_has_a_date'),
        ),
        migrations.AddConstraint(
            model_name='revisionterm',
            constraint=models.UniqueConstraint(fields=('revision', 'term'), name='revision_term_once'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(fields=('record', 'number'), name='revision_number_once'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('record',), name='revision_one_published'),
        ),
    ]
