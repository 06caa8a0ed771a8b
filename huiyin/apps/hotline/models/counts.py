"""How many complaints of each kind, by month, estate, street and category: the cube of the store, for the pages."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from huiyin.apps.places.models import Estate


class HotlineCount(models.Model):
    """One cell of the cube (analytics.cube): a sum over any cells is a count of complaints.

    `month` is its first day, null for complaints whose file tells no time. A month is replaced as a whole. The counts
    are those of analytics.cube.COUNTS; `contactable`, `solved_valid` and `satisfied_valid` are denominators of rates.
    """

    month = models.DateField(null=True)
    estate = models.ForeignKey(Estate, null=True, on_delete=models.CASCADE, related_name="+")
    street_code = models.CharField(max_length=9, blank=True)  # as the file says; "" where it says nothing
    property_related = models.BooleanField()
    category = models.CharField(max_length=40)

    complaints = models.PositiveIntegerField()
    contactable = models.PositiveIntegerField()
    contacted = models.PositiveIntegerField()
    solved_valid = models.PositiveIntegerField()
    solved = models.PositiveIntegerField()
    satisfied_valid = models.PositiveIntegerField()
    satisfied = models.PositiveIntegerField()
    not_assessed = models.PositiveIntegerField()
    same_caller_again = models.PositiveIntegerField()
    in_groups = models.PositiveIntegerField()
    recurrences = models.PositiveIntegerField()
    likely = models.PositiveIntegerField()  # of those with an estate, the ones that are not certain

    class Meta:
        indexes = [
            models.Index(fields=["estate", "month"], name="hotline_counts_of_an_estate"),
            models.Index(fields=["street_code", "month"], name="hotline_counts_of_a_street"),
            models.Index(fields=["month"], name="hotline_counts_of_a_month"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "estate", "street_code", "property_related", "category"],
                nulls_distinct=False,
                name="hotline_count_stands_once",
            ),
            models.CheckConstraint(
                condition=Q(month__isnull=True) | Q(month__day=1), name="hotline_count_is_of_a_month"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month}:{self.estate_id}:{self.street_code}:{self.category}"
