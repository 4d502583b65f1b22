from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_start")]

    operations = [
        migrations.AddField("importbatch", "publishes", models.BooleanField(default=False)),
    ]
