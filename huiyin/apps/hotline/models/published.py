"""The city's own list of estates with most complaints, as it was published, beside which ours stands."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.apps.imports.models import Import
from huiyin.apps.places.models import Estate


class PublishedRank(models.Model):
    """One line of a list, with the estate its name was found to mean; null where it is none of ours."""

    period = models.CharField(_("时期"), max_length=8)  # as domain.complaint_periods reads it
    place = models.PositiveIntegerField(_("名次"))
    name = models.CharField(_("小区"), max_length=60)
    complaint_count = models.PositiveIntegerField(_("诉求量"), null=True, blank=True)
    estate = models.ForeignKey(Estate, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    brought_by = models.ForeignKey(Import, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["period", "place", "name"]
        constraints = [
            models.UniqueConstraint(fields=["period", "name"], name="published_rank_names_an_estate_once"),
            models.CheckConstraint(condition=Q(place__gte=1), name="published_rank_begins_with_one"),
        ]

    def __str__(self) -> str:
        return f"{self.period}:{self.place}"
