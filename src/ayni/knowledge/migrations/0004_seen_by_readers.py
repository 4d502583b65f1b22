from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0003_use_of_records"),
    ]

    operations = [
        migrations.AddField(
            model_name="review",
            name="seen",
            field=models.JSONField(default=dict),
        ),
    ]
