"""What people decided of single complaints against the machine's reading, and what stood before."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.apps.hotline.addresses import token_of
from huiyin.apps.hotline.models.doubts import Doubt
from huiyin.apps.hotline.months import name_of
from huiyin.apps.places.models import Estate


class Correction(models.Model):
    """All that was decided of a complaint from then on; the current one of a number counts (analytics.corrections).

    One that decides nothing lets the machine's reading hold again.
    """

    number = models.CharField(_("工单编号"), max_length=64)
    month = models.DateField(null=True)  # where the store kept it; null where its file told no time
    placed = models.BooleanField(default=False)  # whether the estate is decided
    estate = models.ForeignKey(Estate, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    property_related = models.BooleanField(null=True, blank=True)
    category = models.CharField(max_length=40, blank=True)  # by the classifier's name; "" where not decided
    was = models.JSONField()  # estate (its code or ""), property_related, category as they counted before
    reason = models.CharField(_("原因"), max_length=200, blank=True)  # masked
    doubt = models.ForeignKey(Doubt, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    corrected_by_key = models.CharField(max_length=64)
    corrected_by_label = models.CharField(max_length=100)
    corrected_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)
    applied_at = models.DateTimeField(null=True, blank=True)  # when the store had taken it in
    doubted_at = models.DateTimeField(null=True, blank=True)  # when its text had become another

    class Meta:
        ordering = ["-corrected_at", "-id"]
        indexes = [
            models.Index(fields=["number"], name="hotline_corrections_of_one"),
            models.Index(
                fields=["id"],
                condition=Q(is_current=True, applied_at__isnull=True),
                name="hotline_corrections_to_apply",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=Q(is_current=True), name="correction_that_counts_is_one_a_number"
            ),
            models.CheckConstraint(
                condition=Q(placed=True) | Q(estate__isnull=True), name="correction_with_an_estate_is_placed"
            ),
            models.CheckConstraint(
                condition=Q(month__isnull=True) | Q(month__day=1), name="correction_lies_in_a_month"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}:{self.pk}"

    @property
    def token(self) -> str:
        """The name of its complaint in an address."""
        return token_of(name_of(self.month), self.number)

    @property
    def decides(self) -> bool:
        """Whether anything is decided, not the machine's reading alone."""
        return self.placed or self.property_related is not None or bool(self.category)

    @property
    def decision(self) -> dict[str, object]:
        """As analytics.corrections.Decision takes it."""
        return {
            "number": self.number,
            "placed": self.placed,
            "estate_code": self.estate.code if self.estate else None,
            "property_related": self.property_related,
            "category": self.category or None,
        }
