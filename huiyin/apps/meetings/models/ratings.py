"""Ratings after the meeting: that a household has spoken, and apart from it what the households said."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from huiyin.apps.meetings.models.meetings import Meeting


class RatingToken(models.Model):
    """What a letter brought to a household opens the rating with; only its hash is kept."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="rating_tokens")
    household = models.ForeignKey("places.Household", on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "meeting", "household", name="household_has_one_token", condition=Q(revoked_at__isnull=True)
            )
        ]


class RatingCast(models.Model):
    """A household has rated. No time and no answers here: nothing leads from a household to what it said."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="rating_casts")
    household = models.ForeignKey("places.Household", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("meeting", "household", name="household_rates_a_meeting_once")
        ]


class RatingTally(models.Model):
    """How many households of an estate gave a question this score: sums alone are kept, single answers never are."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="rating_tallies")
    estate = models.ForeignKey("places.Estate", on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=40)
    score = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["estate_id", "question", "score"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "meeting", "estate", "question", "score", name="score_is_counted_in_one_place"
            ),
            models.CheckConstraint(name="score_is_from_one_to_five", condition=Q(score__range=(1, 5))),
        ]
