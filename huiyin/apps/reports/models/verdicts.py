"""Verdicts as they stood when a report was presented, and numbers that came to deviate before that."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from huiyin.apps.reports.models.contents import Claim
from huiyin.apps.reports.models.reports import Revision
from huiyin.domain.claim_verdicts import VERDICT_LABELS, Judgement, Verdict
from huiyin.domain.facts import Missing


class VerdictSheet(models.Model):
    """The verdicts of one approved revision, frozen when the report was presented; migration 0004 keeps them so."""

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="verdict_sheet")
    tolerance_percent = models.PositiveSmallIntegerField()
    judged_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.revision}/verdicts"


class ClaimVerdict(models.Model):
    """What was said of one number: both numbers, which data was missing, and which fact it was held against."""

    sheet = models.ForeignKey(VerdictSheet, on_delete=models.CASCADE, related_name="verdicts")
    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="frozen_verdict")
    verdict = models.CharField(
        max_length=12, choices=[(each.value, label) for each, label in VERDICT_LABELS.items()]
    )
    claimed = models.DecimalField(max_digits=16, decimal_places=4)
    counted = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    """What the system had counted, in `unit`; None where it had nothing."""
    unit = models.CharField(max_length=20, blank=True)
    source = models.CharField(max_length=40, blank=True)
    """Where it was counted: 保养记录, 台账."""
    missing = models.JSONField(default=list)
    """Of each missing thing what `Missing.plain` says."""
    fingerprint = models.CharField(max_length=32, blank=True)
    """Of the fact: another one means that the records were changed since."""

    class Meta:
        ordering: ClassVar = ["claim__number"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="verdict_is_a_known_one", condition=Q(verdict__in=[each.value for each in Verdict])
            ),
            models.CheckConstraint(
                name="verdict_counted_says_what_and_where",
                condition=Q(counted__isnull=True, unit="", source="", fingerprint="")
                | Q(counted__isnull=False, unit__gt="", source__gt="", fingerprint__gt=""),
            ),
            models.CheckConstraint(
                name="verdict_that_deviates_has_both_numbers",
                condition=~Q(verdict=Verdict.DEVIATES.value) | Q(counted__isnull=False),
            ),
        ]

    @property
    def judgement(self) -> Judgement:
        missing = tuple(Missing.read(told) for told in self.missing)
        return Judgement(Verdict(self.verdict), self.claimed, self.counted, missing)


class NewDeviation(models.Model):
    """A number of an approved report that came to deviate before it was presented: manager and secretary are told.

    The row goes when the number agrees again; while it stands nobody is told a second time.
    """

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="new_deviation")
    counted = models.DecimalField(max_digits=18, decimal_places=4)
    unit = models.CharField(max_length=20)
    noticed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["claim__number"]
