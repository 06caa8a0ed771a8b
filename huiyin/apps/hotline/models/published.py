"""The city's own list of estates with most complaints, as it was published, beside which ours stands."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.apps.imports.models import Import
from huiyin.apps.places.models import Estate


class PublishedRanks(models.QuerySet["PublishedRank"]):
    def standing(self) -> PublishedRanks:
        """Those that no later file has replaced."""
        return self.filter(replaced_by=None)


class PublishedRank(models.Model):
    """One line of a list, with the estate its name was found to mean; null where it is none of ours.

    A later file that says something else of the same name does not change the line, it replaces it: so that taking
    that file back brings back what was there before.
    """

    period = models.CharField(_("时期"), max_length=8)  # as domain.complaint_periods reads it
    place = models.PositiveIntegerField(_("名次"))
    name = models.CharField(_("小区"), max_length=60)
    complaint_count = models.PositiveIntegerField(_("诉求量"), null=True, blank=True)
    estate = models.ForeignKey(Estate, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    brought_by = models.ForeignKey(Import, null=True, on_delete=models.SET_NULL, related_name="+")
    replaced_by = models.ForeignKey(Import, null=True, on_delete=models.PROTECT, related_name="+")

    objects = PublishedRanks.as_manager()

    class Meta:
        ordering = ["period", "place", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "name"],
                condition=Q(replaced_by=None),
                name="published_rank_that_stands_names_an_estate_once",
            ),
            models.CheckConstraint(condition=Q(place__gte=1), name="published_rank_begins_with_one"),
        ]

    def __str__(self) -> str:
        return f"{self.period}:{self.place}"
