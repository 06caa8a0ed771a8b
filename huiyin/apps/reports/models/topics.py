"""How a report was found to answer what residents raised, as it stood when it was approved."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from huiyin.apps.reports.models.demands import Demand
from huiyin.apps.reports.models.reports import Revision
from huiyin.domain.silence import Answer


class FrozenTopic(models.Model):
    """What was found of one line of the demand list in an approved revision; migration 0011 keeps it so.

    It holds no words: its anchors name places of a text that stands still itself.
    """

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="frozen_topics")
    demand = models.ForeignKey(Demand, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10)
    answered_at = models.JSONField(default=list)
    """Anchors of the passages that answer."""
    spoken_of_at = models.JSONField(default=list)
    """Anchors of the places that only speak of it."""
    pointed_at = models.CharField(max_length=40, blank=True)
    """Anchor of what the company points at."""

    class Meta:
        ordering: ClassVar = ["demand__rank", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("revision", "demand", name="topic_is_frozen_once_in_a_revision"),
            models.CheckConstraint(
                name="frozen_topic_has_a_known_answer",
                condition=Q(answer__in=[each.value for each in Answer]),
            ),
            models.CheckConstraint(
                name="frozen_topic_says_where_it_is_answered",
                condition=(~Q(answer=Answer.PASSAGE.value) | ~Q(answered_at=[]))
                & (~Q(answer=Answer.POINTED.value) | Q(pointed_at__gt="")),
            ),
        ]
