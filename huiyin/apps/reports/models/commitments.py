"""Promises: what will be done, by whom, until when; a date may move in public, the first one stays."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from huiyin.apps.reports.models.reports import Report
from huiyin.domain.report_parts import COMMITMENT_STATE_LABELS, CommitmentState


class Commitment(models.Model):
    """A promise stands in the revision in which it was made and in all after it; its words never change (Art. 938).

    Until that revision is approved it is a plan, which the company may still change or take out.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="commitments")
    first_revision = models.PositiveSmallIntegerField(default=1)
    number = models.PositiveSmallIntegerField()
    title = models.CharField("事项", max_length=60)
    measure = models.TextField("措施", blank=True)
    target = models.CharField("目标", max_length=120, blank=True)
    owner = models.CharField("负责人", max_length=60, blank=True)
    first_due_on = models.DateField("最初期限", null=True, blank=True)
    due_on = models.DateField("现在期限", null=True, blank=True)
    funding = models.CharField("资金", max_length=120, blank=True)
    promised_at = models.DateTimeField(null=True, blank=True)
    """When the revision it stands in was approved; None while it is a plan."""
    state = models.CharField(
        max_length=8,
        choices=[(s.value, v) for s, v in COMMITMENT_STATE_LABELS.items()],
        default=CommitmentState.OPEN,
    )
    settled_on = models.DateField(null=True, blank=True)
    settled_words = models.TextField(blank=True)
    """How it was kept, or why it is given up; public."""
    settled_by_label = models.CharField(max_length=80, blank=True)
    taken_by = models.ForeignKey(
        "places.Engagement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The successor that took an inherited promise on; None while it is its maker's."""
    idempotency_key = models.CharField(max_length=64, null=True, blank=True)
    """Of the form that added it: sent twice, it is added once."""

    class Meta:
        ordering: ClassVar = ["report_id", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint("report", "number", name="commitment_is_numbered_once"),
            models.UniqueConstraint(
                "report",
                "idempotency_key",
                name="commitment_is_added_once",
                condition=Q(idempotency_key__isnull=False),
            ),
            models.CheckConstraint(
                name="commitment_promised_has_its_dates",
                condition=Q(promised_at__isnull=True)
                | Q(first_due_on__isnull=False, due_on__gte=F("first_due_on")),
            ),
            models.CheckConstraint(
                name="commitment_settled_says_how",
                condition=Q(state="open", settled_on__isnull=True)
                | Q(state__in=["kept", "dropped"], settled_on__isnull=False, settled_words__gt=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CommitmentMove(models.Model):
    """The date of a promise was moved, with a public reason."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="moves")
    from_on = models.DateField()
    to_on = models.DateField()
    reason = models.TextField()
    moved_by_label = models.CharField(max_length=80)
    moved_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["moved_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="commitment_moves_to_a_later_day", condition=Q(to_on__gt=F("from_on"))
            ),
            models.CheckConstraint(name="commitment_moves_for_a_reason", condition=Q(reason__gt="")),
        ]
