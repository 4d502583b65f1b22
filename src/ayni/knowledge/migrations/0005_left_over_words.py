from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0004_seen_by_readers"),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="is_left_over",
            field=models.BooleanField(default=False),
        ),
    ]
