from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Max
from django.db.models.functions import Greatest


def tell_when_a_file_last_changed_them(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """As the pages told it until now."""
    changed = apps.get_model("hotline", "HotlineImport").objects.filter(
        state__in=["stored", "undoing", "undone"]
    )
    latest = changed.aggregate(at=Max(Greatest("finished_at", "undone_at")))["at"]
    mirrored = apps.get_model("hotline", "HotlineMirrored").objects
    if latest is not None and not mirrored.update(changed_at=latest):
        mirrored.create(pk=1, commit=0, changed_at=latest)  # mirrored before commits were told


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0013_months_of_a_dry_run"),
    ]

    operations = [
        migrations.AddField(
            model_name="hotlinemirrored",
            name="changed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(tell_when_a_file_last_changed_them, migrations.RunPython.noop),
    ]
