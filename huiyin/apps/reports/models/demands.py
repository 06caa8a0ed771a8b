"""The demand list of an estate for one period, its lines, and every voice behind them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from huiyin.domain.access import Scope
from huiyin.domain.demands import (
    LIST_STATUS_LABELS,
    PUBLIC_LISTS,
    VOICE_SOURCE_LABELS,
    DemandListStatus,
)


class DemandList(models.Model):
    """Collected until a day, confirmed by the secretary, sent to the company before it writes (domain.md §3)."""

    estate = models.ForeignKey("places.Estate", on_delete=models.PROTECT, related_name="+")
    period_from = models.DateField("报告期自")
    period_to = models.DateField("至")
    status = models.CharField(
        max_length=10,
        choices=[(s.value, v) for s, v in LIST_STATUS_LABELS.items()],
        default=DemandListStatus.OPEN,
    )
    collects_until = models.DateField("收集到")
    policy_version = models.CharField(max_length=60)
    opened_at = models.DateTimeField()
    opened_by_label = models.CharField(max_length=80)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by_label = models.CharField(max_length=80, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_to = models.ForeignKey(
        "places.Engagement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-period_to", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint("estate", "period_from", name="demand_list_is_opened_once_for_a_period"),
            models.UniqueConstraint(
                "estate", name="estate_collects_demands_in_one_list", condition=Q(status="open")
            ),
            models.CheckConstraint(
                name="demand_list_period_ends_after_it_begins", condition=Q(period_to__gte=F("period_from"))
            ),
            models.CheckConstraint(
                name="demand_list_confirmed_is_signed",
                condition=Q(status="open") | Q(confirmed_at__isnull=False, confirmed_by_label__gt=""),
            ),
            models.CheckConstraint(
                name="demand_list_sent_says_to_whom",
                condition=~Q(status="sent") | Q(sent_at__isnull=False, sent_to__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"demands/{self.pk}"

    @property
    def stream(self) -> str:
        """The audit stream that witnesses this list."""
        return f"demands/{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status == DemandListStatus.OPEN

    @property
    def is_public(self) -> bool:
        """What was said; that a list is being collected is public from the start."""
        return self.status in PUBLIC_LISTS

    @property
    def place_scope(self) -> Scope:
        """Load `estate__area` with the list."""
        return Scope("estate", f"{self.estate.area.path}e{self.estate_id}/")


class Demand(models.Model):
    """One line of the list. A merged line keeps its voices; they count for the line it was merged into."""

    demand_list = models.ForeignKey(DemandList, on_delete=models.CASCADE, related_name="demands")
    title = models.CharField("诉求", max_length=60)
    category = models.CharField("类别", max_length=40, blank=True)
    topic = models.ForeignKey(
        "ledger.Topic", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    case_count = models.PositiveIntegerField(default=0)
    """Cases of the topic when the list was opened, or since when it was taken in."""
    case = models.ForeignKey(
        "ledger.Case", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    """The case the secretary registered from this line, if any."""
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_demands"
    )
    set_aside_reason = models.CharField(max_length=40, blank=True)
    """The code of the public reason; empty for a line that stands."""
    set_aside_sentence = models.CharField(max_length=200, blank=True)
    set_aside_words = models.TextField(blank=True)
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    """The place in the list, by weight; with both counts it is fixed when the secretary confirms."""
    weight = models.PositiveIntegerField(null=True, blank=True)
    household_count = models.PositiveIntegerField(null=True, blank=True)
    voice_count = models.PositiveIntegerField(null=True, blank=True)
    is_read = models.BooleanField(default=False)
    """The community has put it into words: only such lines are offered to others while the list is open."""
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["rank", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "demand_list",
                "topic",
                name="topic_stands_once_in_a_demand_list",
                condition=Q(topic__isnull=False),
            ),
            models.UniqueConstraint(
                "demand_list", "rank", name="demand_has_its_own_rank", condition=Q(rank__isnull=False)
            ),
            models.CheckConstraint(
                name="demand_is_not_merged_into_itself",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
            ),
            models.CheckConstraint(
                name="demand_set_aside_has_a_public_reason",
                condition=Q(set_aside_reason="") | Q(set_aside_sentence__gt=""),
            ),
            models.CheckConstraint(
                name="demand_ranked_stands_and_is_counted",
                condition=Q(rank__isnull=True)
                | Q(
                    merged_into__isnull=True,
                    set_aside_reason="",
                    weight__isnull=False,
                    household_count__isnull=False,
                    voice_count__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stands(self) -> bool:
        return self.merged_into_id is None and not self.set_aside_reason


class DemandVoice(models.Model):
    """What one person said, masked. Who said it is not shown to the company or in public, the building is."""

    demand = models.ForeignKey(Demand, on_delete=models.CASCADE, related_name="voices")
    source = models.CharField(max_length=8, choices=[(s.value, v) for s, v in VOICE_SOURCE_LABELS.items()])
    text = models.TextField()
    building = models.CharField("楼栋或位置", max_length=40, blank=True)
    nickname = models.CharField("称呼", max_length=20, blank=True)
    person = models.ForeignKey(
        "people.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    household = models.ForeignKey(
        "places.Household", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    case = models.ForeignKey(
        "ledger.Case", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    said_at = models.DateTimeField()
    entered_by_label = models.CharField(max_length=80, blank=True)
    """Who typed it in; empty for a voice of one's own."""
    idempotency_key = models.CharField(max_length=64, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["said_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "idempotency_key",
                name="voice_is_submitted_once",
                condition=Q(idempotency_key__isnull=False),
            ),
            models.CheckConstraint(name="voice_says_something", condition=Q(text__gt="")),
        ]


class DemandVoicePrivate(models.Model):
    """The words as written where masking changed them; erasable."""

    voice = models.OneToOneField(
        DemandVoice, on_delete=models.CASCADE, primary_key=True, related_name="private"
    )
    text = models.TextField(blank=True)
    building = models.CharField(max_length=120, blank=True)
