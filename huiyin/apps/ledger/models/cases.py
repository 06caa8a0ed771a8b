"""The case itself: one row per matter, its public text, its lead, its dates and its frozen punctuality."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from huiyin.domain.access import Scope
from huiyin.domain.case_workflow import LABELS, OPEN, Status
from huiyin.domain.ledger_rules import (
    KIND_LABELS,
    LIST_LABELS,
    SOURCE_LABELS,
    CaseList,
)


class LeadKind(models.TextChoices):
    COMPANY = "company", "物业企业"
    AREA = "area", "社区或街镇"
    DEPARTMENT = "department", "其他部门"


class NumberCounter(models.Model):
    """The last case number given out in a year; gapless, so that a missing number is a missing case."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Case(models.Model):
    """One ledger entry. Everything on this row may be shown to anybody; what may not is in `CasePrivate`."""

    number = models.CharField("编号", max_length=11)
    kind = models.CharField("种类", max_length=12, choices=[(k.value, v) for k, v in KIND_LABELS.items()])
    source = models.CharField("来源", max_length=24, choices=[(k.value, v) for k, v in SOURCE_LABELS.items()])
    origin_label = models.CharField(max_length=40, blank=True)
    origin_key = models.CharField(max_length=80, blank=True)
    idempotency_key = models.CharField(max_length=64, null=True, blank=True)

    estate = models.ForeignKey(
        "places.Estate",
        verbose_name="小区",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    area = models.ForeignKey(
        "places.Area", verbose_name="社区", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    place_path = models.CharField(max_length=120)
    building = models.CharField("楼栋或位置", max_length=40, blank=True)

    title = models.CharField("事项", max_length=120)
    text = models.TextField("说明", blank=True)
    category = models.CharField("类别", max_length=40, blank=True)
    nickname = models.CharField("称呼", max_length=20, blank=True)
    search = SearchVectorField(null=True, editable=False)

    status = models.CharField(
        "状态", max_length=20, choices=[(s.value, v) for s, v in LABELS.items()], default=Status.REGISTERED
    )
    case_list = models.CharField(
        "清单",
        max_length=12,
        choices=[(x.value, v) for x, v in LIST_LABELS.items()],
        default=CaseList.SHORT_TERM,
    )
    urgency = models.CharField("紧急程度", max_length=20, blank=True)
    topic = models.ForeignKey(
        "ledger.Topic",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="cases",
        db_index=False,
    )

    lead_kind = models.CharField(max_length=12, choices=LeadKind.choices, blank=True)
    lead_engagement = models.ForeignKey(
        "places.Engagement",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    lead_area = models.ForeignKey(
        "places.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    lead_label = models.CharField("主办", max_length=80, blank=True)
    lead_path = models.CharField(max_length=120, blank=True)

    registered_at = models.DateTimeField("登记时间")
    assigned_at = models.DateTimeField(null=True, blank=True)
    first_due_at = models.DateTimeField("最初期限")
    due_at = models.DateTimeField("现在期限")
    due_is_provisional = models.BooleanField(default=False)
    policy_version = models.CharField(max_length=60)
    replied_at = models.DateTimeField("首次答复", null=True, blank=True)
    due_at_first_reply = models.DateTimeField(null=True, blank=True)
    """The current date as it stood when the first reply came: a reopening moves `due_at` afterwards."""
    last_replied_at = models.DateTimeField(null=True, blank=True)
    answer_until = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    unconfirmed_at = models.DateTimeField(null=True, blank=True)
    is_reached = models.BooleanField(default=True)

    missed_first_due_at = models.DateTimeField(null=True, blank=True)
    is_on_time = models.BooleanField(null=True, blank=True)

    reopened_count = models.PositiveSmallIntegerField(default=0)
    ladder_round = models.PositiveSmallIntegerField(default=0)
    """One more for every new promise (reopened, extended, objection upheld): each can be overdue anew."""
    pause_count = models.PositiveSmallIntegerField(default=0)
    extension_count = models.PositiveSmallIntegerField(default=0)
    urge_count = models.PositiveSmallIntegerField(default=0)
    me_too_count = models.PositiveIntegerField("同问", default=0)
    public_reason = models.TextField(blank=True)
    responsible_instead = models.CharField(max_length=80, blank=True)

    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_cases",
        db_index=False,
    )
    recurrence_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="recurrences",
        db_index=False,
    )
    is_told_by_file = models.BooleanField(default=False)
    imported_at = models.DateTimeField(null=True, blank=True)
    """When the file that told an open case was read: the ladder blames nobody here for the time before."""
    file_key = models.CharField(max_length=80, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-registered_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number"], name="case_number_is_unique"),
            models.UniqueConstraint(
                "idempotency_key",
                name="case_is_submitted_once",
                condition=Q(idempotency_key__isnull=False),
            ),
            models.UniqueConstraint(
                "file_key", name="case_is_imported_once", condition=Q(file_key__isnull=False)
            ),
            models.CheckConstraint(
                name="case_has_a_known_status", condition=Q(status__in=[s.value for s in Status])
            ),
            models.CheckConstraint(
                name="case_in_work_has_a_lead",
                condition=Q(lead_label__gt="")
                | Q(status__in=["registered", "rejected", "merged", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="case_replied_has_a_reply_time",
                condition=Q(replied_at__isnull=False)
                | ~Q(status__in=["replied", "confirmed", "unconfirmed"]),
            ),
            models.CheckConstraint(
                name="case_replied_has_its_punctuality_frozen",
                condition=Q(replied_at__isnull=True)
                | Q(is_on_time__isnull=False, due_at_first_reply__isnull=False),
            ),
            models.CheckConstraint(
                name="case_refused_has_a_public_reason",
                condition=Q(public_reason__gt="") | ~Q(status__in=["rejected", "not_solvable"]),
            ),
            models.CheckConstraint(
                name="case_merged_has_an_original",
                condition=(Q(status="merged") & Q(merged_into__isnull=False))
                | (~Q(status="merged") & Q(merged_into__isnull=True)),
            ),
            models.CheckConstraint(
                name="case_is_not_merged_into_itself",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
            ),
            models.CheckConstraint(
                name="case_that_missed_is_never_on_time",
                condition=Q(missed_first_due_at__isnull=True)
                | Q(is_on_time__isnull=True)
                | Q(is_on_time=False),
            ),
            models.CheckConstraint(
                name="case_open_is_not_settled",
                condition=Q(settled_at__isnull=True) | ~Q(status__in=sorted(OPEN)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-registered_at", "-id"], name="case_newest"),
            models.Index(fields=["estate", "-registered_at", "-id"], name="case_estate_newest"),
            models.Index(fields=["status", "due_at"], name="case_status_due"),
            models.Index(fields=["place_path"], name="case_place", opclasses=["text_pattern_ops"]),
            models.Index(fields=["lead_path"], name="case_lead", opclasses=["text_pattern_ops"]),
            models.Index(fields=["answer_until"], name="case_answer_until", condition=Q(status="replied")),
            GinIndex(fields=["search"], name="case_search"),
            # A new case has none of these yet: what is submitted pays for no index it does not stand in.
            *(
                models.Index(fields=[name], name=f"case_{name}", condition=Q(**{f"{name}__isnull": False}))
                for name in ("topic", "lead_engagement", "merged_into", "recurrence_of")
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def stream(self) -> str:
        """The audit stream that witnesses this case."""
        return f"case/{self.number}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def place_scope(self) -> Scope:
        return Scope("estate" if self.estate_id else "area", self.place_path)

    @property
    def lead_scope(self) -> Scope | None:
        """Where the lead's side holds its role; None while unassigned or led by a department without accounts."""
        if not self.lead_path:
            return None
        return Scope("engagement" if self.lead_kind == LeadKind.COMPANY else "area", self.lead_path)


class CasePrivate(models.Model):
    """What the asker wrote word for word where it differs from the public text; erasable, each opening is logged."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="private")
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    address = models.CharField(max_length=120, blank=True)
