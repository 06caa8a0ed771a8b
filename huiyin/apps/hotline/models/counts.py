"""How many complaints of each kind, by month, estate, street and category: the cube of the store, for the pages."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from huiyin.apps.places.models import Estate


class Counts(models.Model):
    """What is counted: analytics.cube.COUNTS, so that a sum over any rows is a count of complaints.

    `contactable`, `solved_valid` and `satisfied_valid` are denominators of rates. `month` is its first day, null for
    complaints whose file tells no time; a month is replaced as a whole. ATTRIBUTED: the rows that have an estate.
    """

    month = models.DateField(null=True)
    property_related = models.BooleanField()

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

    ATTRIBUTED: ClassVar[Q]

    class Meta:
        abstract = True


class PlacedCounts(Counts):
    """Of one estate, or of a street or district where there is none."""

    estate = models.ForeignKey(Estate, null=True, on_delete=models.CASCADE, related_name="+")
    # As the file says: six digits where it names the district alone, "" where it says nothing.
    street_code = models.CharField(max_length=9, blank=True)

    ATTRIBUTED = Q(estate__isnull=False)

    class Meta:
        abstract = True


class HotlineCount(PlacedCounts):
    """One cell of the cube (analytics.cube)."""

    category = models.CharField(max_length=40)

    class Meta:
        indexes = [
            # All that the categories of estates need: hundreds of estates are read without a look at their rows.
            models.Index(
                fields=["estate", "month"],
                include=["category", "complaints", "street_code"],
                condition=Q(property_related=True),
                name="hotline_categories_of_estates",
            ),
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


class HotlineTotal(PlacedCounts):
    """The cells of all categories together, for pages that ask for none; with an estate no street is told apart."""

    class Meta:
        indexes = [
            models.Index(fields=["estate", "month"], name="hotline_totals_of_an_estate"),
            models.Index(fields=["month"], name="hotline_totals_of_a_month"),
            # All that the usual ranking needs.
            models.Index(
                fields=["month", "estate"],
                include=["complaints", "property_related", "street_code"],
                condition=Q(property_related=True),
                name="hotline_property_of_a_month",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "estate", "street_code", "property_related"],
                nulls_distinct=False,
                name="hotline_total_stands_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month}:{self.estate_id}:{self.street_code}"


class HotlineDistrict(Counts):
    """The cells of all places together: a few dozen rows a month, for who sees everything."""

    is_attributed = models.BooleanField()
    category = models.CharField(max_length=40)

    ATTRIBUTED = Q(is_attributed=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "is_attributed", "property_related", "category"],
                nulls_distinct=False,
                name="hotline_count_of_the_district_stands_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month}:{self.category}"


class HotlineMonth(models.Model):
    """A month that holds complaints, and between which days: what is missing at its ends was never brought."""

    month = models.DateField(unique=True)
    first_on = models.DateField(null=True)  # null: mirrored before the days were told
    last_on = models.DateField(null=True)

    class Meta:
        ordering = ["month"]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="hotline_month_is_a_month"),
            models.CheckConstraint(
                condition=Q(first_on__isnull=True, last_on__isnull=True)
                | Q(first_on__gte=F("month"), last_on__gte=F("first_on")),
                name="hotline_month_begins_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class HotlineMirrored(models.Model):
    """Which commit of the store the rows of the pages follow; one row, once anything was mirrored."""

    ONLY = 1

    commit = models.PositiveIntegerField()
    changed_at = models.DateTimeField(null=True)  # null: mirrored before the time was told

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="hotline_mirrors_one_store")]

    def __str__(self) -> str:
        return str(self.commit)
