"""The public bulletin of the three lists: it falls due regularly and its lateness shows."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Bulletin(models.Model):
    """One estate's bulletin for one month; the lines are a snapshot, so that what was posted stays readable."""

    estate = models.ForeignKey("places.Estate", on_delete=models.PROTECT, related_name="+")
    month = models.DateField(help_text="first day of the month the bulletin is about")
    due_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by_label = models.CharField(max_length=80, blank=True)
    lines = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-month"]
        constraints: ClassVar = [
            models.UniqueConstraint("estate", "month", name="estate_has_one_bulletin_a_month"),
            models.CheckConstraint(
                name="bulletin_issued_names_who",
                condition=Q(issued_at__isnull=True) | Q(issued_by_label__gt=""),
            ),
        ]
