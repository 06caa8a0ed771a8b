"""The report itself: one engagement's report for one period."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from huiyin.domain.report_workflow import LABELS, ReportStatus


class Report(models.Model):
    """What a company tells the residents of one estate about one period (domain.md §3)."""

    engagement = models.ForeignKey("places.Engagement", on_delete=models.PROTECT, related_name="+")
    estate = models.ForeignKey("places.Estate", on_delete=models.PROTECT, related_name="+")
    period_from = models.DateField("报告期自")
    period_to = models.DateField("至")
    status = models.CharField(
        "状态",
        max_length=12,
        choices=[(s.value, v) for s, v in LABELS.items()],
        default=ReportStatus.DRAFT,
    )

    class Meta:
        ordering: ClassVar = ["-period_to", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint("engagement", "period_from", name="report_covers_a_period_once"),
            models.CheckConstraint(
                name="report_period_ends_after_it_begins", condition=Q(period_to__gt=F("period_from"))
            ),
            models.CheckConstraint(
                name="report_has_a_known_status", condition=Q(status__in=[s.value for s in ReportStatus])
            ),
        ]

    def __str__(self) -> str:
        return f"report/{self.pk}"

    @property
    def stream(self) -> str:
        """The audit stream that witnesses this report."""
        return f"report/{self.pk}"
