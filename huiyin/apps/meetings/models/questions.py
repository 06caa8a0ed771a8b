"""Questions, who asked them, and who asks the same."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from huiyin.apps.meetings.models.attendance import CheckIn
from huiyin.apps.meetings.models.meetings import Meeting
from huiyin.domain.question_workflow import (
    DIRECTION_LABELS,
    IN_PUBLIC,
    LABELS,
    OUTCOME_LABELS,
    Direction,
    Outcome,
    QuestionStatus,
)


class Question(models.Model):
    """One question; everything on this row may be shown once it is let through."""

    class Way(models.TextChoices):
        PHONE = "phone", "手机"
        PAPER = "paper", "纸条"
        FLOOR = "floor", "举手"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="questions")
    estate = models.ForeignKey("places.Estate", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField("第几问")
    direction = models.CharField(
        max_length=12,
        choices=[(d.value, v) for d, v in DIRECTION_LABELS.items()],
        default=Direction.TO_COMPANY,
    )
    way = models.CharField(max_length=6, choices=Way.choices, default=Way.PHONE)
    is_in_advance = models.BooleanField("会前提出", default=False)
    text = models.TextField("问题")
    building = models.CharField("楼号", max_length=40, blank=True)
    nickname = models.CharField("称呼", max_length=20, blank=True)
    asked_at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=64, null=True, blank=True)

    status = models.CharField(
        "状态",
        max_length=10,
        choices=[(s.value, v) for s, v in LABELS.items()],
        default=QuestionStatus.SHOWN,
    )
    status_since = models.DateTimeField()
    is_let_through = models.BooleanField("放行", default=False)
    """Asked with a verified phone, typed in by the community, or read by somebody since: without it never shown."""
    hidden_code = models.CharField(max_length=40, blank=True)
    hidden_reason = models.CharField("不展示的理由", max_length=300, blank=True)
    """Stays when a hidden question is rejected too: its words are shown nowhere."""
    rejected_code = models.CharField(max_length=40, blank=True)
    rejected_note = models.CharField(max_length=200, blank=True)
    rejected_reason = models.CharField("不受理的理由", max_length=300, blank=True)
    spoken_answer = models.TextField("当场答复", blank=True)
    answered_by_label = models.CharField("谁答复的", max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_questions"
    )
    merged_into_case = models.ForeignKey(
        "ledger.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    outcome = models.CharField(
        "去向", max_length=10, choices=[(o.value, v) for o, v in OUTCOME_LABELS.items()], blank=True
    )
    case = models.OneToOneField(
        "ledger.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Its own ledger row, whatever the outcome: a merged asker keeps an own answer, a rejected one may object."""
    support_count = models.PositiveIntegerField("同问", default=0)
    """Counted at the closing; while the meeting runs `selectors.supports_of` counts."""

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint("meeting", "number", name="question_has_its_number"),
            models.UniqueConstraint(
                "meeting",
                "idempotency_key",
                name="question_is_asked_once",
                condition=Q(idempotency_key__isnull=False),
            ),
            models.CheckConstraint(
                name="question_has_a_known_status", condition=Q(status__in=[s.value for s in QuestionStatus])
            ),
            models.CheckConstraint(
                name="question_on_show_was_let_through",
                condition=Q(is_let_through=True) | Q(status__in=["held", "hidden", "merged", "rejected"]),
            ),
            models.CheckConstraint(
                name="question_kept_back_has_a_public_reason",
                condition=(~Q(status="hidden") | Q(hidden_reason__gt=""))
                & (~Q(status="rejected") | Q(rejected_reason__gt="")),
            ),
            models.CheckConstraint(
                name="question_answered_has_its_answer",
                condition=~Q(status="answered")
                | Q(spoken_answer__gt="", answered_by_label__gt="", answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="question_merged_has_one_original",
                condition=(~Q(status="merged") & Q(merged_into=None, merged_into_case=None))
                | (Q(status="merged") & (Q(merged_into=None) ^ Q(merged_into_case=None))),
            ),
            models.CheckConstraint(
                name="question_is_not_merged_into_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
            ),
            models.CheckConstraint(
                name="question_outcome_is_known_and_has_a_case",
                condition=Q(outcome="", case=None)
                | Q(outcome__in=[o.value for o in Outcome], case__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["meeting", "status"], name="question_meeting_status")]

    def __str__(self) -> str:
        return f"meeting/{self.meeting_id} 第 {self.number} 问"

    @property
    def is_public(self) -> bool:
        """Its words may be shown: somebody answers for them, and nobody has hidden them."""
        return self.is_let_through and self.status in IN_PUBLIC and not self.hidden_reason

    @property
    def is_held(self) -> bool:
        return self.status == QuestionStatus.HELD


class QuestionPrivate(models.Model):
    """Who asked, how to reach them, and the words as written; erasable."""

    question = models.OneToOneField(
        Question, on_delete=models.CASCADE, primary_key=True, related_name="private"
    )
    person = models.ForeignKey(
        "people.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    household = models.ForeignKey(
        "places.Household", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    check_in = models.ForeignKey(CheckIn, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField(blank=True)
    """As written, where masking changed it."""
    name = models.CharField(max_length=40, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    channel = models.CharField(max_length=10, default="in_site")
    """How the echo goes back (ledger Channel)."""


class Support(models.Model):
    """同问: somebody asks the same. Only ever inserted, without touching any other row (ADR 0014)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="+", db_index=False)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="supports", db_index=False)
    person = models.ForeignKey(
        "people.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    household = models.ForeignKey(
        "places.Household", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    supported_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "question",
                "person",
                name="person_supports_a_question_once",
                condition=Q(person__isnull=False),
            ),
            models.UniqueConstraint(
                "question",
                "household",
                name="household_supports_a_question_once",
                condition=Q(household__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["meeting", "id"], name="support_meeting_latest"),
            models.Index(fields=["question"], name="support_question"),
        ]
