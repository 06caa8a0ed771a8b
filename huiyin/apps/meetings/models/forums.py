"""The quarterly owners' forum: an agenda nobody composes, and a statement on each of its items."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from huiyin.domain.access import Scope
from huiyin.domain.forum_agenda import ITEM_LABELS, ItemKind


class Forum(models.Model):
    """One estate's forum of one quarter; it falls due by itself and its lateness shows."""

    estate = models.ForeignKey("places.Estate", on_delete=models.PROTECT, related_name="+")
    quarter = models.DateField("季度", help_text="first day of the quarter")
    due_on = models.DateField("最迟")
    planned_at = models.DateTimeField("时间", null=True, blank=True)
    venue = models.CharField("地点", max_length=120, blank=True)
    attendee_count = models.PositiveIntegerField("到场人数", null=True, blank=True)
    held_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by_label = models.CharField(max_length=80, blank=True)
    summary = models.TextField("小结", blank=True)
    policy_version = models.CharField(max_length=60)

    class Meta:
        ordering: ClassVar = ["-quarter", "estate_id"]
        constraints: ClassVar = [
            models.UniqueConstraint("estate", "quarter", name="estate_has_one_forum_a_quarter"),
            models.CheckConstraint(
                name="forum_closed_says_when_and_by_whom",
                condition=Q(closed_at=None) | Q(held_on__isnull=False, closed_by_label__gt=""),
            ),
        ]

    def __str__(self) -> str:
        return self.stream

    @property
    def stream(self) -> str:
        return f"forum/{self.pk}"

    @property
    def scope(self) -> Scope:
        """Load `estate__area` with the forum."""
        return Scope("estate", f"{self.estate.area.path}e{self.estate_id}/")


class ForumItem(models.Model):
    """One line of the agenda: an open case, a milestone or a commitment that falls due."""

    forum = models.ForeignKey(Forum, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=10, choices=[(k.value, v) for k, v in ITEM_LABELS.items()])
    case = models.ForeignKey("ledger.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    milestone = models.ForeignKey(
        "ledger.Milestone", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    commitment = models.ForeignKey(
        "reports.Commitment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    title = models.CharField(max_length=120)
    due_on = models.DateField(null=True, blank=True)
    added_at = models.DateTimeField()
    statement = models.TextField("说明", blank=True)
    stated_by_key = models.CharField(max_length=60, blank=True)
    stated_by_label = models.CharField(max_length=80, blank=True)
    stated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["kind", "due_on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "forum", "case", name="case_stands_once_on_an_agenda", condition=Q(kind=ItemKind.CASE)
            ),
            models.UniqueConstraint(
                "forum",
                "milestone",
                name="milestone_stands_once_on_an_agenda",
                condition=Q(milestone__isnull=False),
            ),
            models.UniqueConstraint(
                "forum",
                "commitment",
                name="commitment_stands_once_on_an_agenda",
                condition=Q(commitment__isnull=False),
            ),
            models.CheckConstraint(
                name="statement_names_who_and_when",
                condition=Q(statement="", stated_at=None) | Q(statement__gt="", stated_at__isnull=False),
            ),
        ]


class ForumMatter(models.Model):
    """Somebody brought something new to the forum: a ledger case of its own."""

    forum = models.ForeignKey(Forum, on_delete=models.CASCADE, related_name="matters")
    case = models.OneToOneField("ledger.Case", on_delete=models.PROTECT, related_name="+")
    idempotency_key = models.CharField(max_length=64, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
