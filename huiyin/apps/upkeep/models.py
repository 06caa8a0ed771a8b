"""Maintenance records: what was done, how much, when and where. No row is changed; a correction is a new one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huiyin.domain.access import Scope
from huiyin.domain.facts import Entry
from huiyin.domain.maintenance_records import overlaps
from huiyin.domain.metric_frequencies import Period


class MaintenanceRecord(models.Model):
    """So much of one metric, on a day or in a few days, by the company of an engagement.

    `replaces` leads to the row this one corrects; what nothing replaces and is not void counts. Only the two texts
    may be covered later; migration 0002 refuses every other change and every removal.
    """

    class Source(models.TextChoices):
        DESK = "desk", _("填写")
        IMPORT = "import", _("导入")

    engagement = models.ForeignKey("places.Engagement", on_delete=models.PROTECT, related_name="+")
    metric = models.CharField(max_length=8)
    count = models.DecimalField("数量", max_digits=12, decimal_places=2)
    unit = models.CharField("单位", max_length=20)
    done_from = models.DateField("日期")
    done_to = models.DateField("至")
    place = models.CharField("地点", max_length=80, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    document = models.ForeignKey(
        "evidence.Evidence", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.CharField(max_length=8, choices=Source)
    file_key = models.CharField(max_length=120, null=True, unique=True)
    """Under what a row of a file is known again; of imported rows only."""
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    root = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    """The row a chain of corrections began with; None in that row itself."""
    reason = models.CharField("为什么更正", max_length=200, blank=True)
    is_void = models.BooleanField(default=False)
    """The row it replaces should never have been there; nothing is counted in its stead."""
    recorded_at = models.DateTimeField()
    recorded_by_label = models.CharField(max_length=40)
    """The role alone: who it was, the history knows."""

    class Meta:
        ordering: ClassVar = ["-done_from", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["engagement", "metric", "done_from"], name="records_of_a_metric"),
            models.Index(fields=["engagement", "-done_from", "-id"], name="records_of_an_engagement"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="record_ends_after_it_begins", condition=Q(done_to__gte=F("done_from"))
            ),
            models.CheckConstraint(name="record_count_is_not_negative", condition=Q(count__gte=0)),
            models.CheckConstraint(name="record_has_a_unit", condition=Q(unit__gt="")),
            models.CheckConstraint(
                name="record_corrects_for_a_reason",
                condition=Q(replaces__isnull=True, root__isnull=True, reason="", is_void=False)
                | Q(replaces__isnull=False, root__isnull=False, reason__gt=""),
            ),
            models.CheckConstraint(
                name="record_of_a_file_has_its_key",
                condition=Q(source="import", file_key__isnull=False)
                | Q(source="desk", file_key__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream}:{self.pk}"

    @property
    def stream(self) -> str:
        """The audit stream of all records of the engagement."""
        return stream_of(self.engagement_id)

    @property
    def period(self) -> Period:
        return Period(self.done_from, self.done_to)

    @property
    def place_scope(self) -> Scope:
        """Load `engagement__estate__area` with the record."""
        estate = self.engagement.estate
        return Scope("estate", f"{estate.area.path}e{estate.pk}/")

    @property
    def entry(self) -> Entry:
        """The record as it counts."""
        return Entry(self.count, self.unit, self.done_from, self.done_to, self.place)

    def says_the_same_as(self, other: MaintenanceRecord) -> bool:
        """Of the same thing, at the same place, on days that meet: counting both would count twice."""
        mine = (self.metric, self.unit, self.place)
        return mine == (other.metric, other.unit, other.place) and overlaps(self.period, other.period)


def stream_of(engagement_id: int) -> str:
    return f"upkeep/{engagement_id}"
