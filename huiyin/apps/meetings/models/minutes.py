"""The minutes: facts as data, a window in which those present may correct them, then locked with a hash."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from huiyin.apps.meetings.models.attendance import CheckIn
from huiyin.apps.meetings.models.meetings import Meeting


class Minutes(models.Model):
    """`content` is plain data (minutes_content.py); once locked it never changes and anyone can hash it.

    But for words that are redacted in the ledger: `sha256` stays that of the lock, and what is left has an own hash.
    """

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="minutes")
    content = models.JSONField()
    opened_at = models.DateTimeField()
    corrections_until = models.DateTimeField()
    locked_at = models.DateTimeField(null=True, blank=True)
    locked_by_label = models.CharField(max_length=80, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    redacted_at = models.DateTimeField(null=True, blank=True)
    redacted_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="minutes_locked_have_a_hash",
                condition=Q(locked_at=None, sha256="")
                | Q(locked_at__isnull=False, sha256__regex="^[0-9a-f]{64}$"),
            ),
            models.CheckConstraint(
                name="minutes_redacted_have_a_hash_of_what_is_left",
                condition=Q(redacted_at=None, redacted_sha256="")
                | Q(
                    locked_at__isnull=False,
                    redacted_at__isnull=False,
                    redacted_sha256__regex="^[0-9a-f]{64}$",
                ),
            ),
        ]

    @property
    def hash_of_content(self) -> str:
        """What anybody computes from the content as it stands now; empty until it is locked."""
        return self.redacted_sha256 or self.sha256


class MinutesCorrection(models.Model):
    """Who came, or the company that reported, says what should be otherwise; the secretary decides with a reason."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "等决定"
        ACCEPTED = "accepted", "已采纳"
        REFUSED = "refused", "没有采纳"

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="corrections")
    ordinal = models.PositiveSmallIntegerField()
    check_in = models.ForeignKey(CheckIn, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    """Of the resident who proposed it; None for the company and once the resident is forgotten."""
    proposer_label = models.CharField(max_length=80)
    question_number = models.PositiveIntegerField(null=True, blank=True)
    text = models.TextField("应为")
    proposed_at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=64, null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    reason = models.CharField("理由", max_length=300, blank=True)
    decided_by_label = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["ordinal"]
        constraints: ClassVar = [
            models.UniqueConstraint("minutes", "ordinal", name="correction_has_its_ordinal"),
            models.UniqueConstraint(
                "minutes",
                "idempotency_key",
                name="correction_is_proposed_once_a_key",
                condition=Q(idempotency_key__isnull=False),
            ),
            models.CheckConstraint(
                name="correction_decided_has_a_reason",
                condition=Q(state="proposed") | Q(reason__gt="", decided_at__isnull=False),
            ),
        ]
