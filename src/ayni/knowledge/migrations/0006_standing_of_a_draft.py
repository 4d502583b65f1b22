from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0005_left_over_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="standing",
            field=models.JSONField(default=dict),
        ),
    ]
