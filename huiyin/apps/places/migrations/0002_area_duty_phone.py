"""The number of a community that residents may call."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="area",
            name="duty_phone",
            field=models.CharField(blank=True, max_length=20, verbose_name="值班电话"),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(
                condition=models.Q(("duty_phone__regex", "^(\\+?[0-9][0-9 -]{3,}[0-9])?$")),
                name="area_duty_phone_is_a_number",
            ),
        ),
    ]
