from django.db import migrations

from ayni.registry import append_only


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_start")]
    operations = [
        migrations.RunPython(
            lambda _apps, editor: append_only.install(editor.connection),
            lambda _apps, editor: append_only.lift(editor.connection),
        )
    ]
