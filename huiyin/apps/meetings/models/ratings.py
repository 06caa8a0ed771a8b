"""Ratings after the meeting: that a household has spoken, and apart from it what the households said."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

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


class LetterPile(models.Model):
    """The letters for one building as a file: ordered by the secretary, printed by a worker, gone after some days.

    The file holds the only copy of the codes; it lies in the private store under `file_key`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("正在印")
        READY = "ready", _("印好了")
        FAILED = "failed", _("没有印成")
        REMOVED = "removed", _("文件已删除")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="letter_piles")
    estate = models.ForeignKey("places.Estate", on_delete=models.PROTECT, related_name="+")
    building = models.CharField("楼号", max_length=20)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    ordered_by_key = models.CharField(max_length=60, blank=True)
    """Whose right is asked for again when it is printed; forgotten afterwards."""
    ordered_at = models.DateTimeField()
    letter_count = models.PositiveIntegerField("封数", default=0)
    printed_at = models.DateTimeField(null=True, blank=True)
    file_key = models.CharField(max_length=80, blank=True)
    failure = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering: ClassVar = ["-ordered_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "meeting",
                "estate",
                "building",
                name="letters_of_a_building_are_printed_once_at_a_time",
                condition=Q(state="waiting"),
            ),
            models.CheckConstraint(
                name="letters_that_are_printed_have_their_file",
                condition=(~Q(state="ready") & Q(file_key=""))
                | Q(state="ready", file_key__gt="", printed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"meeting/{self.meeting_id} {self.building}"


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
