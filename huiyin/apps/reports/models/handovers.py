"""A change of company: the list of open cases that both companies see, and how each of them passes on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class HandOver(models.Model):
    """From one engagement of an estate to the next; a miss before it stays with the old company (domain.md §3)."""

    estate = models.ForeignKey("places.Estate", on_delete=models.PROTECT, related_name="+")
    leaving = models.ForeignKey("places.Engagement", on_delete=models.PROTECT, related_name="+")
    coming = models.ForeignKey("places.Engagement", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    opened_by_label = models.CharField(max_length=80)

    class Meta:
        ordering: ClassVar = ["-opened_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint("leaving", "coming", name="hand_over_is_opened_once"),
            models.CheckConstraint(name="hand_over_is_between_two", condition=~Q(leaving=F("coming"))),
        ]

    def __str__(self) -> str:
        return f"handover/{self.pk}"


class HandOverCase(models.Model):
    """One open case on the list, as it stood when the list was made."""

    hand_over = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="cases")
    case = models.ForeignKey("ledger.Case", on_delete=models.PROTECT, related_name="+")
    missed_before = models.BooleanField()
    """Its first due date had passed without a reply: that stays with the company that leaves."""
    proposal = models.ForeignKey(
        "ledger.LeadProposal", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    """The ledger's own change of lead, by which the case passes on; None while it has not been offered."""

    class Meta:
        ordering: ClassVar = ["case_id"]
        constraints: ClassVar = [
            models.UniqueConstraint("hand_over", "case", name="case_stands_once_on_a_hand_over_list")
        ]
