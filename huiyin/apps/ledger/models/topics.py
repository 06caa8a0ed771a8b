"""Matters of the same kind at one estate, grouped by hand for now."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Topic(models.Model):
    estate = models.ForeignKey("places.Estate", on_delete=models.PROTECT, related_name="+")
    title = models.CharField("热点", max_length=60)
    category = models.CharField(max_length=40, blank=True)
    made_by_key = models.CharField(max_length=60)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-made_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint("estate", "title", name="topic_is_named_once_at_an_estate")
        ]

    def __str__(self) -> str:
        return self.title
