from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_writing_and_mail")]

    operations = [
        migrations.AddField("file", "unused_since", models.DateTimeField(blank=True, null=True)),
    ]
