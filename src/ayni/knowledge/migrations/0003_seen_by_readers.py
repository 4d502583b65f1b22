from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0002_writing_and_review"),
    ]

    operations = [
        migrations.AddField(
            model_name="review",
            name="seen",
            field=models.JSONField(default=dict),
        ),
    ]
