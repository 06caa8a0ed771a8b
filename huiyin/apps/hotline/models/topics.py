"""What many complaints of an estate are about, as the bulk side found it, and where it went in the ledger."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.apps.ledger.models import Case, Topic
from huiyin.apps.places.models import Estate


class HotlineTopic(models.Model):
    """Found anew after each change of the store (analytics.topics.Topic); what a person did with it stays.

    Without complaints it is kept only where it was sent to the ledger before.
    """

    estate = models.ForeignKey(Estate, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(_("热点"), max_length=60)
    category = models.CharField(max_length=40, blank=True)
    complaint_count = models.PositiveIntegerField()
    caller_count = models.PositiveIntegerField()
    recent_count = models.PositiveIntegerField()  # of the last 30 days of the store
    before_count = models.PositiveIntegerField()  # of the 30 days before these
    first_on = models.DateField()
    last_on = models.DateField()
    heat = models.FloatField()
    shares = models.JSONField()  # the parts of heat, domain.topic_heat
    example = models.CharField(max_length=200, blank=True)  # masked
    numbers = ArrayField(models.CharField(max_length=64))  # of its newest complaints
    told_at = models.DateTimeField()
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-heat", "id"]
        indexes = [models.Index(fields=["estate", "-heat"], name="hotline_topics_of_an_estate")]
        constraints = [
            models.CheckConstraint(
                condition=Q(topic__isnull=True, case__isnull=True)
                | Q(topic__isnull=False, case__isnull=False),
                name="hotline_topic_that_is_sent_has_topic_and_case",
            ),
            models.CheckConstraint(
                condition=Q(heat__gte=0) & Q(heat__lte=100), name="hotline_topic_heat_is_a_percentage"
            ),
        ]

    def __str__(self) -> str:
        return self.title
