"""Complaints whose estate is only likely, in groups that one decision settles."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.apps.places.models import Estate


class Doubt(models.Model):
    """Complaints of one street that write the same words, perhaps all about this estate (analytics.doubts).

    Found anew after each change of the store; what a person decided of it stays.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待核对")
        LATER = "later", _("先不定")
        DECIDED = "decided", _("已核对")

    match = models.CharField(_("写法"), max_length=60, blank=True)
    estate = models.ForeignKey(Estate, on_delete=models.CASCADE, related_name="+")
    street_code = models.CharField(max_length=9, blank=True)  # as the file says; "" where it says nothing
    complaint_count = models.PositiveIntegerField(default=0)
    confidence = models.FloatField(default=0)  # of the surest of them
    example = models.CharField(max_length=200, blank=True)  # masked
    imports = ArrayField(models.BigIntegerField(), default=list)  # those that brought such complaints
    seen_at = models.DateTimeField()

    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    decided_estate = models.ForeignKey(
        Estate, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )  # what was decided; null: at no estate
    decided_count = models.PositiveIntegerField(default=0)  # complaints when it was decided
    decided_by_key = models.CharField(max_length=64, blank=True)
    decided_by_label = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)  # when the store had taken it in

    class Meta:
        ordering = ["-complaint_count", "match", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["match", "estate", "street_code"],
                name="doubt_stands_once_for_words_estate_and_street",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_at__isnull=False), name="doubt_was_decided_some_time"
            ),
            models.CheckConstraint(
                condition=Q(decided_estate__isnull=True) | Q(state="decided"),
                name="doubt_that_is_placed_is_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.match} → {self.estate_id}"

    @property
    def settled_once(self) -> bool:
        """These are further complaints of words that were decided, or put off, before."""
        return self.state == self.State.OPEN and self.decided_at is not None

    @property
    def stream(self) -> str:
        return f"hotline_doubts/{self.pk}"
